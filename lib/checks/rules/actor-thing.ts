import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type EvidenceEvent, eventsOf } from '../events';
import { squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { involves, statementsOf } from '../statements';
import { type Clause, clausesIn } from '../told-clauses';
import { REPORTED } from './actor';

/** Words that set somebody against somebody else, or a thing against another. */
const COMPARES =
  /\b(?:than|unlike|while|whereas|like|instead|rather|not|except|besides|apart|compared|other|others|another|also|too|as well|both|after|before|until|since|then|later|earlier)\b/i;
/** A thing that has more rows than this is of no single person. */
const FEW = 40;

/**
 * Who did it to what: an account and the one other name of its clause stand in one row of the case. A warning where the cited record
 * has each of them in rows of its own, and nothing has them together.
 */
export function checkActorThings(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row' || REPORTED.test(statement.text)) return [];
    return clausesIn(statement)
      .flatMap((clause) => checkClause(context, clause))
      .slice(0, 1);
  });
}

function checkClause(context: CheckContext, clause: Clause): Finding[] {
  const { block, text, subject, events } = clause;
  const [who, more] = subject.names;
  if (!who || more || !['name', 'agent'].includes(subject.by ?? '') || COMPARES.test(text)) return [];
  if (negationsIn(text).length > 0) return [];
  const [thing, another] = thingsOf(clause, who);
  if (!thing || another) return [];
  const key = squash(thing.value);
  const own = events.filter((event) => event.row.text.includes(key));
  const theirs = events.filter((event) => event.actors.includes(who.name));
  const [row] = own;
  if (!row || theirs.length === 0 || own.length > FEW) return [];
  if (own.some(({ actors, record }) => actors.length === 0 || !record.isWhole)) return [];
  if (!theirs.some(({ record }) => own.some((one) => one.record === record))) return [];
  const isTogether = (event: EvidenceEvent) => event.row.text.includes(key) && involves(event, who.name);
  if (context.all.some((record) => eventsOf(record).some(isTogether))) return [];
  const actual = [...new Set(own.map(({ actors }) => actors.find((name) => !name.startsWith('arn:')) ?? ''))];
  // Two accounts are compared, and neither was acted on.
  if (actual.some((name) => squash(name) === key)) return [];
  const data = { said: who.name, actual: actual.slice(0, 3), of: thing.value, record: row.record.call.number };
  return [finding('actor', 'warning', placeOf(block, who), 'actor-of-thing', data)];
}

/** Names in a clause besides who acts. */
const thingsOf = ({ block, start, end }: Clause, who: { start: number; end: number }): Claim[] =>
  claimsOf(block).filter(
    (claim) =>
      claim.start >= start &&
      claim.end <= end &&
      (claim.end <= who.start || claim.start >= who.end) &&
      (IPV4.test(claim.value) || claim.kind === 'id' || (claim.kind === 'quote' && claim.inCode)) &&
      !/\s/.test(claim.value) &&
      claim.value.length > 3,
  );
