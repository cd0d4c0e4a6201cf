import type { Fact } from './case';
import type { SigmaLevel } from './sigma/rule';

/** How much something says by itself. `critical` is never explained by having been done before. */
export type Level = Exclude<SigmaLevel, 'informational'>;

/** Score of a finding that nothing explains. */
export const WEIGHTS: Record<Level, number> = { critical: 40, high: 20, medium: 8, low: 2 };
/** Score of an attempt that was denied or failed: the intent counts, the damage does not. */
export const ATTEMPT_WEIGHTS: Record<Level, number> = { critical: 30, high: 15, medium: 6, low: 1 };

/** What an identity did whose user agent names an attack tool. */
export const ATTACK_TOOL = 'used a tool made for attacks';

/** What several identities did whose credentials are probably in one hand. */
export const NEW_TOGETHER = 'acted from one address that is new for all of them';

/** `bytes`: null where the source does not record sizes. */
export type Amount = { action: string; n: number; bytes: number | null };

/** Something notable, with the rows that show it. */
export type Finding = {
  kind: 'action' | 'behaviour';
  /** Past tense, after the subject: "stopped the logging of a trail". */
  did: string;
  level: Level;
  techniques: string[];
  principals: string[];
  attempt: boolean;
  facts: Fact[];
  /** What the report is written from: the episodes of these facts, or the facts themselves where there are none. */
  rows: Fact[];
  evidence: number[];
  n: number;
  first: number | null;
  last: number | null;
  /** Why it does not count, in words; null: it counts. */
  explained: string | null;
  score: number;
  remediation: string | null;
  /** What the rule itself says may be behind it when it is no attack. */
  falsePositives: string[];
  /** A behaviour's own sentence, numbers and citations included. */
  sentence: string | null;
  /** What a sentence about several actors says of each, in parentheses: "119 `GetObject` calls, 3.5 GB". */
  measure: string | null;
  /** Data read, for totals. */
  amount: Amount | null;
};
