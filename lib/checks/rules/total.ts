import type { Block } from '../blocks';
import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';
import { isRounded } from '../nearness';

const NUMBER = '-?\\d+(?:,\\d{3})*(?:\\.\\d+)?';
/** Terms joined by + or −. It ends nowhere in particular, so that it is read once, from left to right. */
const CHAIN = new RegExp(
  `(?<![\\w.,-])${NUMBER}(?:\\s{0,3}\\+\\s{0,3}${NUMBER}|\\s{1,3}[-−]\\s{1,3}${NUMBER})+(?![\\d.,]*\\d)`,
  'g',
);
const TOTAL_AFTER = new RegExp(`^\\s{0,3}=\\s{0,3}(${NUMBER})(?![\\d.,]*\\d)`);
const TOTAL_BEFORE = new RegExp(`(?<![\\w.,-])(${NUMBER})\\s{0,3}(?:\\(?=\\s{0,3}|\\s[\\p{L} ]{0,40}\\()$`, 'u');
/** `1.1 million bytes (…)` is rounded: the rule for evidence looks at it. */
const ROUNDED = /\s(?:thousand|million|billion|[KMGT]i?B)\b/i;
const SHARE = new RegExp(
  `(?<![\\w.,])(${NUMBER})\\s?(?:%|percent)[^.(]{0,120}\\(\\s?(${NUMBER})\\s+of\\s+(?:the\\s+)?(${NUMBER})`,
  'g',
);
const WORDS =
  'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const COUNT = `(?:\\d+(?:,\\d{3})*|(?:${[...WORDS].reverse().join('|')})(?![a-z-]))`;
const PART = `(${COUNT})\\s[^.,;:()\\d]{1,60}?`;
/** `19 rows: 16 refused and 4 granted`: a total, and its parts to the end of the sentence. */
const LISTED = new RegExp(
  `(?<![\\w.,-])(${COUNT})\\s[^.,;:()\\d]{1,40}?(?::|,? of (?:which|these|those|them)|\\s[–—]| \\()\\s?(${PART}(?:(?:,|;|,? and|,? plus)\\s${PART})+)(?=[.;)]|$)`,
  'gi',
);
/** `Of 19 calls 16 were refused and 4 granted`. */
const LISTED_FIRST = new RegExp(
  `(?<![\\w.,-])of (?:the |all |all the )?(${COUNT})\\s[^.,;:()\\d]{1,40}?,?\\s(${PART}(?:,? and\\s${PART}))(?=[.;)]|$)`,
  'gi',
);
/** `16 refused and 4 granted of 19 calls`. */
const LISTED_OF = new RegExp(
  `(?<![\\w.,-])(${PART}(?:(?:,|,? and)\\s${PART})+)\\s(?:out )?of (?:the |all |all the )?(${COUNT})(?![\\w%])`,
  'gi',
);

/** Sums and shares that are written out, parts of a total, several splits of one total, and total rows of tables. */
export function checkTotals({ blocks }: CheckContext): Finding[] {
  return [...blocks.flatMap(checkBlock), ...checkTotalRows(blocks), ...checkTableShares(blocks)];
}

