import { parseReport, readSection } from '../investigations/report';
import { SECTIONS } from '../investigations/schema';

/**
 * What must be mended before a text can be submitted, in the order of the text; empty when it is ready. Pure: the editor
 * shows the same list before the server refuses.
 */
export function whatToMend(markdown: string): string[] {
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
  return mend;
}

/** Nothing to read: comments, bare headings, rules and list marks don't count. */
function isEmpty(section: string): boolean {
  return section
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .split('\n')
    .every((line) => /^\s*(#{1,6}(\s.*)?|[-*_+>|:\s]*)$/.test(line));
}
