import { type Block, citationsIn, findCitations, MAX_BLOCK, type Span } from './blocks';
import { ADVICE, type Claim, claimsOf, isLesson, LESSONS } from './claims';
import { clausesOf } from './clauses';
import type { CheckContext } from './context';
import { type EvidenceEvent, eventsOf, namesAt, type Vocabulary, vocabularyOf } from './events';
import { squash } from './evidence-index';
import { negationsIn } from './negation';
import { DAY } from './times';

type Named = { name: string; start: number; end: number };

/** A sentence or table row that cites evidence, with the names and times in it. Offsets are of the block's text. */
export type Statement = {
  block: Block;
  text: string;
  start: number;
  end: number;
  actors: Named[];
  actions: Named[];
  /** To the minute or better. */
  times: Claim[];
  /** Of the records that it cites. */
  events: EvidenceEvent[];
  denies: boolean;
};

/** Words of guesses and rules: what they say did not have to happen. */
const MODAL =
  /\b(?:would|could|should|might|may|must|if|unless|whether|in case|e\.g\.|for example|such as|typically|usually|normally|unlike|likely|possible|possibly|plausible|probabl[ey]|presumably|perhaps|apparently|seems?|expect\w*|recommend\w*|consider\w*)\b/i;

/** A sentence that says what to do, wherever it stands: its verbs tell nothing that happened. */
const IMPERATIVE =
  /^[\s*_>-]*(?:Revoke|Deactivate|Delete|Isolate|Block|Rotate|Disable|Terminate|Remove|Lock|Reset|Suspend|Replace|Tell|Ask|Search|Take|Drain|Rebuild|Re-?image|Quarantine|Restore|Call|Confirm|Restrict|Require|Undo|Detach|Shut|Close|Keep|Preserve|Check)\s+(?!(?:\S+\s+){0,4}(?:was|were|is|are|had|has|by|of|at)\b)/;

/** Statements of one report that are checked. */
const MAX_STATEMENTS = 3000;

/** Names of who acts, by the block that they stand in. */
const earlierActors = new WeakMap<Block, Named[]>();

/** `advice`: statements of the recommendations, in which only names are facts; `uncited`: those that cite no rows. */
type Read = { statements: Statement[]; advice: Statement[]; uncited: Statement[]; vocabulary: Vocabulary };
const read = new WeakMap<CheckContext, Read>();

/** The statements of a report that evidence can be held against, and the names of its case. */
export function statementsOf(context: CheckContext): Read {
  const found = read.get(context) ?? findStatements(context);
  read.set(context, found);
  return found;
}

function findStatements(context: CheckContext): Read {
  const vocabulary = vocabularyOf(context.all);
  const [statements, advice, uncited]: [Statement[], Statement[], Statement[]] = [[], [], []];
  for (const block of context.blocks) {
    if (block.kind === 'heading' || block.text.length > MAX_BLOCK) continue;
    const isAdvice = ADVICE.test(block.section) && !LESSONS.test(block.section);
    for (const { start, end, numbers: cited } of block.sentences.flatMap((span) => factsOf(block, span))) {
      if (statements.length + uncited.length >= MAX_STATEMENTS) break;
      const text = block.text.slice(start, end);
      if (block.kind !== 'row' && LESSONS.test(block.section) && !isLesson(block, start)) continue;
      const numbers =
        cited.length > 0 ? cited : block.kind === 'paragraph' ? citationsIn(block.text.slice(0, start)) : block.cited;
      const events = numbers.flatMap((number) => {
        const record = context.records.get(number);
        return record ? eventsOf(record) : [];
      });
      const bare = blankCitations(text);
      const moved = (names: Named[]) =>
        names.map(({ name, ...at }) => ({ name, start: at.start + start, end: at.end + start }));
      const actors = moved(namesAt(bare, vocabulary.actors));
      const isToDo = isAdvice || (block.kind !== 'row' && IMPERATIVE.test(text));
      if (events.length === 0 && isToDo) continue;
      if (events.length > 0) earlierActors.set(block, [...(earlierActors.get(block) ?? []), ...actors]);
      (events.length === 0 ? uncited : isToDo ? advice : statements).push({
        block,
        text,
        start,
        end,
        actors,
        actions: moved(namesAt(bare, vocabulary.actions)),
        times: claimsOf(block).filter(
          ({ time, ...claim }) =>
            time && !time.slack && time.to - time.from <= 60_000 && claim.start >= start && claim.start < end,
        ),
        events,
        denies: negationsIn(text).length > 0,
      });
    }
  }
  return { statements, advice, uncited, vocabulary };
}

