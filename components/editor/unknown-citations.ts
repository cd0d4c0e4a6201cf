import type { Issue } from '@/lib/checks/readiness';
import { citedNumbers } from '@/lib/report/citations';

/** Citations of evidence that does not exist: no reason to refuse, but a claim without evidence. */
export function unknownCitations(markdown: string, known: ReadonlySet<number>): Issue[] {
  const found = new Map<number, number>();
  markdown.split('\n').forEach((text, index) => {
    for (const number of citedNumbers(text)) {
      if (!known.has(number) && !found.has(number)) found.set(number, index + 1);
    }
  });
  return [...found].map(([number, line]) => ({
    message: `[E${number}] is cited, but there is no such evidence record.`,
    line,
  }));
}
