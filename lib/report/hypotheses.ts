import { lowerHeadings } from './headings';
import { parseReport } from './report';
import type { Section } from './sections';

export const HYPOTHESIS_STATUSES = ['open', 'supported', 'refuted', 'inconclusive'] as const;
export type HypothesisStatus = (typeof HYPOTHESIS_STATUSES)[number];

export type Hypothesis = {
  name: string;
  /** As the report has it under **Status:**; null when it has none. */
  status: string | null;
  /** The source of everything below its heading. */
  text: string;
  /** The number before its name; null without one. */
  number: number | null;
  /** Of its heading, or of its list item. 1-based, in the report. */
  line: number;
};

/**
 * The hypotheses of a section: the numbered headings of level 3 in Hypothesis Analysis ("### 1. Insider"), or all headings of
 * level 3 when none is numbered; without any, the items of its numbered lists ("1. **Insider** (likely). …").
 */
export function hypothesesIn(markdown: string, section: Section | null): Hypothesis[] {
  if (!section) return [];
  const found = headedIn(markdown, section);
  return found.length > 0 ? found.map(({ endLine: _, statusLine: __, ...one }) => one) : listedIn(markdown, section);
}

/** The same for a section's text, without its heading. Lines are those of the text. */
export function readHypotheses(section: string): Hypothesis[] {
  return hypothesesIn(section, wholeText(section));
}

type Headed = Hypothesis & { endLine: number; statusLine: number | null };

const STATUS = /^\s*(?:\*\*|__)Status:?(?:\*\*|__):?[ \t]*(.*)$/i;
const NUMBERED = /^(?:(?:H|Hypothesis )?(\d{1,3})[.):]? +)?(\S.*)$/i;

function headedIn(markdown: string, section: Section): Headed[] {
  const lines = markdown.split(/\r\n?|\n/);
  const headings = section.blocks.filter(
    ({ kind, level, list, isQuote }) => kind === 'heading' && level === 3 && list === 0 && !isQuote,
  );
  const named = headings.flatMap((block, index) => {
    const [, number, name] = NUMBERED.exec(block.text.trim()) ?? [];
    const endLine = (headings[index + 1]?.line ?? section.endLine + 1) - 1;
    return name ? [{ block, number: number ? Number(number) : null, name: name.trim(), endLine }] : [];
  });
  const numbered = named.filter(({ number }) => number !== null);
  return (numbered.length > 0 ? numbered : named).map(({ block, number, name, endLine }) => {
    const prose = section.blocks.filter(
      ({ kind, line, isQuote }) => kind === 'paragraph' && !isQuote && line > block.line && line <= endLine,
    );
    const statusLine = prose
      .flatMap((paragraph) => range(paragraph.line, paragraph.endLine))
      .find((line) => STATUS.test(lines[line - 1] ?? ''));
    const status = statusLine === undefined ? undefined : STATUS.exec(lines[statusLine - 1] ?? '')?.[1];
    return {
      name,
      number,
      status: status === undefined ? null : status.trim().replace(/\.$/, ''),
      text: lines.slice(block.endLine, endLine).join('\n').trim(),
      line: block.line,
      endLine,
      statusLine: statusLine ?? null,
    };
  });
}

function listedIn(markdown: string, section: Section): Hypothesis[] {
  const items = section.blocks.filter(
    ({ kind, list, number, isQuote }) => kind === 'item' && list === 1 && number !== null && !isQuote,
  );
  return items.map((item, index) => {
    const source = markdown.slice(item.start, item.end).replace(/^\s*\d{1,9}[.)]\s+(?:\[[ xX]\]\s+)?/, '');
    const [, bold, plain = ''] = /^(?:\*\*([^\n]+?)\*\*|([^.:;(\n]{1,120}))/.exec(source) ?? [];
    const rest = source.slice((bold === undefined ? plain : `**${bold}**`).length);
    const next = items[index + 1]?.start ?? section.end;
    return {
      name: (bold ?? plain).replace(/[.:]$/, '').trim(),
      status: /^\s*\(([^)]{1,40})\)/.exec(rest)?.[1] ?? null,
      text: `${source}${markdown.slice(item.end, next)}`.trim(),
      number: item.number,
      line: item.line,
    };
  });
}

