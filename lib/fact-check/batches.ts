import type { Passage } from '../checks/passages';
import type { ShownRecord } from './shown-evidence';

/** What one request holds: passages, and the records that are shown with them, whole. */
export type Batch = { passages: Passage[]; records: ShownRecord[] };

export type BatchLimits = {
  /** Characters of records in one request. */
  evidenceChars: number;
  /** Passages of one request, and their characters. */
  passages: number;
  passageChars: number;
};

/**
 * Passages in requests. Where all records fit into one, each request shows them all, so that a model can say which record has
 * what another doesn't; else passages in a row share a request while what they cite fits.
 * @returns tooLarge: passages whose own records don't fit: nobody has read them
 */
export function toBatches(
  passages: Passage[],
  records: ShownRecord[],
  limits: BatchLimits,
): { batches: Batch[]; tooLarge: Passage[] } {
  const sizes = new Map(records.map((record) => [record.number, record.text.length]));
  const sizeOf = (numbers: Iterable<number>): number =>
    [...numbers].reduce((sum, number) => sum + (sizes.get(number) ?? 0), 0);
  const showsAll = sizeOf(sizes.keys()) <= limits.evidenceChars;
  // Requests of the same size: a last one for two statements would cost as much as a full one.
  const most = Math.ceil(passages.length / Math.max(1, Math.ceil(passages.length / limits.passages)));
  const [batches, tooLarge]: [Batch[], Passage[]] = [[], []];
  let open: { passages: Passage[]; cites: Set<number>; chars: number } | null = null;
  const close = () => {
    if (open && open.passages.length > 0) {
      const { passages: own, cites } = open;
      batches.push({ passages: own, records: showsAll ? records : records.filter(({ number }) => cites.has(number)) });
    }
    open = null;
  };
  for (const passage of passages) {
    if (!showsAll && sizeOf(passage.cites) > limits.evidenceChars) {
      tooLarge.push(passage);
      continue;
    }
    const cites: Set<number> = new Set([...(open?.cites ?? []), ...passage.cites]);
    const chars: number = (open?.chars ?? 0) + passage.text.length + (passage.before?.length ?? 0);
    const fits =
      open !== null &&
      open.passages.length < most &&
      chars <= limits.passageChars &&
      (showsAll || sizeOf(cites) <= limits.evidenceChars);
    if (open && fits) open = { passages: [...open.passages, passage], cites, chars };
    else {
      close();
      open = { passages: [passage], cites: new Set(passage.cites), chars: passage.text.length };
    }
  }
  close();
  return { batches, tooLarge };
}

/**
 * The same passages in two requests; with `fewer`, each shows what its half cites. null: one passage can't be halved.
 */
export function halve({ passages, records }: Batch, { fewer }: { fewer: boolean }): [Batch, Batch] | null {
  if (passages.length < 2) return null;
  const middle = Math.ceil(passages.length / 2);
  const half = (own: Passage[]): Batch => {
    const cites = new Set(own.flatMap((passage) => passage.cites));
    return { passages: own, records: fewer ? records.filter(({ number }) => cites.has(number)) : records };
  };
  return [half(passages.slice(0, middle)), half(passages.slice(middle))];
}
