import { citationsIn } from '../blocks';
import { ADVICE, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';

/** Whose evidence records are what a person said (lib/questions). */
const PEOPLE = 'people';
/** The sentence says itself that somebody says so. */
const ATTRIBUTED =
  /\b(?:says?|said|states?|stated|statements?|tells?|told|replies|replied|answers?|answered|writes?|wrote|claims?|claimed|denie[sd]|according to)\b/i;

/** What only a person said is a statement: the text says whose, or cites what shows it. */
export function checkStatements({ blocks, records }: CheckContext): Finding[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'heading' || ADVICE.test(block.section)) return [];
    return block.sentences.flatMap((sentence) => {
      const text = block.text.slice(sentence.start, sentence.end);
      const cited = citationsIn(text);
      const [first] = cited;
      if (first === undefined || ATTRIBUTED.test(text)) return [];
      if (!cited.every((number) => records.get(number)?.call.server === PEOPLE)) return [];
      return [finding('evidence', 'warning', placeOf(block, sentence), 'statement-only', { record: first })];
    });
  });
}
