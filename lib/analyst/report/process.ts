import { joined, plural } from '../../text/phrases';
import type { Step } from '../case';
import { coachingNote } from '../coaching';
import { isObject } from '../script';
import { seedsOf } from '../subject';
import { readTime } from '../time';
import { code, defanged, prose } from './escape';
import { bullet, cite, cited, LABEL, leadingFindings, type Material, table } from './parts';

/** Investigation Process: one row for each query, then the gaps. The text of a query is in its evidence record. */
export function writeProcess(material: Material): string {
  const { gathered, coaching } = material;
  const notes = coachingNote(coaching);
  const parts = [
    `Written by the ${LABEL}. How the verdict was reached (rules, scores, thresholds) is in the record of the run.`,
    coaching.instruction === null ? '' : `Instruction: "${prose(coaching.instruction, 400)}"\n\n${bullet(notes)}`,
    precedents(material),
    queryTable(gathered.steps, toldSources(material)),
    'A query without a range covers all that was asked of its source.',
    `### Gaps\n\n${bullet(gapLines(material))}`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** The sources that findings are from. */
const toldSources = ({ judgement }: Material): Set<string> =>
  new Set(leadingFindings(judgement).flatMap(({ facts }) => facts.map(({ source }) => source.name)));

/**
 * Rows of the table of queries; those that asked the same without a hit are one row, and so are those that asked the same of
 * sources which no finding is from (`told` has the others).
 */
export function queryTable(steps: Step[], told: Set<string> | null = null): string {
  const isMinor = ({ source, outcome }: Step): boolean =>
    told !== null && told.size > 0 && source !== null && outcome.ok && !told.has(source);
  const rows: { step: Step; sources: string[]; numbers: number[] }[] = [];
  for (const step of steps) {
    const same = rows.find(
      (row) =>
        row.step.purpose === step.purpose &&
        row.step.outcome.ok === step.outcome.ok &&
        (isPlumbing(step) || isEmpty(row.step) === isEmpty(step)) &&
        (isPlumbing(step) || isEmpty(step) || (isMinor(row.step) && isMinor(step))),
    );
    if (same) {
      if (!same.sources.includes(step.source ?? '')) same.sources.push(step.source ?? '');
      same.numbers.push(step.outcome.evidence);
    } else rows.push({ step, sources: [step.source ?? ''], numbers: [step.outcome.evidence] });
  }
  const widest = widestRanges(steps);
  return table(
    ['Evidence', 'Question', 'Source and range', 'Rows', 'What it showed'],
    rows.map(({ step, sources, numbers }) => [
      cite(numbers),
      prose(step.purpose, 120),
      `${sourceText(step, sources)}${numbers.length > 1 || isWidest(step, widest) ? '' : rangeText(step)}`,
      numbers.length > 1 ? '–' : rowsText(step),
      isEmpty(step) ? 'Nothing' : shown(step),
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

function sourceText({ outcome }: Step, sources: string[]): string {
  const named = sources.filter(Boolean).map((name) => code(name, 60));
  if (named.length > 4) return `${named.slice(0, 3).join(', ')} and others`;
  return named.join(', ') || outcome.name.split('__')[0] || '';
}

function rangeText({ outcome: { args } }: Step): string {
  const [from, to] = [readTime(args.from), readTime(args.to)];
  if (from === null || to === null) return '';
  const minute = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  return `, ${minute(from)}Z to ${minute(to)}Z`;
}

function rowsText({ outcome }: Step): string {
  if (!outcome.ok) return 'failed';
  const count = outcome.table?.rows.length ?? listOf(outcome.structured)?.length;
  return count === undefined ? '–' : `${plural(count, 'row')}${outcome.table?.truncated ? ', truncated' : ''}`;
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

function shown({ outcome }: Step): string {
  if (!outcome.ok) return 'It failed; the error is in its record';
  const rows = outcome.table?.rows.filter((row) => Number(row.n ?? 1) > 0);
  if (rows) {
    if (rows.length === 0) return 'Nothing';
    const column = TELLING.find((name) => rows.some((row) => typeof row[name] === 'string' && row[name] !== ''));
    const values = [...new Set(rows.map((row) => (column ? String(row[column] ?? '') : '')).filter(Boolean))];
    if (values.length === 0) return 'See the evidence';
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
