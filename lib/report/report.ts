import { type Document, isMap, parseDocument, stringify, visit } from 'yaml';
import { FrontMatter, SECTIONS, type SectionName } from './schema';

export type Report = {
  /** null: none there, or not readable (see `problem`). */
  frontMatter: FrontMatter | null;
  /** Why the front matter can't be read, with its line in the report where there is one, for the person who edits. */
  problem: string | null;
  /** Everything after the front matter. */
  body: string;
};

const FENCE = /^\uFEFF?---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)??---[ \t]*(?:\r?\n|$)/;

/**
 * Far above any front matter that people or models write: bounds on what the YAML parser is given, whose time grows with
 * the square of the nesting (100,000 brackets take it 10 seconds) and of the keys.
 */
const MAX_CHARACTERS = 150_000;
const MAX_LINES = 3000;
const MAX_DEPTH = 100;

/** Splits a report into front matter and body. Never throws: a broken front matter is a problem to show, not a loss. */
export function parseReport(markdown: string): Report {
  const fence = FENCE.exec(markdown);
  if (!fence)
    return { frontMatter: null, problem: 'No front matter (a block between two lines of ---).', body: markdown };
  const body = markdown.slice(fence[0].length);
  const read = readYaml(fence[1] ?? '');
  return 'problem' in read
    ? { frontMatter: null, problem: `Front matter: ${read.problem}`, body }
    : { ...read, problem: null, body };
}

/** The inverse of parseReport; stable, so that an unchanged front matter gives no diff. */
export function formatReport(frontMatter: FrontMatter, body: string): string {
  // FrontMatter's own keys in the order the schema declares them, unknown ones behind.
  const known = Object.keys(FrontMatter.shape).map((key) => [key, frontMatter[key]] as const);
  return join(stringify({ ...Object.fromEntries(known), ...frontMatter }, { lineWidth: 0 }), body);
}

/**
 * Changes fields of the front matter and leaves everything else as it is: other fields, their order, comments, the body.
 * A report without a readable front matter is returned unchanged.
 */
export function patchFrontMatter(markdown: string, patch: Partial<FrontMatter>): string {
  const fence = FENCE.exec(markdown);
  if (!fence) return markdown;
  const read = readYaml(fence[1] ?? '');
  if ('problem' in read) return markdown;
  for (const [key, value] of Object.entries(patch)) {
    if (value !== undefined && JSON.stringify(read.frontMatter[key]) !== JSON.stringify(value))
      read.document.set(key, value);
  }
  return join(read.document.toString({ lineWidth: 0 }).replace(/^\n+/, ''), markdown.slice(fence[0].length));
}

/** A known section's text without its heading, or null when the heading is not there. */
export function readSection(body: string, name: SectionName): string | null {
  const found = locate(body, name);
  return found ? body.slice(found.contentStart, found.end).trim() : null;
}

/**
 * Replaces a section's text, or puts the section in at its place in the order of SECTIONS.
 * Works on a body or on a whole report. A code block that the text leaves open is closed, so that it can't swallow the
 * sections after it.
 */
export function writeSection(markdown: string, name: SectionName, content: string): string {
  const lineEnd = usesCrLf(markdown) ? '\r\n' : '\n';
  const block = withLineEnd(`## ${name}\n\n${closeFence(content.trim())}\n\n`, lineEnd);
  const finish = (text: string) => text.trimEnd().concat(lineEnd);
  const found = locate(markdown, name);
  if (found) return finish(`${markdown.slice(0, found.start)}${block}${markdown.slice(found.end)}`);
  for (const later of SECTIONS.slice(SECTIONS.indexOf(name) + 1)) {
    const next = locate(markdown, later);
    if (next) return finish(`${markdown.slice(0, next.start)}${block}${markdown.slice(next.start)}`);
  }
  const { body } = parseReport(markdown);
  const head = markdown.slice(0, markdown.length - body.length);
  return finish(`${head}${closeFence(body.trimEnd())}${lineEnd}${lineEnd}${block}`);
}

type Yaml = { frontMatter: FrontMatter; document: Document } | { problem: string };

function readYaml(text: string): Yaml {
  const excess = excessOf(text);
  if (excess) return { problem: excess };
  try {
    // The empty first line stands for the --- above, so that line numbers are those of the report.
    // The parser's own check for repeated keys compares all pairs; repeatedKey looks at each once.
    const document = parseDocument(`\n${text}`, { uniqueKeys: false, stringKeys: true });
    const [syntax] = document.errors;
    if (syntax) return { problem: syntax.message.split('\n')[0]?.replace(/:$/, '') ?? 'not YAML' };
    const repeated = repeatedKey(document);
    if (repeated) return { problem: `the key "${repeated}" is there twice. Keep one.` };
    // No aliases: a few lines of them can stand for gigabytes.
    const parsed = FrontMatter.safeParse(document.toJS({ maxAliasCount: 0 }));
    if (parsed.success) return { frontMatter: parsed.data, document };
    const issue = parsed.error.issues[0];
    const path = issue?.path.map(String) ?? [];
    const line = lineOf(document, text, path);
    return { problem: `${path.join('.') || 'top level'}: ${issue?.message}${line ? ` (line ${line})` : ''}` };
  } catch (error) {
    // Also a nesting that is deeper than the call stack.
    return {
      problem: error instanceof RangeError ? NESTED : ((error as Error).message.split('\n')[0] ?? 'not YAML'),
    };
  }
}