function checkBlock(block: Block): Finding[] {
  const text = block.text.replace(/`[^`]*`|\[E\d[^\]]{0,60}\]/g, (part) => ' '.repeat(part.length));
  return [...checkSums(block, text), ...checkParts(block, text), ...checkShares(block, text)];
}

/** A total that is not its sum, with the fix. */
function wrongTotal(block: Block, start: number, said: string, terms: string, right: number): Finding {
  const place = placeOf(block, { start, end: start + said.length });
  const { line, column, endColumn } = place;
  const edit = {
    does: 'write' as const,
    startLine: line,
    startColumn: column,
    endLine: line,
    endColumn,
    text: String(right),
  };
  return finding('total', 'error', place, 'sum-differs', { terms, right, said }, edit);
}

function checkSums(block: Block, text: string): Finding[] {
  const findings: Finding[] = [];
  const splits: { text: string; start: number; sum: number }[] = [];
  for (const match of text.matchAll(CHAIN)) {
    const terms = match[0].trim();
    const [start, end] = [match.index, match.index + match[0].length];
    const sum = sumOf(terms);
    const after = TOTAL_AFTER.exec(text.slice(end, end + 40));
    const behind = text.slice(Math.max(0, start - 90), start);
    const before = TOTAL_BEFORE.exec(behind);
    const check = (said: string, at: number) => {
      if (Math.abs(sum - read(said)) > 1e-9) findings.push(wrongTotal(block, at, said, terms, sum));
    };
    if (after?.[1]) check(after[1], end + after[0].length - after[1].length);
    // `1 + 2 (= …`: the number before is the last of another sum.
    else if (before?.[1] && !ROUNDED.test(before[0]) && !/[+=]\s*$/.test(behind.slice(0, before.index)))
      check(before[1], start - behind.length + before.index);
    else if (!/=\s*$/.test(behind) && !/[-−]/.test(terms)) splits.push({ text: terms, start, sum });
  }
  const [first] = splits;
  for (const split of splits.slice(1)) {
    if (!first || first.sum === split.sum) continue;
    const place = placeOf(block, { start: split.start, end: split.start + split.text.length });
    const data = { split: split.text, sum: split.sum, other: first.text, otherSum: first.sum };
    findings.push(finding('total', 'error', place, 'splits-differ', data));
  }
  return findings;
}

/** Parts that add up to nearly their total, but not to it. Those that are far from it are about something else. */
function checkParts(block: Block, text: string): Finding[] {
  const findings: Finding[] = [];
  const check = (start: number, said: string, list: string, exact: boolean) => {
    const parts = [...list.matchAll(new RegExp(`(?<![\\w.,-])${COUNT}(?![\\w%])`, 'gi'))].map((part) => count(part[0]));
    const [sum, total] = [parts.reduce((a, b) => a + b, 0), count(said)];
    const near = Math.abs(sum - total) <= Math.max(2, total / 3);
    if (parts.length < 2 || sum === total || !near || (!exact && sum < total)) return;
    findings.push(wrongTotal(block, start, said, parts.join(' + '), sum));
  };
  for (const { start, end } of block.sentences) {
    const sentence = text.slice(start, end).trimEnd();
    for (const match of sentence.matchAll(LISTED)) {
      const isWhole = !/\d/.test(sentence.slice(match.index + match[0].length).replace(/^[^;]*;.*/s, ''));
      if (isWhole) check(start + match.index, match[1] ?? '', match[2] ?? '', true);
    }
    for (const match of sentence.matchAll(LISTED_FIRST)) {
      const said = match[1] ?? '';
      check(start + match.index + match[0].indexOf(said), said, match[2] ?? '', false);
    }
    for (const match of sentence.matchAll(LISTED_OF)) {
      const said = match.at(-1) ?? '';
      check(start + match.index + match[0].length - said.length, said, match[1] ?? '', false);
    }
  }
  return findings;
}

function checkShares(block: Block, text: string): Finding[] {
  return [...text.matchAll(SHARE)].flatMap((match) => {
    const [, said = '', part = '', whole = ''] = match;
    const exact = (100 * read(part)) / read(whole);
    if (isRounded(exact, read(said), said.split('.')[1]?.length ?? 0)) return [];
    const place = placeOf(block, { start: match.index, end: match.index + said.length });
    return [finding('total', 'error', place, 'share-differs', { part, whole, right: exact.toFixed(1), said })];
  });
}

/** A last row that says total is the sum of each column of numbers above it. */
function checkTotalRows(blocks: Block[]): Finding[] {
  const findings: Finding[] = [];
  let rows: Block[] = [];
  for (const [index, block] of blocks.entries()) {
    if (block.kind !== 'row') continue;
    if (blocks[index - 1]?.kind !== 'row' || blocks[index - 1]?.head !== block.head) rows = [];
    if (
      rows.length > 1 &&
      block.cells.some((_, at) => /^(?:total|sum|all|altogether|overall)s?:?$/i.test(cell(block, at)))
    )
      findings.push(...checkTotalRow(block, rows));
    rows.push(block);
  }
  return findings;
}

function checkTotalRow(block: Block, rows: Block[]): Finding[] {
  return block.cells.flatMap(({ start, end }, at) => {
    const said = cell(block, at);
    const terms = rows.map((row) => cell(row, at));
    if (![said, ...terms].every((text) => new RegExp(`^${NUMBER}$`).test(text))) return [];
    const right = terms.reduce((sum, term) => sum + read(term), 0);
    if (right === read(said)) return [];
    const place = placeOf(block, { start, end });
    const { line, column, endColumn } = place;
    const edit = {
      does: 'write' as const,
      startLine: line,
      startColumn: column,
      endLine: line,
      endColumn,
      text: ` ${right} `,
    };
    return [finding('total', 'error', place, 'total-row-differs', { right, said }, edit)];
  });
}

const cell = (row: Block, at: number): string =>
  row.text.slice(row.cells[at]?.start ?? 0, row.cells[at]?.end ?? 0).replace(/\[E[\d,; E–-]*\]|[*_`\s]/g, '');

