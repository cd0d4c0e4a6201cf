import { htmlBlockNames, htmlRawNames } from 'micromark-util-html-tag-name';

/** A stretch of a text that parses alone as it does in the whole: one or more top-level blocks and the blank lines behind them. */
export type Chunk = {
  text: string;
  /** 1-based line and offset of its beginning in the whole text. */
  line: number;
  offset: number;
  /** `code`: fenced or indented code, `raw`: HTML that only its end mark closes. Neither has Markdown inside. */
  kind: 'blocks' | 'code' | 'raw';
};

/**
 * `list`: an item or footnote is open, its content begins at `itemIndent`. `html`: up to the next blank line. `done`: the next line begins something else. `rest`: what is open can't be told; nothing more is split.
 */
type Kind = 'blank' | 'flow' | 'indented' | 'quote' | 'list' | 'html' | 'fence' | 'raw' | 'done' | 'rest';

type Line = { text: string; indent: number; words: string };

/**
 * Splits Markdown where a split changes nothing, in one pass: a keystroke or a streamed token then costs one chunk, and what
 * takes the parser the square of its length is bounded by the chunk. The texts joined are the input.
 */
export function splitMarkdown(markdown: string): Chunk[] {
  const splitter = new Splitter();
  let at = 0;
  for (const match of markdown.matchAll(/\r\n?|\n/g)) {
    splitter.add(markdown.slice(at, match.index + match[0].length));
    at = match.index + match[0].length;
  }
  if (at < markdown.length) splitter.add(markdown.slice(at));
  return splitter.end();
}

class Splitter {
  private readonly chunks: Chunk[] = [];
  private lines: string[] = [];
  private line = 1;
  private offset = 0;
  private start = { line: 1, offset: 0 };
  private kind: Kind = 'blank';
  private chunkKind: Chunk['kind'] = 'blocks';
  private afterBlank = false;
  /** The mark that closes a fence, or the test for the line that closes raw HTML. */
  private fence = '';
  private rawEnd: RegExp | null = null;
  private itemIndent = Number.POSITIVE_INFINITY;
  private isItemEmpty = false;
  /** Whether a list may be open that can't be told from a paragraph here. */
  private isUnsure = false;
  /** Whether HTML may be open that ends at a blank line and can't be told from a paragraph here. */
  private isMaybeHtml = false;

  add(text: string): void {
    const line = readLine(text);
    if (line.words === '') this.addBlank();
    else if (this.kind === 'fence') {
      if (closesFence(line, this.fence)) this.kind = 'done';
    } else if (this.kind === 'raw') {
      if (this.rawEnd?.test(text)) this.kind = 'done';
    } else if (this.kind !== 'rest') this.addWords(line);
    if (this.lines.length === 0) this.start = { line: this.line, offset: this.offset };
    this.lines.push(text);
    this.line += 1;
    this.offset += text.length;
    this.afterBlank = line.words === '';
  }

  end(): Chunk[] {
    this.cut();
    return this.chunks;
  }

  private cut(): void {
    if (this.lines.length > 0) this.chunks.push({ ...this.start, text: this.lines.join(''), kind: this.chunkKind });
    this.lines = [];
    this.kind = 'blank';
    this.chunkKind = 'blocks';
    this.itemIndent = Number.POSITIVE_INFINITY;
    this.isUnsure = false;
    this.isMaybeHtml = false;
  }

  private addBlank(): void {
    this.isMaybeHtml = false;
    if (this.kind === 'html') this.kind = 'done';
    if (this.kind === 'list' && this.isItemEmpty) this.itemIndent = Number.POSITIVE_INFINITY;
  }

  private addWords(line: Line): void {
    if (this.kind !== 'blank' && this.splitsBefore(line)) this.cut();
    if (this.kind === 'blank') this.begin(line);
    else this.continueBlock(line);
  }

  private splitsBefore(line: Line): boolean {
    const { indent } = line;
    if (this.kind === 'done') return true;
    // An item that can't interrupt a paragraph interrupts no other block either, for this parser.
    const marker = markerOf(line);
    if (this.kind === 'indented') return indent < 4 && (!marker || marker.isCertain);
    if (this.kind === 'html' || this.isMaybeHtml) return false;
    const isInItem = this.kind === 'list' && indent >= this.itemIndent;
    if (isInItem || (this.isUnsure && indent >= 2)) return false;
    if (this.afterBlank) {
      if (this.kind === 'list' || this.isUnsure) return marker === null || isThematic(line);
      return true;
    }
    if (indent >= 4) return false;
    if (isHeading(line) || fenceOf(line) !== '' || htmlOf(line) !== null) return true;
    // A line of dashes may also make a heading of the lines above.
    if (isThematic(line)) return (this.kind !== 'flow' && !this.isUnsure) || !/^-+$/.test(line.words);
    if (line.words.startsWith('>')) return this.kind !== 'quote';
    if (isFootnote(line)) return true;
    return this.kind !== 'list' && !this.isUnsure && marker?.isCertain === true;
  }

