import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { eventsOf } from '../events';
import { type Finding, finding } from '../messages';
import { isTimelineRow, statementsOf } from '../statements';
import { saysTime } from '../times';

/** What happened when: an event that a sentence names beside a time is not at a time that only another event has. */
export function checkActionTimes(context: CheckContext): Finding[] {
  const events = new Map<string, number[]>();
  for (const record of context.all) {
    for (const { actions, times } of eventsOf(record)) {
      for (const action of actions) events.set(action, [...(events.get(action)?.slice(0, 2000) ?? []), ...times]);
    }
  }
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, actions, times } = statement;
    if (actions.length === 0 || statement.denies) return [];
    const said = isTimelineRow(statement) ? times.slice(0, 1) : times;
    return said.flatMap((claim) => {
      const { time } = claim;
      if (!time || time.anyYear || time.or || context.known.hasTime(time)) return [];
      const has = (list: number[]) => list.some((at) => saysTime(time, at));
      const other = statement.events.find((event) => event.actions.length > 0 && has(event.times));
      // A burst that began before and ended after it includes it.
      const isWithin = (list: number[]) =>
        list.length > 2 ||
        (list.length === 2 && (time.timeOfDay || (Math.min(...list) < time.from && Math.max(...list) > time.to)));
      const near = actions.some(
        ({ name }) => has(events.get(name) ?? []) || (times.length > 1 && isWithin(events.get(name) ?? [])),
      );
      if (!other || near) return [];
      const action = block.text.slice(actions[0]?.start, actions[0]?.end);
      const at = other.row.cells.find((cell) => typeof cell === 'string' && other.actions.includes(cell.toLowerCase()));
      const actual = String(at ?? other.actions[0]);
      const data = { time: claim.value, action, actual, record: other.record.call.number };
      const severity = actions.length === 1 ? 'error' : 'warning';
      return [finding('action', severity, placeOf(block, claim), 'time-of-another-event', data)];
    });
  });
}
