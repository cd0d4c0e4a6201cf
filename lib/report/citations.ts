/** Evidence numbers that a text refers to at one place. Offsets are into the text, `end` exclusive. */
export type Citation = { numbers: number[]; start: number; end: number };

/** A range that names more records than this is a typing error; only its ends count. */
const MAX_RANGE = 200;
const BRACKETED = /\[\s{0,3}(E\d{1,6}(?:\s{0,3}(?:,|;|–|-|\band\b|\bto\b)\s{0,3}E?\d{1,6}){0,40})\s{0,3}\]/g;
const BARE = /(?<![\p{L}\p{N}_[.-])(E\d{1,6}(?:\s{0,3}[–-]\s{0,3}E?\d{1,6})?)(?![\p{L}\p{N}_])/gu;

/**
 * The citations of a text: `[E7]`, `[E3, E4]`, `[E3–E5]`. With `bare` also `E7`, `E3–E5` without brackets, as they stand in a
 * table's Evidence column.
 */
export function findCitations(text: string, { bare = false }: { bare?: boolean } = {}): Citation[] {
  if (!/E\d/.test(text)) return [];
  const found = [...text.matchAll(BRACKETED)].map((match) => citation(match));
  if (!bare) return found;
  for (const match of text.matchAll(BARE)) {
    const inside = found.some(({ start, end }) => match.index >= start && match.index < end);
    if (!inside) found.push(citation(match));
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The distinct evidence numbers of a text's bracketed citations, in order of appearance. */
export function citedNumbers(text: string): number[] {
  return [...new Set(findCitations(text).flatMap(({ numbers }) => numbers))];
}

/** A text without its bracketed citations, for lists that have no evidence beside them to lead to. */
export function withoutCitations(text: string): string {
  let out = '';
  let at = 0;
  for (const { start, end } of findCitations(text)) {
    const between = text.slice(at, start);
    // What only joins two citations goes with them.
    if (at === 0 || !/^\s{0,3}(?:[,;]|and)?\s{0,3}$/.test(between)) out += between;
    at = end;
  }
  return (out + text.slice(at)).replace(/ {1,3}\( {0,3}\)/g, '').replace(/ +(?=[.,;:)]|$)/g, '');
}

function citation(match: RegExpExecArray): Citation {
  const numbers: number[] = [];
  let joined = '';
  for (const [, number, joint] of (match[1] ?? match[0]).matchAll(/(\d{1,6})\s*([–-]|to\b)?/g)) {
    const next = Number(number);
    const from = numbers.at(-1) ?? next;
    if (joined !== '' && next - from > 1 && next - from <= MAX_RANGE) {
      for (let between = from + 1; between < next; between += 1) numbers.push(between);
    }
    numbers.push(next);
    joined = joint ?? '';
  }
  return { numbers: [...new Set(numbers)], start: match.index, end: match.index + match[0].length };
}
