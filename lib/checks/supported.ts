import { type Around, contextOf } from './claim-context';
import type { Claim } from './claims';
import type { EvidenceIndex } from './evidence-index';
import { hasTimeText, holds } from './held-values';
import { isComputable, isTimeThere } from './numbers';

/** `port 8443`, where the evidence has `192.0.2.1:8443`. */
const isPort = ({ start }: Claim, { block }: Around): boolean =>
  /\b(?:ports?|tcp|udp)[ /:]+$/i.test(block.text.slice(Math.max(0, start - 10), start));

/** `Chrome 131`, where the evidence has `Chrome/131.0.0.0`: the number is a part of a product's name. */
function isVersion({ start, value, measure, decimals }: Claim, { block }: Around, records: EvidenceIndex[]): boolean {
  if (measure !== undefined) return false;
  // `with the older 441` of `gcloud/441.0.0`
  if (value.length > 2 && records.some((record) => record.has(`/${value}.`))) return true;
  // `iOS 18.1` of `iPhone OS 18_1`
  const said = block.text.slice(Math.max(0, start - 50), start);
  if (decimals && /\p{Lu}[\p{L}\p{N}.]* $/u.test(said))
    return records.some((record) => record.has(value) || record.has(value.replaceAll('.', '_')));
  const name = /(?<![\p{L}\p{N}])(\p{Lu}[\p{L}\p{N}.]*)(?: v| version)?[ -]$/u.exec(said)?.[1];
  return (
    name !== undefined &&
    records.some((record) => ['/', '', '-', '/v'].some((mark) => record.has(`${name}${mark}${value}`)))
  );
}

const hasYear = (record: EvidenceIndex, year: number | undefined): boolean =>
  record.times().some((time) => new Date(time).getUTCFullYear() === year);

/** Whether records support a claim of a sentence: have it, as it is or as people write it, or it can be computed from them. */
export function isSupported(claim: Claim, records: EvidenceIndex[], around: Around): boolean {
  if (claim.time) {
    if (records.some((record) => hasTimeText(record, claim.value))) return true;
    const { anchors, ...context } = contextOf(claim, records, around);
    if (isTimeThere(claim.time, { ...context, anchors: anchors.filter((anchor) => 'value' in anchor) })) return true;
    return isBoundOf(claim, records, around);
  }
  if (claim.kind !== 'number') return records.some((record) => holds(claim, record));
  if (isVersion(claim, around, records)) return true;
  if (isPort(claim, around) && records.some((record) => record.has(`:${claim.value}`))) return true;
  if (/^(?:19|20)\d\d$/.test(claim.value) && !claim.measure && records.some((record) => hasYear(record, claim.number)))
    return true;
  return isComputable(claim, contextOf(claim, records, around));
}

const BEFORE =
  /\b(?:before|until|by|no later than|up to|prior to|earlier than|through|ends?(?: at| on)?|ended(?: at| on)?)\s+(?:the\s+)?$/i;
const AFTER =
  /\b(?:after|since|from|no earlier than|later than|starting(?: at| on)?|begin(?:s|ning)?(?: at| on)?)\s+(?:the\s+)?$/i;

/** `before 2020-10-28`: a bound is right when the evidence has a time on its side. */
function isBoundOf({ time, start }: Claim, records: EvidenceIndex[], { block }: Around): boolean {
  if (!time || time.timeOfDay || time.anyYear) return false;
  // To the second it is somebody's time, and no bound.
  if (time.to - time.from <= 1000 && time.from % 60_000 !== 0) return false;
  const words = block.text.slice(Math.max(0, start - 40), start);
  const times = records.flatMap((record) => record.times());
  if (BEFORE.test(words)) return times.some((at) => at < time.to);
  return AFTER.test(words) && times.some((at) => at >= time.from);
}
