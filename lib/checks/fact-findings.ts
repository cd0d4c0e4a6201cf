import { z } from 'zod';
import type { Span } from './blocks';
import type { CheckFinding } from './finding';
import { type Finding, finding, presentFinding } from './messages';
import type { Passage } from './passages';

/** What a reader found wrong with a passage. `row` stands in the record, `quote` in the passage. */
export const Problem = z.object({
  quote: z.string(),
  verdict: z.enum(['contradicted', 'unsupported']),
  record: z.number().int().nullable(),
  row: z.string().nullable(),
  because: z.string(),
  replacement: z.string().nullable(),
});
export type Problem = z.infer<typeof Problem>;

/** What a reading of one passage gave; it holds while a passage has this key. */
export const Reading = z.object({ key: z.string(), problems: z.array(Problem) });
export type Reading = z.infer<typeof Reading>;

/**
 * The warnings of the readings that are about a text as it stands; a reading of words that changed since says nothing. Their `data`
 * has the reading's key and the problem's place in it. `without`: problems that a person dismissed, as `key problem`.
 */
export function factFindings(
  passages: Passage[],
  readings: Reading[],
  without: ReadonlySet<string> = new Set(),
): CheckFinding[] {
  const byKey = new Map(readings.map(({ key, problems }) => [key, problems]));
  const found = passages.flatMap((passage) =>
    (byKey.get(passage.key) ?? []).flatMap((problem, at) =>
      without.has(problemName(passage.key, at)) ? [] : (toFinding(passage, problem, at) ?? []),
    ),
  );
  // One warning a place: two problems of the same words are read as one.
  const first = new Map(found.toReversed().map((one) => [`${one.line}:${one.column}`, one]));
  return found.filter((one) => first.get(`${one.line}:${one.column}`) === one).map(presentFinding);
}

/** Names a problem of a case's readings. */
export const problemName = (key: string, problem: number): string => `${key} ${problem}`;

function toFinding(passage: Passage, problem: Problem, index: number): Finding | null {
  const at = findQuote(passage.text, problem.quote);
  if (!at) return null;
  const { quote, verdict, record, row, because, replacement } = problem;
  const [start, end] = [placeAt(passage, at.start), placeAt(passage, at.end)];
  const endColumn = end.line === start.line ? end.column : firstLineEnd(passage, at.start);
  const place = { ...start, endColumn };
  const isSwap = replacement !== null && isPlain(replacement) && !isRepeated(passage.text, at);
  const edit = isSwap
    ? {
        does: 'write' as const,
        startLine: start.line,
        startColumn: start.column,
        endLine: end.line,
        endColumn: end.column,
        text: replacement,
      }
    : undefined;
  const data = { said: quote, record, row, because, key: passage.key, problem: index };
  return finding(
    'fact-check',
    'warning',
    place,
    verdict === 'contradicted' ? 'fact-contradicted' : 'fact-unsupported',
    data,
    edit,
  );
}

/** Where a quote stands in a text, whatever blanks are between its words, also without the marks of code and emphasis; null: it doesn't. */
export function findQuote(text: string, quote: string): Span | null {
  const exact = findWords(text, quote);
  if (exact) return exact;
  const kept = [...text.matchAll(/[^`*_]/gs)].map(({ index }) => index);
  const bare = findWords(text.replace(MARKS, ''), quote.replace(MARKS, ''));
  const [first, last] = bare ? [kept[bare.start], kept[bare.end - 1]] : [];
  return first === undefined || last === undefined ? null : { start: first, end: last + 1 };
}

const MARKS = /[`*_]/g;

function findWords(text: string, quote: string): Span | null {
  const words = quote.split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+');
  const match = new RegExp(pattern).exec(text);
  return match ? { start: match.index, end: match.index + match[0].length } : null;
}

/** Words that stand twice in a passage: which of them is meant is not known, so nothing is swapped. */
const isRepeated = (text: string, { start, end }: Span): boolean =>
  text.indexOf(text.slice(start, end), start + 1) >= 0;

/** A swap is words and citations: no link, markup, cell or line that a click would put into a report. */
const isPlain = (text: string): boolean =>
  text.trim() !== '' && text.length <= 200 && !/[\n\r|<>]|\]\s*\(|https?:|!\[/i.test(text);

function placeAt({ line, column, text }: Passage, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n');
  const last = lines.at(-1) ?? '';
  return lines.length === 1
    ? { line, column: column + last.length }
    : { line: line + lines.length - 1, column: last.length + 1 };
}

function firstLineEnd(passage: Passage, start: number): number {
  const end = passage.text.indexOf('\n', start);
  return placeAt(passage, end < 0 ? passage.text.length : end).column;
}
