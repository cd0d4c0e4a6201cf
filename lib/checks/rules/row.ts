import { type Block, MAX_BLOCK } from '../blocks';
import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent, isActorColumn } from '../events';
import { numberOf, squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { covers, isOfCited, mentionIn, stretchesOf } from '../mentions';
import { type Finding, finding } from '../messages';
import { ACTOR_COLUMN, cellUnder, isTimelineRow, type Statement, statementsOf } from '../statements';
import { clockOf, saysTime } from '../times';

/**
 * A timeline row is the evidence row of its time: names in it that only other rows of that record have are of other events, and
 * what the row says that it was done to is what the evidence has as its target.
 */
export function checkRows(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (!isTimelineRow(statement) || statement.block.text.length > MAX_BLOCK) return [];
    const rows = rowsAt(statement);
    return rows.length === 0
      ? []
      : [
          ...checkNames(context, statement, rows),
          ...checkActor(statement, rows),
          ...checkTargets(statement, rows),
          ...checkVerb(statement, rows),
          ...checkCount(statement, rows),
          ...checkAction(context, statement, rows),
        ].slice(0, 1);
  });
}

/** The cited events that begin at a row's first time, and end at its second. */
function rowsAt({ times, events }: Statement): EvidenceEvent[] {
  const [first, last] = times.flatMap(({ time }) => (time ? [time] : []));
  if (!first || first.to - first.from > 1000) return [];
  const begun = events.filter(({ times: [at] }) => at !== undefined && saysTime(first, at));
  if (!last) return begun;
  const exact = begun.filter((event) => saysTime(last, event.times.at(-1) ?? 0));
  return exact;
}

/** A name that other rows of the record have in a column, and the row of this time has another in it. */
function checkNames(context: CheckContext, { block, events }: Statement, rows: EvidenceEvent[]): Finding[] {
  const records = new Set(rows.map(({ record }) => record));
  return namesIn(block).flatMap((claim) => {
    const key = squash(claim.value);
    const isSpared = context.known.has(claim.value) && !isTarget(block, claim) && !isSource(block, claim, rows);
    if (rows.some(({ row }) => row.text.includes(key)) || isSpared) return [];
    if (isSource(block, claim, rows)) return [differentSource(block, claim, rows)];
    const other = events.find(({ record, row }) => records.has(record) && row.text.includes(key));
    const at = other?.row.cells.findIndex((cell) => typeof cell === 'string' && squash(cell).includes(key)) ?? -1;
    const [row] = rows;
    // Who acts in other rows may be acted on in this one: `AssumeRole` of a role.
    const who = cellUnder(block, ACTOR_COLUMN);
    if (isActorColumn(row?.columns[at] ?? '') && who && (claim.start < who.start || claim.end > who.end)) return [];
    const cell = row?.record === other?.record ? row?.row.cells[at] : undefined;
    if (!row || typeof cell !== 'string' || /^\(?(?:|unset|null|n\/a|-)\)?$/i.test(cell)) return [];
    const data = { said: claim.value, actual: [shortest(cell)], record: row.record.call.number };
    return [finding('actor', 'error', placeOf(block, claim), 'row-differs', data)];
  });
}

/** An account in the actor's cell, where the evidence has an address as who acted. */
function checkActor({ block, actors }: Statement, rows: EvidenceEvent[]): Finding[] {
  const cell = cellUnder(block, ACTOR_COLUMN);
  const said = actors.find(({ start, end }) => cell && start >= cell.start && end <= cell.end);
  const [row] = rows;
  if (!said || !row || rows.some((one) => one.actors.length > 0 || one.row.text.includes(squash(said.name)))) return [];
  const at = row.columns.findIndex((name) => /^(?:principal|actor|requester|user|identity|caller)$/i.test(name));
  const actual = row.row.cells[at];
  if (typeof actual !== 'string' || !/^[\d.:a-f]{7,}$/i.test(actual)) return [];
  return [
    finding('actor', 'error', placeOf(block, said), 'row-differs', {
      said: said.name,
      actual: [actual],
      record: row.record.call.number,
    }),
  ];
}

