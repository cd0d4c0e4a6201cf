import type { Block } from '../blocks';
import { writeFix } from '../cite';
import { nounsAfter } from '../claim-context';
import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Deed, deedsIn } from '../deeds';
import { countOf, type EvidenceEvent, eventsOf } from '../events';
import { type EvidenceIndex, numberOf } from '../evidence-index';
import { isCalled, stemOf } from '../loose-numbers';
import { type Finding, finding } from '../messages';
import { outcomeAbout } from '../outcome-words';
import { groupsOf } from '../readings';
import { isElliptic } from '../spoken-lengths';
import { isSumBeside } from '../spoken-numbers';
import { involves, isTimelineRow, type Statement, statementsOf } from '../statements';

/** Rows whose counts are added up in every way; of more rows any number up to their total is taken. */
const MAX_ADDED = 24;
const MAX_SUMS = 4000;
/** Rows of a record whose different values are counted. */
const MAX_DISTINCT = 2000;
/** So many different values are hardly there by chance. */
const LEAST_DISTINCT = 5;

/** Between a number and the action that it counts: `nine refused StopLogging`, `2× StopLogging`, `two of the StopLogging`. */
const BEFORE_ACTION =
  /^\s*[×x]?\s*(?:of (?:the|its|his|her|these|those)\s+)?(?:(?:more|other|further|failed|refused|denied|successful|rejected|blocked|separate|single|such|identical|unsuccessful|attempted|granted)\s+){0,2}[`*_"]*$/i;
/** Between an action and how often it was called: `StopLogging was tried`, `StopLogging calls were made`, `StopLogging`. */
const AFTER_ACTION =
  /^[`*_"]*(?:\s+(?:calls?|requests?|attempts?|events?))?(?:\s+(?:was|were|is|are|has been|had been))?(?:\s+(?:called|tried|attempted|run|made|sent|seen|used|refused|denied|invoked|issued|logged|recorded))?(?:\s+(?:exactly|only|at least|at most|no more than|more than|fewer than|up to|about|some))?\s*$/i;

/** `2 RunInstances in each run`: a total and how many runs there were say so together. */
const SHARED_OUT = /\b(?:each|every|per|apiece|average|averaged?|daily|a (?:day|run|minute|second|hour))\b/i;

/** How often something was done: a number beside its name, or beside a verb for it, is one that its rows can add up to. */
export function checkCounts(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.denies || SHARED_OUT.test(statement.text)) return [];
    const distinct = checkDistinct(statement);
    if (distinct.length > 0) return distinct;
    const ofNamed = checkTimesNamed(statement);
    if (ofNamed.length > 0) return ofNamed;
    if (statement.actions.length === 0) return checkDeeds(statement);
    return claimsOf(statement.block).flatMap((claim) => {
      const { start, end, number, measure, decimals } = claim;
      if (number === undefined || measure || decimals || start < statement.start || end > statement.end) return [];
      const action = actionBeside(statement, claim);
      const record = action && holderOf(statement, action);
      if (!action || !record) return [];
      const rows = eventsOf(record).filter(({ actions }) => actions.includes(action.name));
      const total = totalOf(rows);
      if (total === null || fits(claim, rows, total, statement) || isElsewhere(context, claim, action.name)) return [];
      const name = statement.block.text.slice(action.start, action.end);
      const data = { said: claim.value, action: name, actual: total, record: record.call.number };
      return [finding('evidence', 'warning', placeOf(statement.block, claim), 'count-differs', data)];
    });
  });
}

