import type { Code, Nodes, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfmFootnoteFromMarkdown } from 'mdast-util-gfm-footnote';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item';
import { gfm } from 'micromark-extension-gfm';
import { gfmFootnote } from 'micromark-extension-gfm-footnote';
import { gfmTable } from 'micromark-extension-gfm-table';
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item';
import { normalizeIdentifier } from 'micromark-util-normalize-identifier';
import { type Chunk, splitMarkdown } from './split-markdown';

/** A part of a text that is not parsed, and why; it is shown as plain text. Lines are 1-based. */
export type ParseProblem = { line: number; endLine: number; message: string };
/** A chunk of a text with its blocks; their positions are relative to the chunk. */
export type ParsedChunk = Chunk & { nodes: RootContent[]; problem: string | null };
export type ParsedMarkdown = { chunks: ParsedChunk[]; problems: ParseProblem[] };

/**
 * The bounds of what is parsed. The parser takes the square of some lengths (lines of one block; brackets, quotes and other
 * marks of one paragraph) and a stack frame for each level of nesting; what is beyond a bound is plain text with a problem.
 * All far above reports that people read.
 */
const MAX_DEPTH = 40;
const MAX_LINES_OF_CHUNK = 2000;
const MAX_LINES = 10_000;
const MAX_CHARACTERS = 600_000;
const MAX_TABLE_CELLS = 20_000;
/** Marks times length of one paragraph, heading or cell; and of a whole text. */
const MAX_COST_OF_UNIT = 20_000_000;
const MAX_COST = 100_000_000;

const FULL = { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] };
/** Blocks only: paragraphs, headings and cells are one text each. */
const BLOCKS_ONLY = {
  extensions: [
    gfmTable(),
    gfmFootnote(),
    gfmTaskListItem(),
    {
      disable: {
        null: [
          'attention',
          'autolink',
          'codeText',
          'htmlText',
          'labelEnd',
          'labelStartImage',
          'labelStartLink',
          'characterEscape',
          'characterReference',
          'hardBreakEscape',
          'gfmFootnoteCall',
          'gfmPotentialFootnoteCall',
        ],
      },
    },
  ],
  mdastExtensions: [gfmTableFromMarkdown(), gfmFootnoteFromMarkdown(), gfmTaskListItemFromMarkdown()],
};

/**
 * The only parser of Markdown in the product: GitHub Flavored Markdown as mdast, with positions. Never throws. Its time grows
 * with the length of the text and has an upper end; a chunk that was parsed before costs nothing.
 */
export function parseMarkdown(text: string): ParsedMarkdown {
  const budget = { lines: MAX_LINES, characters: MAX_CHARACTERS, cost: MAX_COST, cells: MAX_TABLE_CELLS };
  const split = splitMarkdown(text);
  const labels = labelsOf(split);
  const chunks = split.map((chunk): ParsedChunk => ({ ...chunk, ...parseChunk(chunk, labels, budget) }));
  const problems = chunks.flatMap(({ line, text: part, problem }) =>
    problem ? [{ line, endLine: line + lineCount(part.trimEnd()) - 1, message: problem }] : [],
  );
  return { chunks, problems };
}

/** The blocks of a whole text as one tree, positions relative to the text. */
export function rootOf({ chunks }: ParsedMarkdown): Root {
  const children = chunks.flatMap(({ nodes, line, offset }) =>
    nodes.map((node) => shifted(node, { line: line - 1, offset }) as RootContent),
  );
  return { type: 'root', children };
}

type Budget = { lines: number; characters: number; cost: number; cells: number };
type Parsed = { nodes: RootContent[]; problem: string | null; cost: number };

