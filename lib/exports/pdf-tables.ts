/** The width of an A4 page between its margins, in points. */
export const PAGE_WIDTH = 483;
/** Cell padding and rule of one column. */
const PADDING = 9;
/** The width of a character of the proportional font, in parts of its size: generous, so that no word is wider than thought. */
const CHARACTER = 0.62;
/** Words up to the first of these lengths are not broken where the page has room for it, or up to the next, and so on. */
const WHOLE_WORDS = [22, 18, 15, 12];

export type TableLayout = {
  fontSize: number;
  widths: number[];
  /** Characters of each column's longest line. */
  room: number[];
};

/**
 * Column widths in points that add up to `width`, by what the columns hold: each has room for its longest word where that is
 * possible, the rest goes to those with much text. The type gets smaller before words are broken.
 * @param cells the words of each row
 */
export function layOutTable(cells: string[][], width: number): TableLayout {
  const columns = Math.max(1, ...cells.map((row) => row.length));
  const longest: number[] = Array(columns).fill(1);
  const weight: number[] = Array(columns).fill(1);
  for (const row of cells) {
    for (const [column, text] of row.entries()) {
      const word = text.split(/\s+/).reduce((most, part) => Math.max(most, wide(part)), 0);
      longest[column] = Math.max(longest[column] ?? 1, word);
      weight[column] = Math.max(weight[column] ?? 1, Math.min(wide(text), 400));
    }
  }
  const { fontSize, whole } = typeSize(longest, width);
  const least = longest.map((length) => Math.min(length, whole) * fontSize * CHARACTER + PADDING);
  const total = least.reduce((sum, part) => sum + part, 0);
  const spare = width - total;
  const shares = weight.map((length) => Math.sqrt(length));
  const allShares = shares.reduce((sum, share) => sum + share, 0);
  const widths = least.map((part, column) =>
    spare >= 0 ? part + (spare * (shares[column] ?? 1)) / allShares : (part * width) / total,
  );
  return {
    fontSize,
    widths: widths.map((part) => Math.max(6, part - PADDING)),
    room: widths.map((part) => Math.max(2, Math.floor((part - PADDING) / (fontSize * CHARACTER)))),
  };
}

/** The largest type with which words stay whole; in the smallest, the longest are broken first. */
function typeSize(longest: number[], width: number): { fontSize: number; whole: number } {
  const fits = (fontSize: number, whole: number) =>
    longest.reduce((sum, length) => sum + Math.min(length, whole) * fontSize * CHARACTER + PADDING, 0) <= width;
  const [most = 22, ...fewer] = WHOLE_WORDS;
  const fontSize = [8.5, 8, 7.5, 7, 6.5, 6].find((size) => fits(size, most));
  if (fontSize) return { fontSize, whole: most };
  for (const whole of fewer) {
    const small = [6.5, 6, 5.5, 5].find((size) => fits(size, whole));
    if (small) return { fontSize: small, whole };
  }
  return { fontSize: 5, whole: fewer.at(-1) ?? most };
}

/** More columns than this have no page wide enough: each row is then a list of names and values. */
export const MAX_COLUMNS = 12;

/** Whether each row surely fits a page, so that none need be broken. */
export function rowsFitPage(cells: string[][], { room, fontSize }: TableLayout): boolean {
  const lines = (text: string, column: number) => text.split('\n').length + wide(text) / (room[column] ?? 1);
  return cells.every((row) => row.every((text, column) => lines(text, column) * 1.4 * fontSize * 1.3 < 560));
}

/** Characters of a text, those of East Asian scripts counted twice. */
function wide(text: string): number {
  let width = 0;
  for (const sign of text) width += (sign.codePointAt(0) ?? 0) > 0x10ff ? 2 : 1;
  return width;
}
