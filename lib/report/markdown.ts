import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** A part of a text that is too large or too deeply nested to parse; it is shown as plain text. Lines are 1-based. */
export type ParseProblem = { line: number; endLine: number; message: string };

const SYNTAX = { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] };

/** The only call of a Markdown parser in the product: GitHub Flavored Markdown as mdast, with positions. */
export function parseMarkdown(text: string): { root: Root; problems: ParseProblem[] } {
  return { root: fromMarkdown(text, SYNTAX), problems: [] };
}
