/** "Line 4", "Lines 4 to 7"; of the text before: "Old line 4". */
export function lineRangeLabel({
  line,
  lineEnd,
  side,
}: {
  line: number;
  lineEnd: number;
  side: 'new' | 'old';
}): string {
  const words = line === lineEnd ? `line ${line}` : `lines ${line} to ${lineEnd}`;
  return side === 'old' ? `Old ${words}` : words.replace('l', 'L');
}
