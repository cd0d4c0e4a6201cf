import { z } from 'zod';
import { Classification } from '../report/schema';

/** `alone`: the model with the log tools and nothing else. `socdown`: method, template, past cases, checks, coaching. */
export const ARMS = ['alone', 'socdown'] as const;
export const Arm = z.enum(ARMS);
export type Arm = z.infer<typeof Arm>;

export const SUITE_NAMES = ['false-positives', 'insider', 'real-attacks', 'labelled', 'sigma', 'replay'] as const;

/** A consequential act of the truth: who did what between two times (ms). */
export const Moment = z.object({ from: z.number(), to: z.number(), actor: z.string(), action: z.string() });
export type Moment = z.infer<typeof Moment>;

/** `suite`: one of SUITE_NAMES, or the path of a folder of the documented shape. */
export const EvaluationSettings = z.object({
  suite: z.string().min(1),
  arm: Arm,
  /** null: the default of this installation; without a model service the built-in analyst. */
  model: z.string().nullable(),
  repeat: z.number().int().min(1).max(20),
  limit: z.number().int().min(1).nullable(),
  seed: z.string().min(1).max(100),
  /** Said one after another once the first report is there (arm socdown). */
  coaching: z.array(z.string().min(1).max(4000)).max(10),
  /** Nothing new is begun above these: US dollars, and minutes. */
  maxCost: z.number().positive().nullable(),
  maxMinutes: z.number().positive().nullable(),
});
export type EvaluationSettings = z.infer<typeof EvaluationSettings>;

const Share = z.object({ found: z.number(), of: z.number() });

export const CaseResult = z.object({
  /** Of the suite; with `repeat` unique in a run. */
  id: z.string(),
  repeat: z.number(),
  kind: z.string(),
  truth: Classification,
  /** Verdicts that count as right. */
  accept: z.array(Classification),
  /** null: no report, `error` says why. */
  verdict: Classification.nullable(),
  confidence: z.number().nullable(),
  /** Acts of the truth that the timeline has; null when the truth lists none. */
  timelineRecall: Share.nullable(),
  /** Rows of the timeline that are an act of the truth. */
  timelinePrecision: Share.nullable(),
  keyFacts: Share.nullable(),
  /** Errors and warnings of the product's checks. */
  unsupported: z.number(),
  warnings: z.number(),
  words: z.number(),
  toolCalls: z.number(),
  tokens: z.number(),
  /** US dollars; null: not known. */
  cost: z.number().nullable(),
  seconds: z.number(),
  error: z.string().nullable(),
  /** The report's file, below the run's folder. */
  report: z.string().nullable(),
});
export type CaseResult = z.infer<typeof CaseResult>;

export const EvaluationRun = z.object({
  id: z.string(),
  settings: EvaluationSettings,
  /** What investigated, as reports name it; null before the first case. */
  modelLabel: z.string().nullable(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  /** Cases times repeats. */
  total: z.number(),
});
export type EvaluationRun = z.infer<typeof EvaluationRun>;
