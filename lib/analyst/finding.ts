import type { Level } from './actions/action';
import type { Fact } from './case';

/** Points of a finding that nothing explains. The report prints this table, and every sum made from it. */
export const WEIGHTS: Record<Level, number> = { critical: 40, high: 20, medium: 8, low: 2 };
/** Points of an attempt that was denied or failed: the intent counts, the damage does not. */
export const ATTEMPT_WEIGHTS: Record<Level, number> = { critical: 30, high: 15, medium: 6, low: 1 };

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
  evidence: number[];
  n: number;
  first: number | null;
  last: number | null;
  /** Why it counts nothing, in words; null: it counts. */
  explained: string | null;
  points: number;
  undo: string | null;
  /** A behaviour's own sentence, numbers and citations included. */
  sentence: string | null;
};
