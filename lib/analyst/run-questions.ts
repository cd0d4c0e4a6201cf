import { asked, noteFailure } from './ask-sources';
import type { Fact, Gathered } from './case';
import type { LogSource } from './queries';
import type { Asked, Context } from './script';

export type Question = [purpose: string, asked: Asked];
/**
 * Asks a source and gives the rows of each question in the order asked. A question that nothing could answer is null: it is not
 * asked, and has no rows. `blocks`: whether a failure rules BENIGN out.
 */
export type Run = (list: (Question | null)[], blocks?: boolean) => Promise<Fact[][]>;

export const runOn =
  (context: Context, gathered: Gathered, source: LogSource): Run =>
  async (list, blocks = true) => {
    const questions = list.filter((question) => question !== null);
    const outcomes = await asked(context, gathered.steps, questions, source.name);
    for (const outcome of outcomes) noteFailure(gathered, outcome, blocks);
    let at = 0;
    return list.map((question) => {
      const outcome = question === null ? undefined : outcomes[at++];
      return outcome ? (outcome.table?.rows ?? []).map((row) => ({ row, evidence: outcome.evidence, source })) : [];
    });
  };
