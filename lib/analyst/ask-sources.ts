import { sourceOf } from '../evidence/source-calls';
import type { Gathered, Step } from './case';
import { code } from './report/escape';
import type { Asked, Context, Outcome } from './script';

export type Question = [purpose: string, name: string, args: Record<string, unknown>] | [purpose: string, asked: Asked];

/** Asks in one batch and keeps each answer with the question it answers. */
export async function asked(
  context: Context,
  steps: Step[],
  list: Question[],
  source: string | null = null,
): Promise<Outcome[]> {
  const calls = list.map((item) => {
    const { name, args } = item.length === 3 ? { name: item[1], args: item[2] } : item[1];
    return { name, args: { ...args, question: item[0] } };
  });
  const outcomes = await context.callAll(calls);
  outcomes.forEach((outcome, index) => {
    steps.push({ purpose: list[index]?.[0] ?? '', source: source ?? sourceOf(outcome.args), outcome });
  });
  return outcomes;
}

/** A call that failed, or whose result was truncated, is a gap of the investigation. */
export function noteFailure(gathered: Gathered, outcome: Outcome, blocks: boolean): void {
  const about = sourceOf(outcome.args);
  const where = about === null ? code(outcome.name.replace('__', '.')) : code(about);
  // Without a record, as when a server could not be reached, there is nothing to cite.
  if (!outcome.ok && outcome.evidence <= 0)
    gathered.gaps.push({
      text: `A call to the server ${outcome.name.split('__')[0]} could not be made.`,
      evidence: [],
      blocks,
    });
  else if (!outcome.ok)
    gathered.gaps.push({ text: `A query of ${where} failed.`, evidence: [outcome.evidence], blocks });
  else if (outcome.table?.truncated)
    gathered.gaps.push({
      text: `A result of ${where} was truncated: it has more rows than are shown.`,
      evidence: [outcome.evidence],
      blocks,
    });
}
