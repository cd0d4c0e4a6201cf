import { z } from 'zod';
import { joined, plural } from '../text/phrases';

const DAY_MS = 86_400_000;
const MOST_FILES = 4;
/** Unreadable or untimed rows up to this share are noise. */
const NOISE = 0.01;

const Listing = z.object({
  sources: z
    .array(
      z.looseObject({
        name: z.string(),
        rows: z.number().catch(0),
        from: z.string().nullable().catch(null),
        to: z.string().nullable().catch(null),
        unparsable: z.number().catch(0),
        untimed: z.number().catch(0),
      }),
    )
    .catch([]),
  skipped: z.array(z.object({ file: z.string(), reason: z.string().catch('') })).catch([]),
  indexing: z.unknown().optional(),
});

/** Why something may be in the logs although no answer shows it. `blocks`: with it the case can't be called BENIGN. */
export type SourceGap = {
  kind: 'skipped' | 'outside' | 'untimed' | 'unparsable' | 'indexing';
  source: string | null;
  text: string;
  blocks: boolean;
};

/**
 * The gaps that a listing of log sources (the structured answer of `list_sources`) tells of: skipped files, sources that end a day
 * or more before the alert or begin after it, rows without a time, unreadable lines. `quote` marks names in the texts.
 */
export function listingGaps(
  structured: unknown,
  alertMs: number | null,
  quote: (name: string) => string = (name) => name,
): SourceGap[] {
  const listing = Listing.safeParse(structured);
  if (!listing.success) return [];
  const { sources, skipped, indexing } = listing.data;
  const gaps: SourceGap[] = [];
  if (skipped.length > 0) {
    const files = skipped.slice(0, MOST_FILES).map(({ file }) => quote(file));
    const list = skipped.length > MOST_FILES ? `${files.join(', ')} and other files` : joined(files);
    gaps.push({
      kind: 'skipped',
      source: null,
      text: `Skipped, because they could not be read: ${list}.`,
      blocks: true,
    });
  }
  if (indexing)
    gaps.push({ kind: 'indexing', source: null, text: 'Some log files were still being read.', blocks: true });
  for (const { name, rows, from, to, unparsable, untimed } of sources) {
    if (rows === 0) continue;
    const add = (kind: SourceGap['kind'], text: string, blocks: boolean): void => {
      gaps.push({ kind, source: name, text, blocks });
    };
    const [start, end] = [from, to].map((time) => (time === null ? null : Date.parse(time)));
    if (start == null || end == null) add('untimed', `The events of ${quote(name)} have no time.`, true);
    else {
      if (alertMs !== null && (alertMs < start - DAY_MS || alertMs > end + DAY_MS))
        add('outside', `${quote(name)} does not cover the time of the alert.`, true);
      if (untimed > 0)
        add(
          'untimed',
          `${plural(untimed, 'event')} of ${quote(name)} ${untimed === 1 ? 'has' : 'have'} no time, so no time range finds ${untimed === 1 ? 'it' : 'them'}.`,
          untimed > rows * NOISE,
        );
    }
    if (unparsable > 0)
      add(
        'unparsable',
        `${plural(unparsable, 'line')} of ${quote(name)} could not be read.`,
        unparsable > rows * NOISE,
      );
  }
  return gaps;
}
