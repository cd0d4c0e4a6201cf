import { fontRuns, RIGHT_TO_LEFT } from './fonts';

export type Style = {
  bold?: boolean;
  italics?: boolean;
  mono?: boolean;
  fontSize?: number;
  decoration?: string;
  color?: string;
  /** Characters that a line has room for: longer words may be broken. */
  room?: number;
};
export type Span = Omit<Style, 'mono' | 'room'> & { text: string; font: string; noWrap?: boolean };

/** The width of a text in points, as a span of that style shows it. */
export type Measure = (text: string, of: Span | undefined) => number;

/** A line of the page holds about this many characters. */
const LINE = 60;
/** Scripts that write a sentence without blanks. */
const NO_BLANKS = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Signs that no line begins with (closing marks, small kana), and that none ends with. */
const NOT_FIRST = /^[、。，．！？：；）」』】〉》〕”’…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;)\]}%]/u;
const NOT_LAST = /[（「『【〈《〔“‘([{]$/u;

/** A text as spans of one font each. Long words get places to break, or they would run out of the page or their cell. */
export function spansOf(text: string, style: Style = {}): Span[] {
  const { mono, room = LINE, ...rest } = style;
  const base = mono ? 'Mono' : 'Sans';
  return fontRuns(text, base).flatMap((run): Span[] => {
    if (run.font === null) return pieces(codePoints(run.text), room).map((part) => span(part, base, rest));
    return pieces(run.text, room).map((part) => span(part, run.font ?? base, rest));
  });
}

/** What no font has a sign for is shown as its code: a PDF would show an empty box. */
const codePoints = (text: string): string =>
  [...text].map((sign) => `⟨U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}⟩`).join('');

// The place to break is a sign of the proportional font: another would draw a box for it.
const span = (text: string, font: string, style: Omit<Style, 'mono' | 'room'>): Span =>
  text === '\u200b' ? { ...style, text, font: 'Sans' } : { ...style, text, font };

function pieces(text: string, room: number): string[] {
  const step = Math.max(2, Math.min(16, Math.floor(room / 2)));
  const parts: string[] = [];
  let plain = '';
  for (const [word] of text.matchAll(/[^\s\u00a0]+|[\s\u00a0]+/gu)) {
    for (const [at, part] of breakable(word, room, step).entries()) {
      if (at > 0) {
        parts.push(plain, '\u200b');
        plain = '';
      }
      plain += part;
    }
  }
  return [...parts, plain].filter((part) => part !== '');
}

/** A word in the parts between which a line may end. */
function breakable(word: string, room: number, step: number): string[] {
  const signs = [...word];
  if (word.trim() === '' || RIGHT_TO_LEFT.test(word)) return [word];
  if (NO_BLANKS.test(word)) return [...WORDS.segment(word)].map(({ segment }) => segment);
  if (signs.length > 1 && (word.codePointAt(0) ?? 0) > 0x2e7f) return wideParts(signs);
  if (signs.length <= room) return [word];
  return signs.flatMap((_, at) => (at % step === 0 ? [signs.slice(at, at + step).join('')] : []));
}

const WORDS = new Intl.Segmenter('th', { granularity: 'word' });

/** Scripts without blanks break after each sign, but not before a closing mark or after an opening one. */
function wideParts(signs: string[]): string[] {
  const parts: string[] = [];
  for (const sign of signs) {
    const last = parts.at(-1);
    if (last !== undefined && (NOT_FIRST.test(sign) || NOT_LAST.test(last))) parts[parts.length - 1] = last + sign;
    else parts.push(sign);
  }
  return parts;
}
