import type { Block } from '../blocks';
import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';
import { amountOf, SMALL_NUMBER } from '../number-words';

const COUNT = `(\\d+(?:,\\d{3})*|${SMALL_NUMBER})`;
/** `Of 82 downloads in the period, 71 …`, `71 of the 82 downloads`. */
const WHOLE_FIRST = new RegExp(`\\b[Oo]f (?:all |the |these )?(?:all )?${COUNT}\\b[^.;()]{0,70}?\\b${COUNT}\\b`, 'i');
const PART_FIRST = new RegExp(
  `\\b${COUNT} (?:out )?of (?:all |the |these |its |his |her |their )?(?:all )?${COUNT}\\b`,
  'i',
);
/** What both are together, behind them: `which is 87 percent`, `about one in six`, `more than half`. */
const SHARE = new RegExp(
  `(?:which is|that is|i\\.e\\.,?|or|amounts? to|makes?|,|—|–|\\()\\s*(?:(?:about|roughly|around|nearly|almost|just over|just under|some|a good|approximately)\\s+)?(?:(\\d{1,3}(?:\\.\\d+)?)\\s?(?:%|percent|per cent)|one in (\\d+|${SMALL_NUMBER})|(half|a third|one third|two thirds|a quarter|one quarter|three quarters|a fifth|a tenth))\\b`,
  'i',
);
const FRACTIONS: Record<string, number> = {
  half: 0.5,
  'a third': 1 / 3,
  'one third': 1 / 3,
  'two thirds': 2 / 3,
  'a quarter': 0.25,
  'one quarter': 0.25,
  'three quarters': 0.75,
  'a fifth': 0.2,
  'a tenth': 0.1,
};
/** How far a share may be from what it says: people round fractions more than percentages. */
const ROUNDING = { percent: 1, fraction: 7 };

/** What follows a number that is no total: it belongs to a day, a size, an address or a time. */
const NO_WHOLE =
  /^(?:[.:/,-]\d|\s?(?:%|percent|[kmgt]i?b\b|seconds?|minutes?|hours?|days?|weeks?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*\b))/iu;

/** `five of the two operations`: no part is more than its whole. */
function checkPart(block: Block, start: number, text: string): Finding[] {
  return [...text.matchAll(new RegExp(PART_FIRST.source, 'gi'))].flatMap((match) => {
    const [all, part = '', whole = ''] = match;
    if (numberOf(part) <= numberOf(whole) || NO_WHOLE.test(text.slice(match.index + all.length))) return [];
    const at = start + match.index;
    return [
      finding('total', 'error', placeOf(block, { start: at, end: at + all.length }), 'part-exceeds', { part, whole }),
    ];
  });
}

/** A share that a sentence says of two of its numbers is theirs, and a part is none above its whole. */
export function checkFractions({ blocks }: CheckContext): Finding[] {
  return blocks.flatMap((block) =>
    block.kind === 'heading' || block.text.length > 8000
      ? []
      : block.sentences.flatMap((span) => checkSentence(block, span)),
  );
}

function checkSentence(block: Block, { start, end }: { start: number; end: number }): Finding[] {
  const text = block.text.slice(start, end).replace(/\[E\d[^\]]{0,60}\]/g, (part) => ' '.repeat(part.length));
  const more = checkPart(block, start, text);
  if (more.length > 0) return more;
  const pair = WHOLE_FIRST.exec(text);
  const other = pair ? null : PART_FIRST.exec(text);
  const found = pair ?? other;
  if (!found) return [];
  const [first, second] = [numberOf(found[1]), numberOf(found[2])];
  const [part, whole] = pair ? [second, first] : [first, second];
  const behind = found.index + found[0].length;
  const match = SHARE.exec(text.slice(behind, behind + 90));
  if (!match || whole === 0 || part > whole) return [];
  const [, percent, one, fraction] = match;
  const right = (100 * part) / whole;
  const said = percent
    ? Number(percent)
    : one
      ? 100 / numberOf(one)
      : 100 * (FRACTIONS[(fraction ?? '').toLowerCase()] ?? 0);
  const isRight = one
    ? Math.abs(whole / Math.max(1, part) - numberOf(one)) <= Math.max(0.6, 0.1 * numberOf(one))
    : Math.abs(right - said) <= (percent ? ROUNDING.percent : ROUNDING.fraction);
  if (isRight) return [];
  const word = percent ?? one ?? fraction ?? '';
  const at = start + behind + match.index + match[0].lastIndexOf(word);
  const data = {
    part: String(part),
    whole: String(whole),
    right: right.toFixed(1),
    said: percent ? word : said.toFixed(0),
  };
  return [finding('total', 'error', placeOf(block, { start: at, end: at + word.length }), 'share-differs', data)];
}

const numberOf = (text = ''): number =>
  /^\d/.test(text) ? Number(text.replaceAll(',', '')) : amountOf(text.toLowerCase());
