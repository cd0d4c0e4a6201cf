import { asksSource } from '../../evidence/source-calls';
import { type Claim, claimsOf, isPortLike, placeOf } from '../claims';
import { partsOf } from '../clauses';
import type { CheckContext } from '../context';
import { isRangeLength } from '../durations';
import type { EvidenceEvent } from '../events';
import { numberOf } from '../evidence-index';
import { IPV4 } from '../indicators';
import { stemOf } from '../loose-numbers';
import { type Finding, finding } from '../messages';
import { outcomeAbout } from '../outcome-words';
import { type Counted, countedBy, readingsOf, totalOf, withName, wordsAfter } from '../readings';
import { isDeniedAt, type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';

/** Rows of a statement that are read in every way; of more any number may be meant. */
const MAX_ROWS = 400;

/**
 * `five addresses`, `nine failed sign-ins`: a number with what it counts is one of the readings of the cited rows, of those that the
 * clause names where it names any. A sum of rows that have nothing in common is none.
 */
export function checkReadings(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, start, end, events } = statement;
    if (block.kind === 'row' && /timeline/i.test(block.section)) return [];
    if (events.length > MAX_ROWS || events.some(({ record }) => !record.isWhole || !asksSource(record.call.tool)))
      return [];
    return claimsOf(block).flatMap((claim) => {
      const { number = 0, decimals, nearness } = claim;
      if (claim.start < start || claim.end > end || number < 2 || decimals || nearness) return [];
      if (isPortLike(block, claim) || isDeniedAt(statement, claim.start) || isNoCount(statement, claim)) return [];
      const counted = countedBy(wordsAfter(block.text, claim.end));
      return counted ? checkOne(statement, claim, counted) : [];
    });
  });
}

/** `32 times as many`, `seven calls at most`, `421 reads and deletions`, the total of a sum that is written out, a length of time. */
function isNoCount(statement: Statement, claim: Claim): boolean {
  const { text } = statement.block;
  const [before, after] = [text.slice(statement.start, claim.start), text.slice(claim.end, claim.end + 60)];
  if (claim.measure) return !/^days?$/.test(claim.measure) || !OF_DAYS.test(before) || isSpan(claim, statement);
  return (
    /^\s+times (?:as|more|less|fewer|the|that|what|his|her|its|their)\b/i.test(after) ||
    /^\s+(?:\p{L}+\s+){1,3}(?:at most|at least|or so)\b/iu.test(after) ||
    /^\s+(?:\p{L}+\s+){1,2}(?:and|or|plus)\s+\p{L}+(?:s|ings?|ions?)\b/iu.test(after) ||
    /\b(?:together|combined)\b/i.test(statement.text) ||
    // `between nine and twelve requests`: an end of a range.
    /\bbetween \S+ and\s+$/i.test(before) ||
    // `each day has two addresses`: of each, which the rows of one say.
    (/\b(?:each|every|per|apiece)\b/i.test(statement.text) && !/^\s+(?:\p{L}+\s+){0,2}days?\b/iu.test(after)) ||
    // `of the forty applications` are those that the text has counted.
    /\bof (?:the|these|those|all)\s+$/i.test(before) ||
    /=\s*$/.test(before)
  );
}

/** Days that are counted: `on each of sixteen days`. `Within ten days` says how long. */
const OF_DAYS = /\b(?:on|each of|all|one of)\s+(?:(?:each of|all|the|these|those|only)\s+){0,3}[*_]*$/i;
/** `sixteen days earlier`, `in 30 days` of a query over so many: no number of days that rows are of. */
function isSpan(claim: Claim, { block, events }: Statement): boolean {
  if (
    claim.isStep &&
    /^\W*days?\s+(?:later|earlier|apart|older|afterwards?|after)\b/i.test(block.text.slice(claim.end, claim.end + 24))
  )
    return true;
  if (/^\W*days? older\b/i.test(block.text.slice(claim.end, claim.end + 16))) return true;
  return isRangeLength(claim, [...new Set(events.map(({ record }) => record))]);
}

const OTHERS =
  /\b(?:other|others|earlier|before|previous|prior|rest|remaining|further|more|else|besides|but|except|apart|only|another|preceding|old|new|while|own)\b/i;
/** What says that nothing was left out. */
const WHOLE = /\b(?:all|every|whole|in all|altogether|in total|only)\b/i;
const OF_WHOLE = /\b(?:of|all)\s+(?:(?:the|all|these|those|his|her|its|their)\s+){0,2}[*_]*$/i;