function parseChunk(chunk: Chunk, labels: Map<string, string>, budget: Budget): Parsed {
  if (chunk.text.trim() === '') return { nodes: [], problem: null, cost: 0 };
  // Long code is text already.
  if (chunk.kind === 'code' && chunk.text.length > 100_000) return plain(chunk, null);
  const lines = lineCount(chunk.text);
  const cells = count(chunk.text, '|');
  budget.lines -= lines;
  budget.characters -= chunk.text.length;
  budget.cells -= cells;
  if (chunk.kind === 'blocks') {
    if (depthOf(chunk.text) > MAX_DEPTH) return plain(chunk, `Nested more than ${MAX_DEPTH} levels deep`);
    if (lines > MAX_LINES_OF_CHUNK) return plain(chunk, `One block of more than ${MAX_LINES_OF_CHUNK} lines`);
    if (cells > MAX_TABLE_CELLS) return plain(chunk, `A table of more than ${MAX_TABLE_CELLS} cells`);
  }
  if (budget.lines < 0) return plain(chunk, `After the first ${MAX_LINES} lines`);
  if (budget.characters < 0) return plain(chunk, `After the first ${MAX_CHARACTERS / 1000} kB`);
  if (budget.cells < 0) return plain(chunk, `After the first ${MAX_TABLE_CELLS} table cells`);
  const parsed = remembered(chunk, stubsFor(chunk, labels));
  budget.cost -= parsed.cost;
  if (budget.cost < 0) return plain(chunk, 'Too many marks in one text');
  return parsed;
}

/** Parsed chunks by their text: a save or a keystroke changes one of many. */
const cache = new Map<string, Parsed>();
let cached = 0;
const MAX_CACHED = 1_500_000;

function remembered(chunk: Chunk, stubs: string): Parsed {
  const key = `${stubs}\0${chunk.text}`;
  const known = cache.get(key);
  if (known) {
    cache.delete(key);
    cache.set(key, known);
    return known;
  }
  const parsed = parse(chunk, stubs);
  cache.set(key, parsed);
  cached += key.length + 500;
  for (const [old] of cache) {
    if (cached <= MAX_CACHED || cache.size === 1) break;
    cache.delete(old);
    cached -= old.length + 500;
  }
  return parsed;
}

function parse(chunk: Chunk, stubs: string): Parsed {
  if (chunk.kind !== 'blocks') return { nodes: fromMarkdown(chunk.text, BLOCKS_ONLY).children, problem: null, cost: 0 };
  let cost = costOf(chunk.text);
  if (cost > MAX_COST_OF_UNIT / 20) {
    const root = fromMarkdown(chunk.text, BLOCKS_ONLY);
    const units = unitCosts(root, chunk.text);
    if (units.some((unit) => unit > MAX_COST_OF_UNIT))
      return { nodes: root.children, problem: 'Too many marks in one passage: shown without formatting', cost: 0 };
    cost = units.reduce((sum, unit) => sum + unit, 0);
  }
  const stubLines = count(stubs, '\n');
  const { children } = fromMarkdown(stubs + chunk.text, FULL);
  const own = stubs === '' ? children : children.filter((node) => (node.position?.start.line ?? 0) > stubLines);
  const nodes =
    stubs === '' ? own : own.map((node) => shifted(node, { line: -stubLines, offset: -stubs.length }) as RootContent);
  if (isDeeper({ type: 'root', children: nodes }, 2 * MAX_DEPTH)) return plain(chunk, 'Nested too deep');
  return { nodes, problem: null, cost };
}

function plain({ text }: Chunk, problem: string | null): Parsed {
  const value = text.trimEnd();
  const lines = lineCount(value);
  const node: Code = {
    type: 'code',
    lang: null,
    meta: null,
    value,
    position: {
      start: { line: 1, column: 1, offset: 0 },
      end: { line: lines, column: 1, offset: value.length },
    },
  };
  return { nodes: [node], problem: problem && `${problem}: shown as plain text`, cost: 0 };
}

/** An upper bound of how deep the lines of a text nest lists and quotes: their marks, and indentation before a mark. */
function depthOf(text: string): number {
  let deepest = 0;
  for (const line of text.split(/\r\n?|\n/)) {
    const lead = /^[ \t]*/.exec(line)?.[0] ?? '';
    let depth = 0;
    let at = lead.length;
    for (const mark = /[ \t]*(?:>|[-*+](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))/y; ; depth += 1) {
      mark.lastIndex = at;
      const found = mark.exec(line);
      if (!found) break;
      at = mark.lastIndex;
    }
    const indent = lead.length + 3 * count(lead, '\t');
    if (depth > 0) deepest = Math.max(deepest, depth + Math.floor(indent / 2));
  }
  return deepest;
}

