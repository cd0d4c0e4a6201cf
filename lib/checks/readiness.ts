import { parseReport, readSection } from '../report/report';
import { SECTIONS } from '../report/schema';
import { type Finding, finding, presentFinding } from './messages';

/** Something to fix before a text can be submitted, and the 1-based line to do it at. */
export type Issue = { message: string; line: number };

/** What must be fixed before a text can be submitted, in words. */
export const readinessIssues = (markdown: string): string[] => findIssues(markdown).map(({ message }) => message);

/** The same with lines. Pure: the editor shows the same list before the server refuses. */
export const findIssues = (markdown: string): Issue[] =>
  findFormErrors(markdown).map((found) => ({ message: presentFinding(found).message, line: found.line }));

/** Front matter that can't be read or lacks its conclusion, and sections that are missing or empty, in the order of the text. */
export function findFormErrors(markdown: string): Finding[] {
  const { frontMatter, problem, body } = parseReport(markdown);
  const lines = markdown.split('\n');
  const at = (line: number) => ({ line, column: 1, endColumn: (lines[line - 1]?.length ?? 0) + 1 });
  const field = (name: string) => at(lines.findIndex((line) => line.startsWith(`${name}:`)) + 1 || 1);
  const found: Finding[] = [];
  if (problem) found.push(finding('front-matter', 'error', at(1), 'front-matter-unreadable', { problem }));
  if (frontMatter?.title.trim() === '')
    found.push(finding('front-matter', 'error', field('title'), 'title-missing', {}));
  if (frontMatter && frontMatter.classification === null)
    found.push(finding('front-matter', 'error', field('classification'), 'classification-missing', {}));
  for (const section of SECTIONS) {
    const text = readSection(body, section);
    if (text !== null && !isEmpty(text)) continue;
    const line = lines.findIndex(
      // A longer line is no heading, and the pattern must not run over one.
      (line) => line.length < 200 && line.replace(/\s*#*\s*$/, '').toLowerCase() === `## ${section}`.toLowerCase(),
    );
    const place = at(line < 0 ? lines.length : line + 1);
    found.push(finding('sections', 'error', place, text === null ? 'section-missing' : 'section-empty', { section }));
  }
  return found;
}

/** Nothing to read: comments, bare headings, rules and list marks don't count. */
function isEmpty(section: string): boolean {
  return withoutComments(section)
    .split('\n')
    .every((line) => /^\s*(#{1,6}(\s.*)?|[-*_+>|:\s]*)$/.test(line.slice(0, 200)));
}

function withoutComments(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('<!--', at);
    if (open < 0) return out + text.slice(at);
    out += text.slice(at, open);
    const close = text.indexOf('-->', open + 4);
    if (close < 0) return out;
    at = close + 3;
  }
  return out;
}