const namesIn = (block: Block): Claim[] =>
  claimsOf(block).filter(
    ({ kind, value }) => ['indicator', 'id', 'quote'].includes(kind) && value.length > 4 && !/\s/.test(value),
  );

/** What was acted on: the row says so of this event, whatever the alert has. */
const isTarget = (block: Block, claim: Claim): boolean =>
  ON.test(block.text.slice(Math.max(0, claim.start - 12), claim.start));

const SOURCE = /src|source|client|remote|orig|caller|^ip$|^ip_?addr/i;
const DESTINATION = /dst|dest|target|server|resp/i;

/** The addresses from which a row says it came, where it has no others. */
const sourcesOf = ({ row, columns }: EvidenceEvent): string[] =>
  row.cells.flatMap((cell, at) =>
    typeof cell === 'string' &&
    IPV4.test(cell) &&
    SOURCE.test(columns[at] ?? '') &&
    !DESTINATION.test(columns[at] ?? '')
      ? [cell]
      : [],
  );

function differentSource(block: Block, claim: Claim, rows: EvidenceEvent[]): Finding {
  const actual = rows.flatMap(sourcesOf);
  return finding('actor', 'warning', placeOf(block, claim), 'row-differs', {
    said: claim.value,
    actual: [...new Set(actual)].slice(0, 3),
    record: rows[0]?.record.call.number ?? 0,
  });
}

