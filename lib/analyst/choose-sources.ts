import { listingGaps } from '../evidence/source-gaps';
import { joined } from '../text/phrases';
import { asked, noteFailure } from './ask-sources';
import type { Gathered } from './case';
import type { LogSource } from './queries';
import { code } from './report/escape';
import { type Context, isObject, type Outcome } from './script';
import { mapSource } from './sources';
import { pathsOf, rareFields, type SourceField, textColumns } from './sources/mapping';
import { clock, DAY, HOUR, MINUTE, readTime } from './time';

const MOST_SOURCES = 24;
type Listed = Record<string, unknown>;

/**
 * The sources to search, nearest to the alert's time first, with their fields mapped. What can't be searched or does not cover
 * that time becomes a gap; `gathered.notCovered` says so when no source covers it.
 */
export async function chooseSources(context: Context, gathered: Gathered, listed: Outcome): Promise<LogSource[]> {
  const all = (Array.isArray(listed.structured.sources) ? listed.structured.sources : []).filter(isObject);
  const at = gathered.subject.at;
  const distance = (row: Listed): number => {
    const [from, to] = [readTime(row.from), readTime(row.to)];
    return at === null || from === null || to === null ? 0 : Math.max(0, from - at, at - to);
  };
  const sorted = all
    .filter((row) => Number(row.rows) > 0)
    .sort((a, b) => distance(a) - distance(b) || String(a.name).localeCompare(String(b.name)));
  const chosen = sorted.slice(0, MOST_SOURCES);
  if (sorted.length > chosen.length)
    gathered.gaps.push({
      text: `Only the ${MOST_SOURCES} sources nearest in time were searched, not ${joined(sorted.slice(MOST_SOURCES).map((row) => code(row.name)))}.`,
      evidence: [listed.evidence],
      blocks: true,
    });
  const described = await asked(
    context,
    gathered.steps,
    chosen.map((row) => ['Which fields does this source have?', 'logs__describe_source', { source: String(row.name) }]),
  );
  gathered.sources = described.flatMap((outcome, index) => {
    noteFailure(gathered, outcome, true);
    const source = readSource(chosen[index] as Listed, outcome); // one answer per source asked
    return outcome.ok && source ? [source] : [];
  });
  noteCoverage(gathered, listed, all.length);
  return gathered.sources;
}

function readSource(row: Listed, outcome: Outcome): LogSource | null {
  const fields = (Array.isArray(outcome.structured.fields) ? outcome.structured.fields : []).filter(isObject).map(
    (field): SourceField => ({
      name: String(field.name),
      type: String(field.type),
      filled: Number(field.filled ?? 1),
      samples: Array.isArray(field.samples) ? field.samples.map(String) : [],
    }),
  );
  if (fields.length === 0) return null;
  const rare = rareFields(outcome.structured.rare, Number(row.rows));
  return {
    name: String(row.name),
    rows: Number(row.rows),
    from: readTime(row.from),
    to: readTime(row.to),
    unparsable: Number(row.unparsable ?? 0),
    untimed: Number(row.untimed ?? 0),
    described: outcome.evidence,
    mapping: mapSource([...fields, ...rare]),
    fields: fields.map(({ name }) => name),
    rare: pathsOf(rare),
    texts: textColumns(fields),
  };
}

/** Whether the source has events from within a day of a time; one without times counts as covering it. */
export const covers = ({ from, to }: LogSource, at: number | null): boolean =>
  at === null || from === null || to === null || (at >= from - DAY && at <= to + DAY);

/** A log that ends this long before the alert, and this many times its usual pause, has lost what the alert is about. */
const ENDS_BEFORE = HOUR;
const USUAL_PAUSES = 5;

/** Sources that reach the day of the alert and not the alert itself. */
function endsBefore({ from, to, rows }: LogSource, at: number | null): boolean {
  if (at === null || from === null || to === null || at - to > DAY) return false;
  return at - to > Math.max(ENDS_BEFORE, (USUAL_PAUSES * (to - from)) / Math.max(1, rows));
}

function noteCoverage(gathered: Gathered, listed: Outcome, count: number): void {
  const { sources, subject } = gathered;
  if (!listed.ok) gathered.notCovered = 'The log sources could not be listed.';
  else if (count === 0) gathered.notCovered = 'No log source is connected.';
  else if (sources.length === 0) gathered.notCovered = 'None of the log sources could be read.';
  else if (!sources.some((source) => covers(source, subject.at)))
    gathered.notCovered = 'No log source covers the time of the alert.';
  const gaps = listingGaps(listed.structured, subject.at, (name) => code(name, 80));
  for (const { text, blocks } of gaps.filter(({ kind }) => kind !== 'outside'))
    gathered.gaps.push({ text, evidence: [listed.evidence], blocks });
  for (const source of sources.filter((one) => endsBefore(one, subject.at)))
    gathered.gaps.push({
      text: `${code(source.name)} ends at ${clock(source.to ?? 0)}, before the alert: what the alert reports is not in it.`,
      evidence: [listed.evidence],
      blocks: true,
      about: 'coverage',
    });
  const apart = gaps.filter(({ kind }) => kind === 'outside').map(({ source }) => code(source));
  noteBeginnings(gathered, listed);
  // When no source covers it, the report says that instead.
  if (apart.length > 0 && sources.some((source) => covers(source, subject.at)))
    gathered.gaps.push({
      text: `${joined(apart.slice(0, 5))}${apart.length > 5 ? ' and other sources' : ''} ${apart.length === 1 ? 'does' : 'do'} not cover the time of the alert.`,
      evidence: [listed.evidence],
      blocks: true,
      about: 'coverage',
    });
}

/** Logs are written a little after what they tell of. */
const LATE = 10 * MINUTE;

/** Sources of the day of the alert none of which holds its moment: they begin after it, so what it reports is in none of them. */
function noteBeginnings({ sources, subject: { at }, gaps }: Gathered, listed: Outcome): void {
  if (at === null) return;
  const near = sources.filter((source) => source.from !== null && covers(source, at));
  const begins = near.map(({ name, from }) => ({ name, from: from ?? 0 })).sort((a, b) => a.from - b.from);
  const [first] = begins;
  if (!first || first.from <= at + LATE) return;
  gaps.push({
    text: `${code(first.name)} begins after the alert, at ${clock(first.from)}; the alert is of ${clock(at)}, and no log holds what it reports.`,
    evidence: [listed.evidence],
    blocks: true,
    about: 'coverage',
  });
}
