import { joined, plural } from '../../text/phrases';
import type { Step } from '../case';
import { coachingNote } from '../coaching';
import { groupBy } from '../group-by';
import { isObject } from '../script';
import { seedsOf } from '../subject';
import { readTime } from '../time';
import { code, defanged, prose, shownSeed } from './escape';
import { few } from './names';
import { bullet, cite, cited, LABEL, type Material, table } from './parts';
import { runbookAnswers } from './runbooks';

/** Investigation Process: one row for each question, then the gaps. The text of a query is in its evidence record. */
export function writeProcess(material: Material): string {
  const { gathered, coaching } = material;
  const notes = coachingNote(coaching);
  const parts = [
    `Written by the ${LABEL}. The record of the run has the scores behind the verdict.`,
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

/**
 * One row for each question: the sources that it was asked of, the rows of each, and what they showed. What other questions are made
 * from shares a row; questions that found nothing in any source are a list of their own.
 */
export function queryTable(steps: Step[], rank: Rank = () => 0): string {
  // A query that failed stands alone: it is a gap.
  const groups = [
    ...groupBy(steps, (step) => (isPlumbing(step) ? '' : `${step.outcome.ok}\n${step.purpose}`)).values(),
  ];
  const isFruitless = (group: Step[]): boolean => group.every((step) => isEmpty(step) && !isPlumbing(step));
  const fruitless = groups.filter(isFruitless);
  const widest = widestRanges(steps);
  const sources = [...new Set(steps.map(({ source }) => source))];
  const searched = new Set(sources.filter(Boolean)).size;
  const rows = groups
    .filter((group) => !isFruitless(group))
    .map((unsorted) => {
      const asked = [...unsorted].sort((a, b) => sources.indexOf(a.source) - sources.indexOf(b.source));
      const [best = asked[0] as Step] = asked.filter((step) => !isEmpty(step)); // groups are never empty
      const isSetup = asked.some(isPlumbing);
      const isWide = asked.every((item) => isWidest(item, widest));
      return [
        cite(asked.map(({ outcome }) => outcome.evidence)),
        isSetup ? 'Which sources, fields, kinds of events and rules are there?' : prose(best.purpose, 120),
        `${sourceText(asked, searched)}${isWide || isSetup ? '' : rangeText(asked)}`,
        isSetup ? '–' : rowsText(asked),
        isSetup ? 'What the other queries are made of' : shown(best, rank),
      ];
    });
  const list = fruitless.map((asked) =>
    cited(
      prose(asked[0]?.purpose, 120),
      asked.map(({ outcome }) => outcome.evidence),
    ),
  );
  return [
    rows.length > 0 ? table(['Evidence', 'Question', 'Source and range', 'Rows', 'What it showed'], rows) : '',
    list.length > 0 ? `Asked without a hit: ${list.join(' ')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
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

/** What other questions are made from, asked of each source or in as many queries as the texts of the rules need. */
const PLUMBING =
  /^(?:Which log sources are there|Which fields does this source have|Which kinds of events are there|Which detection rules match)\?$/;
const isPlumbing = ({ purpose, outcome }: Step): boolean => outcome.ok && PLUMBING.test(purpose);
const isEmpty = ({ outcome }: Step): boolean =>
  outcome.ok &&
  (outcome.table?.rows.every((row) => Number(row.n ?? 1) === 0) ?? listOf(outcome.structured)?.length === 0);

/** So many sources of one question are named. */
const MOST_SOURCES = 5;

/** Each row can be read alone: those above it may be left out for length. */
function sourceText(steps: Step[], searched: number): string {
  const named = [...new Set(steps.map(({ source }) => source ?? ''))].filter(Boolean).map((name) => code(name, 60));
  if (named.length > 2 && named.length === searched) return 'every log source';
  if (named.length > MOST_SOURCES) return few(named);
  return named.join(', ') || steps[0]?.outcome.name.split('__')[0] || '';
}

/** The range where all have one; else that each is of its source's window, which the text under the table gives. */
function rangeText(steps: Step[]): string {
  const ranges = new Set(steps.map(({ outcome: { args } }) => minutes(readTime(args.from), readTime(args.to))));
  const [first] = ranges;
  return ranges.size === 1 ? (first ? `, ${first}` : '') : ', each in its window';
}

const minutes = (from: number | null, to: number | null): string =>
  from === null || to === null ? '' : `${minute(from)}Z to ${minute(to)}Z`;
const minute = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');

/** "14 rows": of all sources together, or of each where one failed or was cut. */
function rowsText(all: Step[]): string {
  // The same query asked again has the record of the first time.
  const steps = [...new Map(all.map((step) => [step.outcome.evidence, step])).values()];
  const counts = steps.map(({ outcome }) => {
    if (!outcome.ok) return 'failed';
    const count = outcome.table?.rows.length ?? listOf(outcome.structured)?.length;
    return count === undefined ? '–' : `${count}${outcome.table?.truncated ? ' rows (truncated)' : ''}`;
  });
  if (new Set(counts).size === 1 && (counts[0] === 'failed' || counts[0] === '–')) return counts[0] as string;
  if (steps.length === 1) return /^\d+$/.test(counts[0] ?? '') ? plural(Number(counts[0]), 'row') : `${counts[0]}`;
  if (counts.some((count) => !/^\d+$/.test(count))) return steps.length > MOST_SOURCES ? '–' : counts.join(', ');
  // Each record says its own.
  return plural(
    counts.reduce((sum, count) => sum + Number(count), 0),
    'row',
  );
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
  return few(names.map((name) => code(name, 60)));
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
  // What is probably the same case stands among the key findings.
  if (relatedAlerts.length > 0 && !gathered.context.some(({ speaksFor }) => speaksFor === 'case'))
    lines.push(
      `Other alerts ${alike}: ${few([...new Set(relatedAlerts.map((item) => prose(item.title, 80)))])} [E${relatedAlerts[0]?.evidence}].`,
    );
  return lines.length > 0 ? `Precedents and related alerts, as leads:\n\n${bullet(lines)}` : '';
}

/** What the ranges of the table mean. */
function ranges({ gathered }: Material): string {
  const windows = gathered.cases.map(({ window }) => window);
  const [from, to] = [Math.min(...windows.map((one) => one.from)), Math.max(...windows.map((one) => one.to))];
  const own = windows.length > 1 ? ` The windows lie within ${minutes(from, to)}.` : '';
  return `A query without a range covers all that was asked of its source.${own}`;
}

/** What was not or could not be looked at. */
export function gapLines({ gathered }: Material): string[] {
  // The same of several queries is one gap.
  const lines = [...groupBy(gathered.gaps, ({ text }) => text)].map(
    ([text, gaps]) =>
      `${cited(
        text.replace(/\.$/, ''),
        gaps.flatMap(({ evidence }) => evidence),
      )}.`,
  );
  if (gathered.absent.length > 0)
    lines.push(
      `${cited(
        `No event of any searched source contains ${joined(
          gathered.absent.slice(0, 6).map((seed) => shownSeed(seed, 80)),
          'or',
        )}`,
        gathered.absentEvidence.slice(0, 8),
      )}.`,
    );
  lines.push('Tickets, chat, mail and file contents were not looked at.');
  return [...new Set(lines)].slice(0, 8);
}
