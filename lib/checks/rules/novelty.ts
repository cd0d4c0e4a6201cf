import { asksSource } from '../../evidence/source-calls';
import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type EvidenceEvent, eventsOf } from '../events';
import { numberOf, squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { type Statement, statementsOf } from '../statements';
import { DAY } from '../times';
import { deedsTold, isTold } from '../told-deeds';

const NEVER_BEFORE =
  /\b(?:never|not|no|nobody|none|neither)\b[^.;]{0,90}?\b(?:before|earlier|previous(?:ly)?|until (?:then|that)|in the preceding|prior|this person)\b|\bfor the first time\b|\bnever (?:been )?(?:seen|used)\b|\b(?:is|was|were|are) (?:wholly |entirely )?new (?:for|to)\b|\bnew for (?:him|her|it|them|the)\b/i;
const BEFORE =
  /\b(?:had|has|have)\b[^.;]{0,70}?\b(?:before|already|earlier|on (?:several|many|some|most|other) (?:\p{L}+ )?days|for (?:many |several |\w+ )?(?:weeks|months|days|years))\b|\bnothing new\b|\b(?:had|has|have) (?:been |often |regularly |appeared |worked |used |run )[^.;]{0,50}?\b(?:every day|all week|all month|often|regularly|on most days|in the (?:week|days|month|weeks) before|for (?:weeks|months|days))\b|\b(?:is|was) (?:the|his|her|its|their|an?) (?:usual|ordinary|regular|habitual|normal)\b|\busually works?\b/iu;
const COUNT_BEFORE = /^n_?before$|^before$|^(?:earlier|previous|baseline)(?:_(?:n|count|events))?$/i;

/** `an address never seen before`, `it had done so on several earlier days`: what the baseline of the evidence has of it. */
export function checkNovelty(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const clauses = statement.text.split(/(?<=[;:])\s/);
    let offset = 0;
    return clauses.flatMap((text) => {
      const at = statement.text.indexOf(text, offset);
      offset = at + text.length;
      return checkClause(context, statement, text, statement.start + at);
    });
  });
}

function checkClause(context: CheckContext, statement: Statement, text: string, start: number): Finding[] {
  // `more than two on no earlier day` is a limit.
  if (/\b(?:more|fewer|less|as (?:many|much|large)|so (?:many|much)|at least) \b/i.test(text)) return [];
  const action = actionBefore(context, statement, text, start);
  if (action) return [action];
  const never = NEVER_BEFORE.exec(text);
  const used = never || negationsIn(text).length > 0 ? null : BEFORE.exec(text);
  const said = never ?? used;
  if (!said) return [];
  const rows = rowsMeant(context, statement, text, start, start + said.index + said[0].length);
  const before = rows.flatMap((event) => beforeOf(event) ?? []);
  const [row] = rows;
  if (!row && used) return checkHabit(context, statement, start + used.index, used[0]);
  if (!row || before.length < rows.length) return [];
  const sum = before.reduce((all, one) => all + one, 0);
  if (never ? sum === 0 : sum > 0) return [];
  const place = placeOf(statement.block, {
    start: start + said.index,
    end: start + said.index + Math.min(said[0].length, 80),
  });
  const what = said[0].replace(/\s*\[E[^\]]*\]?/g, '').slice(0, 70);
  const record = row.record.call.number;
  if (!never) return [finding('absence', 'error', place, 'never-before', { what, record })];
  const of = rows.find((event) => (beforeOf(event) ?? 0) > 0) ?? row;
  const value = `${beforeOf(of)} earlier events${of.actions[0] ? ` (${of.actions[0]})` : ''}`;
  return [finding('absence', 'error', place, 'absence-contradicted', { what, value, record })];
}

/** `payments, where it had been working all week`: what is named before stands in the rows of one day only, of queries that go further back. */
function checkHabit({ all }: CheckContext, statement: Statement, at: number, words: string): Finding[] {
  const { block, start, actors } = statement;
  if (/\b(?:second|minute|hour)s? (?:earlier|before)/i.test(words)) return [];
  const behind = at + words.length;
  const named = [
    ...claimsOf(block).filter(
      ({ kind, inCode, value }) =>
        (kind === 'indicator' || kind === 'id' || (kind === 'quote' && inCode)) &&
        value.length > 4 &&
        !/\s/.test(value),
    ),
    ...actors.map((one) => ({ ...one, value: one.name })),
  ].filter((one) => one.start >= start && one.end <= behind);
  const closest = named.reduce<(typeof named)[number] | null>(
    (best, one) => (!best || one.start > best.start ? one : best),
    null,
  );
  // `at that address`: the one that the text has named last.
  const isPointed = /\b(?:that|this|the same|the) address\b/i.test(block.text.slice(start, behind + 24));
  const address = claimsOf(block).findLast(({ value, end }) => IPV4.test(value) && end <= at);
  const nearest = isPointed ? (address ?? null) : closest;
  if (!nearest || (!isPointed && at - nearest.end > 60)) return [];
  const keys = [
    ...new Set(
      [...named, nearest].filter((one) => one === nearest || at - one.end < 40).map(({ value }) => squash(value)),
    ),
  ];
  const holders = all.filter((record) => asksSource(record.call.tool) && record.isWhole);
  const rows = holders.flatMap((record) =>
    eventsOf(record).filter(({ row, times }) => times.length > 0 && keys.every((key) => row.text.includes(key))),
  );
  const times = rows.flatMap((event) => event.times);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const [row] = rows.filter(
    ({ record: { call } }) => call.timeFrom !== null && Date.parse(call.timeFrom) < first - DAY,
  );
  if (!row || last - first >= DAY) return [];
  const place = placeOf(block, { start: at, end: at + Math.min(words.length, 80) });
  return [
    finding('absence', 'error', place, 'never-before', { what: words.slice(0, 70), record: row.record.call.number }),
  ];
}

