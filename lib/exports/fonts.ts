import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** A typeface of a PDF: its four styles as files below node_modules. One weight stands for all where a script has no more here. */
export type FontFiles = { normal: string; bold: string; italics: string; bolditalics: string };

const root = (): string => path.join(process.cwd(), 'node_modules');
const dejaVu = (file: string): string => path.join(root(), 'dejavu-fonts-ttf', 'ttf', `${file}.ttf`);
const noto = (name: string, file: string): string =>
  path.join(root(), '@expo-google-fonts', name, '400Regular', `${file}_400Regular.ttf`);
const same = (file: string): FontFiles => ({ normal: file, bold: file, italics: file, bolditalics: file });

/** In the order they are asked for a character. Only the files of those that a report needs are opened. */
export const FONTS: Record<string, () => FontFiles> = {
  Sans: () => ({
    normal: dejaVu('DejaVuSans'),
    bold: dejaVu('DejaVuSans-Bold'),
    italics: dejaVu('DejaVuSans-Oblique'),
    bolditalics: dejaVu('DejaVuSans-BoldOblique'),
  }),
  Mono: () => ({
    normal: dejaVu('DejaVuSansMono'),
    bold: dejaVu('DejaVuSansMono-Bold'),
    italics: dejaVu('DejaVuSansMono-Oblique'),
    bolditalics: dejaVu('DejaVuSansMono-BoldOblique'),
  }),
  Hebrew: () => same(noto('noto-sans-hebrew', 'NotoSansHebrew')),
  Thai: () => same(noto('noto-sans-thai', 'NotoSansThai')),
  Devanagari: () => same(noto('noto-sans-devanagari', 'NotoSansDevanagari')),
  Korean: () => same(noto('noto-sans-kr', 'NotoSansKR')),
  Japanese: () => same(noto('noto-sans-jp', 'NotoSansJP')),
  Chinese: () => same(noto('noto-sans-sc', 'NotoSansSC')),
  Emoji: () => same(noto('noto-emoji', 'NotoEmoji')),
};
export const FONT_FOLDERS = (): string[] => [
  path.join(root(), 'dejavu-fonts-ttf'),
  path.join(root(), '@expo-google-fonts'),
];

/** Letters of a script that is written from the right. */
export const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Scripts that a font is asked for first, whatever else covers them. */
const SCRIPTS: [RegExp, string][] = [
  [/\p{Script=Hebrew}/u, 'Hebrew'],
  [/\p{Script=Thai}/u, 'Thai'],
  [/\p{Script=Devanagari}/u, 'Devanagari'],
  [/\p{Script=Hangul}/u, 'Korean'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'Japanese'],
  [/\p{Script=Han}/u, 'Chinese'],
  [/\p{Emoji_Presentation}/u, 'Emoji'],
];
const OTHERS = ['Sans', 'Emoji', 'Chinese', 'Japanese', 'Korean'];

export type Run = { text: string; font: string | null };

/**
 * A text in stretches of one font each; `base` is asked first, null is the font of a character that none has. Han characters of
 * a text with kana are Japanese.
 */
export function fontRuns(text: string, base: 'Sans' | 'Mono'): Run[] {
  if (/^[\n\t\x20-\x7e]*$/.test(text)) return text === '' ? [] : [{ text, font: base }];
  const isJapanese = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
  const runs: Run[] = [];
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    const font = fontOf(segment, base, runs.at(-1)?.font ?? null, isJapanese);
    const last = runs.at(-1);
    if (last && last.font === font) last.text += segment;
    else runs.push({ text: segment, font });
  }
  return runs;
}

function fontOf(sign: string, base: 'Sans' | 'Mono', before: string | null, isJapanese: boolean): string | null {
  if (/^[\n\t\x20-\x7e]+$/.test(sign)) return base;
  const script = SCRIPTS.find(([pattern]) => pattern.test(sign))?.[1];
  const first = script === 'Chinese' && isJapanese ? ['Japanese', 'Chinese'] : script ? [script] : [base, before];
  for (const font of [...first, ...OTHERS]) if (font !== null && covers(font, sign)) return font;
  return null;
}

type OpenFont = { characterSet: number[]; unitsPerEm: number; layout(text: string): { advanceWidth: number } };
const opened = new Map<string, OpenFont>();
const characters = new Map<string, Set<number>>();

function open(font: string, style: keyof FontFiles): OpenFont {
  const file = FONTS[font]?.()[style] ?? '';
  const known = opened.get(file);
  if (known) return known;
  const { openSync } = require('fontkit') as { openSync(file: string): OpenFont }; // it has no types
  const face = openSync(file);
  opened.set(file, face);
  return face;
}

/** The width of a text in points. */
export function textWidth(text: string, font: string, style: keyof FontFiles, fontSize: number): number {
  const face = open(font, style);
  return (face.layout(text).advanceWidth / face.unitsPerEm) * fontSize;
}

function covers(font: string, sign: string): boolean {
  let known = characters.get(font);
  if (!known) {
    known = new Set(open(font, 'normal').characterSet);
    characters.set(font, known);
  }
  // Joiners and presentation selectors draw nothing of their own.
  return [...sign].every(
    (character) => /^(?:\u200c|\u200d|\ufe0e|\ufe0f)$/.test(character) || known.has(character.codePointAt(0) ?? 0),
  );
}
