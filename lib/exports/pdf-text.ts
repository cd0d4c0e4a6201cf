import { fontRuns } from './fonts';

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

/** A line of the page holds about this many characters. */
const LINE = 60;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;
/** Words of a script that is written from the right, with what stands between them. */
const RIGHT_TO_LEFT_RUN =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{M}]+(?:[\s\d,;:.!?'"()-]+[\p{Script=Hebrew}\p{Script=Arabic}\p{M}]+)*/gu;

/** A text as spans of one font each. Long words get places to break, or they would run out of the page or their cell. */
export function spansOf(text: string, style: Style = {}): Span[] {
  const { mono, room = LINE, ...rest } = style;
  const base = mono ? 'Mono' : 'Sans';
  return fontRuns(rightToLeft(text, room), base).flatMap((run): Span[] => {
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
    const signs = [...word];
    const isWide = signs.length > 1 && (word.codePointAt(0) ?? 0) > 0x2e7f;
    if (word.trim() === '' || (signs.length <= room && !isWide) || RIGHT_TO_LEFT.test(word)) {
      plain += word;
      continue;
    }
    // Scripts without blanks may break after each sign.
    for (let at = 0; at < signs.length; at += isWide ? 1 : step) {
      if (at > 0) {
        parts.push(plain, '\u200b');
        plain = '';
      }
      plain += signs.slice(at, at + (isWide ? 1 : step)).join('');
    }
  }
  return [...parts, plain].filter((part) => part !== '');
}

/**
 * Runs of a script from the right keep together what fits a line: the words of one span are set from the right, those of
 * several would follow one another from the left.
 */
function rightToLeft(text: string, room: number): string {
  if (!RIGHT_TO_LEFT.test(text)) return text;
  return text.replace(RIGHT_TO_LEFT_RUN, (run) => {
    let line = 0;
    return run
      .split(/(\s+)/)
      .map((part) => {
        if (part.trim() !== '') {
          line += part.length;
          return part;
        }
        line += 1;
        if (line < room) return '\u00a0';
        line = 0;
        return '\n';
      })
      .join('');
  });
}
