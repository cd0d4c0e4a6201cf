import { asksSource } from '../../evidence/source-calls';
import { formatUtc } from '../../time/time';
import { type Claim, claimsOf, placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import { type EvidenceEvent, eventsOf } from '../events';
import { squash } from '../evidence-index';
import { isOfCited, mentionIn } from '../mentions';
import { type Finding, finding } from '../messages';
import { involves, isDeniedAt, isTimelineRow, type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';
import { isExact } from '../told-deeds';

/**
 * What a text says belongs together is in one row of the evidence: a name and its time, two names (`ledger-0 in payments`), what was
 * done and where (`on dc01 the shadow copies were deleted`). An error where the evidence has each of them with something else.
 */
export function checkBindings(context: CheckContext): Finding[] {
  const known = namesKnown(context);
  const { statements, advice } = statementsOf(context);
  const advised = advice.flatMap((statement) => checkAdvice(statement, known));
  const told = statements.flatMap((statement) => {
    if (isTimelineRow(statement)) return [];
    const names = namesIn(statement, known);
    const found =
      statement.block.kind === 'row'
        ? checkCells(statement, names)
        : [
            ...checkTime(statement, names),
            ...checkPairs(statement, names),
            ...checkDone(context, statement, names),
            ...checkWho(context, statement),
            ...checkCommand(statement),
          ];
    return found.slice(0, 1);
  });
  return [...told, ...advised];
}

type Named = { value: string; key: string; start: number; end: number };

/** Rows of a record that are read for names. */
const MAX_ROWS = 500;
const NO_NAME = /time|date|agent|^first|^last|body|uri|message|command|data$/i;
const TOKEN = /[\p{L}\p{N}_][\p{L}\p{N}_.:@/\\+=$*-]*/gu;
const read = new WeakMap<CheckContext, Set<string>>();

/** Names that cells of the logs have, squashed; of a host also its first label. */
function namesKnown(context: CheckContext): Set<string> {
  const known = read.get(context);
  if (known) return known;
  const found = new Set<string>();
  for (const record of context.all) {
    if (!asksSource(record.call.tool)) continue;
    for (const { row, columns } of eventsOf(record).slice(0, MAX_ROWS))
      for (const [at, cell] of row.cells.entries()) {
        if (typeof cell !== 'string' || NO_NAME.test(columns[at] ?? '') || !/^[^\s{}[\]"]{4,80}$/.test(cell)) continue;
        found.add(squash(cell));
        const label = /^([\p{L}][\w-]{2,30})\.[\w.-]+$/u.exec(cell)?.[1];
        if (label) found.add(squash(label));
      }
  }
  read.set(context, found);
  return found;
}

/** Names of a statement that the logs have, in code or with a mark or digit in them; not who acts. */
function namesIn({ block, text, start, end, actors, actions }: Statement, known: ReadonlySet<string>): Named[] {
  const claims = claimsOf(block).filter(
    ({ kind, ...at }) => ['indicator', 'id', 'quote'].includes(kind) && at.start >= start && at.end <= end,
  );
  const plain = [...text.matchAll(TOKEN)].flatMap((match) => {
    const value = match[0].replace(/[.:/\\+=-]+$/, '');
    return /\d/.test(value) && /\p{L}/u.test(value)
      ? [{ value, start: start + match.index, end: start + match.index + value.length } as Claim]
      : [];
  });
  const all = [...claims, ...plain].flatMap((claim) => {
    const key = squash(claim.value);
    return known.has(key) && key.length > 3 ? [{ value: claim.value, key, start: claim.start, end: claim.end }] : [];
  });
  return all.filter(
    (one, at) =>
      ![...actors, ...actions].some((actor) => actor.start < one.end && actor.end > one.start) &&
      all.findIndex((other) => other.start < one.end && other.end > one.start) === at,
  );
}

const has = ({ row }: EvidenceEvent, { key }: Named): boolean => row.text.includes(key);

/** More rows than this have a name, and it is of no single one. */
const FEW = 4;

/** `at 22:14:55Z through the binding x`, of a time that only another row has. */
function checkTime({ block, text, times, events }: Statement, names: Named[]): Finding[] {
  const [claim, more] = times;
  if (!claim?.time || more || claim.time.or || claim.time.to - claim.time.from > 1000) return [];
  if (/\b(?:after|before|since|until|later|earlier|already|from|between|ended?|ends|last)\b/i.test(text)) return [];
  const { time } = claim;
  const there = events.filter((event) => isExact(event) && event.times.some((at) => saysTime(time, at)));
  const [row] = there;
  if (
    !row ||
    names.length === 0 ||
    names.some((name) => events.some((event) => has(event, name) && there.includes(event)))
  )
    return [];
  const wrong = names.find((name) => {
    const own = events.filter((event) => has(event, name));
    return own.length > 0 && own.length <= FEW && own.every(isExact) && own.every(({ record }) => record.isWhole);
  });
  const other = wrong && events.find((event) => has(event, wrong));
  if (!wrong || !other) return [];
  const data = {
    said: claim.value,
    actual: [formatUtc(new Date(other.times[0] ?? 0))],
    what: wrong.value,
    record: other.record.call.number,
  };
  return [finding('action', 'error', placeOf(block, claim), 'time-differs', data)];
}

const BETWEEN =
  /^[`*_]*\s+(?:in|on|of|from|to|for|against|at|with|into)\s+(?:(?:the|its|his|her)\s+)?(?:\p{L}+\s+){0,2}?[`*_]*$/iu;

/** `ledger-0 in the namespace payments` */
function checkPairs({ block, start, events, ...statement }: Statement, names: Named[]): Finding[] {
  return names.flatMap((one, at) => {
    const next = names[at + 1];
    if (!next || !BETWEEN.test(block.text.slice(one.end, next.start))) return [];
    if (isDeniedAt({ block, start, events, ...statement }, one.start)) return [];
    const rows = events.filter((event) => has(event, one));
    // `from one address to the other`: two of a kind are in no row together.
    const isOfKind = rows.some(({ record, row }) =>
      row.cells.some(
        (cell, column) =>
          typeof cell === 'string' &&
          squash(cell).includes(one.key) &&
          eventsOf(record).some((event) => squash(String(event.row.cells[column] ?? '')).includes(next.key)),
      ),
    );
    return isOfKind ? [] : differs(block, rows, next);
  });
}

/** A row of a table about one name: the other names in it stand in rows of that name. */
function checkCells({ block, events, actors }: Statement, names: Named[]): Finding[] {
  const who = actors.map((one) => ({ ...one, value: one.name, key: squash(one.name) }));
  const subject = [...who, ...names].find(({ end }) => end <= (block.cells[0]?.end ?? 0));
  if (!subject) return [];
  const own = events.filter((event) => has(event, subject));
  return names.filter(({ start }) => start > subject.end).flatMap((name) => differs(block, own, name));
}

/** `On dc01 the shadow copies were deleted`: the rows of the deed have another machine. */
function checkDone(context: CheckContext, statement: Statement, names: Named[]): Finding[] {
  const { block } = statement;
  return clausesOf(statement).flatMap(({ start, end }) => {
    const own = names.filter((name) => name.start >= start && name.end <= end);
    const [name, more] = own;
    if (!name || more || isDeniedAt(statement, name.start)) return [];
    const text = block.text.slice(start, end);
    const bare = `${text.slice(0, name.start - start)} ${text.slice(name.end - start)}`;
    const mention = mentionIn(context, bare);
    if (!mention || mention.end || [...mention.said, ...mention.also].some((event) => has(event, name))) return [];
    if (!isOfCited(mention, statement.events)) return [];
    return differs(block, twinsOf(context, mention.said), name);
  });
}

/** `helpdesk had read the memory of LSASS`: who acts in each event that the words may mean. */
function checkWho(context: CheckContext, statement: Statement): Finding[] {
  const { block, start: from } = statement;
  return clausesOf(statement).flatMap(({ start, end }) => {
    const [who, more] = statement.actors.filter((one) => one.start >= start && one.end <= end);
    if (!who || more || isDeniedAt(statement, who.start)) return [];
    const isSubject = /^[`*_]*\s+(?:had |has |then |also |later |first )?\p{Ll}+(?:ed|t|n|e|w|d|s)\b/u.test(
      block.text.slice(who.end, who.end + 40),
    );
    const isBy = /\bby\s+(?:the (?:user|account|role) )?[`*_]*$/i.test(
      block.text.slice(Math.max(from, who.start - 24), who.start),
    );
    const mention =
      isSubject || isBy
        ? mentionIn(context, `${block.text.slice(start, who.start)} ${block.text.slice(who.end, end)}`, true)
        : null;
    if (!mention || mention.end || mention.said.length > 12) return [];
    const rows = mention.said.filter((event) => statement.events.includes(event));
    const [row] = rows;
    if (
      !row ||
      rows.some(({ actors }) => actors.length === 0) ||
      [...rows, ...mention.also].some((event) => involves(event, who.name))
    )
      return [];
    const actual = [...new Set(rows.flatMap(({ actors }) => actors[0] ?? []))].slice(0, 3);
    return [
      finding('actor', 'warning', placeOf(block, who), 'actor-differs', {
        said: who.name,
        actual,
        record: row.record.call.number,
      }),
    ];
  });
}

/** What a command is about, by its kind and name. */
const COMMAND = /`[^`\n]{3,80}? (\p{Ll}{5,40}) ([\w.-]{5,80})(?=[^`\n]{0,80}`)/gu;

/** `kubectl delete clusterrolebinding node-cleaner`, of a name that is another kind of thing. */
function checkAdvice(statement: Statement, known: ReadonlySet<string>): Finding[] {
  const { block, start, end, events } = statement;
  const names = namesIn(statement, known);
  const ofCommands = [...block.text.slice(start, end).matchAll(COMMAND)].flatMap((match) => {
    const [whole, kind = '', value = ''] = match;
    const at = start + match.index + whole.length - value.length;
    const rows = events.filter(({ row }) => row.text.includes(kind));
    const name = { value, key: squash(value), start: at, end: at + value.length };
    return known.has(name.key) ? differs(block, rows, name) : [];
  });
  return [...ofCommands, ...checkPairs(statement, names), ...checkTime(statement, names)].slice(0, 1);
}

const BY = /\b(?:as|by)\s+(?:the (?:user|account|role) )?[`*_]*$/i;

/** "`vssadmin delete shadows` ran as `lena`": a command that one row has, under another account. */
function checkCommand({ block, start, end, actors, events }: Statement): Finding[] {
  const commands = claimsOf(block).filter(
    ({ kind, inCode, value, ...at }) =>
      kind === 'quote' && inCode && /\s/.test(value) && value.length > 8 && at.start >= start && at.end <= end,
  );
  return commands.flatMap((command) => {
    const rows = events.filter((event) => isExact(event) && event.row.text.includes(squash(command.value)));
    const who = actors.find(
      (one) =>
        one.start >= command.end &&
        one.start - command.end < 80 &&
        BY.test(block.text.slice(command.end, one.start)) &&
        !/[;.]\s/.test(block.text.slice(command.end, one.start)),
    );
    const [row] = rows;
    if (!who || !row || rows.length > 3 || rows.some((one) => one.actors.length === 0 || involves(one, who.name)))
      return [];
    const actual = [...new Set(rows.flatMap((one) => one.actors[0] ?? []))];
    return [
      finding('actor', 'error', placeOf(block, who), 'actor-differs', {
        said: who.name,
        actual,
        record: row.record.call.number,
      }),
    ];
  });
}

/** Events with those of other records at the same moment: what one leaves out another may have. */
function twinsOf(context: CheckContext, events: EvidenceEvent[]): EvidenceEvent[] {
  const moments = new Set(events.filter(isExact).map(({ times: [at] }) => at));
  const twins = context.all.flatMap((record) =>
    asksSource(record.call.tool)
      ? eventsOf(record).filter((event) => isExact(event) && moments.has(event.times[0]) && event.times.length > 0)
      : [],
  );
  return [...new Set([...events, ...twins])];
}

/** A name that a column of some rows could have, and all of them have another there; no row of the case has it with them. */
function differs(block: Statement['block'], rows: EvidenceEvent[], name: Named): Finding[] {
  if (rows.length === 0 || rows.length > 12 || rows.some((event) => has(event, name) || !event.record.isWhole))
    return [];
  for (const { record, columns } of rows) {
    const holder = eventsOf(record).find((event) => event.record === record && has(event, name));
    const at = holder?.row.cells.findIndex((cell) => typeof cell === 'string' && squash(cell).includes(name.key)) ?? -1;
    if (at < 0 || NO_NAME.test(columns[at] ?? '')) continue;
    const actual = rows.filter((event) => event.record === record).map(({ row }) => row.cells[at]);
    if (actual.some((cell) => typeof cell !== 'string' || cell === '')) continue;
    const data = { said: name.value, actual: [...new Set(actual.map(String))].slice(0, 3), record: record.call.number };
    return [finding('actor', 'error', placeOf(block, name), 'actor-differs', data)];
  }
  return [];
}
