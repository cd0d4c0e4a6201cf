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

/** A comment, or the beginning of one, for a place that shows plain text: its suggestion is named, without the fence. */
export function suggestionInWords(body: string): string {
  const lines = body.replace(/\r\n/g, '\n').split('\n');
  const from = lines.findIndex((line) => /^(?:`{3,}|~{3,})suggestion[ \t]*$/.test(line));
  if (from < 0) return body;
  const fence = lines[from]?.replace(/suggestion[ \t]*$/, '');
  const end = lines.findIndex((line, at) => at > from && line.trimEnd() === fence);
  const text = lines.slice(from + 1, end < 0 ? lines.length : end).join('\n');
  const suggested = text === '' ? 'Suggested change: remove it.' : `Suggested change: ${text}`;
  return [...lines.slice(0, from), suggested, ...(end < 0 ? [] : lines.slice(end + 1))].join('\n');
}