const MARKS = /[[\]*_~`<&!\\]/g;

/** What a passage costs at most: its marks times its length, and for long words their punctuation times their length. */
function costOf(text: string): number {
  let marks = 0;
  for (const _ of text.matchAll(MARKS)) marks += 1;
  let words = 0;
  for (const [word] of text.matchAll(/\S{200,}/g)) words += word.length * (word.match(/[-.+_@:/]/g)?.length ?? 0);
  return marks * text.length + words;
}

function unitCosts(root: Root, source: string): number[] {
  const costs: number[] = [];
  const stack: Nodes[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell')
      costs.push(costOf(source.slice(node.position?.start.offset, node.position?.end.offset)));
    else if ('children' in node) stack.push(...node.children);
  }
  return costs;
}

function isDeeper(root: Root, most: number): boolean {
  let level: Nodes[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((node) => ('children' in node ? node.children : []));
  }
  return false;
}

/** Labels of link and footnote definitions, as Markdown compares them, with a line that defines each for a chunk alone. */
function labelsOf(chunks: Chunk[]): Map<string, string> {
  const labels = new Map<string, string>();
  let room = MAX_CHARACTERS;
  for (const chunk of chunks) {
    if (chunk.kind !== 'blocks' || !/^[ \t>*+\-\d.)]{0,200}\[[^\]]/m.test(chunk.text) || !chunk.text.includes(']:'))
      continue;
    room -= chunk.text.length;
    if (room < 0 || lineCount(chunk.text) > MAX_LINES_OF_CHUNK || depthOf(chunk.text) > MAX_DEPTH) continue;
    const stack: Nodes[] = [fromMarkdown(chunk.text, BLOCKS_ONLY)];
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (node.type === 'definition' || node.type === 'footnoteDefinition') {
        const note = node.type === 'definition' ? '' : '^';
        const name = note + normalizeIdentifier(node.label ?? node.identifier);
        if (!labels.has(name)) labels.set(name, `[${note}${node.label ?? node.identifier}]: x\n\n`);
      }
      if ('children' in node) stack.push(...node.children);
    }
  }
  return labels;
}

/** Definitions of the labels that a chunk uses, to parse it behind: whether `[a]` is a link depends on them. */
function stubsFor(chunk: Chunk, labels: Map<string, string>): string {
  if (labels.size === 0 || chunk.kind !== 'blocks' || !chunk.text.includes('[')) return '';
  const needed = new Set<string>();
  for (const [, note = '', label = ''] of chunk.text.matchAll(/\[(\^?)((?:[^[\]\\]|\\.){1,999})\]/g)) {
    const stub = labels.get(note + normalizeIdentifier(label));
    if (stub && !/[\r\n]./.test(stub)) needed.add(stub);
  }
  // Footnotes first: an indented chunk must not go on with one.
  return needed.size === 0 ? '' : `${[...needed].sort().reverse().join('')}[\u0001]: x\n\n`;
}

function shifted(node: Nodes, by: { line: number; offset: number }): Nodes {
  const { position } = node;
  const copy = { ...node } as Nodes & { children?: Nodes[] };
  if (position) {
    const move = (point: typeof position.start) => ({
      line: point.line + by.line,
      column: point.column,
      ...(point.offset === undefined ? {} : { offset: point.offset + by.offset }),
    });
    copy.position = { start: move(position.start), end: move(position.end) };
  }
  if ('children' in node) copy.children = node.children.map((child) => shifted(child, by));
  return copy;
}

const lineCount = (text: string): number => text.split(/\r\n?|\n/).length;

function count(text: string, sign: string): number {
  let found = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) found += 1;
  return found;
}