function checkOne(statement: Statement, claim: Claim, counted: Counted): Finding[] {
  const { block, text, events } = statement;
  const number = claim.number ?? 0;
  const isOfWhole = OF_WHOLE.test(block.text.slice(Math.max(0, claim.start - 24), claim.start));
  const sets = setsOf(statement, claim, counted);
  const [first = []] = sets;
  const isUnnamed = first.length === (counted.kind === 'things' ? sets.at(-1)?.length : events.length);
  if (isOfWhole || OTHERS.test(text))
    sets.push(
      events,
      events.filter((event) => !first.includes(event)),
    );
  const found = new Set<number>();
  for (const set of sets) {
    for (const record of new Set(set.map((event) => event.record)))
      for (const size of readingsOf(
        counted,
        set.filter((event) => event.record === record),
      ))
        found.add(size);
    const total = totalOf(counted, set);
    if (total !== null) found.add(total);
  }
  // Fewer than all, and nothing says which: a person may have told them apart.
  const isPart = isUnnamed && number < Math.max(...found) && !WHOLE.test(text);
  const isOne =
    isPart ||
    isThere(claim, events) ||
    found.has(number) ||
    (OTHERS.test(text) && (found.has(number + 1) || found.has(number - 1)));
  if (isOne || found.size === 0) return [];
  const record = first[0]?.record;
  const actual = record
    ? totalOf(
        counted,
        first.filter((event) => event.record === record),
      )
    : null;
  if (!record || actual === null || actual === number) return [];
  const what = counted.words.join(' ');
  const data = { said: claim.value, what, actual, record: record.call.number };
  return [finding('evidence', 'warning', placeOf(block, claim), 'reading-differs', data)];
}

/** Whether a cell of the cited rows is the number itself, whatever it counts there. Smaller numbers are in one by chance. */
const isThere = ({ number = 0 }: Claim, events: EvidenceEvent[]): boolean =>
  number >= LEAST_CELL && events.some(({ row }) => row.cells.some((cell) => numberOf(cell) === number));
const LEAST_CELL = 13;

/** The events that a number is about, narrowest first: of each record those with all that its clause names, and those with each of it. */
function setsOf(statement: Statement, claim: Claim, counted: Counted): EvidenceEvent[][] {
  const { block, events, start, end } = statement;
  const { kind, stems: nouns, words } = counted;
  const clause = partsOf(statement).find((one) => claim.start >= one.start && claim.start < one.end) ?? {
    start,
    end,
  };
  const names = namesIn(statement, clause)
    // Of `three addresses` none is named.
    .filter((value) => kind === 'events' || !(nouns.includes('address') && IPV4.test(value)));
  const own = names.map((name) => withName(events, name)).filter((some) => some.length > 0);
  const ofSentence = withRest(events, (event) =>
    namesIn(statement, statement).some((name) => withName([event], name).length > 0),
  );
  const outcome = outcomeAbout(block.text.slice(clause.start, clause.end));
  const ended =
    outcome === 'failure' || outcome === 'success' ? events.filter((event) => event.outcome === outcome) : [];
  const dated = ofTime(events, block, clause);
  const filters = [...own, ...(ended.length > 0 ? [ended] : []), ...(dated.length > 0 ? [dated] : [])];
  if (kind === 'things') return thingsOf(events, nouns, filters);
  const all = withRest(events, (event) => filters.every((some) => some.includes(event)));
  const any = withRest(events, (event) => own.some((some) => some.includes(event)));
  const stems = words.flatMap((word) => stemOf(word) ?? []);
  const said = events.filter(({ row }) => stems.some((stem) => row.text.includes(stem)));
  return [
    all,
    any,
    ofSentence,
    ...(said.length > 0 ? [said] : []),
    ...filters.map((some) => withRest(events, (event) => some.includes(event))),
  ];
}

/** The events of the day or time that a clause names, of rows that are of one moment or day each. */
function ofTime(
  events: EvidenceEvent[],
  block: Statement['block'],
  part: { start: number; end: number },
): EvidenceEvent[] {
  const said = claimsOf(block).flatMap(({ time, start, end }) =>
    time && start >= part.start && end <= part.end ? [time] : [],
  );
  const [only, more] = said;
  // Between two times lies more than what is of either.
  if (!only || more || events.some(({ times }) => times.length !== 1)) return [];
  return events.filter(({ times }) => times.some((time) => saysTime(only, time)));
}

/** Names of a part of a statement that rows may have. */
const namesIn = ({ block, actors }: Statement, part: { start: number; end: number }): string[] => [
  ...claimsOf(block).flatMap(({ kind, value, start, end }) =>
    ['indicator', 'id', 'quote'].includes(kind) && start >= part.start && end <= part.end && value.length > 3
      ? [value.replace(/\[\.\]/g, '.')]
      : [],
  ),
  ...actors.flatMap(({ name, start, end }) => (start >= part.start && end <= part.end ? [name] : [])),
];

/** The rows that have the noun itself, and those of them that the clause names. */
function thingsOf(events: EvidenceEvent[], nouns: string[], filters: EvidenceEvent[][]): EvidenceEvent[][] {
  const own = events.filter(({ row, actions }) =>
    nouns.some((noun) => row.text.includes(noun) || actions.some((action) => action.includes(noun))),
  );
  const all = own.filter((event) => filters.every((some) => some.includes(event)));
  return [all, own].filter((some) => some.length > 0);
}

/** The events that fit, and of a record in which none does all. */
function withRest(events: EvidenceEvent[], fits: (event: EvidenceEvent) => boolean): EvidenceEvent[] {
  const some = events.filter(fits);
  const records = new Set(some.map(({ record }) => record));
  return events.filter((event) => some.includes(event) || !records.has(event.record));
}
