// Apart from front-matter.ts, so that the browser can find it without YAML and Zod.

/** `end`: where the body begins. `yaml` is null when there is no front matter. */
export type FrontMatterSource = { yaml: string | null; end: number };

/** Finds the block between two lines of `---` that a report begins with. */
export function findFrontMatter(markdown: string): FrontMatterSource {
  const first = /^\uFEFF?---[ \t]*\r?\n/.exec(markdown)?.[0].length ?? 0;
  for (let at = first; first > 0 && at < markdown.length; ) {
    const next = markdown.indexOf('\n', at);
    const lineEnd = next < 0 ? markdown.length : next + 1;
    if (markdown.startsWith('---', at) && markdown.slice(at + 3, lineEnd).trim() === '')
      return { yaml: markdown.slice(first, at).replace(/\r?\n$/, ''), end: lineEnd };
    at = lineEnd;
  }
  return { yaml: null, end: 0 };
}
