import { whatToMend } from '@/lib/reviews/readiness';

/** Something to mend, and the 1-based line to do it at. */
export type Mending = { message: string; line: number };

/** What stands between a text and its review, with the place of each. */
export function mendings(markdown: string): Mending[] {
  return whatToMend(markdown).map((message) => ({ message, line: lineOf(markdown, message) }));
}

/** Citations of evidence that there is none of: no reason to refuse, but a claim without a receipt. */
export function unknownCitations(markdown: string, known: ReadonlySet<number>): Mending[] {
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
