import type { Root } from 'mdast';
import { type Block, readBlocks } from './blocks';
import type { Citation } from './citations';
import { findFrontMatter } from './find-front-matter';
import { readFrontMatter, usesCrLf, withLineEnd } from './front-matter';
import { type Hypothesis, hypothesesIn } from './hypotheses';
import { type ParseProblem, parseMarkdown, rootOf } from './markdown';
import { type FrontMatter, SECTIONS, type SectionName } from './schema';
import { readSections, type Section } from './sections';
import { type TimelineEntry, timelineIn } from './timeline';

export { formatReport, patchFrontMatter } from './front-matter';

/**
 * A report, parsed once. Every part is read when it is first asked for: the front matter costs no parse of the body.
 * All lines are 1-based lines of `markdown`, all offsets UTF-16 units into it.
 */
export type Report = {
  readonly markdown: string;
  /** null: none there, or not readable (see `problem`). */
  readonly frontMatter: FrontMatter | null;
  /** Why the front matter can't be read, with its line where there is one, for the person who edits. */
  readonly problem: string | null;
  /** Everything after the front matter, and the line it begins on. */
  readonly body: string;
  readonly bodyLine: number;
  /** The body as mdast; positions are relative to `body`. */
  readonly root: Root;
  /** Parts of the body that are too large or too deeply nested to parse: each is one paragraph of plain text in `root`. */
  readonly unparsed: ParseProblem[];
  /** What stands under each heading of level 1 or 2. */
  readonly sections: Section[];
  /** Headings, paragraphs, list items, table rows, code and HTML blocks, in reading order. */
  readonly blocks: Block[];
  /** All citations with the block that each stands in. */
  readonly citations: (Citation & { block: Block })[];
  /** The hypotheses of Hypothesis Analysis. */
  readonly hypotheses: Hypothesis[];
  /** The rows of Timeline's first table. */
  readonly timeline: TimelineEntry[];
  /** The section of that name (the first, when there are several), or null. */
  section(name: SectionName): Section | null;
  /** Where a character of a block's text stands in `markdown`. */
  offsetOf(block: Block, offset: number): number;
  /** Line and column (1-based) of an offset into `markdown`, and of one into a block's text. */
  placeAt(offset: number): { line: number; column: number };
  placeOf(block: Block, offset: number): { line: number; column: number };
};

/** Never throws, whatever the text. The same text gives the same object while it is among the last few parsed. */
export function parseReport(markdown: string): Report {
  const known = recent.get(markdown);
  if (known) {
    recent.delete(markdown);
    recent.set(markdown, known);
    return known;
  }
  const report = lazyReport(markdown);
  recent.set(markdown, report);
  if (recent.size > MAX_RECENT) recent.delete(recent.keys().next().value ?? '');
  return report;
}

/** Edits and checks ask for parts of one text again and again. */
const MAX_RECENT = 6;
const recent = new Map<string, Report>();

function lazyReport(markdown: string): Report {
  const source = findFrontMatter(markdown);
  const head = once(() => readFrontMatter(source));
  const body = markdown.slice(source.end);
  const bodyLine = once(() => lineCount(markdown.slice(0, source.end)));
  const parsed = once(() => parseMarkdown(body));
  const root = once(() => rootOf(parsed()));
  const blocks = once(() => readBlocks(parsed().chunks, { offset: source.end, line: bodyLine() - 1 }));
  const starts = once(() => lineStarts(markdown));
  const sections = once(() => readSections(markdown, blocks(), starts().length));
  const section = (name: SectionName) => sections().find(({ known }) => known === name) ?? null;
  const citations = once(() => blocks().flatMap((block) => block.citations.map((found) => ({ ...found, block }))));
  const hypotheses = once(() => hypothesesIn(markdown, section('Hypothesis Analysis')));
  const timeline = once(() => timelineIn(section('Timeline')));
  return {
    markdown,
    get frontMatter() {
      return head().frontMatter;
    },
    get problem() {
      return head().problem;
    },
    body,
    get bodyLine() {
      return bodyLine();
    },
    get root() {
      return root();
    },
    get unparsed() {
      return parsed().problems.map((problem) => ({
        ...problem,
        line: problem.line + bodyLine() - 1,
        endLine: problem.endLine + bodyLine() - 1,
      }));
    },
    get sections() {
      return sections();
    },
    get blocks() {
      return blocks();
    },
    get citations() {
      return citations();
    },
    get hypotheses() {
      return hypotheses();
    },
    get timeline() {
      return timeline();
    },
    section,
    offsetOf: sourceOffset,
    placeAt: (offset) => placeAt(starts(), offset),
    placeOf: (block, offset) => placeAt(starts(), sourceOffset(block, offset)),
  };
}

/** A known section's text without its heading, or null when the heading is not there. Takes a body or a whole report. */
export function readSection(markdown: string, name: SectionName): string | null {
  return parseReport(markdown).section(name)?.text ?? null;
}

/**
 * Replaces a section's text, or puts the section in at its place in the order of SECTIONS. Everything else stays as it is.
 * Works on a body or on a whole report. What the text leaves open (a code block, an HTML comment) is closed, so that it can't
 * swallow the sections after it.
 */
export function writeSection(markdown: string, name: SectionName, content: string): string {
  const lineEnd = usesCrLf(markdown) ? '\r\n' : '\n';
  const block = withLineEnd(`## ${name}\n\n${closed(content.trim())}\n\n`, lineEnd);
  const finish = (text: string) => text.trimEnd().concat(lineEnd);
  const report = parseReport(markdown);
  const found = report.section(name);
  if (found) return finish(`${markdown.slice(0, found.start)}${block}${markdown.slice(found.end)}`);
  for (const later of SECTIONS.slice(SECTIONS.indexOf(name) + 1)) {
    const next = report.section(later);
    if (next) return finish(`${markdown.slice(0, next.start)}${block}${markdown.slice(next.start)}`);
  }
  const head = markdown.slice(0, markdown.length - report.body.length);
  return finish(`${head}${closed(report.body.trimEnd())}${lineEnd}${lineEnd}${block}`);
}

/** Ends for what can be left open at the top level of a text (CommonMark 4.5, 4.6). */
const CLOSERS = ['-->', '?>', ']]>', '>', '</pre>', '</script>', '</style>', '</textarea>'];

/** The text with a line behind it that closes what it leaves open: a heading after it must be a heading. */
export function closed(content: string): string {
  const last = rootOf(parseMarkdown(content)).children.at(-1);
  if (last?.type !== 'code' && last?.type !== 'html') return content;
  const endsOpen = (text: string) => parseMarkdown(`${text}\n## x`).chunks.at(-1)?.nodes.at(-1)?.type !== 'heading';
  if (!endsOpen(content)) return content;
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(content.slice(last.position?.start.offset))?.[1];
  const closers = fence ? [fence] : CLOSERS;
  const closer = closers.find((end) => !endsOpen(`${content}\n${end}`));
  return closer === undefined ? content : `${content}\n${closer}`;
}

function once<T>(read: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** Lines up to the end of a text, 1-based: of a text that ends with a line end the line after it. */
const lineCount = (text: string): number => lineStarts(text).length;

function sourceOffset(block: Block, at: number): number {
  const segment = block.segments.findLast((known) => known.at <= at);
  return segment ? segment.offset + Math.min(at - segment.at, segment.length) : block.start;
}

function placeAt(starts: number[], offset: number): { line: number; column: number } {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
