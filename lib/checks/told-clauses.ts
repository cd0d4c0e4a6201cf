import { type Block, citationGroups, type Span } from './blocks';
import type { Claim } from './claims';
import { partsOf } from './clauses';
import type { EvidenceEvent } from './events';
import { negationsIn } from './negation';
import { outcomeIn, type SaidOutcome } from './outcome-words';
import { namedBefore, type Statement } from './statements';
import { deedsTold, type ToldDeed } from './told-deeds';

type Named = Statement['actors'][number];

/** A part of a sentence with what it says: who acts, what is done, when, whether it denies it, and what supports it. */
export type Clause = Span & {
  block: Block;
  text: string;
  /** Names of who acts, by the clause itself, by a pronoun, or by the clause before it; empty where nothing tells. */
  subject: { names: Named[]; by: 'name' | 'agent' | 'pronoun' | 'clause before' | null };
  deeds: ToldDeed[];
  times: Claim[];
  denies: boolean;
  outcome: SaidOutcome | null;
  /** Records cited next behind it in its sentence, else those of the sentence. */
  cited: number[];
  events: EvidenceEvent[];
};

const LEAD =
  /^[\s,;:()–—]*(?:and|but|while|whereas|although|before|after|until|which|who|then|also|later|there|\s)*\s*/i;
const PRONOUN =
  /^(?:he|she|it|they|(?:the|this|that) (?:same )?(?:account|user|identity|actor|person|attacker|intruder|owner|role|key))\b/i;
const AGENT = /\bby\s+(?:the (?:user|account|role|identity|principal)\s+)?[`*_]*$/i;

/** The parts of a statement as clauses; `earlier`: who was named last before it in its paragraph. */
export function clausesIn(statement: Statement, earlier: Named | null = namedBefore(statement)): Clause[] {
  const { block } = statement;
  const deeds = deedsTold(statement.text).map((deed) => moved(deed, statement.start));
  const groups = citationGroups(statement.text);
  let last = earlier;
  let before: Clause['subject'] = { names: [], by: null };
  return partsOf(statement).flatMap(({ start, end }) => {
    const text = block.text.slice(start, end);
    if (text.replace(LEAD, '') === '') return [];
    const isWithin = (one: Span) => one.start >= start && one.end <= end;
    const names = statement.actors.filter(isWithin);
    const own = deeds.filter(({ verb }) => verb.start >= start && verb.start < end);
    const subject = subjectOf(block, { start, text }, names, own, last, before);
    before = subject;
    last = names.at(-1) ?? last;
    const group = groups.find((one) => statement.start + one.end >= start);
    const cited = group?.numbers ?? [];
    const events = statement.events.filter(({ record }) => cited.includes(record.call.number));
    return [
      {
        block,
        start,
        end,
        text,
        subject,
        deeds: own,
        times: statement.times.filter((time) => time.start >= start && time.start < end),
        denies: negationsIn(text).length > 0,
        outcome: outcomeIn(text, start),
        cited,
        events: events.length > 0 ? events : statement.events,
      },
    ];
  });
}

const NONE: Clause['subject'] = { names: [], by: null };

function subjectOf(
  block: Block,
  { start, text }: { start: number; text: string },
  names: Named[],
  deeds: ToldDeed[],
  last: Named | null,
  before: Clause['subject'],
): Clause['subject'] {
  const agent = names.find((one) => AGENT.test(block.text.slice(Math.max(start, one.start - 30), one.start)));
  if (agent) return { names: [agent], by: 'agent' };
  const verb = deeds[0]?.verb.start ?? Number.POSITIVE_INFINITY;
  const ahead = names.filter((one) => one.end <= verb);
  if (ahead.length > 0) return { names: ahead, by: 'name' };
  const rest = text.replace(LEAD, '');
  if (PRONOUN.test(rest)) return last ? { names: [last], by: 'pronoun' } : NONE;
  // `created a user and attached a policy`: a verb without anybody before it.
  const isBare = deeds.length > 0 && start + text.length - rest.length >= (deeds[0]?.verb.start ?? 0);
  return isBare && before.names.length > 0 ? { names: before.names, by: 'clause before' } : NONE;
}

/** A deed with offsets of the block instead of those of the statement's text. */
const moved = (deed: ToldDeed, by: number): ToldDeed => ({
  ...deed,
  start: deed.start + by,
  end: deed.end + by,
  verb: { start: deed.verb.start + by, end: deed.verb.end + by },
});
