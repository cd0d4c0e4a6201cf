import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent } from '../events';
import { type Finding, finding } from '../messages';
import { statementsOf } from '../statements';

const ORDINALS =
  'third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );
const TENS: Record<string, number> = { thirtieth: 30, fortieth: 40, fiftieth: 50, hundredth: 100 };
const NTH = new RegExp(
  `\\b(${[...ORDINALS, ...Object.keys(TENS)].join('|')}|\\d{1,3}(?:th|rd|nd|st))\\s+(?:attempt|try|guess|failure|refusal|push|password)\\b`,
  'gi',
);

const numberOf = (word: string): number =>
  /^\d/.test(word) ? Number.parseInt(word, 10) : (TENS[word] ?? ORDINALS.indexOf(word) + 3);

/** `the fortieth try`, where the cited records count fewer; one more may have come after those that failed. */
export function checkOrdinals(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap(({ block, start, text, events }) =>
    [...text.matchAll(NTH)].flatMap((match) => {
      const number = numberOf((match[1] ?? '').toLowerCase());
      if (events.some((event) => countOf(event) === null) || number <= mostOf(events) + 1) return [];
      const at = start + match.index;
      const cited = [...new Set(events.map(({ record }) => record.call.number))].slice(0, 3);
      const place = placeOf(block, { start: at, end: at + match[0].length });
      return [finding('evidence', 'error', place, 'number-not-in-cited', { value: match[0], cited, actual: null })];
    }),
  );
}

/** How often anything was tried, by the record that counts most. */
function mostOf(events: EvidenceEvent[]): number {
  const counts = new Map<unknown, number>();
  for (const event of events) counts.set(event.record, (counts.get(event.record) ?? 0) + (countOf(event) ?? 0));
  return Math.max(0, ...counts.values());
}
