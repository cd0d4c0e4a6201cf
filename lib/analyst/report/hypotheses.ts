import { capital } from '../grammar';
import type { Argument, Hypothesis } from '../hypotheses';
import { bullet, cited, type Material } from './parts';

const MOST = 3;

/** Hypothesis Analysis: two to four explanations, ranked, each with its status and the strongest reasons for and against it. */
export function writeHypotheses({ judgement }: Material): string {
  return judgement.hypotheses.slice(0, 4).map(block).join('\n\n');
}

function block(item: Hypothesis, index: number): string {
  return [
    `### ${index + 1}. ${item.name}`,
    `**Status:** ${item.status}`,
    `*For*\n\n${reasons(item.for)}`,
    `*Against*\n\n${reasons(item.against)}`,
  ].join('\n\n');
}

const reasons = (list: Argument[]): string =>
  bullet(
    list.length === 0
      ? ['None found.']
      : list.slice(0, MOST).map((item) => `${cited(capital(item.text), item.evidence)}.`),
  );
