import { refang } from '../alerts/entities';
import { type Block, readBlocks } from './blocks';
import { parseMarkdown } from './markdown';
import type { Report } from './report';
import { ALL_HINTS, isEmptySection } from './template';

/** What is indexed of a report's text; the rest of a longer one (pasted logs) is not searched. In UTF-16 units. */
export const MAX_INDEXED = 200_000;
const MAX_SUMMARY = 600;

/**
 * A report's body as plain text for search and snippets: refanged, without Markdown's marks and without the hints of
 * sections that are still empty.
 */
export function searchableText(body: string): string {
  const hints = ALL_HINTS;
  const written = hints.reduce((text, hint) => text.replaceAll(`_${hint}_`, ''), body);
  return cut(refang(plainText(written)), MAX_INDEXED);
}

/** One or two sentences for lists: the front matter's `summary`, else the start of the Executive Summary. */
export function summaryOf(report: Report): string {
  const own = report.frontMatter?.summary;
  if (typeof own === 'string' && own.trim() !== '') return shorten(plainText(own));
  const section = report.section('Executive Summary');
  if (!section || isEmptySection('Executive Summary', section.text)) return '';
  const first = section.blocks.find(({ kind, text }) => kind !== 'heading' && /[\p{L}\p{N}]/u.test(text));
  return first ? shorten(withoutMarks(textOf(first))) : '';
}

/** A list shows the verdict beside the text, and has nothing that a citation could lead to. */
const withoutMarks = (text: string): string =>
  text
    .replace(/^\s*(?:BENIGN|SUSPICIOUS|MALICIOUS), confidence \d{1,3}\.?\s+/, '')
    .replace(/ ?\[E\d[^\]]{0,60}\]/g, '');

/** Letters and digits between everything else, lower case: whole and partial indicators become rows of these. */
export function partsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .map((part) => cut(part, MAX_PART));
}

/** Longer than any digest in hexadecimal; PostgreSQL refuses words of more than 2 KB. */
const MAX_PART = 160;

/** At most `length` UTF-16 units, never half a character (PostgreSQL refuses those). */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const short = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short;
}

/** Markdown without its marks, a line for each block; a link is followed by its address. */
export function plainText(markdown: string): string {
  let table: number | null = null;
  const lines = readBlocks(parseMarkdown(markdown).chunks, { offset: 0, line: 0 }).map((block) => {
    const isFirstRow = block.table !== null && block.table !== table;
    table = block.table;
    return isFirstRow ? `${block.head.join(' ')}\n${textOf(block)}` : textOf(block);
  });
  return lines
    .join('\n')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

/** What a reader sees of a block, and where its links lead. The cells of a row are joined by `between`. */
export function textOf(block: Block, between = ' '): string {
  const addresses = block.links.filter(({ start, end, url }) => block.text.slice(start, end) !== url);
  const withLinks = (from: number, to: number) => {
    let [out, at] = ['', from];
    for (const { end, url } of addresses.filter((link) => link.start >= from && link.end <= to)) {
      out += `${block.text.slice(at, end)} ${url}`;
      at = end;
    }
    return out + block.text.slice(at, to);
  };
  if (block.kind !== 'row') return withLinks(0, block.text.length);
  return block.cells
    .map(({ start, end }) => withLinks(start, end).trim())
    .filter((cell) => cell !== '')
    .join(between);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_SUMMARY ? line : `${cut(line, MAX_SUMMARY - 1).trimEnd()}…`;
}
