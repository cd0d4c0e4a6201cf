/** The width of an A4 page between its margins, in points. */
export const PAGE_WIDTH = 483;
/** Cell padding and rule of one column. */
const PADDING = 9;
/** The width of a character of the proportional font, in parts of its size: generous, so that no word is wider than thought. */
const CHARACTER = 0.62;
/** A word up to this length is never broken where the page has room for it. */
const WHOLE_WORD = 22;

export type TableLayout = {
  fontSize: number;
  widths: number[] /** Characters of each column's longest line. */;
  room: number[];
};

/**
 * Column widths in points that add up to the page, by what the columns hold: each has room for its longest word where that is
 * possible, the rest goes to those with much text. The type gets smaller before words are broken.
 * @param cells the words of each row
 */
export function layOutTable(cells: string[][]): TableLayout {
  const columns = Math.max(1, ...cells.map((row) => row.length));
  const longest = Array(columns).fill(1);
  const weight = Array(columns).fill(1);
  for (const row of cells) {
    for (const [column, text] of row.entries()) {
      const word = text.split(/\s+/).reduce((most, part) => Math.max(most, wide(part)), 0);
      longest[column] = Math.max(longest[column], Math.min(word, WHOLE_WORD));
      weight[column] = Math.max(weight[column], Math.min(wide(text), 400));
    }
  }
  const sizes = [8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5];
  const needed = (size: number) => longest.reduce((sum, length) => sum + length * size * CHARACTER + PADDING, 0);
  const fontSize = sizes.find((size) => needed(size) <= PAGE_WIDTH) ?? 5;
  const least = longest.map((length) => length * fontSize * CHARACTER + PADDING);
  const total = least.reduce((sum, width) => sum + width, 0);
  const spare = PAGE_WIDTH - total;
  const shares = weight.map((length) => Math.sqrt(length));
  const allShares = shares.reduce((sum, share) => sum + share, 0);
  const widths = least.map((width, column) =>
    spare >= 0 ? width + (spare * (shares[column] ?? 1)) / allShares : (width * PAGE_WIDTH) / total,
  );
  return {
    fontSize,
    widths: widths.map((width) => Math.max(6, width - PADDING)),
    room: widths.map((width) => Math.max(2, Math.floor((width - PADDING) / (fontSize * CHARACTER)))),
  };
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
