import { joined, plural } from '../../text/phrases';
import type { Step } from '../case';
import { coachingNote } from '../coaching';
import { isObject } from '../script';
import { seedsOf } from '../subject';
import { readTime } from '../time';
import { code, defanged, prose } from './escape';
import { bullet, cite, cited, LABEL, type Material, table } from './parts';
import { runbookAnswers } from './runbooks';

/** Investigation Process: one row for each question, then the gaps. The text of a query is in its evidence record. */
export function writeProcess(material: Material): string {
  const { gathered, coaching } = material;
  const notes = coachingNote(coaching);
  const parts = [
    `Written by the ${LABEL}. How the verdict was reached (rules, scores, thresholds) is in the record of the run.`,
    coaching.instruction === null ? '' : `Instruction: "${prose(coaching.instruction, 400)}"\n\n${bullet(notes)}`,
    precedents(material),
    runbookAnswers(material),
    queryTable(gathered.steps, (rule) => RANK.indexOf(gathered.detections.rules.get(rule)?.level ?? '')),
    ranges(material),
    `### Gaps\n\n${bullet(gapLines(material))}`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** How much a rule says, by its name. */
type Rank = (rule: string) => number;
const RANK = ['informational', 'low', 'medium', 'high', 'critical'];

type Line = { step: Step; steps: Step[] };

/** One row for each question: the sources that it was asked of, the rows of each, and what they showed. Those without a hit apart. */
export function queryTable(steps: Step[], rank: Rank = () => 0): string {
  const lines: Line[] = [];
  for (const step of steps) {
    const same = lines.find(
      (line) =>
        line.step.purpose === step.purpose &&
        line.step.outcome.ok === step.outcome.ok &&
        (isPlumbing(step) || isEmpty(line.step) === isEmpty(step)),
    );
    if (same) same.steps.push(step);
    else lines.push({ step, steps: [step] });
  }
  const widest = widestRanges(steps);
  return table(
    ['Evidence', 'Question', 'Source and range', 'Rows', 'What it showed'],
    lines.map(({ step, steps: asked }) => [
      cite(asked.map(({ outcome }) => outcome.evidence)),
      prose(step.purpose, 120),
      `${sourceText(asked)}${asked.every((item) => isWidest(item, widest)) ? '' : rangeText(asked)}`,
      isPlumbing(step) ? '–' : rowsText(asked),
      isEmpty(step) ? 'Nothing' : shown(step, rank),
    ]),
  );
}

type Ranges = Map<string, [from: number, to: number]>;

/** The longest range that was asked of each source: a row says its range only when it is another. */
function widestRanges(steps: Step[]): Ranges {
  const ranges: Ranges = new Map();
  for (const { source, outcome } of steps) {
    const [from, to] = [readTime(outcome.args.from), readTime(outcome.args.to)];
    if (source === null || from === null || to === null) continue;
    const known = ranges.get(source);
    if (!known || to - from > known[1] - known[0]) ranges.set(source, [from, to]);
  }
  return ranges;
}

function isWidest({ source, outcome: { args } }: Step, widest: Ranges): boolean {
  const [from, to] = [readTime(args.from), readTime(args.to)];
  const known = widest.get(source ?? '');
  return known !== undefined && from !== null && to !== null && from <= known[0] && to >= known[1];
}

/** What other questions are made from, asked of each source or in as many queries as the texts of the rules need: one row each. */
const PLUMBING = /^(?:Which fields does it have|Which kinds of events are there|Which detection rules match)\?$/;
const isPlumbing = ({ purpose }: Step): boolean => PLUMBING.test(purpose);
const isEmpty = ({ outcome }: Step): boolean =>
  outcome.ok && (outcome.table?.rows.every((row) => Number(row.n ?? 1) === 0) ?? false);

/** So many sources of one question are named. */
const MOST_SOURCES = 4;

function sourceText(steps: Step[]): string {
  const named = [...new Set(steps.map(({ source }) => source ?? ''))].filter(Boolean).map((name) => code(name, 60));
  if (named.length > MOST_SOURCES) return `${named.slice(0, MOST_SOURCES - 1).join(', ')} and others`;
  return named.join(', ') || steps[0]?.outcome.name.split('__')[0] || '';
}

/** The range where all have one; else that each is of its source's window, which the text under the table gives. */
function rangeText(steps: Step[]): string {
  const ranges = new Set(steps.map(({ outcome: { args } }) => minutes(readTime(args.from), readTime(args.to))));
  const [first] = ranges;
  return ranges.size === 1 ? (first ? `, ${first}` : '') : ', window';
}

const minutes = (from: number | null, to: number | null): string =>
  from === null || to === null ? '' : `${minute(from)}Z to ${minute(to)}Z`;
const minute = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');

/** "14 rows", or "14, 3, 12": those of each source in the order named. */
function rowsText(steps: Step[]): string {
  const counts = steps.map(({ outcome }) => {
    if (!outcome.ok) return 'failed';
    const count = outcome.table?.rows.length ?? listOf(outcome.structured)?.length;
    return count === undefined ? '–' : `${count}${outcome.table?.truncated ? ' (truncated)' : ''}`;
  });
  if (new Set(counts).size === 1 && (counts[0] === 'failed' || counts[0] === '–')) return counts[0] as string;
  if (steps.length === 1) return /^\d+$/.test(counts[0] ?? '') ? plural(Number(counts[0]), 'row') : `${counts[0]}`;
  if (steps.length > MOST_SOURCES) return '–';
  return counts.every((count) => /^\d+$/.test(count)) ? `${joined(counts)} rows` : counts.join(', ');
}

const listOf = (structured: Record<string, unknown>): Record<string, unknown>[] | undefined => {
  for (const key of ['cases', 'alerts', 'sources', 'fields'])
    if (Array.isArray(structured[key])) return structured[key].filter(isObject);
  return undefined;
};

/** Of an ARN the name, which is what a reader looks for. */
const lastPart = (value: string): string => (value.startsWith('arn:') ? value.replace(/^arn:[^/]*[/:]/, '') : value);

/** The columns that say what a result is about, best first. */
const TELLING = ['rule', 'value', 'action', 'role_arn', 'target', 'principal'];

function shown({ outcome }: Step, rank: Rank): string {
  if (!outcome.ok) return 'It failed; the error is in its record';
  const rows = outcome.table?.rows.filter((row) => Number(row.n ?? 1) > 0);
  if (rows) {
    if (rows.length === 0) return 'Nothing';
    const column = TELLING.find((name) => rows.some((row) => typeof row[name] === 'string' && row[name] !== ''));
    const values = [...new Set(rows.map((row) => (column ? String(row[column] ?? '') : '')).filter(Boolean))];
    if (values.length === 0) return 'See the evidence';
    if (column === 'rule') values.sort((a, b) => rank(b) - rank(a));
    const most = values.some((value) => value.length > 40) ? 1 : 2;
    const named = values.slice(0, most).map((value) => code(defanged(lastPart(value)), 70));
    return `${named.join(', ')}${values.length > most ? ' and others' : ''}`;
  }
  const list = listOf(outcome.structured);
  if (!list) return 'The alert';
  if (list.length === 0) return 'None';
  const names = list.map((item) => item.codename ?? item.name ?? item.title).filter((name) => typeof name === 'string');
  if (outcome.name === 'logs__describe_source') return 'The fields that the queries use';
  return `${names
    .slice(0, 3)
    .map((name) => code(name, 60))
    .join(', ')}${names.length > 3 ? ' and others' : ''}`;
}

function precedents({ gathered }: Material): string {
  const { pastCases, relatedAlerts, subject } = gathered;
  const named = seedsOf(subject).length > 0;
  const alike = named ? 'about the same entities' : 'with the same title';
  const cases = pastCases.filter((item) => item.approved && (item.matched.length > 0 || !named)).slice(0, 3);
  const lines = cases.map(
    (item) =>
      `Approved case ${prose(item.codename)}, ${prose(item.classification ?? 'not classified')}: ${prose(item.title, 120)} [E${item.evidence}].`,
  );
  if (relatedAlerts.length > 0)
    lines.push(
      `Other alerts ${alike}: ${joined(relatedAlerts.slice(0, 3).map((item) => prose(item.title, 80)))}${relatedAlerts.length > 3 ? ' and others' : ''} [E${relatedAlerts[0]?.evidence}].`,
    );
  return lines.length > 0 ? `Precedents and related alerts, as leads:\n\n${bullet(lines)}` : '';
}

/** What the ranges of the table mean. */
function ranges({ gathered }: Material): string {
  const windows = gathered.cases
    .slice(0, MOST_SOURCES)
    .map(({ source, window }) => `${code(source.name)} ${minutes(window.from, window.to)}`);
  const own = windows.length > 1 ? ` Windows of the case: ${windows.join('; ')}.` : '';
  return `A query without a range covers all that was asked of its source.${own}`;
}

/** What was not or could not be looked at. */
export function gapLines({ gathered }: Material): string[] {
  const lines = gathered.gaps.map((gap) => `${cited(gap.text.replace(/\.$/, ''), gap.evidence)}.`);
  if (gathered.absent.length > 0)
    lines.push(
      `${cited(
        `No event of any searched source contains ${joined(
          gathered.absent.slice(0, 6).map(({ value }) => code(defanged(value), 80)),
          'or',
        )}`,
        gathered.absentEvidence.slice(0, 8),
      )}.`,
    );
  lines.push('Tickets, chat, mail and file contents were not looked at.');
  return [...new Set(lines)].slice(0, 8);
}