  /** The first line of a chunk. */
  private begin(line: Line): void {
    const marker = markerOf(line);
    if (line.indent >= 4) [this.kind, this.chunkKind] = ['indented', 'code'];
    else if (fenceOf(line) !== '') this.openFence(line);
    else if (htmlOf(line) !== null) this.openHtml(line);
    else if (isHeading(line) || isThematic(line)) this.kind = 'done';
    else if (line.words.startsWith('>')) this.kind = 'quote';
    else if (marker) this.openItem(marker);
    else if (isFootnote(line)) {
      this.openItem({ indent: 4, isEmpty: false, isCertain: true });
      if (/^\[\^[^\]]*\]:\s*$/.test(line.words)) this.isUnsure = true;
    } else {
      this.kind = 'flow';
      this.isMaybeHtml = isTag(line);
    }
  }

  /** A further line of a chunk. */
  private continueBlock(line: Line): void {
    const { indent } = line;
    if (this.kind === 'html' || (this.kind === 'indented' && indent >= 4)) return;
    if (this.kind === 'indented') [this.kind, this.chunkKind] = ['flow', 'blocks'];
    const marker = markerOf(line);
    const isInItem = this.kind === 'list' && indent >= this.itemIndent;
    // Open at the top level or in a list that may be open: what follows can't be told.
    const opens = indent < 4 && (fenceOf(line) !== '' || htmlOf(line)?.end != null);
    if (opens && (this.isMaybeHtml || (this.isUnsure && (indent >= 2 || this.kind !== 'list')))) {
      this.kind = 'rest';
      return;
    }
    if (!isInItem && isTag(line)) this.isMaybeHtml = true;
    if (this.kind !== 'list') {
      if (marker || (this.kind === 'quote' && !line.words.startsWith('>'))) this.isUnsure = true;
      return;
    }
    if (isInItem) {
      this.isItemEmpty = false;
      return;
    }
    if (marker && indent < 4 && (marker.isCertain || this.afterBlank)) {
      this.openItem(marker);
      if (indent < 2) this.isUnsure = false;
    } else this.isUnsure = true;
  }

  private openFence(line: Line): void {
    this.fence = fenceOf(line);
    [this.kind, this.chunkKind] = ['fence', 'code'];
  }

  private openHtml(line: Line): void {
    this.rawEnd = htmlOf(line)?.end ?? null;
    if (this.rawEnd === null) this.kind = 'html';
    else if (this.rawEnd.test(line.words)) this.kind = 'done';
    else [this.kind, this.chunkKind] = ['raw', 'raw'];
  }

  private openItem(marker: Marker): void {
    this.kind = 'list';
    this.itemIndent = marker.indent;
    this.isItemEmpty = marker.isEmpty;
  }
}

function readLine(text: string): Line {
  let [indent, at] = [0, 0];
  for (; text[at] === ' ' || text[at] === '\t'; at += 1) indent += text[at] === ' ' ? 1 : 4 - (indent % 4);
  const words = text.slice(at).trimEnd();
  return { text, indent, words };
}

/** `indent`: the column its content begins at. `isCertain`: it begins an item also right after a paragraph. */
type Marker = { indent: number; isEmpty: boolean; isCertain: boolean };

function markerOf({ text, indent, words }: Line): Marker | null {
  const mark = /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/.exec(words)?.[0];
  if (mark === undefined) return null;
  const isEmpty = words.length === mark.length;
  const isCertain = !isEmpty && (mark.length === 1 || /^1[.)]$/.test(mark));
  let column = indent + mark.length;
  const from = column;
  for (let at = text.length - text.trimStart().length + mark.length; !isEmpty; at += 1) {
    if (text[at] === ' ') column += 1;
    else if (text[at] === '\t') column += 4 - (column % 4);
    else break;
  }
  return { indent: isEmpty || column - from > 4 ? from + 1 : column, isEmpty, isCertain };
}

const isHeading = ({ indent, words }: Line): boolean => indent < 4 && /^#{1,6}(?:[ \t]|$)/.test(words);
const isTag = ({ indent, words }: Line): boolean => indent < 4 && /^<[a-z/]/i.test(words);
const isFootnote = ({ indent, words }: Line): boolean => indent < 4 && /^\[\^[^\]\s]{1,999}\]:/.test(words);

function isThematic({ indent, words }: Line): boolean {
  if (indent >= 4 || !/^[-*_]/.test(words)) return false;
  const marks = words.replace(/[ \t]/g, '');
  return marks.length >= 3 && new Set(marks).size === 1;
}

/** The mark of a line that opens a fenced code block, else ''. */
function fenceOf({ indent, words }: Line): string {
  const mark = indent < 4 ? (/^(?:`{3,}|~{3,})/.exec(words)?.[0] ?? '') : '';
  return mark.startsWith('`') && words.includes('`', mark.length) ? '' : mark;
}

function closesFence({ indent, words }: Line, fence: string): boolean {
  return indent < 4 && words.length >= fence.length && words === (fence[0] ?? '`').repeat(words.length);
}

const RAW: [RegExp, RegExp][] = [
  [new RegExp(`^<(?:${htmlRawNames.join('|')})(?:[\\s>]|$)`, 'i'), new RegExp(`</(?:${htmlRawNames.join('|')})>`, 'i')],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [/^<![a-z]/i, />/],
];
const HTML = new RegExp(`^</?(?:${htmlBlockNames.join('|')})(?:\\s|/?>|$)`, 'i');

/** HTML that can follow a paragraph: what ends it, null for a blank line. */
function htmlOf({ indent, words }: Line): { end: RegExp | null } | null {
  if (indent >= 4 || !words.startsWith('<')) return null;
  const raw = RAW.find(([begin]) => begin.test(words));
  if (raw) return { end: raw[1] };
  return HTML.test(words) ? { end: null } : null;
}
