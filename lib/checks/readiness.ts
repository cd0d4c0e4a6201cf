import { parseReport, readSection } from '../report/report';
import { SECTIONS } from '../report/schema';

/** Something to mend, and the 1-based line to do it at. */
export type Mending = { message: string; line: number };

/** What must be mended before a text can be submitted, in words. */
export const whatToMend = (markdown: string): string[] => mendings(markdown).map(({ message }) => message);

/**
 * What must be mended before a text can be submitted, in the order of the text; empty when it is ready. Pure: the editor
 * shows the same list before the server refuses.
 */
export function mendings(markdown: string): Mending[] {
  const { frontMatter, problem, body } = parseReport(markdown);
  const mend: string[] = [];
  if (problem) mend.push(`${problem} Mend it at the top of the text.`);
  if (frontMatter) {
    if (frontMatter.title.trim() === '') mend.push('The front matter has no title.');
    if (frontMatter.classification === null) {
      mend.push('Set the classification in the front matter: BENIGN, SUSPICIOUS or MALICIOUS.');
    }
  }
  for (const name of SECTIONS) {
    const section = readSection(body, name);
    if (section === null) mend.push(`The section "## ${name}" is missing.`);
    else if (isEmpty(section)) mend.push(`The section "## ${name}" is empty.`);
  }
  return mend.map((message) => ({ message, line: lineOf(markdown, message) }));
}

/** Nothing to read: comments, bare headings, rules and list marks don't count. */
function isEmpty(section: string): boolean {
  return section
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .split('\n')
    .every((line) => /^\s*(#{1,6}(\s.*)?|[-*_+>|:\s]*)$/.test(line));
}

function lineOf(markdown: string, message: string): number {
  const lines = markdown.split('\n');
  const section = /"## (.+?)"/.exec(message)?.[1];
  if (section) {
    const at = lines.findIndex(
      (line) =>
        line.startsWith('## ') &&
        line
          .slice(3)
          .trim()
          .replace(/\s*#+$/, '') === section,
    );
    return at < 0 ? lines.length : at + 1;
  }
  const key = /classification|title|confidence|severity|status|techniques/i.exec(message)?.[0].toLowerCase();
  const at = key ? lines.findIndex((line) => line.startsWith(`${key}:`)) : -1;
  return at < 0 ? 1 : at + 1;
}
