import { asksSource } from '../../evidence/source-calls';
import { type Claim, placeOf } from '../claims';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { sessionsOf } from '../mentions';
import { type Finding, finding } from '../messages';
import { groupBy, groupsOf } from '../readings';
import { cellUnder, isDeniedAt, isTimelineRow, type Statement, statementsOf } from '../statements';
import { clockOf, type SaidTime, saysTime } from '../times';

type End = 'first' | 'last';
/** `the first of 48`, `last refusal`, not `last week` or `for the first time`. */
const WORD =
  /(?<!\b(?:at|from the|for the|since|until|over the|in the|within the) )\b(first|last|earliest|latest|final)\b(?! (?:time|seen|week|month|year|night|days?|hours?|minutes?|two|three|four|few|\d+|factor|name|stage|step)\b)/gi;
/** Characters between the word and its time. */
const REACH = 70;
/** `the first ends at`: the one end of what is the other. */
const OTHER_END = /\b(?:ends?|ended|begins?|began|begun|starts?|started|stops?|stopped|until|closed?)\b/i;
const MAX_ROWS = 600;

/** `the first of 48 signatures` of a time at which the last one is: a time that is the end which the text does not say. */
export function checkEndTimes(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, start, text, events } = statement;
    const own = events.filter(
      ({ record, times }) => times.length > 0 && record.isWhole && asksSource(record.call.tool),
    );
    if (own.length < 2 || own.length > MAX_ROWS) return [];
    return [...text.matchAll(WORD)].flatMap((match) => {
      const at = { start: start + match.index, end: start + match.index + match[0].length };
      const time = isTimelineRow(statement) ? timeOfRow(statement, at) : timeNextTo(statement, at);
      if (!time || isDeniedAt(statement, at.start) || OTHER_END.test(text)) return [];
      const end: End = /first|earliest/i.test(match[0]) ? 'first' : 'last';
      const [is, isOther] = [isEnd(own, time, end), isEnd(own, time, end === 'first' ? 'last' : 'first')];
      if (is || !isOther) return [];
      const data = { said: match[0], actual: end === 'first' ? 'last' : 'first', time: clockOf(time.from) };
      return [finding('bound', 'warning', placeOf(block, at), 'end-differs', data)];
    });
  });
}

/** The one time of a timeline row, whose event is said to be the first or last. */
function timeOfRow({ block, times }: Statement, at: { start: number }): SaidTime | null {
  const [first, more] = times;
  const cell = cellUnder(block, /^\W*time/i);
  const isInIt = cell && at.start >= cell.start && at.start < cell.end;
  return first?.time && !more && !isInIt && isExact(first) ? first.time : null;
}

const isExact = ({ time }: Claim): boolean =>
  time !== undefined && !time.or && !time.slack && time.to - time.from <= 60_000;

/** The time that goes with the word: `the last at 22:25:00Z`, `The alert of 01:00:13Z is the first`. */
function timeNextTo({ block, times }: Statement, at: { start: number; end: number }): SaidTime | null {
  const ahead = times.find((claim) => claim.start >= at.end);
  const between = ahead ? block.text.slice(at.end, ahead.start) : '';
  if (
    ahead &&
    isExact(ahead) &&
    between.length <= REACH &&
    /\b(?:at|on|was|is|of)\b[^,;.()[]{0,16}$/i.test(between) &&
    !CUT.test(between)
  )
    return ahead.time ?? null;
  const behind = times.findLast((claim) => claim.end <= at.start);
  const middle = behind ? block.text.slice(behind.end, at.start) : '';
  return behind &&
    isExact(behind) &&
    middle.length <= REACH &&
    /^[^,;.()]{0,30}\b(?:is|was)\s+(?:the\s+|its\s+|his\s+|her\s+)?$/i.test(middle)
    ? (behind.time ?? null)
    : null;
}

const CUT = /[,;.()[]|\b(?:before|after|until|and|but|when|while|since)\b/;

/** Whether a time is that end of a row, of a record, of a session of it, or of rows that have anything in common. */
function isEnd(events: EvidenceEvent[], said: SaidTime, end: End): boolean {
  const endOf = (times: number[]) => (end === 'first' ? Math.min(...times) : Math.max(...times));
  return groupBy(events, ({ record }) => `${record.call.number}`).some((own) => {
    const groups = [...groupsOf(own), ...groupBy(own, ({ actors, actions }) => `${actors[0]} ${actions[0]}`)].filter(
      (group) => group.length > 1,
    );
    const sessions = groups.flatMap((group) =>
      sessionsOf(group.flatMap(({ times }) => times)).filter((times) => times.length > 1),
    );
    const rows = own.flatMap(({ times }) => (times.length > 1 ? [times] : []));
    return [...rows, ...sessions, ...groups.map((group) => group.flatMap(({ times }) => times))].some((times) =>
      saysTime(said, endOf(times)),
    );
  });
}
