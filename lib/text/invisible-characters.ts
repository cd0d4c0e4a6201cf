/**
 * Characters that make a text show something else than it has: controls, invisible and bidirectional ones, odd spaces, and
 * letters of another script inside a Latin word. A reviewer must see them; nothing is removed. Pure and safe for the browser.
 */

export type UnseenKind = 'bidi' | 'invisible' | 'control' | 'space' | 'lookalike';
/** `mark` is null for plain text; otherwise `text` is one character and `mark.label` is what to show in its place. */
export type MarkedPart =
  | { text: string; mark: null }
  | { text: string; mark: { kind: UnseenKind; code: string; label: string } };

/** The usual short names; others are shown by number. */
const NAMES: Record<number, string> = {
  0: 'NUL',
  7: 'BEL',
  8: 'BS',
  11: 'VT',
  12: 'FF',
  13: 'CR',
  27: 'ESC',
  127: 'DEL',
  133: 'NEL',
  160: 'NBSP',
  173: 'SHY',
  8203: 'ZWSP',
  8204: 'ZWNJ',
  8205: 'ZWJ',
  8206: 'LRM',
  8207: 'RLM',
  8232: 'LS',
  8233: 'PS',
  8234: 'LRE',
  8235: 'RLE',
  8236: 'PDF',
  8237: 'LRO',
  8238: 'RLO',
  8288: 'WJ',
  8294: 'LRI',
  8295: 'RLI',
  8296: 'FSI',
  8297: 'PDI',
  65279: 'BOM',
};

const BIDI = /[\u{61c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u;
/** Line and paragraph separators break a line where nothing else does. Half of a pair and unassigned code points are none's text. */
const CONTROL = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const SPACE = /\p{Zs}/u;
/** Format characters, fillers, and selectors of another form. */
const INVISIBLE =
  /[\p{Cf}\u{115f}\u{1160}\u{3164}\u{ffa0}]|\u{34f}|[\u{17b4}-\u{17b5}]|[\u{180b}-\u{180f}]|[\u{fe00}-\u{fe0f}]|[\u{e0100}-\u{e01ef}]/u;
const UNSEEN = new RegExp(`(?![\\t\\n])(?:${[BIDI, CONTROL, INVISIBLE].map(({ source }) => source).join('|')})`, 'gu');
/** Latin letters in other clothes: full-width forms, mathematical alphabets. */
const STYLED_LATIN = /[\u{ff01}-\u{ff5e}\u{1d400}-\u{1d7ff}]/u;
const OTHER_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
const LATIN = /\p{Script=Latin}/u;
/** An emoji with its presentation selector is one visible sign. */
const AFTER_EMOJI = /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}0-9#*]|\ufe0f)$/u;
/** Scripts that spell with joiners. */
const JOINS =
  /^(?:\p{Script=Devanagari}|\p{Script=Bengali}|\p{Script=Tamil}|\p{Script=Telugu}|\p{Script=Malayalam}|\p{Script=Sinhala}|\p{Script=Arabic})$/u;

/** A line split into plain text and characters to mark. Joined, the parts' texts are the input. */
export function markUnseen(text: string): MarkedPart[] {
  // Nearly every line: nothing outside printable ASCII, tab and line end.
  if (/^[\t\n\x20-\x7e]*$/.test(text)) return text === '' ? [] : [{ text, mark: null }];
  const parts: MarkedPart[] = [];
  let plain = '';
  let before = '';
  const flush = () => {
    if (plain !== '') parts.push({ text: plain, mark: null });
    plain = '';
  };
  // A word with what holds domains, addresses and ARNs together.
  for (const [token] of text.matchAll(/[\p{L}\p{M}\p{N}\p{Cf}._@:/-]+|[^\p{L}\p{M}\p{N}\p{Cf}._@:/-]+/gu)) {
    const mixed = LATIN.test(token) && OTHER_SCRIPT.test(token);
    for (const character of token) {
      const kind = kindOf(character, mixed, before);
      before = character;
      if (kind === null) {
        plain += character;
        continue;
      }
      flush();
      const code = character.codePointAt(0) ?? 0;
      const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
      const label = kind === 'lookalike' ? character : (NAMES[code] ?? name);
      parts.push({ text: character, mark: { kind, code: name, label } });
    }
  }
  flush();
  return parts;
}

/**
 * A text with something else in the place of each character that shows as nothing, moves the cursor or turns the direction.
 * Tabs and line feeds stay, and so does what makes one sign of an emoji or spells a word, unless `all` are replaced.
 */
export function replaceUnseen(
  text: string,
  replacement: (character: string, kind: UnseenKind) => string,
  { all = false } = {},
): string {
  if (/^[\t\n\x20-\x7e]*$/.test(text)) return text;
  return text.replace(UNSEEN, (character, offset: number) => {
    if (BIDI.test(character)) return replacement(character, 'bidi');
    if (CONTROL.test(character)) return replacement(character, 'control');
    const before = [...text.slice(Math.max(0, offset - 2), offset)].at(-1) ?? '';
    return !all && isVisibleAfter(character, before) ? character : replacement(character, 'invisible');
  });
}

/** Whether a mark is for something that can't be seen at all: odd spaces and lookalike letters can. */
export function isMarked(mark: MarkedPart['mark']): mark is NonNullable<MarkedPart['mark']> {
  return mark !== null && mark.kind !== 'space' && mark.kind !== 'lookalike';
}

/** Whether a text has any character that markUnseen marks. */
export function hasUnseen(text: string): boolean {
  return markUnseen(text).some((part) => part.mark !== null);
}

/**
 * How many characters of a text a person can see: letters, digits, punctuation and symbols. Blanks, controls, and everything
 * that is drawn as nothing (joiners, fillers, selectors, the blank Braille cell) don't count.
 */
export function readableLength(text: string): number {
  return [...text.normalize('NFC').replace(UNREADABLE, '')].length;
}

/** A combining mark is part of the letter before it. */
const UNREADABLE = /[\s\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]/gu;

function kindOf(character: string, mixed: boolean, before: string): UnseenKind | null {
  if (character === '\t' || character === '\n' || character === ' ') return null;
  if (BIDI.test(character)) return 'bidi';
  if (CONTROL.test(character)) return 'control';
  if (SPACE.test(character)) return 'space';
  if (INVISIBLE.test(character)) return isVisibleAfter(character, before) ? null : 'invisible';
  if (STYLED_LATIN.test(character)) return 'lookalike';
  return mixed && OTHER_SCRIPT.test(character) ? 'lookalike' : null;
}

/** Presentation selectors and joiners that make one sign with the character before. */
function isVisibleAfter(character: string, before: string): boolean {
  if (character === '\ufe0e' || character === '\ufe0f' || character === '\u200d') {
    if (AFTER_EMOJI.test(before)) return character !== '\u200d' || !/[0-9#*]/.test(before);
  }
  return (character === '\u200d' || character === '\u200c') && JOINS.test(before);
}