/** `svc-sql01 twice and svc-erp three times`: how often a name stands in the rows of the cited records. */
function checkTimesNamed(statement: Statement): Finding[] {
  const { block, actors, events, start, end } = statement;
  if (block.kind === 'row') return [];
  return claimsOf(block).flatMap((claim) => {
    const { number, measure, nearness } = claim;
    if (number === undefined || measure || nearness || claim.start < start || claim.end > end) return [];
    if (
      !/^(?:twice|thrice)$/i.test(claim.value) &&
      !/^\s*times\b(?!\s+(?:as|more|the))/.test(block.text.slice(claim.end, claim.end + 14))
    )
      return [];
    const actor = actors.findLast(
      (one) => one.end <= claim.start && /^[`*_]*\s+$/.test(block.text.slice(one.end, claim.start)),
    );
    const rows = actor ? events.filter((event) => event.actors.includes(actor.name)) : [];
    const [first] = rows;
    const total = totalOf(rows);
    const isWhole = rows.every(({ record }) => record.isWhole);
    if (!actor || !first || total === null || !isWhole || fits(claim, rows, total, statement)) return [];
    const data = { said: claim.value, action: actor.name, actual: total, record: first.record.call.number };
    return [finding('evidence', 'warning', placeOf(block, claim), 'count-differs', data)];
  });
}

/** So large a number is hardly the sum of some rows by chance. */
const LEAST_SUM = 10;
/** `176 programs`: how often the rows of one value were counted, all different ones together. */
const isSumOfSome = (number: number, records: EvidenceIndex[]): boolean =>
  number >= LEAST_SUM &&
  records.some((record) =>
    groupsOf(eventsOf(record).slice(0, MAX_DISTINCT)).some(
      (group) => group.reduce((sum, event) => sum + (countOf(event) ?? 0), 0) === number,
    ),
  );

/** What is counted by its different names. Four tasks, files or services may have one name (docs/decisions/224). */
const IDENTITIES =
  /^(?:address(?:es)?|accounts?|users?|people|persons?|hosts?|machines?|workstations?|servers?|countr(?:y|ies)|regions?|cities|keys?|roles?|buckets?|repositor(?:y|ies)|domains?|mailbox(?:es)?|secrets?|namespaces?|ports?)$/;

/** `from six addresses`, of cited tables that have four: more different values than there are. */
function checkDistinct(statement: Statement): Finding[] {
  const { block, start, end, events } = statement;
  const records = [...new Set(events.map(({ record }) => record))];
  const isOfMany = block.kind === 'row' && (isTimelineRow(statement) || records.length > 1);
  if (isOfMany || records.some(({ isWhole }) => !isWhole)) return [];
  const near = claimsOf(block).filter((claim) => claim.start >= start && claim.end <= end);
  return near.flatMap((claim) => {
    const { number, measure, decimals, nearness } = claim;
    if (number === undefined || measure || decimals || nearness || isSumBeside(claim, { near })) return [];
    const stems = nounsAfter(block, claim).flatMap((noun) => (IDENTITIES.test(noun) ? (stemOf(noun) ?? []) : []));
    const found = records.flatMap((record) => valuesCalled(record, stems) ?? []);
    const [first] = records;
    // Without such a column, or where one of the tables has its count, nothing tells.
    if (!first || found.length === 0 || found.length >= records.length * MAX_DISTINCT) return [];
    const actual = new Set(found).size;
    // A cell, or so many different values under another name: `twelve accounts` of a column `service`.
    const isThere = records.some((record) =>
      record
        .tables()
        .some(
          ({ rows, columns }) =>
            rows.some(({ cells }) => cells.some((cell) => numberOf(cell) === number)) ||
            (number >= LEAST_DISTINCT &&
              columns.some(
                (name, column) =>
                  !/time|date|^first$|^last$/i.test(name) &&
                  rows.some(({ cells }) => typeof cells[column] === 'string') &&
                  new Set(rows.map(({ cells }) => cells[column])).size === number,
              )),
        ),
    );
    if (number <= actual || isThere || isSumOfSome(number, records)) return [];
    const action = block.text.slice(claim.end, claim.end + 60).match(/\p{L}+/u)?.[0] ?? '';
    const data = { said: claim.value, action, actual, record: first.call.number };
    return [finding('evidence', 'warning', placeOf(block, claim), 'count-differs', data)];
  });
}

/** Values of a record's columns that a noun names; null where it has none. */
function valuesCalled(record: EvidenceIndex, stems: string[]): string[] | null {
  const values = record
    .tables()
    .flatMap(({ columns, rows }) =>
      columns.flatMap((column, at) =>
        isCalled(column.toLowerCase(), stems) && rows.every(({ cells }) => numberOf(cells[at]) === null)
          ? rows.flatMap(({ cells }) => (cells[at] === null || cells[at] === '' ? [] : [JSON.stringify(cells[at])]))
          : [],
      ),
    );
  return values.length > 0 ? values : null;
}

/** Between a verb and the number of things that it was done to, and between such a number and its verb. */
const AFTER_DEED = /^(?:\s+(?:only|just|all|the|another|a total of))?\s*$/i;
const BEFORE_DEED =
  /^(?:\s+\p{L}[\p{L}-]*){0,2}(?:\s+(?:was|were|had been|have been|of the \p{L}+ were))?(?:\s+(?:successfully|actually|then))?\s+(?:to be\s+)?$/iu;

/** `read 429 objects`, `9 objects were deleted`: the rows of what the verb stands for, and of those who are named, say how many. */
function checkDeeds(statement: Statement): Finding[] {
  const deeds = deedsIn(statement.text);
  const numbers = claimsOf(statement.block).filter(
    ({ number, measure, decimals, nearness, start, end }) =>
      number !== undefined &&
      !measure &&
      !decimals &&
      (!nearness || nearness === 'least' || nearness === 'over') &&
      start >= statement.start &&
      end <= statement.end,
  );
  const [claim, ...more] = numbers;
  if (!claim || more.length > 0 || deeds.length === 0 || isElliptic(claim, statement.block)) return [];
  const [from, to] = [claim.start - statement.start, claim.end - statement.start];
  const isBeside = ({ start, end }: Deed): boolean =>
    (end <= from && AFTER_DEED.test(statement.text.slice(end, from))) ||
    (start >= to && BEFORE_DEED.test(statement.text.slice(to, start))) ||
    (end <= from && /^\s*times\b/.test(statement.text.slice(to)));
  if (!deeds.some(isBeside)) return [];
  const rows = ofOutcome(
    statement,
    claim,
    rowsMeant(statement, claim.nearness ? nounsAfter(statement.block, claim) : []),
  );
  const [record, ...others] = new Set(rows.map((row) => row.record));
  const total = totalOf(rows);
  if (!record || others.length > 0 || !record.isWhole || total === null) return [];
  // What was read may be counted in another way elsewhere in the row: different objects, days.
  if (fits(claim, rows, total, statement) || distinctIn(rows).has(claim.number ?? 0)) return [];
  // A number of another kind that a cited record has: `364 mail items`, beside the word for eleven downloads.
  if (isOfCited(claim, statement)) return [];
  const data = { said: claim.value, action: `of ${actionsText(rows)}`, actual: total, record: record.call.number };
  const edit = /^\d+$/.test(claim.value) ? writeFix(statement.block, claim, `${total}`) : undefined;
  return [finding('evidence', 'warning', placeOf(statement.block, claim), 'count-differs', data, edit)];
}

/** Whether a record that a statement cites has a number in a cell, or so many rows. */
const isOfCited = ({ number = 0 }: Claim, { events }: Statement): boolean =>
  [...new Set(events.map(({ record }) => record))].some(
    (record) =>
      record.rowCounts().has(number) ||
      eventsOf(record).some(
        ({ row: { cells, inside } }) => inside.includes(number) || cells.some((cell) => numberOf(cell) === number),
      ),
  );

/** The actions of some rows, as the evidence writes them. */
const actionsText = (rows: EvidenceEvent[]): string =>
  [
    ...new Set(
      rows.map(({ actions, row }) => {
        const [action = ''] = actions;
        const cell = row.cells.find((one) => typeof one === 'string' && one.toLowerCase() === action);
        return String(cell ?? action);
      }),
    ),
  ]
    .slice(0, 3)
    .join(', ');

/** `eight sign-ins failed`, `eight failed sign-ins`: of the rows those that ended so, where all rows tell. */
function ofOutcome({ text, start }: Statement, claim: Claim, rows: EvidenceEvent[]): EvidenceEvent[] {
  const beside =
    /^(?:\s+\p{L}[\p{L}-]*){0,3}?\s+(failed|failures?|refused|denied|rejected|succeeded|successful)\b/iu.exec(
      text.slice(claim.end - start),
    )?.[1];
  const outcome = beside === undefined ? null : outcomeAbout(beside);
  if (outcome === null || !rows.every((row) => row.outcome === 'success' || row.outcome === 'failure')) return rows;
  const some = rows.filter((row) => row.outcome === outcome);
  return some.length > 0 ? some : rows;
}

/** The rows that a statement describes: of the actions or verbs and of all actors that it names, and of the nouns if an action has one. */
function rowsMeant(statement: Statement, nouns: string[] = []): EvidenceEvent[] {
  const rows = rowsOf(statement);
  const stems = nouns.flatMap((noun) => stemOf(noun) ?? []);
  const some = rows.filter(({ actions }) => actions.some((action) => stems.some((stem) => action.includes(stem))));
  return some.length > 0 ? some : rows;
}

function rowsOf(statement: Statement): EvidenceEvent[] {
  const names = new Set(statement.actions.map(({ name }) => name));
  const deeds = names.size > 0 ? [] : deedsIn(statement.text);
  return statement.events.filter(
    (event) =>
      event.actions.some((action) => names.has(action) || deeds.some((deed) => deed.names.test(action))) &&
      statement.actors.every(({ name }) => involves(event, name)),
  );
}

/** What one record has in the place of a count that is not there: the total of the rows that its sentence describes. */
export function countMeant(context: CheckContext, block: Block, claim: Claim): number | null {
  if (claim.measure !== undefined || claim.decimals) return null;
  const statement = statementsOf(context).statements.find(
    (one) => one.block === block && claim.start >= one.start && claim.end <= one.end,
  );
  const rows = statement ? rowsMeant(statement) : [];
  const records = new Set(rows.map(({ record }) => record));
  const isWhole = [...records].every((record) => record.isWhole);
  // A sentence in which nobody was recognized is not of all those who are in the record.
  const isOfAll = statement?.actors.length === 0 && new Set(rows.flatMap(({ actors }) => actors)).size > 1;
  return records.size === 1 && isWhole && !isOfAll ? totalOf(rows) : null;
}

/** How many different values each column of some rows has. */
function distinctIn(rows: EvidenceEvent[]): Set<number> {
  const width = rows[0]?.row.cells.length ?? 0;
  return new Set(
    Array.from({ length: width }, (_, at) => new Set(rows.map(({ row }) => JSON.stringify(row.cells[at]))).size),
  );
}

function actionBeside({ actions, block: { text } }: Statement, { start, end, value }: Claim) {
  const after = actions.find((action) => action.start >= end && BEFORE_ACTION.test(text.slice(end, action.start)));
  if (after) return after;
  const isTimes = /^(?:twice|thrice)$/i.test(value) || /^\s*(?:times|×)/.test(text.slice(end, end + 8));
  return isTimes
    ? actions.findLast((action) => action.end <= start && AFTER_ACTION.test(text.slice(action.end, start)))
    : undefined;
}

/** The one record that the statement cites and that has the action, whole. Of several any sum may be meant. */
function holderOf({ events }: Statement, { name }: { name: string }) {
  const holders = new Set(events.filter(({ actions }) => actions.includes(name)).map(({ record }) => record));
  const [record] = holders;
  return holders.size === 1 && record?.isWhole ? record : null;
}

function totalOf(rows: EvidenceEvent[]): number | null {
  let total = 0;
  for (const row of rows) {
    const count = countOf(row);
    if (count === null) return null;
    total += count;
  }
  return total;
}

function fits({ number = 0, nearness }: Claim, rows: EvidenceEvent[], total: number, statement: Statement): boolean {
  if (nearness === 'least') return number <= total;
  if (nearness === 'over') return number < total;
  if (nearness === 'under' || nearness === 'most') {
    const own = totalOf(rows.filter((row) => statement.actors.every(({ name }) => involves(row, name)))) ?? 0;
    return (own > 0 ? own : total) < number + (nearness === 'most' ? 1 : 0);
  }
  const sums = sumsOf(rows.map((row) => countOf(row) ?? 0));
  const cells = rows.flatMap(({ row }) => [...row.cells.map(numberOf), ...row.inside]);
  const isOne = (found: number) =>
    nearness === 'roughly'
      ? Math.abs(found - number) <= 0.25 * number
      : nearness
        ? Math.abs(found - number) <= 0.1 * number
        : found === number;
  return (
    (sums === null ? number <= total : [...sums].some(isOne)) || cells.some((cell) => cell !== null && isOne(cell))
  );
}

/** Every sum of some of the counts; null when there are too many to tell. */
function sumsOf(counts: number[]): Set<number> | null {
  if (counts.length > MAX_ADDED) return null;
  const sums = new Set<number>([0]);
  for (const count of counts) {
    for (const sum of [...sums]) sums.add(sum + count);
    if (sums.size > MAX_SUMS) return null;
  }
  return sums;
}

/** Another record may count what the sentence is about. */
const isElsewhere = ({ all }: CheckContext, claim: Claim, action: string): boolean =>
  all.some((record) => {
    const rows = eventsOf(record).filter(({ actions }) => actions.includes(action));
    return rows.some(({ row }) => row.cells.some((cell) => numberOf(cell) === claim.number));
  });
