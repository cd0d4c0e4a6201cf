import type { CaseFile } from '../../model/model';
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

/**
 * Bursts that differ only in what is not said here (address, session) as one: "50 (= 29 + 17 + 4) `GetUser`". Several
 * bursts over many targets say so of each: whether the targets are the same is not known. Largest first.
 */
function burstTexts(facts: Fact[]): string[] {
  const alike = new Map<string, Fact[]>();
  for (const fact of facts) alike.set(whatOf(fact), [...(alike.get(whatOf(fact)) ?? []), fact]);
  return [...alike.values()]
    .map((group) => ({ group, counts: group.map(({ row }) => num(row, 'n')) }))
    .map(({ group, counts }) => ({ group, counts, total: counts.reduce((sum, count) => sum + count, 0) }))
    .sort((a, b) => b.total - a.total)
    .map(({ group: [first], counts, total }) =>
      counts.length > 1 && first
        ? `${total} (= ${counts.join(' + ')}) ${whatOf(first, ', each time on')}`
        : `${total} ${first ? whatOf(first) : ''}`,
    );
}

function whatOf({ row }: Fact, many = ' on'): string {
  const error = text(row, 'error');
  const target = text(row, 'target');
  const targets = num(row, 'targets');
  const named = code(target, 90);
  const on =
    target === '' ? '' : targets > 1 ? `${many} ${targets} different targets, one of them ${named}` : ` on ${named}`;
  return `${OUTCOMES[text(row, 'outcome')] ?? ''}${code(text(row, 'action'))}${on}${error === '' ? '' : `, error ${code(error, 60)}`}`;
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
