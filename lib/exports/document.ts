import type { Nodes, Parents, Root, RootContent } from 'mdast';
import { withEvenTables } from '../report/even-tables';
import { parseReport, type Report } from '../report/report';
import { isMarked, markUnseen } from '../text/invisible-characters';
import type { CaseTimeline } from '../timeline/schema';

export type Approval = {
  codename: string;
  revision: number;
  author: string;
  reviewer: string | null;
  /** ISO 8601. */
  approvedAt: string;
  contentHash: string;
  commit: string | null;
};

/** An evidence record as the appendix shows it. Times are ISO 8601. */
export type EvidenceFacts = {
  number: number;
  server: string;
  tool: string;
  question?: string | null;
  timeFrom: string | null;
  timeTo: string | null;
  rows: number | null;
  truncated: boolean;
  sha256: string;
};

/** A row of the appendix: number, question, source, range, rows, sha256; each '' when unknown. */
export type AppendixRow = [string, string, string, string, string, string];
export const APPENDIX_HEAD: AppendixRow = ['Evidence', 'Question', 'Source', 'Range (UTC)', 'Rows', 'sha256'];

/** A report as exports show it: a title, facts in pairs, the parsed body, what its timeline's picture is drawn from, the evidence it cites. */
export type ReportDocument = {
  title: string;
  facts: [string, string][];
  body: Root;
  timeline: CaseTimeline;
  appendix: AppendixRow[];
};

export function readDocument(
  markdown: string,
  approval: Approval,
  evidence: EvidenceFacts[] = [],
  timeline: CaseTimeline = { events: [], omitted: 0 },
): ReportDocument {
  const report = parseReport(markdown.replace(/\r\n?/g, '\n'));
  const { frontMatter, root } = report;
  const facts: [string, string | null | undefined][] = [
    ['Case', approval.codename],
    ['Classification', frontMatter?.classification],
    ['Confidence', frontMatter?.confidence == null ? null : `${frontMatter.confidence} %`],
    [
      'Severity',
      frontMatter &&
        [frontMatter.severity.original, frontMatter.severity.assessed && `assessed ${frontMatter.severity.assessed}`]
          .filter(Boolean)
          .join(', '),
    ],
    ['Techniques', frontMatter?.techniques.join(', ')],
    ['Alerts', frontMatter?.alerts.join(', ')],
    ['Model', frontMatter?.model],
    ['Author', approval.author],
    ['Approved', `${approval.reviewer ? `by ${approval.reviewer}, ` : ''}${minutes(approval.approvedAt)} UTC`],
    ['Revision', `${approval.revision}, sha256 ${approval.contentHash}`],
    ['Commit', approval.commit],
    [
      'Not formatted',
      report.unparsed.map(({ line, endLine, message }) => `lines ${line}–${endLine}: ${message}`).join('; '),
    ],
  ];
  return {
    title: frontMatter?.title ?? approval.codename,
    facts: facts.flatMap(([name, value]) => (value ? [[name, value]] : [])),
    body: withEvenTables(root),
    timeline,
    appendix: appendixOf(report, evidence),
  };
}

const minutes = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

function appendixOf(report: Report, evidence: EvidenceFacts[]): AppendixRow[] {
  const known = new Map(evidence.map((record) => [record.number, record]));
  const questions = questionsOf(report);
  const cited = [...new Set(report.citations.flatMap(({ numbers }) => numbers))].sort((a, b) => a - b);
  return cited.map((number) => {
    const record = known.get(number);
    const range = [record?.timeFrom, record?.timeTo].map((time) => (time ? minutes(time) : ''));
    return [
      `E${number}`,
      questions.get(number) ?? record?.question ?? '',
      record ? `${record.server} ${record.tool}` : 'no such record',
      range[0] || range[1] ? `${range[0]} – ${range[1]}` : '',
      record?.rows == null ? '' : `${record.rows}${record.truncated ? ', truncated' : ''}`,
      record?.sha256 ?? '',
    ];
  });
}

/** What each record was asked for, from the tables that have a Question column (Investigation Process). */
function questionsOf({ blocks }: Report): Map<number, string> {
  const questions = new Map<number, string>();
  for (const { kind, head, cells, citations } of blocks) {
    const column = kind === 'row' ? head.findIndex((name) => /^question/i.test(name)) : -1;
    const question = cells[column]?.text.trim();
    const [first] = citations;
    if (!question || !first) continue;
    for (const number of first.numbers) if (!questions.has(number)) questions.set(number, question);
  }
  return questions;
}

/** The page has its title above; a report that begins with it shows it once. */
export function withoutTitle(nodes: RootContent[], title: string): RootContent[] {
  const [first] = nodes;
  return first?.type === 'heading' && first.depth === 1 && textOf(first).trim() === title.trim()
    ? nodes.slice(1)
    : nodes;
}

/** Whether a node is the heading that the timeline's picture stands below. */
export const isTimelineHeading = (node: Nodes): boolean =>
  node.type === 'heading' && node.depth <= 2 && /^timeline$/i.test(textOf(node).trim());

/** The words of a node. */
export function textOf(node: Nodes): string {
  if ('value' in node) return node.value;
  return 'children' in node ? (node as Parents).children.map(textOf).join('') : '';
}

/** A link's words and where it leads, as text: an export has nothing to press. */
export function linkText(words: string, address: string): string {
  return words === address || address === '' || address === `mailto:${words}` ? words : `${words} (${address})`;
}

/** What can't be seen and could lie about the text is shown as its code. Line ends and tabs stay. */
export function visible(text: string): string {
  return markUnseen(text.replace(/\r\n?/g, '\n'))
    .map(({ text: part, mark }) => (isMarked(mark) ? `⟨${mark.code}⟩` : part))
    .join('');
}
