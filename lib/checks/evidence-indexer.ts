import type { EvidenceRecord } from '../evidence/evidence-record';
import { EvidenceIndex } from './evidence-index';

/**
 * Makes records ready for looking things up, and keeps those of the last case: while somebody types, the text changes and the
 * evidence does not. A record is the same only if its call and its whole result are.
 */
export function indexerOf(): (records: EvidenceRecord[]) => EvidenceIndex[] {
  let kept = new Map<number, EvidenceIndex>();
  return (records) => {
    const last = kept;
    kept = new Map(); // so that two cases are never held at once
    const all = records.map((record) => {
      const known = last.get(record.number);
      last.delete(record.number);
      return known && isSame(known.call, record) ? known : new EvidenceIndex(record);
    });
    kept = new Map(all.map((one) => [one.call.number, one]));
    return all;
  };
}

/** `structured` is only there where `text` is its JSON or its cut. */
function isSame(a: EvidenceRecord, b: EvidenceRecord): boolean {
  const { text, args, structured, ...call } = a;
  const { text: otherText, args: otherArgs, structured: otherStructured, ...other } = b;
  return (
    text === otherText &&
    JSON.stringify(call) === JSON.stringify(other) &&
    JSON.stringify(args) === JSON.stringify(otherArgs) &&
    JSON.stringify(structured) === JSON.stringify(otherStructured)
  );
}
