import { RIGHT_TO_LEFT } from './fonts';
import type { Measure, Span } from './pdf-text';

const LETTER = /\p{L}/u;
const PAIRS = '()[]{}<>«»‹›⟨⟩';

/** A sign as it is read, with what its span says of it; `level` odd: from the right. */
type Sign = { text: string; of: Span; kind: 'right' | 'left' | 'number' | 'other'; level: number };

export type Lines = { spans: Span[]; fromRight: boolean };

/**
 * Spans in the order in which they are drawn, line by line: pdfmake and its fonts draw each span from the left, and turn
 * only the letters of one span. A short form of the Unicode bidirectional algorithm: its control characters are shown as codes
 * by then, and dates, addresses and versions stay whole. Others are returned as they are.
 * @param width in points; lines are broken here, since a break must come before the order of drawing
 */
export function layOutRightToLeft(spans: Span[], width: number, measure: Measure): Lines {
  if (!spans.some(({ text }) => RIGHT_TO_LEFT.test(text))) return { spans, fromRight: false };
  const lines = hardLines(signsOf(spans));
  const first = lines.flat().find(({ kind }) => kind === 'right' || kind === 'left');
  const fromRight = first?.kind === 'right';
  const drawn = lines.flatMap((line) => {
    setLevels(line, fromRight);
    return wrapped(line, width, measure).map(drawnOrder);
  });
  const last = spans.at(-1);
  return {
    fromRight,
    spans: drawn.flatMap((line, at) => (at > 0 && last ? [{ ...last, text: '\n', font: 'Sans' }, ...line] : line)),
  };
}

function signsOf(spans: Span[]): Sign[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const signs = spans.flatMap((span) =>
    [...segmenter.segment(span.text.replaceAll('\u200b', ''))].map(
      ({ segment }): Sign => ({ text: segment, of: span, kind: kindOf(segment), level: 0 }),
    ),
  );
  // What is between two digits of a date, a time, an address or a version is a part of it.
  for (const [at, sign] of signs.entries())
    if (/^[-.,:/+_]$/.test(sign.text) && signs[at - 1]?.kind === 'number' && signs[at + 1]?.kind === 'number')
      sign.kind = 'number';
  return signs;
}

function kindOf(sign: string): Sign['kind'] {
  if (/^\p{Nd}/u.test(sign)) return 'number';
  if (RIGHT_TO_LEFT.test(sign)) return LETTER.test(sign) ? 'right' : 'other';
  return LETTER.test(sign) ? 'left' : 'other';
}

function hardLines(signs: Sign[]): Sign[][] {
  const lines: Sign[][] = [[]];
  for (const sign of signs)
    if (sign.text === '\n') lines.push([]);
    else lines.at(-1)?.push(sign);
  return lines;
}

/** Numbers follow the letters before them; signs between go with both neighbors, or with the paragraph. */
function setLevels(line: Sign[], fromRight: boolean): void {
  let strong: 'right' | 'left' = fromRight ? 'right' : 'left';
  const sides = line.map(({ kind }) => {
    if (kind === 'right' || kind === 'left') strong = kind;
    return kind === 'other' ? null : kind === 'number' && strong === 'right' ? 'number' : strong;
  });
  const base = fromRight ? 'right' : 'left';
  for (const [from, to] of bracketsOf(line)) {
    const within = sides.slice(from + 1, to).map((side) => (side === 'number' ? 'right' : side));
    const other = fromRight ? 'left' : 'right';
    // As what they enclose, where the words before them are of that side too.
    if (!within.includes(base) && within.includes(other) && sides.slice(0, from).findLast(Boolean) === other)
      sides[from] = sides[to] = other;
  }
  const after: ('right' | 'left')[] = [];
  let next: 'right' | 'left' = base;
  for (let at = sides.length - 1; at >= 0; at -= 1) {
    const side = sides[at];
    if (side) next = side === 'left' ? 'left' : 'right';
    after[at] = next;
  }
  let before: 'right' | 'left' = base;
  for (const [at, sign] of line.entries()) {
    const side = sides[at] ?? (before === after[at] ? before : base);
    if (sides[at]) before = side === 'left' ? 'left' : 'right';
    sign.level = side === 'right' ? 1 : side === 'number' || fromRight ? 2 : 0;
  }
}

