import type { Receipt } from './investigate-logs';

export type Unproven = { line: string; claim: string };

/** Lines whose numbers are the rules' own, printed as such, and no claim about the logs. */
const OWN =
  /^(?:#{3,} |- (?:Weights of|Rule for|A finding is explained|(?:Against BENIGN: )?Findings without)|Score of the findings|\*\*(?:BENIGN|SUSPICIOUS|MALICIOUS)\*\*, confidence|It is not MALICIOUS, which)/;

/**
 * Every number and code span of the report that is not in the evidence its line cites. A sum written as "5 (= 2 + 3)" is
 * checked as a sum of cited numbers, a share as "90 % … (9 of 10 events". Knows nothing of the analyst but its marks.
 */
export function unprovenNumbers(markdown: string, receipts: Map<number, Receipt>): Unproven[] {
  const found: Unproven[] = [];
  for (const line of proseLines(markdown)) {
    if (OWN.test(line)) continue;
    const cited = [...line.matchAll(/\[E(\d+)\]/g)].map((match) => Number(match[1]));
    const proof = new Proof(cited.map((number) => receipts.get(number)));
    for (const claim of claimsOf(line)) if (!proof.holds(claim)) found.push({ line: line.slice(0, 300), claim });
  }
  return found;
}

/** Lines outside fenced blocks. */
function proseLines(markdown: string): string[] {
  const lines: string[] = [];
  let fence = '';
  for (const line of markdown.split('\n')) {
    const mark = /^\s*(`{3,})/.exec(line)?.[1] ?? '';
    if (fence === '' && mark !== '') fence = mark;
    else if (fence !== '' && mark.startsWith(fence)) fence = '';
    else if (fence === '') lines.push(line);
  }
  return lines;
}

/** Code spans (as they stand) and the numbers and times outside them. Rule weights, E-numbers and technique ids are left out. */
function claimsOf(line: string): string[] {
  const spans = [...line.matchAll(/`([^`]*)`/g)].map((match) => `\`${match[1]}`).filter((span) => /\d/.test(span));
  let rest = line
    .replace(/`[^`]*`/g, ' ')
    .replace(/\[E\d+\]/g, ' ')
    .replace(/\bT\d{4}(\.\d{3})?\b/g, ' ');
  rest = rest.replace(/\| [+-]?\d+ \| (?=(?:\s|none|\|)*$)/, '| | ').replace(/Rule points: [^.]*\./, ' ');
  const times = [...rest.matchAll(/\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}|\b\d{2}:\d{2}:\d{2}/g)].map(
    (match) => match[0],
  );
  rest = rest.replace(/\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?Z?|\b\d{2}:\d{2}:\d{2}(\.\d+)?Z?/g, ' ');
  const sums = [...rest.matchAll(/(\d+) \(?= ((?:\d+ \+ )+\d+)\)?/g)].map((match) => match[0]);
  rest = rest.replace(/(\d+) \(?= ((?:\d+ \+ )+\d+)\)?/g, ' ');
  const shares = [...rest.matchAll(/\d+ %[^(]*\(\d+ of \d+/g)].map((match) => match[0]);
  rest = rest.replace(/\d+ %(?=[^(]*\(\d+ of \d+)/g, ' ');
  const numbers = [...rest.matchAll(/(?<![\w.[\]])\d+(?:\.\d+)?(?![\w])/g)].map((match) => match[0]);
  return [...spans, ...times, ...sums, ...shares, ...numbers];
}

class Proof {
  private readonly text: string;
  private readonly numbers: Set<string>;

  constructor(receipts: (Receipt | undefined)[]) {
    const raw = receipts.map((receipt) => JSON.stringify(receipt ?? '')).join('\n');
    this.text = normal(raw);
    this.numbers = new Set(raw.match(/\d+(?:\.\d+)?/g) ?? []);
  }

  holds(claim: string): boolean {
    const sum = /^(\d+) \(?= ([\d +]+)\)?$/.exec(claim);
    if (sum) {
      const terms = (sum[2] as string).split(' + ');
      return (
        terms.every((term) => this.numbers.has(term)) &&
        terms.reduce((all, term) => all + Number(term), 0) === Number(sum[1])
      );
    }
    const share = /^(\d+) %.*\((\d+) of (\d+)/.exec(claim);
    if (share) return Math.floor((100 * Number(share[2])) / Number(share[3])) === Number(share[1]);
    if (claim.startsWith('`')) return this.text.includes(normal(claim.slice(1).replace(/…$/, '')));
    if (/[-:]/.test(claim)) return this.text.includes(normal(claim));
    return this.numbers.has(claim);
  }
}

/** What escaping and defanging change, undone on both sides; JSON's own escapes too. */
const normal = (text: string): string =>
  text
    .replace(/\[\.\]/g, '.')
    .replaceAll('[at]', '@')
    .replaceAll('[://]', '://')
    .replace(/(\d{4}-\d{2}-\d{2})T/g, '$1 ')
    .replace(/\\+["nrt]?/g, '')
    .replace(/["'`¦|\s]+/g, '')
    .toLowerCase();