const NO_ACTION = /\b(?:no|not a single)\s+[`*_]*$/i;
const UNTIL = /^[^.;]{0,80}\b(?:before|earlier|until (?:then|that))\b/i;

/** `no GetObject before that night`, by the name of the action. */
function actionBefore(context: CheckContext, statement: Statement, text: string, start: number): Finding | null {
  const { block } = statement;
  const baseline = baselinesOf(context, statement);
  for (const action of statement.actions) {
    const isHere = action.start >= start && action.end <= start + text.length;
    const before = block.text.slice(Math.max(start, action.start - 24), action.start);
    if (!isHere || !NO_ACTION.test(before) || !UNTIL.test(block.text.slice(action.end, start + text.length))) continue;
    const row = baseline.find((event) => event.actions.includes(action.name) && (beforeOf(event) ?? 0) > 0);
    if (!row) continue;
    const data = {
      what: `no ${block.text.slice(action.start, action.end)}`,
      value: `${beforeOf(row)} earlier events (${action.name})`,
      record: row.record.call.number,
    };
    return finding('absence', 'error', placeOf(block, action), 'absence-contradicted', data);
  }
  return null;
}

/** How many events a row has before the case; null where it doesn't say. */
function beforeOf({ columns, row }: EvidenceEvent): number | null {
  const at = columns.findIndex((name) => COUNT_BEFORE.test(name));
  return at < 0 ? null : numberOf(row.cells[at]);
}

/** Rows with a baseline of the address that a clause speaks of, or of the deeds that it tells; of the actors that it names. */
function rowsMeant(
  context: CheckContext,
  statement: Statement,
  text: string,
  start: number,
  end: number,
): EvidenceEvent[] {
  const baseline = baselinesOf(context, statement);
  const addresses = claimsOf(statement.block).filter(
    ({ value, ...at }) => IPV4.test(value) && at.start >= start && at.start < start + text.length,
  );
  const names = statement.actors
    .filter((one) => one.start >= start && one.start < start + text.length)
    .map(({ name }) => name);
  const theirs =
    names.length > 0 ? baseline.filter(({ actors }) => names.some((name) => actors.includes(name))) : baseline;
  // The last address before the words; of several listed ones nothing is sure but that all of them are meant.
  const near = addresses.filter((one) => one.start < end);
  const [first] = near.length > 0 ? near : addresses;
  if (first) return near.length > 1 ? [] : theirs.filter(({ row }) => row.cells.includes(first.value));
  if (/\b(?:address(?:es)?|ips?|agents?|clients?|devices?|browsers?|combination|pattern)\b/i.test(text)) return [];
  const deeds = deedsTold(text);
  // `nothing new for this account: it had done so`: what it did stands before the colon.
  const told = deeds.length > 0 ? deeds : deedsTold(statement.text.slice(0, Math.max(0, start - statement.start)));
  if (
    told.length === 0 ||
    told.some(({ entries }) =>
      entries.every(({ object, verb }) => object === null && verb !== 'share' && verb !== 'signIn'),
    )
  )
    return [];
  const of = told.map((deed) => theirs.filter((event) => isTold(event, deed)));
  return of.every((rows) => rows.length > 0) ? of.flat() : [];
}

/** Rows that count what was before: of the cited records, else of all that are about the same people. */
function baselinesOf({ all }: CheckContext, { events }: Statement): EvidenceEvent[] {
  const cited = events.filter((event) => beforeOf(event) !== null);
  if (cited.length > 0) return cited;
  const people = new Set(events.flatMap(({ actors }) => actors));
  return all.flatMap((record) =>
    !record.isWhole
      ? []
      : eventsOf(record).filter((event) => beforeOf(event) !== null && event.actors.some((name) => people.has(name))),
  );
}