/** `The factor could not be removed` tells what happened. */
const IN_VAIN =
  /\bcould(?: not|n[’']t) (?:be )?(?:\p{L}+ly )?(?:pass|open|read|reach|delet|remov|stop|silenc|switch|sign|log|connect|assum|creat|chang|modif|list|enroll|activat|download|decrypt|attach|grant|use|get in|start|run|execut|writ)\p{L}*/giu;

/** The parts of a sentence that tell facts, with what the sentence cites: of one that guesses, those that a semicolon cuts from the guess. */
function factsOf(block: Block, { start, end }: Span): (Span & { numbers: number[] })[] {
  const text = block.text.slice(start, end);
  const numbers = citationsIn(text);
  const isGuess = (part: string) => MODAL.test(part.replace(IN_VAIN, ' '));
  if (block.kind === 'row' || !isGuess(text)) return [{ start, end, numbers }];
  const ends = [...[...text.matchAll(/;\s/g)].map(({ index }) => index + 1), text.length];
  return ends
    .map((to, at) => ({ start: start + (ends[at - 1] ?? 0), end: start + to }))
    .filter((part) => !isGuess(block.text.slice(part.start, part.end)))
    .map((part) => {
      const own = citationsIn(block.text.slice(part.start, part.end));
      return { ...part, numbers: own.length > 0 ? own : numbers };
    });
}

const blankCitations = (text: string): string =>
  findCitations(text).reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  );

/** A timeline row is one event or one burst; its first time says which, its second where it ends. */
export const isTimelineRow = ({ block }: Statement): boolean => block.kind === 'row' && /timeline/i.test(block.section);

/** The column of a timeline that says who acted, and what it says of nobody in particular. */
export const ACTOR_COLUMN = /\b(?:who|actor|principal|identity|user|account|caller)\b/i;
export const GENERIC_ACTOR =
  /^(?:-|–|—|n\/a|none|unknown|attacker|adversary|intruder|the attacker|threat actor|system|alert|analyst|several|multiple|various|all|many|anonymous|service|user|users|defender|socdown|aws|azure|google|okta|github|both|same|root)?$/i;

/** The cell of a row under a heading, with its offsets. */
export function cellUnder(block: Block, head: RegExp): { text: string; start: number; end: number } | null {
  const at = block.head.findIndex((title) => head.test(title));
  const cell = block.cells[at];
  return cell ? { text: block.text.slice(cell.start, cell.end), ...cell } : null;
}

/** The events that a statement is about: at its times, and with its actions where it names any that they have. */
export function eventsAbout({ times, actions, events, block }: Statement, part = actions): EvidenceEvent[] {
  const said = times.flatMap(({ time }) => (time ? [time] : []));
  const [first, last] = said;
  const isSpan = block.kind === 'row' && first !== undefined && last !== undefined && !first.timeOfDay;
  const at =
    said.length === 0
      ? events
      : events.filter((event) => event.times.some((time) => said.some((one) => isAt(one, time))));
  const within = isSpan
    ? events.filter((event) => event.times.some((time) => time >= first.from && time < last.to))
    : [];
  const timed = [...new Set([...at, ...within])];
  const names = new Set(part.map(({ name }) => name));
  const named = timed.filter((event) => event.actions.some((action) => names.has(action)));
  return named.length > 0 || said.length > 0 ? (named.length > 0 ? named : timed) : [];
}

const isAt = (said: NonNullable<Claim['time']>, time: number): boolean => {
  if (!said.timeOfDay && !said.anyYear) return time >= said.from && time < said.to;
  const of = (ms: number) => ((ms % DAY) + DAY) % DAY;
  return of(time) >= of(said.from) && of(time) < of(said.from) + said.to - said.from;
};

/** Whether an event's row or its query has a name. A query that names several says nothing of which of them it was. */
export const involves = (event: EvidenceEvent, name: string): boolean =>
  event.actors.includes(name) || event.row.text.includes(squash(name)) || isAskedFor(event, name);

/** What an action was done to, or answered: whose name stands there did not act. */
const TARGET = /request|target|resource|response|object|param|payload|detail|^name$|^ns$|namespace/i;

/** Whether an event's evidence has a name as who acted: anywhere but where it says what was acted on. */
export function actedIn(event: EvidenceEvent, name: string): boolean {
  const { actors, columns, row } = event;
  if (actors.length === 0) return involves(event, name);
  if (actors.includes(name)) return true;
  const key = squash(name);
  const isThere = row.cells.some((cell, at) => {
    if (TARGET.test(columns[at] ?? '') || cell === null || cell === undefined) return false;
    return squash(typeof cell === 'string' ? cell : JSON.stringify(cell)).includes(key);
  });
  return isThere || isAskedFor(event, name);
}

function isAskedFor({ actors, record }: EvidenceEvent, name: string): boolean {
  const args = squash(JSON.stringify(record.call.args) ?? '');
  return args.includes(squash(name)) && !actors.some((actor) => actor !== name && args.includes(squash(actor)));
}

/** Names of who acts that a statement has, also those that stand before it in its block. */
export const actorsAt = ({ actors, block, start }: Statement): string[] =>
  actors.length > 0
    ? actors.map(({ name }) => name)
    : (earlierActors.get(block) ?? []).flatMap((one) => (one.start < start ? [one.name] : []));

/** Who was named last before a statement in its block. */
export const namedBefore = ({ block, start }: Statement): Named | null =>
  (earlierActors.get(block) ?? []).findLast((one) => one.end <= start) ?? null;

/** Whether the clause that an offset is in denies something. */
export function isDeniedAt(statement: Statement, offset: number): boolean {
  if (!statement.denies) return false;
  const clause = clausesOf(statement).find(({ start, end }) => offset >= start && offset < end);
  return !clause || negationsIn(statement.block.text.slice(clause.start, clause.end)).length > 0;
}

/** The sentence before a statement, in its block; empty where it is the first. */
export function sentenceBefore({ block, start }: Statement): string {
  const last = block.sentences.findLast((one) => one.end <= start);
  return last ? block.text.slice(last.start, last.end) : '';
}
