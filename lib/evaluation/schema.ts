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
  /** Whose CLAUDE.md, runbooks, detections and lists: `own`, `shipped`, or the id of a proposed change of one's own. */
  method: z.string().default('shipped'),
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
  /** Who started it on the page; null: the command line, which runs it itself. */
  startedBy: z.object({ id: z.string(), name: z.string() }).nullable().default(null),
  /** Why it ended before all cases did: a limit, or a failure. */
  stopped: z.string().nullable().default(null),
  /** The change of the method that it is about: its cases with the method before, or after it. */
  change: z
    .object({ id: z.string(), side: z.enum(['before', 'after']) })
    .nullable()
    .default(null),
});
export type EvaluationRun = z.infer<typeof EvaluationRun>;

/** `running`: a process is at it. `queued`: a worker takes it next. `stopped` and `cancelled` ones can be resumed. */
export const EvaluationStatus = z.enum(['queued', 'running', 'finished', 'stopped', 'cancelled']);
export type EvaluationStatus = z.infer<typeof EvaluationStatus>;

/** What is asked for on the page and over HTTP: a suite by its name, never a folder of the server. */
export const StartEvaluation = z.strictObject({
  suite: z.enum(SUITE_NAMES),
  arm: Arm.default('socdown'),
  model: z.string().trim().min(1).max(200).nullable().default(null),
  repeat: z.number().int().min(1).max(20).default(1),
  limit: z.number('Enter a number of cases.').int().min(1, 'At least 1 case.').nullable().default(20),
  seed: z.string().trim().min(1).max(100).default('1'),
  coaching: z.array(z.string().trim().min(1).max(4000)).max(10, 'At most 10 instructions.').default([]),
  maxCost: z.number('Enter US dollars.').positive('Enter more than 0 US dollars.').nullable().default(10),
  method: z.enum(['own', 'shipped']).default('own'),
  maxMinutes: z.number('Enter minutes.').positive('Enter more than 0 minutes.').nullable().default(240),
});
export type StartEvaluation = z.infer<typeof StartEvaluation>;

export const EvaluationItem = EvaluationRun.extend({ status: EvaluationStatus, done: z.number() });
export type EvaluationItem = z.infer<typeof EvaluationItem>;

const Proportion = z.object({
  count: z.number(),
  of: z.number(),
  share: z.number(),
  low: z.number(),
  high: z.number(),
});
const byClass = <T extends z.ZodType>(value: T) => z.object({ BENIGN: value, SUSPICIOUS: value, MALICIOUS: value });
export const EvaluationSummary = z.object({
  cases: z.number(),
  failed: z.number(),
  /** By truth, then by verdict. */
  matrix: byClass(byClass(z.number())),
  verdicts: byClass(Proportion),
  /** Of the cases whose truth is BENIGN, and of the others; with Wilson's intervals. */
  benignRight: Proportion,
  attacksFound: Proportion,
  right: Proportion,
  /** Attacks that were called BENIGN. */
  missed: z.array(z.string()),
  /** Sum of what each error costs (COSTS) over the number of cases. */
  costPerCase: z.number(),
  timelineRecall: z.number().nullable(),
  timelinePrecision: z.number().nullable(),
  keyFacts: z.number().nullable(),
  unsupported: z.number(),
  warnings: z.number(),
  medianWords: z.number(),
  medianToolCalls: z.number(),
  tokens: z.number(),
  /** US dollars; null when one case's is not known. */
  cost: z.number().nullable(),
  medianSeconds: z.number(),
});

export const EvaluationDetail = EvaluationItem.extend({ summary: EvaluationSummary, results: z.array(CaseResult) });
export type EvaluationDetail = z.infer<typeof EvaluationDetail>;

const Interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
export const ComparisonView = z.object({
  first: EvaluationItem,
  second: EvaluationItem,
  pairs: z.number(),
  onlyFirstRight: z.number(),
  onlySecondRight: z.number(),
  bothRight: z.number(),
  p: z.number(),
  recall: Interval.nullable(),
  words: Interval,
  changed: z.array(
    z.object({
      id: z.string(),
      repeat: z.number(),
      truth: z.string(),
      first: z.string().nullable(),
      second: z.string().nullable(),
    }),
  ),
});
export type ComparisonView = z.infer<typeof ComparisonView>;
