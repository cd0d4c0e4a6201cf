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
  const n = num(fact.row, 'n');
  const error = text(fact.row, 'error');
  const target = text(fact.row, 'target');
  const targets = num(fact.row, 'targets');
  const on =
    target === ''
      ? ''
      : targets > 1
        ? ` on ${targets} different targets, one of them ${code(target, 90)}`
        : ` on ${code(target, 90)}`;
  return `${n} ${outcomeWord(fact)}${code(text(fact.row, 'action'))}${on}${error === '' ? '' : `, error ${code(error, 60)}`}`;
}

/** One finding in a sentence with its numbers and citations. */
export function findingText(finding: Finding): string {
  if (finding.sentence !== null) return finding.sentence;
  const facts = finding.facts;
  const who = finding.principals.map(shortName).slice(0, 3).join(', ');
  const list = [...facts]
    .sort((a, b) => num(b.row, 'n') - num(a.row, 'n'))
    .slice(0, 4)
    .map(burstText);
  const more = facts.length > 4 ? ' and more, all in the timeline' : '';
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
