import type { Catalog, Source } from './catalog';
import type { NoteKind } from './formats/format';
import type { Skipped } from './scan-files';
import { folderOf, identifier, logStem } from './source-names';
import { timeFieldName } from './time-field';
import { isoMicros } from './to-json';
import type { TimeRange } from './views';

/**
 * Why something may be in the logs although an answer doesn't show it. Machine-readable beside the `notes` that say it.
 * outside_range: no event of the source is in the range. untimed: rows without a time, shown in every range. unparsable:
 * lines that could not be read. damaged: a file that was read in part. skipped: a file of the source that was not read.
 * stale: an older state of the files answered. truncated: there were more rows than were returned.
 */
export type Gap = {
  kind: 'outside_range' | 'untimed' | 'unparsable' | 'damaged' | 'skipped' | 'stale' | 'truncated';
  source: string | null;
  detail: string;
};

export type Span = { from: number | null; to: number | null; rows: number; untimed: number };

/** First and last time, rows, and rows without a time of what is indexed of a source. */
export function spanOf(source: Source): Span {
  const span: Span = { from: null, to: null, rows: 0, untimed: 0 };
  for (const part of source.segments.flatMap((segment) => segment.parts)) {
    span.rows += part.rows;
    span.untimed += part.untimed;
    if (part.from !== null && (span.from === null || part.from < span.from)) span.from = part.from;
    if (part.to !== null && (span.to === null || part.to > span.to)) span.to = part.to;
  }
  return span;
}

/** What is missing from an answer over the source, within the range. */
export function gapsOf(catalog: Catalog, source: Source, range: TimeRange): Gap[] {
  const { name } = source;
  const gaps: Gap[] = [];
  const add = (kind: Gap['kind'], detail: string): void => {
    gaps.push({ kind, source: name, detail });
  };
  const { from, to, untimed, rows } = spanOf(source);
  if (from !== null && to !== null && (to < range.from || from > range.to))
    add('outside_range', `${name} has events from ${isoMicros(from)} to ${isoMicros(to)}, none in this time range.`);
  if (untimed && from !== null)
    add(
      'untimed',
      `${name}: ${untimed} of ${rows} rows have no readable time; they are in every time range, with _time null.`,
    );
  const results = catalog.results(source);
  const unparsable = results.reduce((sum, file) => sum + file.unparsable, 0);
  if (unparsable)
    add(
      'unparsable',
      `${name}: ${unparsable} ${unparsable === 1 ? 'line' : 'lines'} could not be read (see list_sources).`,
    );
  const damaged = results.flatMap((file) => {
    const problem = file.problems.find(({ line }) => line === null);
    return problem ? [`${file.name}: ${problem.message}`] : [];
  });
  for (const detail of damaged.slice(0, 3)) add('damaged', `${name}: ${detail}.`);
  if (damaged.length > 3) add('damaged', `${name}: ${damaged.length - 3} more files could not be read whole.`);
  for (const { file, reason } of skippedOf(source, catalog.skipped).slice(0, 3))
    add('skipped', `${name}: ${file} was skipped: ${reason}.`);
  if (source.stale && !source.ready)
    add('stale', `${name}: files changed and are being read again; this answer is from their earlier state.`);
  return gaps;
}

/** What a reader should know about a source that is no gap: how times and keys were read. */
export function remarksOf(catalog: Catalog, source: Source): string[] {
  const counts = new Map<NoteKind, number>();
  for (const file of catalog.results(source))
    for (const [kind, count] of Object.entries(file.notes))
      counts.set(kind as NoteKind, (counts.get(kind as NoteKind) ?? 0) + count); // keys of a Record<NoteKind, …>
  const remarks: string[] = [];
  const guessed = source.timeFields.find((field) => field.isOrderGuessed);
  if (guessed) {
    const order = guessed.order === 'dmy' ? 'the day first' : 'the month first';
    remarks.push(`Dates in ${timeFieldName(guessed)} fit both day/month and month/day; they are read with ${order}.`);
  }
  const zoneless = source.timeFields[0]?.isZoneless ? timeFieldName(source.timeFields[0]) : null;
  if (zoneless) remarks.push(`The times in ${zoneless} have no time zone; they are read as UTC and may be local.`);
  const shortened = new Set(
    source.segments
      .flatMap(({ fields }) => fields)
      .filter(({ samples }) => samples.some(([value]) => /^\d(?:[.,]\d+)?E\+\d{2}$/.test(value)))
      .map(({ path }) => path.join('.')),
  );
  if (shortened.size)
    remarks.push(
      `A spreadsheet shortened the numbers in ${[...shortened].slice(0, 5).join(', ')} (1.7E+12), and no time can be read from them; export the file again without opening it there.`,
    );
  const note = (kind: NoteKind, text: (count: number) => string): void => {
    const count = counts.get(kind);
    if (count) remarks.push(text(count));
  };
  note('duplicateKeys', (n) => `${n} records have a key twice; the first value counts, raw has both.`);
  note('assumedYear', (n) => `${n} lines have no year; it is taken from the file's modification time.`);
  note('noZone', () => 'The times have no time zone; they are read as UTC and may be local.');
  note('dateOrder', () => 'The dates fit both day/month and month/day; they are read by the likelier of the two.');
  note(
    'zeroBytes',
    () => 'There are zero bytes between lines (a crash, or a file cut while it was written to): lines may be missing.',
  );
  note(
    'unmatched',
    (n) => `${n} ${n === 1 ? "line doesn't" : "lines don't"} have the file's format: rows with \`line\` only.`,
  );
  return remarks;
}

/** Files that were skipped and, by folder and name, would be part of the source. */
export function skippedOf(source: Source, skipped: Skipped[]): Skipped[] {
  const keys = new Set(source.files.map((file) => logKey(file.name)));
  return skipped.filter(({ file, gap }) => gap && keys.has(logKey(file)));
}

const logKey = (name: string): string => `${folderOf(name).join('/')}/${logStem(name)}`;

/** The skipped file that a name of a source, as somebody guessed it, is about. */
export function skippedFor(name: string, skipped: Skipped[]): Skipped | undefined {
  const wanted = identifier(name);
  const named = (file: string): string => identifier(logStem(file));
  return (
    skipped.find(({ file }) => named(file) === wanted) ??
    skipped.find(
      ({ file, gap }) => gap && [folderOf(file).at(-1) ?? '', file].some((part) => identifier(part) === wanted),
    ) ??
    skipped.find(
      ({ file, gap }) =>
        gap && named(file).length > 3 && (named(file).includes(wanted) || wanted.includes(named(file))),
    )
  );
}
