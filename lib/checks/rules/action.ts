import { placeOf } from '../claims';
import { partsOf } from '../clauses';
import type { CheckContext } from '../context';
import { deedsIn } from '../deeds';
import { eventsOf } from '../events';
import { squash } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { isDeniedAt, isTimelineRow, type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';

/** `npm ci on build-07 ran the script`: a program that does something is who acts; the event is what it did. */
const DOES =
  /^[`*_]*(?:\s+on\s+[`*_]*[\w.-]+[`*_]*)?\s+(?:then\s+|also\s+)?(?:ran|runs|started|starts|launched|spawned|executed|opened|wrote|loaded|dropped)\b/i;

/** Between an action and its time: `Delete user was tried at 06:22:47Z`. */
const DONE_AT = /^[`*_"]*\s+(?:\p{L}+\s+)?(?:was|were)\s+(?:\p{L}+\s+){1,2}at\s+[`*_]*$/iu;

/**
 * What happened when: an event that a sentence names beside a time is not at a time that only another event has. Warns: what acts
 * may be named as what was done (docs/decisions/224).
 */
export function checkActionTimes(context: CheckContext): Finding[] {
  const events = new Map<string, number[]>();
  for (const record of context.all) {
    for (const { actions, times } of eventsOf(record)) {
      for (const action of actions) events.set(action, [...(events.get(action)?.slice(0, 2000) ?? []), ...times]);
    }
  }
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, times } = statement;
    // A path or a command line is what was acted on.
    const actions = statement.actions.filter(
      ({ name, end }) => !/[\\/]/.test(name) && !DOES.test(block.text.slice(end, end + 80)),
    );
    const ofDeeds = statement.denies ? [] : checkDeedTimes(context, statement);
    if (actions.length === 0 || ofDeeds.length > 0) return ofDeeds;
    // In prose a program that is named beside a time may act then, or be what another one calls next (docs/decisions/224).
    const isSaidOf = (claim: { start: number }) =>
      isTimelineRow(statement) || actions.some(({ end }) => DONE_AT.test(block.text.slice(end, claim.start)));
    const said = (isTimelineRow(statement) ? times.slice(0, 1) : times).filter(
      (claim) => isSaidOf(claim) && !isOfOtherVerb(statement, claim) && !isDeniedAt(statement, claim.start),
    );
    return said.flatMap((claim) => {
      const { time } = claim;
      if (!time || time.or || context.known.hasTime(time)) return [];
      const has = (list: number[]) => list.some((at) => saysTime(time, at));
      const other = statement.events.find((event) => event.actions.length > 0 && has(event.times));
      // A burst that began before and ended after it includes it.
      const isWithin = (list: number[]) =>
        list.length > 2 ||
        (list.length === 2 &&
          (time.timeOfDay || time.anyYear || (Math.min(...list) < time.from && Math.max(...list) > time.to)));
      const near = actions.some(
        ({ name }) => has(events.get(name) ?? []) || (times.length > 1 && isWithin(events.get(name) ?? [])),
      );
      // What started it stands in its row: `installed by CcmExec.exe`.
      const isInRow = statement.events.some(
        (event) => has(event.times) && actions.some(({ name }) => event.row.text.includes(squash(name))),
      );
      if (!other || near || isInRow) return [];
      const action = block.text.slice(actions[0]?.start, actions[0]?.end);
      const at = other.row.cells.find((cell) => typeof cell === 'string' && other.actions.includes(cell.toLowerCase()));
      const actual = String(at ?? other.actions[0]);
      const data = { time: claim.value, action, actual, record: other.record.call.number };
      return [finding('action', 'warning', placeOf(block, claim), 'time-of-another-event', data)];
    });
  });
}

/** Whether a time stands with a verb of its own, and none of the names: `…with ntdsutil, and cleared the log at 15:10:31Z`. */
function isOfOtherVerb(statement: Statement, claim: { start: number; end: number }): boolean {
  const { block, actions } = statement;
  if (block.kind === 'row') return false;
  // Another part of the sentence: `The alert names X; at 12:00:08Z …`.
  const isApart = actions.every(({ start, end }) =>
    /[;:]\s/.test(block.text.slice(Math.min(end, claim.end), Math.max(start, claim.start))),
  );
  if (isApart) return true;
  const clause = partsOf(statement).find(({ start, end }) => claim.start >= start && claim.end <= end);
  return (
    clause !== undefined &&
    !actions.some(({ start, end }) => start >= clause.start && end <= clause.end) &&
    deedsIn(block.text.slice(clause.start, clause.end)).some(({ word }) => /ed$/i.test(word))
  );
}

/** `created a key at 03:10:12Z`, where what was created stands at other times, and at this one is something else. */
function checkDeedTimes({ known }: CheckContext, statement: Statement): Finding[] {
  const { block, events } = statement;
  if (block.kind === 'row') return [];
  return partsOf(statement).flatMap((clause) => {
    const text = block.text.slice(clause.start, clause.end);
    const [deed, other] = deedsIn(text);
    const [claim, more] = statement.times.filter(({ start, end }) => start >= clause.start && end <= clause.end);
    const time = claim?.time;
    // One thing at one time, told as done: of more nothing says which is whose.
    if (!deed || other || !claim || !time || more || time.or || known.hasTime(time)) return [];
    if (!/ed$/i.test(deed.word) || /\b(?:after|before|until|since|when|from|between)\b/i.test(text)) return [];
    const done = events.filter(({ actions }) => actions.some((action) => deed.names.test(action)));
    const there = events.filter((event) => event.times.some((at) => saysTime(time, at)));
    const [first] = there;
    if (done.length === 0 || !first || there.some((event) => event.actions.length === 0 || done.includes(event)))
      return [];
    if (done.some(({ times }) => times.length > 1)) return [];
    const data = {
      time: claim.value,
      action: deed.word,
      actual: first.actions[0] ?? '',
      record: first.record.call.number,
    };
    return [finding('action', 'warning', placeOf(block, claim), 'time-of-another-event', data)];
  });
}