function excessOf(text: string): string | undefined {
  if (text.length > MAX_CHARACTERS) return `longer than ${MAX_CHARACTERS / 1000} KB. Move text into the body.`;
  if (text.split('\n').length > MAX_LINES) return `more than ${MAX_LINES} lines. Move text into the body.`;
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return NESTED;
  }
  return /^[ \t]*(?:[-?:][ \t]+){20}/m.test(text) ? NESTED : undefined;
}

const NESTED = 'nested too deep. Put text with many brackets into the body.';

function repeatedKey(document: Document): string | undefined {
  let repeated: string | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = String(key);
        if (seen.has(name)) {
          repeated = name;
          return visit.BREAK;
        }
        seen.add(name);
      }
    },
  });
  return repeated;
}

/** 1-based line in the report of the innermost node on the path. */
function lineOf(document: Document, text: string, path: string[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = isMap(parent) ? parent.items.find((pair) => String(pair.key) === path[length - 1])?.key : undefined;
    const node: unknown = key ?? document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] | null } | undefined)?.range; // set on every parsed node
    if (range) return `\n${text}`.slice(0, range[0]).split('\n').length;
  }
  return undefined;
}

function join(yaml: string, body: string): string {
  const lineEnd = usesCrLf(body) ? '\r\n' : '\n';
  return `${withLineEnd(`---\n${yaml}---\n`, lineEnd)}${/^\r?\n/.test(body) || body === '' ? body : `${lineEnd}${body}`}`;
}

function usesCrLf(text: string): boolean {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r';
}

function withLineEnd(text: string, lineEnd: string): string {
  return text.replace(/\r?\n/g, lineEnd);
}

type Line = { text: string; offset: number; inFence: boolean };

/** The lines of a text and whether each belongs to a fenced code block (CommonMark 4.5), its fences included. */
function* linesOf(markdown: string, from = 0): Generator<Line, string | null> {
  let open: { mark: string; length: number } | null = null;
  let offset = from;
  for (const text of markdown.slice(from).split(/(?<=\n)/)) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)/.exec(text);
    const mark = fence?.[1] ?? '';
    const rest = (fence?.[2] ?? '').trim();
    let inFence: boolean = open !== null;
    if (open) {
      if (mark[0] === open.mark && mark.length >= open.length && rest === '') open = null;
    } else if (mark !== '' && !(mark[0] === '`' && rest.includes('`'))) {
      open = { mark: mark[0] ?? '`', length: mark.length };
      inFence = true;
    }
    yield { text, offset, inFence };
    offset += text.length;
  }
  return open ? open.mark.repeat(open.length) : null;
}

function closeFence(content: string): string {
  const lines = linesOf(content);
  for (let next = lines.next(); ; next = lines.next()) {
    if (next.done) return next.value ? `${content}\n${next.value}` : content;
  }
}

function locate(markdown: string, name: string): { start: number; contentStart: number; end: number } | null {
  let start = -1;
  let contentStart = -1;
  // Front matter may hold lines that look like headings: YAML's comments.
  for (const line of linesOf(markdown, FENCE.exec(markdown)?.[0].length ?? 0)) {
    const heading = line.inFence ? null : headingOf(line.text);
    if (heading && start >= 0) return { start, contentStart, end: line.offset };
    if (heading && heading.level === 2 && heading.text.toLowerCase() === name.toLowerCase()) {
      start = line.offset;
      contentStart = line.offset + line.text.length;
    }
  }
  return start < 0 ? null : { start, contentStart, end: markdown.length };
}

/** A heading of level 1 or 2 (what ends a section). Trimmed by hand: a pattern for it can be made to run for minutes. */
function headingOf(line: string): { level: 1 | 2; text: string } | null {
  const start = /^ {0,3}(##?)[ \t]/.exec(line);
  if (!start) return null;
  const text = line.slice(start[0].length).trim();
  let end = text.length;
  while (end > 0 && text[end - 1] === '#') end -= 1;
  const closed =
    end < text.length && (end === 0 || /[ \t]/.test(text[end - 1] ?? '')) ? text.slice(0, end).trimEnd() : text;
  return { level: start[1] === '#' ? 1 : 2, text: closed };
}
