import { createHash } from 'node:crypto';
import { receiveDelivery } from '../alerts/deliveries';
import { SYSTEM } from '../auth/guard';
import { callFailure } from '../connections/call-failure';
import { recordFailure, recordHealthy } from '../connections/health';
import type { ConnectionRow } from '../connections/open-connection';
import type { PollOutcome } from '../connections/schema';
import { withTools } from '../connections/with-tools';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';
import { canonicalJson } from '../text/canonical-json';
import { type Doc, FEEDS, type Feed, type Window } from './feeds';

/** An alert that its system lists this much later than its own time is still found. */
const OVERLAP_MS = 60 * 60_000;
/** One fetch goes no further; what is left is fetched at once after it. */
const MAX_WINDOW_MS = 6 * 3_600_000;
const MAX_BACKOFF_MS = 6 * 3_600_000;
const CALL_MS = 300_000;
/** Documents of one delivery. */
const BATCH = 200;

export type PollRow = ConnectionRow & {
  system: string | null;
  pollMinutes: number | null;
  pollFrom: Date | null;
  pollFailures: number;
  pollRepositories: string[];
};

type Counts = { fetched: number; accepted: number; rejected: number };

/**
 * Fetches the alerts of a connection since the last time, and takes in those that are new or changed. Until everything of the
 * window is taken in, the next fetch begins at the same point: nothing is missed, and what was taken in is known by its id.
 * Never throws: a failure is the connection's health, and the next fetch waits longer.
 */
export async function pollConnection(row: PollRow, now = new Date()): Promise<PollOutcome> {
  const counts: Counts = { fetched: 0, accepted: 0, rejected: 0 };
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

async function fetchWindow(row: PollRow, window: Window, counts: Counts): Promise<void> {
  const feed = FEEDS[row.system ?? ''];
  if (!feed)
    throw new AppError('unprocessable', 'Socdown can’t fetch alerts from this system. Send them to a webhook instead.');
  await withTools(row, { read: feed.tools }, CALL_MS, async (call) => {
    for await (const docs of feed.pages(call, window, row.pollRepositories)) {
      counts.fetched += docs.length;
      for (let at = 0; at < docs.length; at += BATCH) await takeIn(row, feed, docs.slice(at, at + BATCH), counts);
    }
  });
}

/** Adds to the counts what became of the documents. An alert that can't be read is in the log of deliveries, and keeps nothing up. */
async function takeIn(row: PollRow, feed: Feed, docs: Doc[], counts: Counts): Promise<void> {
  const read = new Map(docs.map((doc) => [keyOf(feed, doc), { doc, hash: hashOf(doc) }]));
  const keys = [...read.keys()];
  const seen = await db().polledAlert.findMany({ where: { connectionId: row.id, ref: { in: keys } } });
  const known = new Map<string, string | undefined>(seen.map(({ ref, hash }) => [ref, hash]));
  // Came by another way, or before a crash: it is here.
  const here = await db().alert.findMany({
    where: { source: feed.source, sourceRef: { in: keys } },
    select: { sourceRef: true },
  });
  for (const { sourceRef } of here) if (!known.has(sourceRef)) known.set(sourceRef, read.get(sourceRef)?.hash);
  const fresh = [...read].flatMap(([key, { doc, hash }]) => (known.get(key) === hash ? [] : [doc]));
  if (fresh.length > 0) {
    const taken = await deliver(row, feed, fresh);
    counts.accepted += taken.accepted;
    counts.rejected += taken.rejected;
  }
  await db().$executeRaw`
    INSERT INTO polled_alerts (connection_id, ref, hash, seen_at)
    SELECT ${row.id}::uuid, ref, hash, now()
    FROM unnest(${keys}::text[], ${keys.map((key) => read.get(key)?.hash)}::text[]) AS t(ref, hash)
    ON CONFLICT (connection_id, ref) DO UPDATE SET hash = excluded.hash, seen_at = excluded.seen_at`;
}

async function deliver(row: PollRow, feed: Feed, docs: Doc[]): Promise<{ accepted: number; rejected: number }> {
  try {
    const taken = await receiveDelivery(SYSTEM, feed.source, JSON.stringify(docs), `${row.name} (fetched)`);
    return { accepted: taken.accepted, rejected: taken.rejected.length };
  } catch (error) {
    // None of them can be read. Anything else (the database is away, the disk is full) ends the fetch.
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    return { accepted: 0, rejected: docs.length };
  }
}

/** The sender's id; for a document without one that can be used, what it says. */
function keyOf(feed: Feed, doc: Doc): string {
  const ref = String(feed.ref(doc) ?? '');
  return ref === '' || ref.length > 1000 || ref.includes('\0') ? `sha256:${hashOf(doc)}` : ref;
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
