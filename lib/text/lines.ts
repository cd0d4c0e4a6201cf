/** Lines without their ends; `lineEnd` is the text's own. join(lines, lineEnd) gives the text back, line ends made alike. */
export function splitWithLineEnd(text: string): { lines: string[]; lineEnd: string } {
  const first = text.indexOf('\n');
  return { lines: text.split(/\r?\n/), lineEnd: first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n' };
}