/**
 * Adds a hypothesis, or changes one that is there (by name): its status line, its text when one is given, its place when `rank`
 * is (1 is the likeliest; all are numbered by their order then). Everything else stays as it is. Pure.
 */
export function putHypothesis(
  section: string,
  change: { name: string; status: HypothesisStatus; text?: string | undefined; rank?: number | undefined },
): { ok: true; text: string; added: boolean } | { ok: false; message: string } {
  const put = putUnranked(section, change);
  return put.ok && change.rank !== undefined
    ? { ...put, text: rankHypothesis(put.text, change.name, change.rank) }
    : put;
}

/** Moves a hypothesis to a place among the others (1 is first) and numbers all of them by their order. */
function rankHypothesis(section: string, name: string, rank: number): string {
  const lines = section.split(/\r\n?|\n/);
  const known = headedIn(section, wholeText(section));
  const moved = known.find((one) => sameName(one.name, name));
  const [first, last] = [known[0], known.at(-1)];
  if (!moved || !first || !last) return section;
  const others = known.filter((one) => one !== moved);
  const order = [...others.slice(0, rank - 1), moved, ...others.slice(rank - 1)];
  const blocks = order.map((one, index) =>
    [`### ${index + 1}. ${one.name}`, ...lines.slice(one.line, one.endLine)].join('\n').trimEnd(),
  );
  const before = lines
    .slice(0, first.line - 1)
    .join('\n')
    .trimEnd();
  const after = lines.slice(last.endLine).join('\n').trim();
  return [before, ...blocks, after].filter((part) => part !== '').join('\n\n');
}

function putUnranked(
  section: string,
  change: { name: string; status: HypothesisStatus; text?: string | undefined },
): { ok: true; text: string; added: boolean } | { ok: false; message: string } {
  const lines = section.split(/\r\n?|\n/);
  const known = headedIn(section, wholeText(section));
  const name = change.name
    .replace(/\s+/g, ' ')
    .replace(/^#+\s*/, '')
    .trim();
  const status = `**Status:** ${change.status}`;
  const found = known.find((one) => sameName(one.name, name));
  if (found) {
    const changed = [...lines];
    if (change.text !== undefined) {
      const more = lines.slice(found.endLine).some((line) => line.trim() !== '');
      const block = ['', status, '', loweredText(change.text), ...(more ? [''] : [])];
      changed.splice(found.line, found.endLine - found.line, ...block);
    } else if (found.statusLine !== null) changed[found.statusLine - 1] = status;
    else changed.splice(found.line, 0, '', status);
    return { ok: true, added: false, text: changed.join('\n') };
  }
  const text = change.text?.trim() ?? '';
  if (text === '' && change.status !== 'open') {
    const names = known.map((one) => `"${one.name}"`).join(', ') || 'none';
    const why = `There is no hypothesis "${name}" (known: ${names}).`;
    return {
      ok: false,
      message: `${why} A new one that is not open needs markdown: its For and Against, with citations.`,
    };
  }
  const number = Math.max(0, ...known.map((one) => one.number ?? 0)) + 1;
  const at = known.at(-1)?.endLine ?? lines.length;
  const before = lines.slice(0, at).join('\n').trimEnd();
  const after = lines.slice(at).join('\n').trim();
  const block = [`### ${number}. ${name}`, status, ...(text === '' ? [] : [loweredText(text)])].join('\n\n');
  return { ok: true, added: true, text: [before, block, after].filter((part) => part !== '').join('\n\n') };
}

/** A section's text as a section: everything in it, under no heading. */
function wholeText(text: string): Section {
  const { blocks } = parseReport(text);
  const endLine = text.split(/\r\n?|\n/).length;
  return {
    name: '',
    known: null,
    level: 2,
    line: 0,
    start: 0,
    contentStart: 0,
    endLine,
    end: text.length,
    text,
    blocks,
  };
}

const loweredText = (text: string): string => lowerHeadings(text.trim(), 3);

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const sameName = (a: string, b: string): boolean => bare(a) === bare(b);
const bare = (name: string): string =>
  name
    .replace(/^(?:\d{1,3}|h\d)[.):]? +/i, '')
    .replace(/[*_`"]/g, '')
    .trim()
    .toLowerCase();
