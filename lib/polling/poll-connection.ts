import { createHash } from 'node:crypto';
import { receiveDelivery } from '../alerts/deliveries';
import { SYSTEM } from '../auth/guard';
import { callFailure } from '../connections/call-failure';
import { callTool } from '../connections/call-tool';
import type { Connection } from '../connections/connection';
import { recordFailure, recordHealthy } from '../connections/health';
import { listTools } from '../connections/list-tools';
import { type ConnectionRow, openConnection } from '../connections/open-connection';
import { recordTools } from '../connections/record-tools';
import type { PollOutcome } from '../connections/schema';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';
import { canonicalJson } from '../text/canonical-json';
import { type CallFeed, type Doc, FEEDS, type Feed, type Window } from './feeds';

/** An alert that its system lists this much later than its own time is still found. */
const OVERLAP_MS = 60 * 60_000;
/** One fetch goes no further; what is left is fetched at once after it. */
const MAX_WINDOW_MS = 6 * 3_600_000;
const MAX_BACKOFF_MS = 6 * 3_600_000;
const CALL_MS = 300_000;
const MAX_BYTES = 20_000_000;
/** Documents of one delivery. */
const BATCH = 200;

export type PollRow = ConnectionRow & {
  system: string | null;
  pollMinutes: number | null;
  pollFrom: Date | null;
  pollFailures: number;
};

/**
 * Fetches the alerts of a connection since the last time, and takes in those that are new or changed. Until everything of the
 * window is taken in, the next fetch begins at the same point: nothing is missed, and what was taken in is known by its id.
 * Never throws: a failure is the connection's health, and the next fetch waits longer.
 */
export async function pollConnection(row: PollRow, now = new Date()): Promise<PollOutcome> {
  const counts = { fetched: 0, accepted: 0 };
  const begun = row.pollFrom ?? now;
  const to = new Date(Math.min(now.getTime(), begun.getTime() + MAX_WINDOW_MS));
  const window = { from: new Date(begun.getTime() - OVERLAP_MS), to };
  try {
    await fetchWindow(row, window, counts);
    await recordHealthy(row.id);
    return await finish(row, now, { ...counts, error: null }, to);
  } catch (error) {
    const message = maskSecrets(error instanceof AppError ? error.userMessage : callFailure(error)).slice(0, 400);
    await recordFailure(row.id, `Alerts could not be fetched: ${message}`);
    return finish(row, now, { ...counts, error: message }, null);
  }
}

async function fetchWindow(row: PollRow, window: Window, counts: { fetched: number; accepted: number }): Promise<void> {
  const feed = FEEDS[row.system ?? ''];
  if (!feed) throw new AppError('unprocessable', 'This system has no list of alerts that Socdown knows.');
  const connection = await openConnection(row);
  try {
    await recordTools(row.id, await listTools(connection));
    await checkTools(row.id, feed);
    for await (const docs of feed.pages(caller(connection), window)) {
      counts.fetched += docs.length;
      for (let at = 0; at < docs.length; at += BATCH)
        counts.accepted += await takeIn(row, feed, docs.slice(at, at + BATCH));
    }
  } finally {
    await connection.close().catch(() => {});
  }
}

/** A tool of a feed obeys the class and the confirmed definition as every tool. */
async function checkTools(connectionId: string, feed: Feed): Promise<void> {
  const rows = await db().connectionTool.findMany({ where: { connectionId, name: { in: feed.tools } } });
  const allowed = rows.filter((tool) => tool.class === 'read' && tool.pinnedHash === tool.seenHash && tool.seenHash);
  const missing = feed.tools.filter((name) => !allowed.some((tool) => tool.name === name));
  if (missing.length > 0)
    throw new AppError('unprocessable', `${missing.join(', ')} must be allowed: set the class to read in Settings.`);
}

function caller(connection: Connection): CallFeed {
  return async (tool, args) => {
    const result = await callTool(connection, tool, args, { timeoutMs: CALL_MS, maxBytes: MAX_BYTES });
    if (!result.ok) throw new Error(`${tool} failed: ${result.text.slice(0, 300)}`);
    // Cut by our limits: the rows that are left are not all.
    if (result.structured === null && result.truncated) throw new Error(`${tool} gave an answer that is too large.`);
    return result.structured;
  };
}

/** @returns how many alerts are new */
async function takeIn(row: PollRow, feed: Feed, docs: Doc[]): Promise<number> {
  const keyed = new Map(docs.map((doc) => [String(feed.ref(doc) ?? ''), doc]));
  const hashes = new Map([...keyed].map(([ref, doc]) => [ref, hashOf(doc)]));
  const refs = [...keyed.keys()];
  const seen = await db().polledAlert.findMany({ where: { connectionId: row.id, ref: { in: refs } } });
  const known = new Map(seen.map(({ ref, hash }) => [ref, hash]));
  // Came by another way, or before a crash: it is here.
  const here = await db().alert.findMany({
    where: { source: feed.source, sourceRef: { in: refs } },
    select: { sourceRef: true },
  });
  for (const { sourceRef } of here) if (!known.has(sourceRef)) known.set(sourceRef, hashes.get(sourceRef) ?? '');
  const fresh = refs.filter((ref) => ref === '' || known.get(ref) !== hashes.get(ref));
  const body = JSON.stringify(fresh.map((ref) => keyed.get(ref)));
  const taken = fresh.length > 0 ? await receiveDelivery(SYSTEM, feed.source, body, `${row.name} (fetched)`) : null;
  if (taken && taken.rejected.length > 0)
    throw new AppError('unprocessable', `${taken.rejected.length} alerts can’t be read; see Settings, Sources.`);
  const stored = refs.filter((ref) => ref !== '');
  await db().$executeRaw`
    INSERT INTO polled_alerts (connection_id, ref, hash, seen_at)
    SELECT ${row.id}::uuid, ref, hash, now() FROM unnest(${stored}::text[], ${stored.map((ref) => hashes.get(ref) ?? '')}::text[]) AS t(ref, hash)
    ON CONFLICT (connection_id, ref) DO UPDATE SET hash = excluded.hash, seen_at = excluded.seen_at`;
  return taken?.accepted ?? 0;
}

const hashOf = (doc: Doc): string => createHash('sha256').update(canonicalJson(doc)).digest('hex');

/** `to`: everything before it is taken in; null after a failure. `updated_at` stays: it names how the server is reached. */
async function finish(
  row: PollRow,
  now: Date,
  outcome: Omit<PollOutcome, 'at'>,
  to: Date | null,
): Promise<PollOutcome> {
  const failures = outcome.error === null ? 0 : row.pollFailures + 1;
  const pause = (row.pollMinutes ?? 5) * 60_000;
  const wait = Math.min(pause * 2 ** Math.min(failures, 16), Math.max(MAX_BACKOFF_MS, pause));
  const isBehind = to !== null && to < now;
  const next = new Date(now.getTime() + (isBehind ? 0 : wait));
  const last: PollOutcome = { at: now.toISOString(), ...outcome };
  await db().$executeRaw`
    UPDATE connections SET poll_last = ${JSON.stringify(last)}::jsonb, poll_failures = ${failures}, poll_next_at = ${next},
      poll_from = COALESCE(${to}::timestamptz, poll_from, ${now}::timestamptz)
    WHERE id = ${row.id}::uuid`;
  return last;
}
