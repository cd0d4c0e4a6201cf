import { parseReport } from './report';

/**
 * The report with every evidence number raised by `by`: in citations, in ranges, and in an Evidence column without brackets.
 * Numbers in code and in running text without brackets are no citations and stay.
 */
export function shiftCitations(markdown: string, by: number): string {
  if (by === 0) return markdown;
  const report = parseReport(markdown);
  let out = '';
  let at = 0;
  const places = report.citations.map(({ block, start, end }) => ({
    start: report.offsetOf(block, start),
    end: report.offsetOf(block, end - 1) + 1,
  }));
  for (const { start, end } of places.sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    out += markdown.slice(at, start) + markdown.slice(start, end).replace(NUMBER, (digits) => `${Number(digits) + by}`);
    at = end;
  }
  return out + markdown.slice(at);
}

/** Not the digits of a character reference (`&#91;`). */
const NUMBER = /(?<![&#\d])(?<!&#x[\da-f]*)\d{1,6}(?!\d)/gi;