/** Where it came from, in a row whose evidence has an address as well. */
function isSource(block: Block, claim: Claim, rows: EvidenceEvent[]): boolean {
  const who = cellUnder(block, ACTOR_COLUMN);
  const isSaid =
    (who && claim.start >= who.start && claim.end <= who.end) ||
    /\bfrom\s+[`*_]*$/i.test(block.text.slice(Math.max(0, claim.start - 10), claim.start));
  return Boolean(isSaid) && IPV4.test(claim.value) && rows.every((row) => sourcesOf(row).length > 0);
}

const TARGET = /^(?:target|resource|object|file|bucket|thing)(?:_?name)?$/i;
const ON = /\b(?:on|to|for|of|against)\s+[`*_]*$/i;

/** `granted to lena`, where the evidence has another target for the event, and lena as who acted. */
function checkTargets({ block }: Statement, rows: EvidenceEvent[]): Finding[] {
  const cell = cellUnder(block, /action|event|what|activity/i);
  const targets = rows.flatMap(({ row, columns }) =>
    row.cells.filter((value, at) => TARGET.test(columns[at] ?? '') && typeof value === 'string' && value !== ''),
  );
  const [row] = rows;
  if (!cell || !row || targets.length === 0) return [];
  return namesIn(block).flatMap((claim) => {
    if (claim.start < cell.start || claim.end > cell.end) return [];
    if (!ON.test(block.text.slice(Math.max(cell.start, claim.start - 12), claim.start))) return [];
    const key = squash(claim.value);
    const isActor = rows.some(({ actors }) => actors.includes(claim.value.toLowerCase()));
    if (
      !isActor ||
      targets.some((target) => squash(String(target)).includes(key) || key.includes(squash(String(target))))
    )
      return [];
    const data = {
      said: claim.value,
      actual: [...new Set(targets.map(String))].slice(0, 3),
      record: row.record.call.number,
    };
    return [finding('actor', 'error', placeOf(block, claim), 'row-differs', data)];
  });
}

/** `memory of LSASS accessed`, of a second at which something else happened, and that at others. */
function checkAction(context: CheckContext, { block, times, events }: Statement, rows: EvidenceEvent[]): Finding[] {
  const cell = cellUnder(block, /action|event|what|activity/i);
  const [claim] = times;
  const [row] = rows;
  // A row that names no action may be of any: a count of sign-ins.
  if (!cell || !claim?.time || !row || rows.some(({ times: own, actions }) => own.length > 2 || actions.length === 0))
    return [];
  // An action that the row names and its moment has is right, whatever its words may also mean.
  const text = squash(cell.text);
  if (rows.some(({ actions }) => actions.some((action) => action.length > 4 && text.includes(squash(action)))))
    return [];
  const named = namesIn(block).filter(({ start, end }) => start >= cell.start && end <= cell.end);
  if (named.length > 0 && rows.some((one) => named.every(({ value }) => one.row.text.includes(squash(value)))))
    return [];
  const mention = mentionIn(context, cell.text);
  const isCited = mention !== null && isOfCited(mention, events);
  const when = mention && isCited && !mention.end ? stretchesOf(mention) : null;
  const { time } = claim;
  if (!mention || !when || when.said.length > 6 || when.all.some((stretch) => covers(stretch, time))) return [];
  const what = cell.text.replace(/[`*_]/g, '').replace(/\s+/g, ' ').trim().slice(0, 60);
  const actual = [...new Set(when.said.map(({ from }) => clockOf(from)))].slice(0, 3);
  const record = mention.said[0]?.record.call.number ?? 0;
  return [
    finding('action', 'warning', placeOf(block, claim), 'time-differs', { said: claim.value, actual, what, record }),
  ];
}

/** `4 × GetObject`, of the burst that begins and ends with the row's times and has another number. */
function checkCount({ block, times }: Statement, rows: EvidenceEvent[]): Finding[] {
  const cell = cellUnder(block, /action|event|what|activity/i);
  const claim = claimsOf(block).find(
    ({ number, measure, nearness, start }) =>
      cell &&
      number !== undefined &&
      !measure &&
      !nearness &&
      start >= cell.start &&
      /^[\s*_]*$/.test(block.text.slice(cell.start, start)),
  );
  const [row] = rows;
  if (!cell || !claim?.number || !row || times.length < 2 || claim.end > cell.end) return [];
  const counts = rows.flatMap((event) => [countOf(event), ...event.row.cells.map(numberOf), ...event.row.inside]);
  const actual = countOf(row);
  if (actual === null || actual < 2 || counts.includes(claim.number)) return [];
  const data = { said: claim.value, action: `of ${row.actions[0] ?? 'it'}`, actual, record: row.record.call.number };
  return [finding('evidence', 'warning', placeOf(block, claim), 'count-differs', data)];
}

const MADE = /^(?:creat|add|insert|plant|issu|mint)/i;
const UNMADE = /^(?:delet|remov|destroy|terminat|revok)/i;

/** `Deletes the cron job`, where the event of that second has made it. */
function checkVerb({ block }: Statement, rows: EvidenceEvent[]): Finding[] {
  const cell = cellUnder(block, /action|event|what|activity/i);
  const verb = /^[\s*_]*(\p{L}+)/u.exec(cell?.text ?? '');
  const [said, other] = MADE.test(verb?.[1] ?? '')
    ? [MADE, UNMADE]
    : UNMADE.test(verb?.[1] ?? '')
      ? [UNMADE, MADE]
      : [];
  const names = rows.map(({ actions }) => actions.flatMap((action) => action.split(/[.:_ ]/)));
  const [row] = rows;
  if (!cell || !verb || !said || !other || !row) return [];
  if (!names.every((parts) => parts.some((part) => other.test(part)) && !parts.some((part) => said.test(part))))
    return [];
  const start = cell.start + verb[0].length - (verb[1] ?? '').length;
  const data = { said: verb[1] ?? '', actual: row.actions.slice(0, 2), record: row.record.call.number };
  return [finding('action', 'error', placeOf(block, { start, end: cell.start + verb[0].length }), 'row-differs', data)];
}

const shortest = (value: string): string =>
  value.startsWith('arn:') ? (value.split(/[/:]/).at(-1) ?? value) : value.slice(0, 80);
