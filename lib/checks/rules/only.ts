import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { deedsIn } from '../deeds';
import type { EvidenceEvent } from '../events';
import { type Finding, finding } from '../messages';
import { outcomeAbout } from '../outcome-words';
import { actedIn, type Statement, statementsOf } from '../statements';

const ONLY_BY = /\b(?:only|solely|exclusively)\s+(?:by|from|through|via)\s+[`*_]*$/i;
const ONLY = /\b(?:only|nobody (?:but|except|other than)|no[ -]one (?:but|except|other than)|none but)\s+[`*_]*$/i;
const THE_ONLY =
  /^[`*_]*\s+(?:alone\s+(?!in\b)\p{Ll}+|(?:was|is|were)\s+the\s+only\s+(?:user|identity|one|account|principal|person|role|actor|caller|key)s?\s+(?:who|that|which|to|whose|seen))\b/iu;
/** Narrower than what a row tells: `only lena's second key`. */
const NARROWED = /\b(?:except|besides|apart from|outside|after|before|until|since|during|within|other than the)\b/i;

/** `only by lena`, `only lena called`, `lena was the only user who called`: the evidence has nobody else for that action. */
export function checkOnly(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, start, text, actors } = statement;
    const actor = actors.find((one) => {
      const before = text.slice(Math.max(0, one.start - start - 40), one.start - start);
      return ONLY_BY.test(before) || ONLY.test(before) || THE_ONLY.test(block.text.slice(one.end, one.end + 60));
    });
    // `only lena.vogt's …`, `only the lena.vogt policy`: of a thing of hers.
    if (!actor || /^[’']s?\b/.test(block.text.slice(actor.end, actor.end + 3))) return [];
    const done = doneBy(statement);
    // What narrows it may leave the others out, but not the one who is named.
    if (NARROWED.test(text) && done.some((event) => actors.some(({ name }) => actedIn(event, name)))) return [];
    const other = done.find((event) => event.actors.length > 0 && actors.every(({ name }) => !actedIn(event, name)));
    if (!other) return [];
    const from = Math.max(start, block.text.slice(0, actor.start).search(/\S+(?:\s+\S+)?\s*$/));
    const what = block.text.slice(from, actor.end).trim();
    return [
      finding('absence', 'error', placeOf(block, { start: from, end: actor.end }), 'absence-contradicted', {
        what,
        value: other.actors[0] ?? '',
        record: other.record.call.number,
      }),
    ];
  });
}

/** The cited events of the actions that a statement names, or has a word for, and of the outcome that it names. */
function doneBy({ text, actions, events }: Statement): EvidenceEvent[] {
  const names = new Set(actions.map(({ name }) => name));
  const [deed] = names.size === 0 ? deedsIn(text) : [];
  if (names.size === 0 && !deed) return [];
  const outcome = outcomeAbout(text);
  return events.filter(
    (event) =>
      event.actions.some((action) => names.has(action) || deed?.names.test(action)) &&
      (outcome === null || event.outcome === null || event.outcome === outcome),
  );
}
