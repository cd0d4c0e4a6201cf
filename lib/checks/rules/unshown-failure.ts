import { asksSource } from '../../evidence/source-calls';
import { placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import { type EvidenceEvent, eventsOf } from '../events';
import type { EvidenceIndex } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { outcomeIn } from '../outcome-words';
import { type Statement, statementsOf } from '../statements';

/** What logs write of something that went wrong, in any column. */
const WENT_WRONG =
  /fail|den(?:y|ied)|refus|reject|block|drop|forbid|unauthor|invalid|incorrect|wrong|error|exception|notfound|closed|reset|rst|s0\b|(?<!\d)[45]\d\d(?!\d)|false|exit|terminat/;

/** A failure that a sentence tells of what it cites, where no row of that has one: not in a column of outcomes, and not in any word. */
export function checkUnshownFailures(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, events } = statement;
    if (block.kind === 'row') return [];
    const records = [...new Set(events.map(({ record }) => record))];
    const [first] = records;
    if (
      !first ||
      records.some((record) => !showsAll(record)) ||
      records.some((record) => eventsOf(record).some(isWrong))
    )
      return [];
    return failuresIn(statement)
      .map((said) =>
        finding('outcome', 'warning', placeOf(block, said), 'outcome-unshown', {
          said: said.word,
          cited: records.map(({ call }) => call.number),
        }),
      )
      .slice(0, 1);
  });
}

const failuresIn = (statement: Statement) =>
  clausesOf(statement).flatMap(({ start, end }) => {
    const text = statement.block.text.slice(start, end);
    const said = outcomeIn(text, start);
    if (said?.outcome !== 'failure' || negationsIn(text).length > 0 || ASIDE.test(text)) return [];
    const [ahead, behind] = [text.slice(0, said.start - start), text.slice(said.end - start)];
    return WAS.test(ahead) || (ITSELF.test(said.word) && OBJECT.test(behind)) ? [said] : [];
  });

/** `after the last refusal` only says when. */
const ASIDE = /^\W*(?:after|before|until|since|once|if|when)\b/i;
const WAS = /\b(?:was|were|been|got|being|had|has|have)\s+(?:\p{L}+ly\s+|all\s+|then\s+|also\s+|each\s+|both\s+)?$/iu;
const ITSELF = /^(?:failed|fails|refused|denied|rejected|blocked|could)/i;
/** What failed to be done, or whom it was refused. */
const OBJECT =
  /^\s+(?:to\s|MFA\b|(?:the|all|every|each|both|it|them|him|her|its|his|their)\s|be\s|(?:\d+|\w+) times\b)/i;

/** Columns and questions that tell how something ended, or how often. */
const TELLS_ENDS = /succe|\bok\b|result|status|outcome|code|allow|accept|state|flags|action|decision|verdict/i;

/** Whether a record came whole, and didn't ask for failures itself; numbers of a column for outcomes may count them. */
function showsAll(record: EvidenceIndex): boolean {
  const events = eventsOf(record);
  const asked = JSON.stringify(record.call.args) ?? '';
  const isKnown = events.every(({ outcome }) => outcome === 'success');
  const columns = events[0]?.columns.join(' ') ?? '';
  return (
    record.isWhole &&
    asksSource(record.call.tool) &&
    !WENT_WRONG.test(`${asked} ${columns}`.toLowerCase()) &&
    (isKnown || !TELLS_ENDS.test(`${asked} ${columns}`))
  );
}

const isWrong = ({ outcome, codes, row }: EvidenceEvent): boolean =>
  outcome === 'failure' || outcome === 'mixed' || codes.length > 0 || WENT_WRONG.test(row.text);
