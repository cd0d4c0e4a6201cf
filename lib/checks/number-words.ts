const UNITS =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES: Record<string, number> = { dozen: 12, hundred: 100, thousand: 1000, million: 1_000_000 };

const UNIT = UNITS.slice().reverse().join('|'); // the longest first: `seventeen` before `seven`
const SMALL = `(?:(?:${TENS.join('|')})(?:[- ](?:${UNITS.slice(0, 9).join('|')}))?|${UNIT})`;
const SCALE = Object.keys(SCALES).join('|');
/** A number up to ninety-nine in words, as part of a pattern. */
export const SMALL_NUMBER = SMALL;
const WORDS = new RegExp(
  `(?<![\\p{L}-])(?:half an(?= hour\\b)|(?:half an?|an?|${SMALL}) (?:${SCALE})(?: (?:and )?${SMALL}(?: (?:${SCALE}))?){0,3}|${SMALL}(?: and a (?:half|quarter))?|one(?= (?:second|minute|hour)\\b)|twice(?! (?:as|the|that|a|an|per)\\b)|thrice)(?![\\p{L}-])`,
  'giu',
);

export type NumberWord = { start: number; end: number; value: number; isRough: boolean };

/** Numbers that a text writes in words, but `one`: `seventeen`, `four hundred and twelve`, `twice`; `a dozen` is roughly 12. */
export function numberWordsIn(text: string): NumberWord[] {
  return [...text.matchAll(WORDS)].flatMap((match) => {
    const words = match[0].toLowerCase();
    const value = words === 'twice' ? 2 : words === 'thrice' ? 3 : amountOf(words);
    if (/^ (?:quarter|third|fifth|tenth|half)s?\b/.test(text.slice(match.index + words.length))) return [];
    if (value < 2 && !/^ (?:second|minute|hour)\b/.test(text.slice(match.index + words.length))) return [];
    return [
      {
        start: match.index,
        end: match.index + words.length,
        value,
        isRough: /^(?:half )?an? /.test(words) || words === 'half an',
      },
    ];
  });
}

/** The amount that words for a number say: `four hundred and twelve`. */
export function amountOf(words: string): number {
  let [total, current] = [0, 0];
  if (words === 'half an') return 0.5;
  if (words.endsWith(' and a half')) return amountOf(words.slice(0, -' and a half'.length)) + 0.5;
  if (words.endsWith(' and a quarter')) return amountOf(words.slice(0, -' and a quarter'.length)) + 0.25;
  for (const word of words.split(/[ -]/)) {
    const scale = SCALES[word];
    if (word === 'a' || word === 'an') current = current || 1;
    else if (word === 'half') current = 0.5;
    else if (scale !== undefined && scale >= 1000) [total, current] = [total + (current || 1) * scale, 0];
    else if (scale !== undefined) current = (current || 1) * scale;
    else if (TENS.includes(word)) current += 10 * (TENS.indexOf(word) + 2);
    else current += Math.max(0, UNITS.indexOf(word) + 1);
  }
  return total + current;
}
