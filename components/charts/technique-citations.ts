/** The evidence that the lines of a report cite together with a technique; a sub-technique is not its technique. Pure. */
export function citedBy(markdown: string, technique: string): number[] {
  const named = new RegExp(`(?<![A-Za-z0-9])${technique.replace('.', '\\.')}(?![.\\d])`);
  const numbers = markdown
    .split('\n')
    .filter((line) => named.test(line))
    .flatMap((line) => [...line.matchAll(/\bE(\d{1,6})\b/g)].map(([, number]) => Number(number)));
  return [...new Set(numbers)].sort((a, b) => a - b);
}
