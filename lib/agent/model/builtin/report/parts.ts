import type { CaseFile } from '../../model';
import type { Fact, Gathered } from '../case';
import { num, text } from '../case';
import type { Coaching } from '../coaching';
import { cite } from '../find-behaviour';
import type { Finding } from '../finding';
import type { Judgement } from '../judge';
import { readTime, span } from '../time';
import { code } from './escape';
import { shortName } from './names';

/** Everything a section is written from. */
export type Material = {
  caseFile: CaseFile;
  gathered: Gathered;
  judgement: Judgement;
  coaching: Coaching;
  technique(id: string): { id: string; name: string; tactics: string[] } | undefined;
};

export const LABEL = 'built-in analyst: rules, no language model';

export const spanOf = (finding: { first: number | null; last: number | null }): string =>
  finding.first === null || finding.last === null ? 'at an unknown time' : span(finding.first, finding.last);

export const factSpan = ({ row }: Fact): string => {
  const [first, last] = [readTime(row.first), readTime(row.last)];
  return first === null || last === null ? 'unknown time' : span(first, last);
};

const OUTCOMES: Record<string, string> = { denied: 'denied ', failed: 'failed ' };
export const outcomeWord = (fact: Fact): string => OUTCOMES[text(fact.row, 'outcome')] ?? '';

/** "29 denied `GetPasswordData`, error `Client.UnauthorizedOperation`" */
export function burstText(fact: Fact): string {
  return `${num(fact.row, 'n')} ${whatOf(fact)}`;
}

/** Bursts that differ only in what is not said here (address, session) as one: "50 (= 29 + 17 + 4) `GetUser`". Largest first. */
function burstTexts(facts: Fact[]): string[] {
  const counts = new Map<string, number[]>();
  for (const fact of facts) {
    const what = whatOf(fact);
    counts.set(what, [...(counts.get(what) ?? []), num(fact.row, 'n')]);
  }
  return [...counts]
    .map(([what, terms]) => ({ what, terms, total: terms.reduce((sum, term) => sum + term, 0) }))
    .sort((a, b) => b.total - a.total)
    .map(({ what, terms, total }) => `${total}${terms.length > 1 ? ` (= ${terms.join(' + ')})` : ''} ${what}`);
}

function whatOf(fact: Fact): string {
  const error = text(fact.row, 'error');
  const target = text(fact.row, 'target');
  const targets = num(fact.row, 'targets');
  const on =
    target === ''
      ? ''
      : targets > 1
        ? ` on ${targets} different targets, one of them ${code(target, 90)}`
        : ` on ${code(target, 90)}`;
  return `${outcomeWord(fact)}${code(text(fact.row, 'action'))}${on}${error === '' ? '' : `, error ${code(error, 60)}`}`;
}

/** One finding in a sentence with its numbers and citations. */
export function findingText(finding: Finding): string {
  if (finding.sentence !== null) return finding.sentence;
  const facts = finding.facts;
  const who = finding.principals.map(shortName).slice(0, 3).join(', ');
  const bursts = burstTexts(facts);
  const list = bursts.slice(0, 4);
  const more = bursts.length > 4 ? ' and more, all in the timeline' : '';
  const denied = facts.some((fact) => text(fact.row, 'outcome') === 'denied');
  const attempt = finding.attempt ? `Attempt, ${denied ? 'denied' : 'failed'}: ` : '';
  return `${attempt}${who} ${finding.did}${finding.attempt ? ', without success' : ''}: ${list.join('; ')}${more}, ${spanOf(finding)} ${cite(finding.evidence)}.`;
}

export const bullet = (lines: string[]): string => lines.map((line) => `- ${line}`).join('\n');

export function table(head: string[], rows: string[][]): string {
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => ' --- ').join('|')}|`,
    ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('\n', ' ')).join(' | ')} |`),
  ].join('\n');
}
