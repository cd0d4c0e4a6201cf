import { refang } from '../alerts/entities';
import type { Report } from './report';
import { readSection } from './report';
import { isEmptySection, SECTION_HINTS } from './template';

/** What is indexed of a report's text; the rest of a longer one (pasted logs) is not searched. In UTF-16 units. */
export const MAX_INDEXED = 200_000;
const MAX_SUMMARY = 600;

/**
 * A report's body as plain text for search and snippets: refanged, without Markdown's marks and without the hints of
 * sections that are still empty.
 */
export function searchableText(body: string): string {
  const hints = Object.values(SECTION_HINTS);
  const written = hints.reduce((text, hint) => text.replaceAll(`_${hint}_`, ''), body);
  return cut(refang(plainText(written)), MAX_INDEXED);
}

/** One or two sentences for lists: the front matter's `summary`, else the start of the Executive Summary. */
export function summaryOf(report: Report): string {
  const own = report.frontMatter?.summary;
  if (typeof own === 'string' && own.trim() !== '') return shorten(plainText(own));
  const section = readSection(report.body, 'Executive Summary');
  if (isEmptySection('Executive Summary', section)) return '';
  const paragraph = (section ?? '')
    .split(/\n[ \t]*\r?\n/)
    .find((text) => /[\p{L}\p{N}]/u.test(text) && !/^\s*#/.test(text));
  return shorten(plainText(paragraph ?? ''));
}

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

/** Markdown without its marks. */
export function plainText(markdown: string): string {
  return (
    markdown
      .replace(/^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|```.*|~~~.*)/gm, '')
      .replace(/^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*:?-*:?[ \t]*$/gm, '')
      .replace(/\[([^[\]]{1,500})\]\(([^()\s]{1,2000})\)/g, '$1 $2')
      .replace(/\*\*|__|`|(?<!\\)\|/g, ' ')
      // A sign that is written with a backslash so that it is none of Markdown's.
      .replace(/\\([!-/:-@[-`{-~])/g, '$1')
      .replace(/[ \t]+/g, ' ')
      .replace(/\s*\n\s*/g, '\n')
      .trim()
  );
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_SUMMARY ? line : `${cut(line, MAX_SUMMARY - 1).trimEnd()}…`;
}
