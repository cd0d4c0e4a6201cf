import type { Issue } from '@/lib/checks/readiness';

/** Citations of evidence that does not exist: no reason to refuse, but a claim without evidence. */
export function unknownCitations(markdown: string, known: ReadonlySet<number>): Issue[] {
  const found = new Map<number, number>();
  markdown.split('\n').forEach((text, index) => {
    for (const [, number] of text.matchAll(/\[E(\d{1,5})\]/g)) {
      if (!known.has(Number(number)) && !found.has(Number(number))) found.set(Number(number), index + 1);
    }
  });
  return [...found].map(([number, line]) => ({
    message: `[E${number}] is cited, and there is no such evidence.`,
    line,
  }));
}
