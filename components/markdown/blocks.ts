/** A top-level block of a Markdown text, with the blank lines behind it. */
export type Block = { text: string /** 1-based line of the whole source. */; line: number };

type Kind = 'list' | 'quote' | 'heading' | 'indented' | 'other' | 'blank';

export type Heading = { id: string; level: number; text: string; line: number };

/**
 * Splits Markdown into top-level blocks without parsing it, so that a keystroke or a streamed token costs one block.
 * The texts joined are the input. A rendered block means the same alone as in the whole, with two exceptions that the
 * renderer makes up for: link definitions (see `definitions`) and footnotes (shown as text).
 */
export function splitBlocks(markdown: string, firstLine = 1): Block[] {
  const blocks: Block[] = [];
  let current: string[] = [];
  let start = firstLine;
  let kind: Kind = 'other';
  let fence: { mark: string; length: number } | null = null;
  let afterBlank = false;

  const lines = markdown.split(/(?<=\n)/);
  lines.forEach((line, index) => {
    const text = line.replace(/\r?\n$/, '');
    if (fence) {
      current.push(line);
      if (closesFence(text, fence)) fence = null;
      return;
    }
    if (text.trim() === '') {
      if (current.length === 0) kind = 'blank'; // only before the first block
      current.push(line);
      afterBlank = true;
      return;
    }
    const opened = kind === 'quote' && /^ {0,3}>/.test(text) ? null : fenceOf(text, kind === 'list');
    if (current.length > 0 && startsBlock(text, opened !== null)) {
      blocks.push({ text: current.join(''), line: start });
      current = [];
    }
    if (current.length === 0) {
      start = firstLine + index;
      kind = kindOf(text);
    } else if (kind === 'other' && isListItem(text)) {
      kind = 'list'; // a list that follows its introduction without a blank line
    }
    fence = opened;
    afterBlank = false;
    current.push(line);
  });
  if (current.length > 0) blocks.push({ text: current.join(''), line: start });
  return blocks;

  function startsBlock(text: string, opensFence: boolean): boolean {
    const indent = /^\s*/.exec(text)?.[0].length ?? 0;
    if (kind === 'heading' || kind === 'blank') return true;
    if (afterBlank) {
      if (kind === 'list') return !(indent >= 2 || isListItem(text));
      if (kind === 'indented') return indent < 4;
      return true;
    }
    if (kind === 'list' && indent >= 2) return false;
    return isHeading(text) || (opensFence && indent < 4);
  }
}

/** Headings of a text with ids that are unique in it; a heading's id depends only on what stands before it. */
export function outline(blocks: Block[]): Heading[] {
  const seen = new Map<string, number>();
  const headings: Heading[] = [];
  for (const block of blocks) {
    const found = headingOf(block.text);
    if (!found) continue;
    const slug = slugOf(found.text);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    headings.push({ ...found, id: count === 0 ? slug : `${slug}-${count + 1}`, line: block.line });
  }
  return headings;
}

/** `[label]: target` lines of a text, by label as Markdown compares it. */
export function definitions(blocks: Block[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const block of blocks) {
    if (!block.text.includes(']:') || /^ {0,3}(```|~~~)/.test(block.text)) continue;
    for (const line of block.text.split(/\r?\n/)) {
      const label = /^ {0,3}\[((?:[^\]\\]|\\.)+)\]:\s*\S/.exec(line)?.[1];
      if (label && !label.startsWith('^') && !found.has(normal(label))) found.set(normal(label), line);
    }
  }
  return found;
}

/** A block's text with the definitions that it refers to behind it, so that it renders alone. */
export function withDefinitions(text: string, known: Map<string, string>): string {
  if (known.size === 0 || !text.includes('[')) return text;
  const needed = new Set<string>();
  for (const [, label] of text.matchAll(/\[((?:[^\][\\]|\\.)+)\]/g)) {
    const line = label === undefined ? undefined : known.get(normal(label));
    if (line && !text.includes(line)) needed.add(line);
  }
  return needed.size === 0 ? text : `${text.replace(/\s*$/, '')}\n\n${[...needed].join('\n')}\n`;
}

function headingOf(text: string): { level: number; text: string } | null {
  const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*(?:\r?\n|$)/.exec(text);
  if (atx) return { level: atx[1]?.length ?? 1, text: plain(atx[2] ?? '') };
  const setext = /^ {0,3}([^\s>#\-*+|`~].*)\r?\n {0,3}(=+|-{2,})[ \t]*(?:\r?\n|$)/.exec(text);
  if (setext) return { level: setext[2]?.startsWith('=') ? 1 : 2, text: plain(setext[1] ?? '') };
  return null;
}

function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/[\s-]+/g, '-');
  return slug || 'section';
}

/** A heading's words without marks; what a backslash protects stays. */
const plain = (text: string): string =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(?<!\\)[`*~]|(?<![\\\p{L}\p{N}])_|(?<!\\)_(?![\p{L}\p{N}])/gu, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .trim();
const normal = (label: string): string => label.trim().toLowerCase().replace(/\s+/g, ' ');
const isHeading = (text: string): boolean => /^ {0,3}#{1,6}(\s|$)/.test(text);
const isListItem = (text: string): boolean =>
  /^\s*([-*+]|\d{1,9}[.)])(\s|$)/.test(text) && !/^ {0,3}([-*])(\s*\1){2,}\s*$/.test(text);

function kindOf(text: string): Kind {
  if (/^(?: {4}|\t)/.test(text)) return 'indented';
  if (isHeading(text)) return 'heading';
  if (isListItem(text)) return 'list';
  return /^ {0,3}>/.test(text) ? 'quote' : 'other';
}

function fenceOf(text: string, inList: boolean): { mark: string; length: number } | null {
  const lead = inList
    ? /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)$/
    : /^ {0,3}(?:(?:[-*+]|\d{1,9}[.)]) {1,4})?(`{3,}|~{3,})(.*)$/;
  const found = lead.exec(text);
  if (!found?.[1] || (found[1].startsWith('`') && found[2]?.includes('`'))) return null;
  return { mark: found[1][0] ?? '`', length: found[1].length };
}

function closesFence(text: string, fence: { mark: string; length: number }): boolean {
  const found = /^\s*(`{3,}|~{3,})\s*$/.exec(text);
  const mark = found?.[1] ?? '';
  return mark.startsWith(fence.mark) && mark.length >= fence.length;
}
