const BLOCK = /^(`{3,}|~{3,})suggestion[ \t]*\n(?:([\s\S]*?)\n)?\1[ \t]*$/m;

/** What a comment suggests in the place of its line: the text of its first ```suggestion block ('' takes the line out), else null. */
export function suggestionIn(body: string): string | null {
  const found = BLOCK.exec(body.replace(/\r\n/g, '\n'));
  return found ? (found[2] ?? '') : null;
}

/** A comment that suggests a text; the fence is longer than any in it. */
export function suggestionBlock(text: string): string {
  const fence = '`'.repeat(Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length)) + 1);
  return `${fence}suggestion\n${text}\n${fence}`;
}
