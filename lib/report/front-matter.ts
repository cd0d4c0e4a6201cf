import { type Document, isMap, parseDocument, stringify, visit } from 'yaml';
import { type FrontMatterSource, findFrontMatter } from './find-front-matter';
import { FrontMatter } from './schema';

/**
 * Far above any front matter that people or models write: bounds on what the YAML parser is given, whose time grows with
 * the square of the nesting and of the keys.
 */
const MAX_CHARACTERS = 150_000;
const MAX_LINES = 3000;
const MAX_DEPTH = 100;

export type FrontMatterRead = { frontMatter: FrontMatter | null; problem: string | null };

/** Never throws: a broken front matter is a problem to show, not a loss. */
export function readFrontMatter({ yaml }: FrontMatterSource): FrontMatterRead {
  if (yaml === null) return { frontMatter: null, problem: 'No front matter (a block between two lines of ---).' };
  const read = readYaml(yaml);
  return 'problem' in read
    ? { frontMatter: null, problem: `Front matter: ${read.problem}` }
    : { frontMatter: read.frontMatter, problem: null };
}

/** A report from its front matter and body; stable, so that an unchanged front matter gives no diff. */
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
  const { yaml, end } = findFrontMatter(markdown);
  const read = yaml === null ? null : readYaml(yaml);
  if (!read || 'problem' in read) return markdown;
  for (const [key, value] of Object.entries(patch)) {
    if (value !== undefined && JSON.stringify(read.frontMatter[key]) !== JSON.stringify(value))
      read.document.set(key, value);
  }
  return join(read.document.toString({ lineWidth: 0 }).replace(/^\n+/, ''), markdown.slice(end));
}

type Yaml = { frontMatter: FrontMatter; document: Document } | { problem: string };

function readYaml(text: string): Yaml {
  const excess = excessOf(text);
  if (excess) return { problem: excess };
  try {
    // The empty first line stands for the --- above, so that line numbers are those of the report.
    // The parser's own check for repeated keys compares all pairs; repeatedKey looks at each once.
    // Pretty errors quote the text around each one: for a line with 100,000 errors that takes minutes.
    const document = parseDocument(`\n${text}`, { uniqueKeys: false, stringKeys: true, prettyErrors: false });
    const [syntax] = document.errors;
    if (syntax) {
      const line = `\n${text}`.slice(0, syntax.pos[0]).split('\n').length;
      return { problem: `${syntax.message.split('\n')[0] ?? 'not YAML'} (line ${line})` };
    }
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

/** Whether a text’s first line ends as on Windows: the whole text is then written so. */
export function usesCrLf(text: string): boolean {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r';
}

/** The text with this end at each of its lines. */
export function withLineEnd(text: string, lineEnd: string): string {
  return text.replace(/\r?\n/g, lineEnd);
}
