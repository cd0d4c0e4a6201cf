import { phraseAhead, phraseBehind } from './clauses';
import { SMALL_NUMBER } from './number-words';
import { type Statement, sentenceBefore } from './statements';

/**
 * Two phrases of a sentence, of which the one is said to have come before the other. Offsets are of the statement's text, of the words
 * that say so. `isNear`: as steps of one session.
 */
export type OrderedPair = { earlier: string; later: string; start: number; end: number; isNear: boolean };

const COUNT = `(?:half an?|an?|\\d[\\d.,]*|${SMALL_NUMBER})(?: and a (?:half|quarter))?`;
const UNIT = '(?:seconds?|minutes?|hours?)';
const LENGTH = `${COUNT}[ -]${UNIT}(?:,? and ${COUNT}[ -]${UNIT})?`;
const THEN = /[,;]?\s(?:and\s|but\s)?(?:only\s)?(?:then|afterwards|subsequently)\s(?!(?:again|is|are)\b)/gi;
const BEFORE = /,?\s(?:before|prior to|preced(?:es|ed|ing)|ahead of|came before)\s(?!that\b|this\b|which\b|and\b)/gi;
const AFTER = /,?\s(?:only after|after|follow(?:s|ed|ing)|came after)\s(?!that\b|this\b|which\b)/gi;
/** A sentence that begins with one thing and its relation to the other. */
const HEAD = new RegExp(
  `^\\W*(?:(?:\\p{L}+\\s){0,3}?\\b${LENGTH}\\s|(?:\\p{L}+\\s){0,2}?)(before|after|once)\\s(?!that\\b|this\\b)`,
  'iu',
);
/** `Six minutes before that`, `and seventy-one seconds earlier`: from what was told before. */
const STEP = new RegExp(
  `(?:^|[,;:]\\s|\\s(?:and|but)\\s)\\W*(?:\\p{L}+\\s){0,3}?\\b${LENGTH}\\s(later|afterwards?|after that|earlier|before that|beforehand)\\b,?\\s?`,
  'giu',
);
/** `Two failures came first` */
const CAME = /\s(?:came|happened)\s(?:only\s)?(first|afterwards|later|next)\b/i;
const FIRST_LAST =
  /^(.{3,80}?)\s(?:(?:comes?|came|was|is|were)\s)?first(?:,|\sand|,\sand)\s(.{3,80}?)\s(?:(?:comes?|came|was|is|were)\s)?last\b/i;
/** A length of time at the end of a phrase: it says how far apart. */
const LENGTH_BEHIND = new RegExp(
  `[,\\s]*(?:\\b(?:a|an|about|around|some|almost|nearly|just|only|not quite|less than|more than|over|under|at least|little|good|well)\\s)*\\b${LENGTH}$`,
  'iu',
);

export function pairsOf(statement: Statement): OrderedPair[] {
  const { block, text, start } = statement;
  if (block.kind === 'row')
    return block.cells.flatMap((cell) => byThen(block.text.slice(cell.start, cell.end), cell.start - start));
  const head = headPair(text);
  return [
    ...(head ? [head] : []),
    ...stepPairs(statement),
    ...cameFirst(statement),
    ...firstAndLast(text),
    ...byThen(text, 0),
    ...between(text, BEFORE, true),
    ...between(text, AFTER, false),
  ];
}

/** `Ten minutes before the macro ran, the memory was opened` */
function headPair(text: string): OrderedPair | null {
  const head = HEAD.exec(text);
  const comma = head ? text.indexOf(', ', head[0].length) : -1;
  if (!head || comma < 0 || comma > 160) return null;
  const [one, two] = [text.slice(head[0].length, comma), phraseAhead(text.slice(comma + 2))];
  const at = { start: 0, end: head[0].trimEnd().length, isNear: /\d|(?:second|minute|hour)s?\s/i.test(head[0]) };
  return /before/i.test(head[1] ?? '') ? { earlier: two, later: one, ...at } : { earlier: one, later: two, ...at };
}

function stepPairs(statement: Statement): OrderedPair[] {
  const { text } = statement;
  return [...text.matchAll(STEP)].flatMap((match) => {
    const base = match.index < 12 ? sentenceBefore(statement) : phraseBefore(text.slice(0, match.index));
    const rest = text.slice(match.index + match[0].length);
    // `Earlier a different account, \`adm\`, appeared`
    const told = phraseAhead(rest).length < 24 ? rest.slice(0, 100) : phraseAhead(rest);
    if (base === '' || told.trim().length < 6) return [];
    const at = { start: match.index, end: match.index + match[0].trimEnd().length, isNear: true };
    return [
      /earlier|before/i.test(match[1] ?? '')
        ? { earlier: told, later: base, ...at }
        : { earlier: base, later: told, ...at },
    ];
  });
}

function cameFirst(statement: Statement): OrderedPair[] {
  const match = CAME.exec(statement.text);
  const base = sentenceBefore(statement);
  if (!match || base === '') return [];
  const told = phraseBehind(statement.text.slice(0, match.index));
  const at = { start: match.index, end: match.index + match[0].length, isNear: true };
  return [
    /first/i.test(match[1] ?? '') ? { earlier: told, later: base, ...at } : { earlier: base, later: told, ...at },
  ];
}

/** `Team folder 15 first, Team folder 38 last` */
function firstAndLast(text: string): OrderedPair[] {
  const match = FIRST_LAST.exec(text);
  if (!match) return [];
  const [whole, one = '', two = ''] = match;
  return [
    { earlier: phraseBehind(one), later: two, start: match.index, end: match.index + whole.length, isNear: true },
  ];
}

const byThen = (text: string, offset: number): OrderedPair[] =>
  between(text, THEN, true).map((pair) => ({
    ...pair,
    start: pair.start + offset,
    end: pair.end + offset,
    isNear: true,
  }));

function between(text: string, words: RegExp, isFirst: boolean): OrderedPair[] {
  return [...text.matchAll(words)].flatMap((match) => {
    const behind = text.slice(0, match.index);
    const length = LENGTH_BEHIND.exec(behind);
    const one = phraseBefore(length ? behind.slice(0, length.index) : behind);
    const two = phraseAhead(text.slice(match.index + match[0].length));
    if (one.trim().length < 3 || two.trim().length < 3 || /^\s*\(/.test(two)) return [];
    const at = { start: match.index, end: match.index + match[0].length, isNear: length !== null };
    return [isFirst ? { earlier: one, later: two, ...at } : { earlier: two, later: one, ...at }];
  });
}

/** The last phrase of a text; of a short one (`and entered`) with the one before it. */
function phraseBefore(text: string): string {
  const bare = text.replace(/[\s,;:]+$/, '');
  const last = phraseBehind(bare);
  if (last.replace(/\W/g, '').length >= 12) return last;
  const cut = bare.slice(0, bare.length - last.length).replace(/(?:[\s,;:]|\band\b|\bbut\b)+$/, '');
  return `${phraseBehind(cut)} ${last}`;
}
