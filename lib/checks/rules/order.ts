import { formatUtc } from '../../time/time';
import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent } from '../events';
import { type Finding, finding } from '../messages';
import { isDeniedAt, type Statement, statementsOf } from '../statements';
import { deedsTold, eventsTold, isTold, type ToldDeed } from '../told-deeds';

/** `A` before `B` as a text says it between them: 1, the other way round: -1. */
const BETWEEN: [RegExp, 1 | -1][] = [
  // `after a pause` is after what stands before it.
  [
    /\bafter (?:an?|another|about|some|only|[\w-]+) (?:[\w-]+ )?(?:pause|delay|break|while|gap|seconds?|minutes?|hours?|days?)\b/i,
    1,
  ],
  [/\b(?:before|earlier than|prior to) (?:that|this|then)\b|\bhaving (?:already|first)\b/i, -1],
  [/\b(?:after|once|following|preceded by)\b(?![^,]*,)(?!.*\sand\s)/i, -1],
  [/\b(?:before|prior to|preced(?:es?|ed|ing)|ahead of)\b(?![^,]*,)(?!.*\sand\s)/i, 1],
  [/\b(?:then|afterwards|subsequently|later|next|followed by)\b/i, 1],
  [/\b(?:follows?|followed)\b/i, -1],
];
/** A sentence that begins with one of two deeds and its relation to the other. */
const AHEAD: [RegExp, 1 | -1][] = [
  [/^\W*(?:\p{L}+ ){0,3}?(?:after|once|having|following)\b[^,]*$/iu, 1],
  [/^\W*before\b[^,]*$/i, -1],
];

/** What came first: two deeds of a sentence are not the other way round in the evidence, with no event between them to doubt it. */
export function checkOrder(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, text, start } = statement;
    if (block.kind === 'row') return [];
    const deeds = deedsTold(text);
    return deeds.slice(1).flatMap((second, at) => {
      const first = deeds[at] as ToldDeed; // the one before it
      const order = orderOf(text, first, second);
      if (
        order === 0 ||
        isDeniedAt(statement, start + first.verb.start) ||
        isDeniedAt(statement, start + second.verb.start)
      )
        return [];
      const [earlier, later] = order > 0 ? [first, second] : [second, first];
      const [a, b] = [meant(context, statement, earlier), meant(context, statement, later)];
      const [firstOfA, lastOfB] = [
        Math.min(...a.flatMap(({ times }) => times)),
        Math.max(...b.flatMap(({ times }) => times)),
      ];
      if (a.length === 0 || b.length === 0 || firstOfA <= lastOfB) return [];
      if (a.some((event) => b.includes(event))) return [];
      const data = {
        earlier: words(text, later),
        earlierAt: formatUtc(new Date(lastOfB)),
        later: words(text, earlier),
        laterAt: formatUtc(new Date(firstOfA)),
        record: (a[0] as EvidenceEvent).record.call.number,
      };
      const place = placeOf(block, { start: start + second.verb.start, end: start + second.verb.end });
      return [finding('action', 'warning', place, 'order-differs', data)];
    });
  });
}

function orderOf(text: string, first: ToldDeed, second: ToldDeed): -1 | 0 | 1 {
  if (second.start < first.end) return 0;
  const between = text.slice(first.end, second.start);
  if (between.length > 120 || /[;.]\s/.test(between)) return 0;
  const before = text.slice(0, first.start);
  for (const [words, order] of AHEAD)
    if (words.test(before) && before.length < 40) return /,/.test(between) ? order : 0;
  for (const [words, order] of BETWEEN) if (words.test(between)) return order;
  return 0;
}

/** Cited events that a deed says; else those of the whole case. */
function meant(context: CheckContext, { events, block, start }: Statement, deed: ToldDeed): EvidenceEvent[] {
  const cited = events.filter((event) => event.times.length > 0 && isTold(event, deed));
  const all = cited.length > 0 ? cited : eventsTold(context, deed).said;
  // `downloaded 71 documents`: the burst of that many.
  const number = claimsOf(block).find(
    ({ number: value, measure, start: at }) =>
      value !== undefined && !measure && at >= start + deed.start && at < start + deed.end,
  )?.number;
  const counted = all.filter((event) => countOf(event) === number);
  return counted.length > 0 ? counted : all;
}

const words = (text: string, { start, end }: ToldDeed): string =>
  text.slice(start, end).replace(/[`*_]/g, '').replace(/\s+/g, ' ');
