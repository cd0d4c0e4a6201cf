import { claimsOf, placeOf } from '../claims';
import { partsOf } from '../clauses';
import type { CheckContext } from '../context';
import { deedsIn } from '../deeds';
import { type EvidenceEvent, eventsOf, namesAt } from '../events';
import { squash } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { outcomeIn, outcomeInCell, type SaidOutcome } from '../outcome-words';
import { cellUnder, eventsAbout, involves, isTimelineRow, type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';

const OUTCOME_COLUMN = /outcome|result|status|response/i;
const MFA =
  /\b((?:with(?:out)?|(?:protected|secured|confirmed|verified) (?:by|with)|passed|using))\s+(?:an?\s+)?(?:MFA|multi-?factor|second factor)\b|\b(?:MFA|multi-?factor\w*)\s+(?:was\s+)?(?:(not)\s+)?used\b|\b(no)\s+(?:MFA|multi-?factor)\b/i;

/** How it ended: success, failure, error code and MFA of an event are those of the evidence for it. */
export function checkOutcomes(context: CheckContext): Finding[] {
  const codes = codesOf(context);
  return statementsOf(context).statements.flatMap((statement) => [
    ...(isTimelineRow(statement) ? checkRow(context, statement, codes) : checkSentence(statement, codes)),
    ...checkUnnamed(context, statement),
    ...checkDone(statement),
    ...checkMfa(statement),
  ]);
}

/** Error codes of the case: in lower case, as written. */
function codesOf({ all }: CheckContext): Set<string> {
  const codes = new Set<string>();
  for (const record of all) {
    for (const event of eventsOf(record))
      for (const code of event.codes) if (/^[\w.:-]{4,80}$/.test(code)) codes.add(code.toLowerCase());
  }
  return codes;
}

function checkRow(context: CheckContext, statement: Statement, codes: ReadonlySet<string>): Finding[] {
  const { block } = statement;
  const cell = cellUnder(block, OUTCOME_COLUMN);
  const named = codeIn(cell ? cell.text : statement.text, cell?.start ?? 0, codes);
  const paren = /\(([^()]{2,80})\)/g;
  const parts = cell
    ? [cell]
    : [...block.text.matchAll(paren)].map((match) => ({ text: match[1] ?? '', start: match.index + 1 }));
  const said =
    (cell ? outcomeInCell(cell.text, cell.start) : null) ??
    parts.map(({ text, start }) => outcomeIn(text, start)).find((one) => one !== null) ??
    outcomeIn(block.text, 0);
  const about = narrowed(statement, eventsAbout(statement));
  const compared = compare(statement, about, said, named);
  return compared.length > 0 || !cell ? compared : checkCode(context, statement, cell);
}

const CODE =
  /\b\p{Lu}\p{Ll}+(?:\p{Lu}\p{Ll}+)*(?:Denied|Exception|Error|Failed|Failure|Unauthorized|NotFound|Exceeded)\b/u;

/** An error code that no evidence of the case has. */
function checkCode(
  { all, known }: CheckContext,
  { block }: Statement,
  cell: { text: string; start: number },
): Finding[] {
  const code = CODE.exec(cell.text);
  if (!code || known.has(code[0]) || all.some((record) => record.has(code[0]))) return [];
  const place = placeOf(block, { start: cell.start + code.index, end: cell.start + code.index + code[0].length });
  return [finding('outcome', 'error', place, 'value-unsupported', { value: code[0], cited: block.own })];
}

function checkSentence(statement: Statement, codes: ReadonlySet<string>): Finding[] {
  if (statement.actions.length === 0) return [];
  let earlier: Statement['actions'] = [];
  return partsOf(statement).flatMap(({ start, end }) => {
    const clause = statement.text.slice(start - statement.start, end - statement.start);
    const own = statement.actions.filter((action) => action.start >= start && action.end <= end);
    // `…, which was refused` is of the clause before it.
    const actions =
      own.length > 0 ||
      !/^\W*(?:which|each|all|both|every|successfully|(?:but )?without (?:any )?(?:errors?|success))\b/i.test(clause)
        ? own
        : earlier;
    earlier = actions;
    if (actions.length === 0) return [];
    const said = outcomeIn(clause, start);
    const named = codeIn(clause, start, codes);
    const about = narrowed(statement, eventsAbout({ ...statement, actions }, actions)).filter((event) =>
      event.actions.some((action) => actions.some(({ name }) => name === action)),
    );
    return compare(statement, about, said, named);
  });
}

/** Before a participle, and after a verb: what makes an outcome the end of the sentence's subject, and no adjective. */
const PASSIVE = /\b(?:was|were|is|are|been|got|be)\s+(?:\w+ly\s+)?$/i;
const VERB = /^(?:failed|fails|succeeded|succeeds|worked|works|went|goes|got)\b/i;
const VERB_END =
  /^\s*(?:[.,;:)[]|$|(?:at|on|from|with|because|in|and|but|for|by|to|after|before|each|twice|again|as|with)\b)/i;

/** A sentence that names no action, `the sign-in at 01:14:26Z failed`: the events at its time, of its verb and of what it names. */
function checkUnnamed(context: CheckContext, statement: Statement): Finding[] {
  const { block, start, actions, denies } = statement;
  if (actions.length > 0 || denies || block.kind === 'row') return [];
  let before = '';
  return endingsOf(statement).flatMap((span) => {
    const text = block.text.slice(span.start, span.end);
    // `…; both were refused` is about what stands before it.
    const told = /^\W*(?:and |but )?(?:both|all|each|neither|none|which|the (?:first|second|last|latter))\b/i.test(text)
      ? `${before} ${text}`
      : text;
    before = told;
    const isSaid = (one: SaidOutcome): boolean =>
      VERB.test(one.word)
        ? VERB_END.test(block.text.slice(one.end, one.end + 20))
        : PASSIVE.test(block.text.slice(start, one.start));
    const first = outcomeIn(text, span.start);
    // `After the last refusal the sign-in was turned away`: the first word only names something.
    const said = !first || isSaid(first) ? first : outcomeIn(block.text.slice(first.end, span.end), first.end);
    if (!said || !isSaid(said)) return [];
    const about = eventsTold(context, statement, told, span).map((event) => ({
      ...event,
      outcome: event.outcome ?? outcomeElsewhere(context, event),
    }));
    return about.every(({ outcome }) => outcome !== null) ? compare(statement, about, said, null) : [];
  });
}

/** A sentence in the parts that each say how something ended; one part where only one does. */
function endingsOf(statement: Statement): { start: number; end: number }[] {
  const { start, end, text, block } = statement;
  const ends = [...text.matchAll(/;\s|,? (?:but|while|whereas) |, and (?=\p{L}+ (?:was|were) )/giu)].map(
    ({ index }) => start + index,
  );
  const parts = [...ends, end].map((to, at) => ({ start: ends[at - 1] ?? start, end: to }));
  const saying = parts.filter((part) => outcomeIn(block.text.slice(part.start, part.end), part.start));
  return saying.length > 1 || (ends.length > 0 && outcomeIn(text, start) === null) ? parts : [{ start, end }];
}

/** The cited events that a text without an action's name is about; none where too little says which. */
function eventsTold(
  context: CheckContext,
  { block, actors, times, events }: Statement,
  text: string,
  span: { start: number; end: number },
): EvidenceEvent[] {
  const within = <T extends { start: number; end: number }>(items: T[]): T[] =>
    items.filter((item) => item.start >= span.start && item.end <= span.end);
  const deeds = deedsIn(text);
  const at = within(times).flatMap(({ time }) => (time ? [time] : []));
  const people = within(actors).map(({ name }) => name);
  const things = namesAt(text, thingsOf(context)).map(({ name }) => squash(name));
  if (deeds.length === 0 && at.length === 0 && people.length === 0 && things.length === 0 && events.length !== 1)
    return [];
  const keys = within(claimsOf(block))
    .filter(({ kind }) => ['indicator', 'id', 'quote'].includes(kind))
    .map(({ value }) => squash(value))
    .filter((key) => key.length > 3);
  const ofPeople = events.filter((event) => people.some((name) => event.actors.includes(name)));
  // Whoever is named but never acts was acted on: that says nothing of who did.
  return (ofPeople.length > 0 ? ofPeople : events).filter(
    (event) =>
      (at.length === 0 || event.times.some((time) => at.some((one) => saysTime(one, time)))) &&
      (keys.length === 0 || keys.some((key) => event.row.text.includes(key))) &&
      (things.length === 0 || things.some((key) => event.row.text.includes(key))) &&
      (deeds.length === 0 ||
        event.actions.length === 0 ||
        event.actions.some((name) => deeds.some(({ names }) => names.test(name)))),
  );
}

const THING_COLUMN =
  /^(?:target|resource|name|object|service|bucket|file|key|topic|repository|function|pod|host|computer)(?:_?name)?$/i;
const things = new WeakMap<CheckContext, Set<string>>();

/** What was acted on in the case, where its name is one that systems give: `ledger-admin`. */
function thingsOf(context: CheckContext): Set<string> {
  const known = things.get(context);
  if (known) return known;
  const found = new Set<string>();
  for (const record of context.all)
    for (const { row, columns } of eventsOf(record).slice(0, 500))
      for (const [at, cell] of row.cells.entries())
        if (typeof cell === 'string' && THING_COLUMN.test(columns[at] ?? '') && /^[\w.]{2,40}-[\w.-]{2,60}$/.test(cell))
          found.add(cell.toLowerCase());
  things.set(context, found);
  return found;
}

/** How an event ended by another record that has it: the same action at the same time. */
function outcomeElsewhere({ all }: CheckContext, { actions, times }: EvidenceEvent): EvidenceEvent['outcome'] {
  const [action, time] = [actions[0], times[0]];
  if (action === undefined || time === undefined) return null;
  for (const record of all) {
    const twin = eventsOf(record).find(
      (event) => event.outcome !== null && event.actions.includes(action) && event.times.includes(time),
    );
    if (twin) return twin.outcome;
  }
  return null;
}

/** What leaves open how it ended. */
const ATTEMPT =
  /\b(?:tr(?:y|ied|ies|ying)|attempt\w*|fail\w*|refus\w*|den(?:y|ied|ial)\w*|reject\w*|block\w*|errors?|unsuccess\w*|in vain|call(?:ed|s)?|request\w*|ask(?:ed|s)?|wanted|sought|AccessDenied)\b/i;

/** `deleted nine objects`: a deed that is told as done, where each event of it was refused. */
function checkDone(statement: Statement): Finding[] {
  const { block, text, start, denies, actors, actions, events } = statement;
  if (block.kind === 'row' || denies || ATTEMPT.test(text)) return [];
  const isNamed = actors.length + actions.length > 0;
  return deedsIn(text).flatMap((deed) => {
    const word = text.slice(deed.start, deed.end);
    if (!/ed$/i.test(word) || /\bto (?:be )?$/i.test(text.slice(0, deed.start))) return [];
    const done = events.filter((event) => event.actions.some((action) => deed.names.test(action)));
    // `It destroyed an old version`: where each event of the word was refused.
    const about = !isNamed
      ? done
      : actors.length > 0
        ? done.filter((event) => actors.some(({ name }) => event.actors.includes(name)))
        : done.filter((event) => actions.some(({ name }) => event.actions.includes(name)));
    const [event] = about;
    if (!event || about.some(({ outcome }) => outcome !== 'failure')) return [];
    const actual = `a failure${event.codes[0] ? ` (${event.codes[0]})` : ''}`;
    const place = placeOf(block, { start: start + deed.start, end: start + deed.end });
    return [
      finding('outcome', 'error', place, 'outcome-differs', { said: word, actual, record: event.record.call.number }),
    ];
  });
}

/** Of several events those whose actor the statement names. */
function narrowed({ actors }: Statement, events: EvidenceEvent[]): EvidenceEvent[] {
  const some = events.filter((event) => actors.some(({ name }) => involves(event, name)));
  return some.length > 0 ? some : events;
}

function compare(
  { block }: Statement,
  about: EvidenceEvent[],
  said: SaidOutcome | null,
  named: Named | null,
): Finding[] {
  const known = about.filter(({ outcome }) => outcome !== null);
  const [event] = known;
  if (!event) return [];
  const codes = [...new Set(known.flatMap((one) => one.codes))];
  if (named && known.every(({ outcome }) => outcome !== 'mixed') && known.length === about.length) {
    const right = codes.some((code) => code.toLowerCase() === named.code);
    const isKnownHere = known.some(({ row }) => row.text.includes(named.code.replace(/[^\w.:-]/g, '')));
    if (!right && !isKnownHere && (codes.length > 0 || known.every(({ outcome }) => outcome === 'success'))) {
      const data = { said: named.written, actual: codes[0] ?? 'a success', record: event.record.call.number };
      return [finding('outcome', 'error', placeOf(block, named), 'outcome-differs', data)];
    }
  }
  if (!said || known.some(({ outcome }) => outcome === 'mixed' || outcome === said.outcome)) return [];
  const actual = said.outcome === 'success' ? `a failure${codes[0] ? ` (${codes[0]})` : ''}` : 'a success';
  const data = { said: said.word, actual, record: event.record.call.number };
  return [finding('outcome', 'error', placeOf(block, said), 'outcome-differs', data)];
}

type Named = { code: string; written: string; start: number; end: number };

function codeIn(text: string, offset: number, codes: ReadonlySet<string>): Named | null {
  for (const match of text.matchAll(/(?<![\w.:-])(?:[A-Za-z]|\d(?=[\dA-Fa-fx]{4}))[\w.:-]{3,80}/g)) {
    const written = match[0].replace(/[.:-]+$/, '');
    if (!codes.has(written.toLowerCase())) continue;
    const start = offset + match.index;
    return { code: written.toLowerCase(), written, start, end: start + written.length };
  }
  return null;
}

function checkMfa(statement: Statement): Finding[] {
  const match = MFA.exec(statement.text);
  if (!match) return [];
  const said = !(/without/i.test(match[1] ?? '') || match[2] !== undefined || match[3] !== undefined);
  const narrow = narrowed(statement, eventsAbout(statement));
  const about = (narrow.length > 0 ? narrow : narrowed(statement, statement.events)).filter(({ mfa }) => mfa !== null);
  const [event] = about;
  if (!event || about.some(({ mfa }) => mfa === said)) return [];
  const start = statement.start + match.index;
  const data = { said: match[0], actual: said ? 'without MFA' : 'with MFA', record: event.record.call.number };
  return [
    finding(
      'outcome',
      isTimelineRow(statement) ? 'error' : 'warning',
      placeOf(statement.block, { start, end: start + match[0].length }),
      'outcome-differs',
      data,
    ),
  ];
}
