import { parseReport } from '../report/report';

/** A sentence's reach within a unit, [start, end). */
type Reach = { start: number; end: number };

/**
 * A paragraph, list item, table row or heading of the body: what one claim and its citations stand in. `text` has its lines
 * joined by "\n"; `lines` says where each begins, so that an offset leads back to a line and column of the report.
 */
export type Unit = {
  kind: 'heading' | 'paragraph' | 'item' | 'row';
  text: string;
  lines: { line: number; offset: number }[];
  section: string;
  heading: string;
  /** For a table row: its table's head, and the offsets at which the cells begin and end. */
  head: string[];
  cells: Reach[];
  sentences: Reach[];
  /** E-numbers in it; of a list or table without any of its own, those of the paragraphs that lead to it and follow it. */
  cited: number[];
  own: boolean;
};

const CITATION = /\[E(\d{1,6})\]/g;
const FENCE = /^ {0,3}(?:>\s?)*(`{3,}|~{3,})(.*)/;
const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s/;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

export const citationsIn = (text: string): number[] => [
  ...new Set([...text.matchAll(CITATION)].map((match) => Number(match[1]))),
];

/** The units of a report's body, in order. Fenced blocks are no prose and left out. */
export function readUnits(markdown: string): Unit[] {
  const { body } = parseReport(markdown);
  const first = markdown.slice(0, markdown.length - body.length).split('\n').length;
  const lines = body.split('\n').map((text) => text.replace(/\r$/, ''));
  const units: Unit[] = [];
  let [section, heading, fence, lead] = ['', '', '', [] as number[]];
  let head: string[] = [];
  let open: Unit | null = null;
  const add = (kind: Unit['kind'], text: string, line: number): Unit => {
    const unit: Unit = {
      kind,
      text,
      lines: [{ line, offset: 0 }],
      section,
      heading,
      head: kind === 'row' ? head : [],
      cells: kind === 'row' ? cellsOf(text) : [],
      sentences: [],
      cited: [],
      own: false,
    };
    units.push(unit);
    return unit;
  };
  for (const [index, text] of lines.entries()) {
    const line = first + index;
    const mark = FENCE.exec(text);
    if (fence !== '') {
      if (mark?.[1]?.startsWith(fence) && (mark[2] ?? '').trim() === '') fence = '';
      continue;
    }
    if (mark) {
      [fence, open] = [mark[1] ?? '```', null];
      continue;
    }
    const title = /^ {0,3}(#{1,6})\s+(.*)$/.exec(text);
    if (text.trim() === '' || title) [open, head] = [null, []];
    if (title) {
      const name = (title[2] ?? '').replace(/\s+#+\s*$/, '').trim();
      if ((title[1] ?? '').length <= 2) [section, heading] = [name, ''];
      else heading = name;
      add('heading', text, line);
      lead = [];
    } else if (text.trim() !== '') {
      const next = lines[index + 1] ?? '';
      if (head.length > 0 || (text.includes('|') && next.includes('-') && DELIMITER.test(next))) {
        if (head.length === 0) head = cellsOf(text).map(({ start, end }) => text.slice(start, end).trim());
        else if (!DELIMITER.test(text)) add('row', text, line);
        open = null;
      } else if (ITEM.test(text)) open = add('item', text, line);
      else if (open) {
        open.lines.push({ line, offset: open.text.length + 1 });
        open.text += `\n${text}`;
      } else open = add('paragraph', text, line);
    }
  }
  for (const unit of units) {
    unit.cited = citationsIn(unit.text);
    unit.own = unit.cited.length > 0;
    unit.sentences = sentencesOf(unit);
    if (unit.kind === 'heading') lead = [];
    else if (unit.kind === 'paragraph') lead = unit.cited;
    else if (!unit.own) unit.cited = lead;
  }
  // "The table is from [E5]", said below it.
  let trail: number[] = [];
  for (const unit of [...units].reverse()) {
    if (unit.kind === 'heading') trail = [];
    else if (unit.kind === 'paragraph') trail = citationsIn(unit.text.slice(0, unit.sentences[0]?.end));
    else if (!unit.own) unit.cited = [...new Set([...unit.cited, ...trail])];
  }
  return units;
}

/** Line and column (1-based) of an offset in a unit's text. */
export function placeIn(unit: Unit, offset: number): { line: number; column: number } {
  const found = unit.lines.findLast((line) => line.offset <= offset) ?? { line: 1, offset: 0 };
  return { line: found.line, column: offset - found.offset + 1 };
}

export function sentenceAt(unit: Unit, offset: number): Reach {
  return (
    unit.sentences.find(({ start, end }) => offset >= start && offset < end) ?? { start: 0, end: unit.text.length }
  );
}

/** Cells of a table row; an escaped pipe ends none. */
function cellsOf(text: string): Reach[] {
  const cells: Reach[] = [];
  let start = /^\s*\|/.exec(text)?.[0].length ?? 0;
  for (let at = start; at <= text.length; at += 1) {
    if (at < text.length && (text[at] !== '|' || text[at - 1] === '\\')) continue;
    if (at < text.length || text.slice(start, at).trim() !== '') cells.push({ start, end: at });
    start = at + 1;
  }
  return cells;
}

/** Ends at . ! ? before a blank and a capital, digit or mark; never inside a code span. A table row is one sentence. */
function sentencesOf({ kind, text }: Unit): Reach[] {
  const flat = kind === 'row' ? '' : text.replace(/`[^`]*`/g, (span) => `\`${'x'.repeat(span.length - 1)}`);
  const out: Reach[] = [];
  let start = 0;
  for (const match of flat.matchAll(/[.!?][)*_"”]{0,3}(?=\s+[\p{Lu}\d`*"“(])/gu)) {
    if (/\b(?:e\.g|i\.e|cf|no|vs|etc|approx)\.$/i.test(flat.slice(0, match.index + 1))) continue;
    out.push({ start, end: match.index + match[0].length });
    start = match.index + match[0].length;
  }
  return [...out, { start, end: text.length }];
}
