import { type Fact, num, type SourceCase, text } from '../case';
import { maximum, minimum } from '../find-actions';
import { type Finding, type Level, WEIGHTS } from '../finding';
import { code } from '../report/escape';
import { few } from '../report/names';
import { readTime } from '../time';

/** Finds what no single event shows, in the facts of one source. */
export type Finder = (source: SourceCase) => Finding[];

/** A finding with its own sentence, numbers and citations included. */
export function behaviour(
  level: Level,
  techniques: string[],
  did: string,
  facts: Fact[],
  sentence: string,
  remediation: string | null = null,
  { measure = null, amount = null }: Partial<Pick<Finding, 'measure' | 'amount'>> = {},
): Finding {
  return {
    kind: 'behaviour',
    did,
    level,
    techniques,
    principals: [...new Set(facts.map(({ row }) => text(row, 'principal')))].filter(Boolean),
    attempt: false,
    facts,
    rows: facts,
    evidence: [...new Set(facts.map(({ evidence }) => evidence))],
    n: facts.reduce((sum, { row }) => sum + num(row, 'n'), 0),
    first: minimum(facts.map(({ row }) => readTime(row.first))),
    last: maximum(facts.map(({ row }) => readTime(row.last))),
    explained: null,
    usual: null,
    score: WEIGHTS[level],
    remediation,
    undo: null,
    prevention: null,
    falsePositives: [],
    sentence,
    measure,
    amount,
  };
}

/** Sign-ins are judged by address and account, not one by one. */
export const isSignIn = (action: string): boolean =>
  /^ConsoleLogin$|^user\.(session\.start|authentication\.)|^462[45]\b/.test(action) || /log.?in|sign.?in/i.test(action);

export const refused = ({ row }: Fact): boolean => text(row, 'outcome') !== 'ok';
export const firstOf = (fact: Fact): number => readTime(fact.row.first) ?? 0;
export const total = (facts: Fact[]): number => facts.reduce((sum, { row }) => sum + num(row, 'n'), 0);
/** Values in a sentence, as code. */
export const named = (values: string[]): string => few(values.map((value) => code(value)));