/** In a table of counts and their shares: what each share is of its column's sum, by the offset of its number in its row. */
export type TableShare = { start: number; said: number; part: number; whole: number; right: boolean };

/** Shares in a column of their own that are those of a column of counts: of a table where half of them are at least. */
export function sharesInTables(blocks: Block[]): Map<Block, TableShare> {
  const found = new Map<Block, TableShare>();
  const tables = new Map<string[], Block[]>();
  for (const block of blocks)
    if (block.kind === 'row') tables.set(block.head, [...(tables.get(block.head) ?? []), block]);
  for (const [head, rows] of tables) {
    const cell = (row: Block, at: number) => row.text.slice(row.cells[at]?.start ?? 0, row.cells[at]?.end ?? 0);
    const at = head.findIndex((_, index) =>
      rows.some((row) => /^\s*\*{0,2}[<~]?\d+(?:\.\d+)?\s*%/.test(cell(row, index))),
    );
    const lines = rows.filter((row) => !/^\W*(?:total|sum|all|overall)/i.test(cell(row, 0)));
    if (at < 0 || lines.length < 2) continue;
    for (const column of head.keys()) {
      const parts = lines.map(
        (row) => new RegExp(`^\\s*\\*{0,2}(${NUMBER})\\*{0,2}\\s*(?:\\[E\\d+\\]\\s*)*$`).exec(cell(row, column))?.[1],
      );
      const whole = parts.reduce((sum, part) => sum + (part === undefined ? Number.NaN : read(part)), 0);
      if (!(whole > 0)) continue;
      const shares = lines.flatMap((row, index) => {
        const text = /\d+(?:\.(\d+))?(?=\s*%)/.exec(cell(row, at));
        if (!text) return [];
        const [said, part] = [Number(text[0]), read(parts[index] ?? '0')];
        const right = isRounded((100 * part) / whole, said, text[1]?.length ?? 0);
        return [{ row, share: { start: (row.cells[at]?.start ?? 0) + text.index, said, part, whole, right } }];
      });
      if (shares.filter(({ share }) => share.right).length * 2 < shares.length) continue;
      for (const { row, share } of shares) found.set(row, share);
      break;
    }
  }
  return found;
}

function checkTableShares(blocks: Block[]): Finding[] {
  return [...sharesInTables(blocks)].flatMap(([block, { start, said, part, whole, right }]) => {
    if (right) return [];
    const place = placeOf(block, { start, end: start + String(said).length });
    const data = {
      part: String(part),
      whole: String(whole),
      right: ((100 * part) / whole).toFixed(1),
      said: String(said),
    };
    return [finding('total', 'error', place, 'share-differs', data)];
  });
}

const read = (text: string): number => Number(text.replaceAll(',', ''));
const count = (text: string): number => {
  const word = WORDS.indexOf(text.toLowerCase());
  return word >= 0 ? word + 2 : read(text);
};

function sumOf(terms: string): number {
  const parts = terms.replace(/−/g, '-').match(/(?:^|[+-])\s*-?\d[\d,]*(?:\.\d+)?/g) ?? [];
  const sum = parts.reduce((total, part) => {
    const sign = part.startsWith('-') ? -1 : 1;
    return total + sign * read(part.replace(/^[+-]\s*/, ''));
  }, 0);
  return Number(sum.toFixed(6));
}