/** The places of brackets that belong together. */
function bracketsOf(line: Sign[]): [number, number][] {
  const open: number[] = [];
  return line.flatMap(({ text }, at): [number, number][] => {
    const pair = PAIRS.indexOf(text);
    if (pair < 0 || text === '') return [];
    if (pair % 2 === 0) open.push(at);
    else if (line[open.at(-1) ?? -1]?.text === PAIRS[pair - 1]) return [[open.pop() ?? at, at]];
    return [];
  });
}

/** Lines that are no wider than the place; a word that is wider is broken. */
function wrapped(line: Sign[], width: number, measure: Measure): Sign[][] {
  const lines: Sign[][] = [[]];
  let room = width;
  for (const word of wordsOf(line)) {
    const size = widthOf(word, measure);
    if (size <= room) {
      lines.at(-1)?.push(...word);
      room -= size;
    } else if (word.every(({ text }) => /^\s/.test(text))) {
      room = 0;
    } else {
      for (const part of size <= width ? [word] : word.map((sign) => [sign])) {
        const own = widthOf(part, measure);
        if (own > room || (part === word && lines.at(-1)?.length)) {
          lines.push([]);
          room = width;
        }
        lines.at(-1)?.push(...part);
        room -= own;
      }
    }
  }
  return lines.map((signs) => signs.slice(0, signs.findLastIndex(({ text }) => /\S/.test(text)) + 1));
}

function wordsOf(line: Sign[]): Sign[][] {
  const words: Sign[][] = [];
  for (const [at, sign] of line.entries()) {
    const same = at > 0 && /^\s/.test(line[at - 1]?.text ?? '') === /^\s/.test(sign.text);
    if (same) words.at(-1)?.push(sign);
    else words.push([sign]);
  }
  return words;
}

const widthOf = (signs: Sign[], measure: Measure): number =>
  runsOf(signs).reduce((sum, run) => sum + measure(run.map(({ text }) => text).join(''), run[0]?.of), 0);

/** The spans of a line from its left to its right. */
function drawnOrder(line: Sign[]): Span[] {
  const order = [...line];
  for (const level of [2, 1])
    for (let from = 0; from < order.length; from += 1) {
      if ((order[from]?.level ?? 0) < level) continue;
      let to = from;
      while (to < order.length && (order[to]?.level ?? 0) >= level) to += 1;
      order.splice(from, to - from, ...order.slice(from, to).reverse());
      from = to;
    }
  return runsOf(order).map((run) => {
    const [first] = run as [Sign];
    // A font turns the letters of a span itself; signs between are in their order, and turned about by us.
    const signs = first.kind === 'right' ? [...run].reverse() : run;
    const text = signs.map((sign) => (sign.level === 1 ? mirrored(sign.text) : sign.text)).join('');
    return { ...first.of, text: text.replace(/\s/g, '\u00a0') };
  });
}

/** Each sign of a pair stands beside its partner. */
function mirrored(sign: string): string {
  const at = PAIRS.indexOf(sign);
  return at < 0 ? sign : (PAIRS[at % 2 === 0 ? at + 1 : at - 1] ?? sign);
}

/** Stretches that are drawn as one: of one span, letters from the right or anything else. */
function runsOf(signs: Sign[]): Sign[][] {
  const runs: Sign[][] = [];
  for (const sign of signs) {
    const before = runs.at(-1)?.[0];
    const same =
      before &&
      before.of === sign.of &&
      before.level === sign.level &&
      (before.kind === 'right') === (sign.kind === 'right');
    if (same) runs.at(-1)?.push(sign);
    else runs.push([sign]);
  }
  return runs;
}
