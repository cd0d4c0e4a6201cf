import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { db, pool } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { LeaseLost } from './event-log';
import type { RunSession } from './session';

/** What every adapter sends has these; the rest are parameters. */
const Sent = z.looseObject({ system: z.unknown(), tools: z.unknown(), messages: z.array(z.unknown()) });

export const PromptItem = z.object({
  /** 1, 2, … in the order they were sent; an answer that was asked for again has several. */
  number: z.number(),
  turn: z.number(),
  at: z.string(),
  bytes: z.number(),
});
export type PromptItem = z.infer<typeof PromptItem>;

/** As it was sent, but for the marks that say up to where it is cached. */
export const PromptDetail = PromptItem.extend({
  parameters: z.record(z.string(), z.unknown()),
  system: z.unknown(),
  tools: z.unknown(),
  messages: z.array(z.unknown()),
});
export type PromptDetail = z.infer<typeof PromptDetail>;

/**
 * Keeps a request before it goes out. The history that each request repeats is stored once: system text, tools and each message
 * are parts, compressed, found by their hash within the run. @throws LeaseLost
 */
export async function savePrompt(
  { run, leaseOwner, keptParts }: { run: { id: string } } & Pick<RunSession, 'leaseOwner' | 'keptParts'>,
  turn: number,
  body: object,
): Promise<void> {
  const { system, tools, messages, ...parameters } = Sent.parse(body);
  const parts = [system, tools, ...messages].map((part) => {
    const text = JSON.stringify(part, (key, value) => (key === 'cache_control' ? undefined : value)) ?? 'null';
    return { text, hash: createHash('sha256').update(text).digest('hex') };
  });
  const fresh = parts.filter(
    ({ hash }, at) => !keptParts.has(hash) && parts.findIndex((one) => one.hash === hash) === at,
  );
  const bodies = await Promise.all(fresh.map(({ text }) => promisify(gzip)(text)));
  const [first, second, ...others] = parts.map(({ hash }) => hash);
  const { rowCount } = await pool().query(
    `WITH held AS (SELECT id FROM runs WHERE id = $1 AND lease_owner = $2 FOR SHARE),
     parts AS (INSERT INTO run_prompt_parts (run_id, hash, body)
       SELECT held.id, part.hash, part.body FROM held, unnest($3::text[], $4::bytea[]) AS part(hash, body)
       ON CONFLICT DO NOTHING)
     INSERT INTO run_prompts (run_id, number, turn, bytes, parameters, system, tools, messages)
     SELECT held.id, 1 + coalesce((SELECT max(number) FROM run_prompts WHERE run_id = $1), 0), $5, $6, $7::jsonb, $8, $9, $10::jsonb
     FROM held`,
    [
      run.id,
      leaseOwner,
      fresh.map(({ hash }) => hash),
      bodies,
      turn,
      parts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
      JSON.stringify(parameters),
      first,
      second,
      JSON.stringify(others),
    ],
  );
  if (!rowCount) throw new LeaseLost('The run was taken over.');
  for (const { hash } of fresh) keptParts.add(hash);
}

/** The requests of a run, in the order they were sent. @throws AppError not_found */
export async function listPrompts(actor: Actor, runId: string): Promise<PromptItem[]> {
  authorize(actor, 'runs.read');
  if (!isUuid(runId) || !(await db().run.count({ where: { id: runId } }))) throw notFound('run');
  const rows = await db().runPrompt.findMany({ where: { runId }, orderBy: { number: 'asc' }, take: 500 });
  return rows.map(({ number, turn, at, bytes }) => ({ number, turn, at: at.toISOString(), bytes }));
}

/** One request whole, for whoever may read the case. @throws AppError not_found */
export async function readPrompt(actor: Actor, runId: string, number: number): Promise<PromptDetail> {
  authorize(actor, 'runs.read');
  const known = isUuid(runId) && Number.isSafeInteger(number) && number > 0 && number < 2 ** 31;
  const row = known ? await db().runPrompt.findUnique({ where: { runId_number: { runId, number } } }) : null;
  if (!row) throw notFound('request');
  const { turn, at, bytes, system, tools } = row;
  const messages = z.array(z.string()).parse(row.messages);
  const hashes = [...new Set([system, tools, ...messages])];
  const parts = await db().runPromptPart.findMany({ where: { runId, hash: { in: hashes } } });
  const unpacked = await Promise.all(
    parts.map(async ({ hash, body }) => [hash, JSON.parse(String(await promisify(gunzip)(body)))] as const),
  );
  const byHash = new Map<string, unknown>(unpacked);
  return {
    number,
    turn,
    at: at.toISOString(),
    bytes,
    parameters: z.record(z.string(), z.unknown()).parse(row.parameters),
    system: byHash.get(system),
    tools: byHash.get(tools),
    messages: messages.map((hash) => byHash.get(hash)),
  };
}
