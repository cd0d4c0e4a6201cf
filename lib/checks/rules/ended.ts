import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent, eventsOf } from '../events';
import { numberOf, squash } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { type Outcome, outcomeAbout } from '../outcome-words';
import { type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';
import { deedsTold, isTold } from '../told-deeds';

/** From a number to how that many ended: `18,295 were rejected`, `twenty sign-ins to lena were refused`. */
const ENDED =
  /^(?:\s+[\p{L}`*_@.'’-]+){0,6}?\s+(?:were|was|had been|have been|got)\s+(?:all\s+|then\s+|again\s+)?(refused|denied|rejected|blocked|accepted|allowed|granted|permitted|successful)\b/iu;
const ENDED_ALONE = /^(?:\s+[\p{L}`*_@.'’-]+){0,4}?\s+(failed|succeeded)\b/iu;
/** What some of the things told before came to: `of which twelve were refused`, `some of them refused`. */
const PART_FAILED =
  /\b(some|several|many|most|a few|half|all|both|each|every one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+) (?:of (?:them|these|those|which|the [\p{L}\d-]+ [\p{L}-]+)\s+(?:(?:were|was|had been) )?|(?:were|was|had been) )(refused|denied|rejected|blocked|failed)\b/giu;

/** How many ended how: a number beside an outcome is not one that the cited rows have for the other outcome alone. */
export function checkEnded(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const counted = checkCounted(statement);
    if (counted.length > 0) return counted;
    const all = checkAll(statement);
    return all.length > 0 ? all : checkNoneFailed(context, statement);
  });
}

const ALL_ENDED =
  /\b(?:all|each|both)\s+(?:of them\s+)?(?:(?:were|was)\s+)?(succeeded|failed|refused|denied|rejected|accepted|granted)\b/i;

/** `the attempts to attach a policy all succeeded`: each deed of the sentence ended the other way. */
function checkAll({ block, start, text, events, denies }: Statement): Finding[] {
  const match = denies ? null : ALL_ENDED.exec(text);
  const word = match?.[1] ?? '';
  const said = outcomeAbout(word);
  const deeds = deedsTold(text);
  if (!match || said === null || said === 'both' || deeds.length === 0) return [];
  const rows = deeds.map((deed) => events.filter((event) => isTold(event, deed)));
  const told = rows.filter((list) => list.length > 0).flat();
  const [row] = told;
  if (!row || told.some(({ outcome }) => outcome === null || outcome === said || outcome === 'mixed')) return [];
  const at = start + match.index + match[0].length - word.length;
  const actual = said === 'success' ? `a failure${row.codes[0] ? ` (${row.codes[0]})` : ''}` : 'a success';
  return [
    finding('outcome', 'error', placeOf(block, { start: at, end: at + word.length }), 'outcome-differs', {
      said: word,
      actual,
      record: row.record.call.number,
    }),
  ];
}

const numbersOf = ({ block, start, end }: Statement): Claim[] =>
  claimsOf(block).filter(
    ({ number, measure, decimals, nearness, ...at }) =>
      number !== undefined && !measure && !decimals && !nearness && at.start >= start && at.end <= end,
  );

function checkCounted(statement: Statement): Finding[] {
  const { block, end, events } = statement;
  return numbersOf(statement).flatMap((claim) => {
    const after = block.text.slice(claim.end, Math.min(end, claim.end + 140));
    const match = ENDED.exec(after) ?? ENDED_ALONE.exec(after);
    const word = match?.[1] ?? '';
    if (!match || /[,;:]/.test(match[0]) || negationsIn(match[0]).length > 0) return [];
    const said = outcomeAbout(word);
    const rows = events.filter((event) => countOf(event) === claim.number && (claim.number ?? 0) > 1);
    const [row] = rows;
    if (
      !row ||
      said === null ||
      said === 'both' ||
      rows.some(({ outcome }) => outcome === null || outcome === said || outcome === 'mixed')
    )
      return [];
    // Two rows of the other outcome may add up to it.
    if (couldAdd(events, said, claim.number ?? 0)) return [];
    const start = claim.end + match[0].length - word.length;
    const place = placeOf(block, { start, end: start + word.length });
    const actual = said === 'success' ? `a failure${row.codes[0] ? ` (${row.codes[0]})` : ''}` : 'a success';
    return [
      finding('outcome', 'error', place, 'outcome-differs', { said: word, actual, record: row.record.call.number }),
    ];
  });
}

/** Whether rows of an outcome, all of a record or those of one value of a column, are a number together. */
function couldAdd(events: EvidenceEvent[], said: Outcome, number: number): boolean {
  const groups = new Map<string, number>();
  for (const event of events) {
    if (event.outcome !== said) continue;
    const record = event.record.call.number;
    const keys = [
      `${record}`,
      ...event.row.cells.flatMap((cell, at) => (typeof cell === 'string' ? [`${record} ${at} ${cell}`] : [])),
    ];
    for (const key of keys) groups.set(key, (groups.get(key) ?? 0) + (countOf(event) ?? 1));
  }
  return [...groups.values()].includes(number);
}

/** `two of the seven calls were refused`, of records in which nothing was. */
function checkNoneFailed(context: CheckContext, statement: Statement): Finding[] {
  const { block, start, text, denies, events, actions } = statement;
  if (actions.length > 0) return [];
  return [...text.matchAll(PART_FAILED)].flatMap((match) => {
    const word = match[2] ?? '';
    const clause = text.slice(Math.max(0, match.index - 30), match.index + match[0].length);
    if (denies && negationsIn(clause).length > 0) return [];
    const rows = ofNames(statement, ofTimes(statement, events));
    // Of the records that say how things ended.
    const records = new Set(rows.map(({ record }) => record));
    const telling = [...records].filter((record) => rows.every((one) => one.record !== record || one.outcome !== null));
    const known = rows.filter(({ record }) => telling.includes(record));
    const [row] = known;
    if (!row || known.some(({ outcome, record }) => outcome !== 'success' || !record.isWhole)) return [];
    // Who is spoken of may have failed in a record that is not cited.
    const number = numberOf(match[1] ?? '') ?? 0;
    const isElsewhere = context.all.some((record) =>
      eventsOf(record).some((event) => event.outcome === 'failure' && number > 1 && countOf(event) === number),
    );
    const place = placeOf(block, {
      start: start + match.index + match[0].length - word.length,
      end: start + match.index + match[0].length,
    });
    const severity = isElsewhere ? 'warning' : 'error';
    return [
      finding('outcome', severity, place, 'outcome-differs', {
        said: word,
        actual: 'a success',
        record: row.record.call.number,
      }),
    ];
  });
}

/** Events at the times that a sentence has, where it has any that they have. */
function ofTimes({ times }: Statement, events: EvidenceEvent[]): EvidenceEvent[] {
  const some = events.filter((event) => times.some(({ time }) => time && event.times.some((at) => saysTime(time, at))));
  // The row that begins and ends with them is the one that is meant.
  const both = some.filter(
    (event) => times.length > 1 && times.every(({ time }) => time && event.times.some((at) => saysTime(time, at))),
  );
  return both.length > 0 ? both : some.length > 0 ? some : events;
}

/** Events with the names that a sentence has, where any has. */
function ofNames({ block, start, end }: Statement, events: EvidenceEvent[]): EvidenceEvent[] {
  const keys = claimsOf(block)
    .filter(({ kind, ...at }) => ['indicator', 'id', 'quote'].includes(kind) && at.start >= start && at.end <= end)
    .map(({ value }) => squash(value));
  const some = events.filter(({ row }) => keys.some((key) => key.length > 4 && row.text.includes(key)));
  return some.length > 0 ? some : events;
}
