import type { z } from 'zod';
import { CLASSIFICATIONS, type Classification } from '../report/schema';
import type { CaseResult, EvaluationSummary } from './schema';
import { average, median, wilson } from './statistics';

export type Summary = z.infer<typeof EvaluationSummary>;
export type Proportion = Summary['right'];

/** What a wrong verdict costs, against an hour of an analyst: [truth][verdict]. */
export const COSTS: Record<Classification, Record<Classification, number>> = {
  BENIGN: { BENIGN: 0, SUSPICIOUS: 1, MALICIOUS: 8 },
  SUSPICIOUS: { BENIGN: 20, SUSPICIOUS: 0, MALICIOUS: 2 },
  MALICIOUS: { BENIGN: 100, SUSPICIOUS: 4, MALICIOUS: 0 },
};

export function summarize(results: CaseResult[]): Summary {
  const judged = results.filter((item) => item.verdict !== null);
  const count = (truth: Classification, verdict: Classification): number =>
    judged.filter((item) => item.truth === truth && item.verdict === verdict).length;
  const matrix = byClass((truth) => byClass((verdict) => count(truth, verdict)));
  const isRight = (item: CaseResult): boolean => item.verdict !== null && item.accept.includes(item.verdict);
  const [benign, others] = [true, false].map((wanted) =>
    results.filter(({ truth }) => (truth === 'BENIGN') === wanted),
  ) as [CaseResult[], CaseResult[]];
  const attacks = others.filter(({ verdict }) => verdict !== 'BENIGN' && verdict !== null);
  const costs = results.map((item) => item.cost);
  return {
    cases: results.length,
    failed: results.length - judged.length,
    matrix,
    verdicts: byClass((verdict) =>
      proportion(judged.filter((item) => item.verdict === verdict).length, results.length),
    ),
    benignRight: proportion(benign.filter(({ verdict }) => verdict === 'BENIGN').length, benign.length),
    attacksFound: proportion(attacks.length, others.length),
    right: proportion(results.filter(isRight).length, results.length),
    missed: others.filter(({ verdict }) => verdict === 'BENIGN').map(({ id }) => id),
    costPerCase: average(judged.map(({ truth, verdict }) => COSTS[truth][verdict as Classification])), // judged has verdicts
    timelineRecall: meanShare(results, 'timelineRecall'),
    timelinePrecision: meanShare(results, 'timelinePrecision'),
    keyFacts: meanShare(results, 'keyFacts'),
    unsupported: sum(results, 'unsupported'),
    warnings: sum(results, 'warnings'),
    medianWords: median(judged.map(({ words }) => words)),
    medianToolCalls: median(judged.map(({ toolCalls }) => toolCalls)),
    tokens: sum(results, 'tokens'),
    cost: costs.some((cost) => cost === null) ? null : costs.reduce<number>((total, cost) => total + (cost ?? 0), 0),
    medianSeconds: median(results.map(({ seconds }) => seconds)),
  };
}

export function proportion(count: number, of: number): Proportion {
  const [low, high] = wilson(count, of);
  return { count, of, share: of === 0 ? 0 : count / of, low, high };
}

function byClass<T>(value: (name: Classification) => T): Record<Classification, T> {
  return Object.fromEntries(CLASSIFICATIONS.map((name) => [name, value(name)])) as Record<Classification, T>; // all of them
}

/** The mean over cases; null when no case has it. */
function meanShare(results: CaseResult[], field: 'timelineRecall' | 'timelinePrecision' | 'keyFacts'): number | null {
  const shares = results.flatMap((item) => {
    const share = item[field];
    return share === null ? [] : [share.of === 0 ? 0 : share.found / share.of];
  });
  return shares.length === 0 ? null : average(shares);
}

const sum = (results: CaseResult[], field: 'unsupported' | 'warnings' | 'tokens'): number =>
  results.reduce((total, item) => total + item[field], 0);
