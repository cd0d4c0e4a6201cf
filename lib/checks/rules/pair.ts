import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { squash } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';

const AT = /^[`*_]*\s+(?:at|since)\s+[`*_]*$/i;
const OWNED = /^[`*_]*\s+(?:belongs? to|is (?:that|the key|a key) of)\s+(?:the user\s+)?[`*_]*$/i;

/** `lena at 19:01:50Z`, `AKIA… belongs to lena`: two that no cited row has together, though it has each of them with another. */
export function checkPairs(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) =>
    statement.block.kind === 'row' || statement.denies ? [] : checkStatement(statement),
  );
}

function checkStatement({ block, start, end, times, events, actors }: Statement): Finding[] {
  const names = claimsOf(block).filter(
    ({ kind, ...at }) => ['quote', 'id', 'indicator'].includes(kind) && at.start >= start && at.end <= end,
  );
  const rowsWith = (value: string) => events.filter(({ row }) => row.text.includes(squash(value)));
  return names.flatMap((name) => {
    const isNext = (one: { start: number }, between: RegExp) =>
      one.start >= name.end && between.test(block.text.slice(name.end, one.start));
    // Of several addresses in a list the time is of each.
    const acts = actors.some((actor) => actor.start === name.start);
    const time = acts ? times.find((one) => isNext(one, AT))?.time : undefined;
    const owner = names.find((one) => isNext(one, OWNED));
    const own = rowsWith(name.value);
    const others = owner
      ? rowsWith(owner.value)
      : events.filter((event) => time && event.times.some((at) => saysTime(time, at)));
    const [row] = others;
    if (own.length === 0 || !row || own.some((event) => others.includes(event))) return [];
    if (others.some(({ actors }) => actors.length === 0)) return [];
    const data = {
      said: (owner ?? name).value,
      actual: actorsOf(owner ? own : others),
      record: row.record.call.number,
    };
    return [finding('actor', 'error', placeOf(block, owner ?? name), 'actor-differs', data)];
  });
}

/** Who acted, by the last part of their name. */
const actorsOf = (events: EvidenceEvent[]): string[] =>
  [...new Set(events.flatMap(({ actors: [first = ''] }) => first.split(/[/:]/).at(-1) ?? first))].slice(0, 3);
