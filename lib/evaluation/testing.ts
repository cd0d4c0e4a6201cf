import type { CaseResult } from './schema';

/** A harmless case that was called BENIGN, with what a test is about in place of the rest. */
export function caseResult(fields: Partial<CaseResult> = {}): CaseResult {
  return {
    id: 'a',
    repeat: 1,
    kind: 'k',
    truth: 'BENIGN',
    accept: ['BENIGN'],
    verdict: 'BENIGN',
    confidence: 80,
    timelineRecall: null,
    timelinePrecision: null,
    keyFacts: null,
    unsupported: 0,
    warnings: 0,
    words: 700,
    toolCalls: 10,
    tokens: 0,
    cost: 0,
    seconds: 2,
    error: null,
    report: 'reports/a.1.md',
    ...fields,
  };
}
