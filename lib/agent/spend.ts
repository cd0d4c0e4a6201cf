import { db, pool } from '../db/client';
import type { Usage } from '../model/model';
import { BudgetExceeded } from './budget';
import type { RunUsage } from './events';
import type { ClaimedFactCheck, ClaimedRun } from './lease';
import { type ModelEntry, modelSettings } from './model/model-settings';
import type { Spent } from './progress';
import type { RunSession } from './session';

/** What uses a model, and in whose name. */
type Spender = Pick<ClaimedRun | ClaimedFactCheck, 'id' | 'requestedById' | 'usage'>;
type Price = NonNullable<ModelEntry['price']>;

/** Everything an answer used, in tokens. */
export function tokensOf(usage: Omit<Usage, 'measured'>): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

/**
 * What an answer used, as budgets count it and as people are shown it. When the service didn't say, budgets count `sent`
 * tokens at the price of sending; what is shown is never a guess: null, also when the model has no price.
 */
export async function spentOf(
  { run, model }: { run: Spender; model: Pick<RunSession['model'], 'id'> },
  usage: Usage,
  sent: number,
): Promise<{ spent: Spent; cost: number | null }> {
  const price = await priceOf(model.id);
  const tokens = usage.measured ? tokensOf(usage) : Math.max(tokensOf(usage), sent);
  const cost = price && usage.measured ? costOf(price, usage) : null;
  const counted = cost ?? (price ? (tokens * price.input) / 1e6 : null);
  return { spent: { userId: run.requestedById, model: model.id, tokens, cost: counted }, cost };
}

function costOf(price: Price, usage: Usage): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  return (
    (inputTokens * price.input +
      outputTokens * price.output +
      cacheReadTokens * price.cacheRead +
      cacheWriteTokens * price.cacheWrite) /
    1e6
  );
}

/** A run's sum with one answer more. The cost of the whole is known only when that of each answer is. */
export function addedUsage(sum: RunUsage, usage: Usage, cost: number | null): RunUsage {
  return {
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    cacheReadTokens: sum.cacheReadTokens + usage.cacheReadTokens,
    cacheWriteTokens: sum.cacheWriteTokens + usage.cacheWriteTokens,
    turns: sum.turns,
    cost: cost === null || sum.cost === null ? null : sum.cost + cost,
  };
}

/**
 * Whether the next call stays within the budgets of the run, the person's day and everybody's day. Looked at before each call,
 * with what the call is counted to send; its answer may go over by as much as one answer has.
 * @param kept tokens that have to be left after it, of requests and of their answers
 * @returns how many more calls of this size the budgets have room for; Infinity without one
 * @throws BudgetExceeded in words that say which one and what can be done
 */
export async function requireBudget(
  run: Spender,
  model: string,
  nextTokens: number,
  kept = { sent: 0, answered: 0 },
): Promise<number> {
  const { budgets } = await modelSettings();
  const names = { run: 'this run', person: `${await nameOf(run.requestedById)} today`, day: 'everybody today' };
  let room = Number.POSITIVE_INFINITY;
  for (const scope of ['run', 'person', 'day'] as const) {
    const { tokens, cost } = budgets[scope];
    if (tokens === null && cost === null) continue;
    const used = await usedBy(scope, run);
    const over = (limit: string, spent: string, next: string) =>
      new BudgetExceeded(
        `The budget for ${names[scope]} is ${limit}; ${spent} are used and the next call needs about ${next}. ${BUDGET_HINT}`,
      );
    if (tokens !== null) {
      const left = tokens - used.tokens - kept.sent - kept.answered;
      if (nextTokens > left) throw over(`${count(tokens)} tokens`, count(used.tokens), count(nextTokens));
      room = Math.min(room, left / nextTokens - 1);
    }
    if (cost === null) continue;
    const price = await priceOf(model);
    if (!price)
      throw new BudgetExceeded(
        `The budget for ${names[scope]} is in money, and what ${model} costs is not known. ${BUDGET_HINT}`,
      );
    // Once the cache is warm, most of what is sent is read from it.
    const each = (run.usage.cacheReadTokens > 0 ? price.cacheRead : price.input) / 1e6;
    const next = nextTokens * each;
    const left = cost - used.cost - kept.sent * each - (kept.answered * price.output) / 1e6;
    if (next > left) throw over(dollars(cost), dollars(used.cost), dollars(next));
    if (next > 0) room = Math.min(room, left / next - 1);
  }
  return room;
}

/** Whether an admin has set any budget. */
export async function hasBudget(): Promise<boolean> {
  const { budgets } = await modelSettings();
  return Object.values(budgets).some(({ tokens, cost }) => tokens !== null || cost !== null);
}

const BUDGET_HINT = 'An admin sets budgets and prices under Settings > Model; then resume the run.';

type Scope = 'run' | 'person' | 'day';

async function usedBy(scope: Scope, run: Spender): Promise<{ tokens: number; cost: number }> {
  const today = `at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;
  const [where, values] = {
    run: ['run_id = $1 AND at >= (SELECT created_at FROM runs WHERE id = $1)', [run.id]] as const,
    person: [`user_id = $1 AND ${today}`, [run.requestedById]] as const,
    day: [today, []] as const,
  }[scope];
  const { rows } = await pool().query<{ tokens: number; cost: number }>(
    `SELECT coalesce(sum(tokens), 0)::float8 AS tokens, coalesce(sum(cost), 0) AS cost FROM model_calls WHERE ${where}`,
    [...values],
  );
  return rows[0] ?? { tokens: 0, cost: 0 };
}

async function priceOf(model: string): Promise<Price | null> {
  const { models } = await modelSettings();
  return models.find(({ id }) => id === model)?.price ?? null;
}

async function nameOf(userId: string): Promise<string> {
  return (await db().user.findUnique({ where: { id: userId }, select: { name: true } }))?.name ?? 'this person';
}

const count = (tokens: number): string => Math.round(tokens).toLocaleString('en-US');
const dollars = (cost: number): string => `$${cost.toFixed(2)}`;
