import { parseDocument, stringify } from 'yaml';
import { FrontMatter, SECTIONS, type SectionName } from './schema';

export type Report = {
  /** null: none there, or not readable (see `problem`). */
  frontMatter: FrontMatter | null;
  /** Why the front matter can't be read, with its line, for the person who edits. */
  problem: string | null;
  /** Everything after the front matter. */
  body: string;
};

const FENCE = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/;

/** Splits a report into front matter and body. Never throws: a broken front matter is a problem to show, not a loss. */
export function parseReport(markdown: string): Report {
  const fence = FENCE.exec(markdown);
  if (!fence) return { frontMatter: null, problem: 'No front matter (a block between two lines of ---).', body: markdown };
  const body = markdown.slice(fence[0].length);
  const document = parseDocument(fence[1] ?? '');
  const [syntax] = document.errors;
  if (syntax) return { frontMatter: null, problem: `Front matter: ${syntax.message.split('\n')[0]}`, body };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    return { frontMatter: null, problem: `Front matter: ${(error as Error).message}`, body };
  }
  const parsed = FrontMatter.safeParse(value);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    return { frontMatter: null, problem: `Front matter, ${first?.path.join('.') || 'top level'}: ${first?.message}`, body };
  }
  return { frontMatter: parsed.data, problem: null, body };
}

/** The inverse of parseReport; stable, so that an unchanged front matter gives no diff. */
export function formatReport(frontMatter: FrontMatter, body: string): string {
  const { title, codename, alerts, status, classification, confidence, severity, techniques, entities, model } = frontMatter;
  const { opened, updated, ...rest } = frontMatter;
  const ordered = {
    ...{ title, codename, alerts, status, classification, confidence, severity, techniques, entities, model },
    ...{ opened, updated },
    ...rest,
  };
  return `---\n${stringify(ordered, { lineWidth: 0 })}---\n${body.startsWith('\n') ? body : `\n${body}`}`;
}

/** Changes fields of the front matter and leaves the body as it is. A report without a readable one is returned unchanged. */
export function patchFrontMatter(markdown: string, patch: Partial<FrontMatter>): string {
  const report = parseReport(markdown);
  if (!report.frontMatter) return markdown;
  return formatReport({ ...report.frontMatter, ...patch }, report.body);
}

/** A known section's text without its heading, or null when the heading is not there. */
export function readSection(body: string, name: SectionName): string | null {
  const found = locate(body, name);
  return found ? body.slice(found.contentStart, found.end).trim() : null;
}

/**
 * Replaces a section's text, or puts the section in at its place in the order of SECTIONS.
 * Works on a body or on a whole report.
 */
export function writeSection(markdown: string, name: SectionName, content: string): string {
  const block = `## ${name}\n\n${content.trim()}\n\n`;
  const found = locate(markdown, name);
  if (found) return `${markdown.slice(0, found.start)}${block}${markdown.slice(found.end)}`.trimEnd().concat('\n');
  for (const later of SECTIONS.slice(SECTIONS.indexOf(name) + 1)) {
    const next = locate(markdown, later);
    if (next) return `${markdown.slice(0, next.start)}${block}${markdown.slice(next.start)}`.trimEnd().concat('\n');
  }
  return `${markdown.trimEnd()}\n\n${block}`.trimEnd().concat('\n');
}

function locate(markdown: string, name: string): { start: number; contentStart: number; end: number } | null {
  let inFence = false;
  let offset = 0;
  let start = -1;
  let contentStart = -1;
  for (const line of markdown.split(/(?<=\n)/)) {
    if (/^\s{0,3}(```|~~~)/.test(line)) inFence = !inFence;
    const heading = inFence ? null : /^##\s+(.+?)\s*#*\s*$/.exec(line);
    if (heading && start >= 0) return { start, contentStart, end: offset };
    if (heading?.[1] === name) {
      start = offset;
      contentStart = offset + line.length;
    }
    offset += line.length;
  }
  return start < 0 ? null : { start, contentStart, end: markdown.length };
}
