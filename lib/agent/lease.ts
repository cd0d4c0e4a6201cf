import { pool } from '../db/client';
import { transaction } from '../db/transaction';
import { closeOpenEvidence } from '../evidence/record-evidence';
import { FACT_CHECK } from '../investigations/live-runs';
import { storableJson } from '../text/canonical-json';
import { LeaseLost, RUN_EVENTS_CHANNEL } from './event-log';
import { Quote, type RunEventBody, RunKind, type RunStatus, type RunUsage } from './events';

/** A run is its worker's for this long after each renewal; then another may take it over. */
export const LEASE_SECONDS = 40;

const NOTHING_USED: RunUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  turns: 0,
  cost: 0,
};

export type ClaimedRun = Claimed<RunKind>;
export type ClaimedFactCheck = Claimed<typeof FACT_CHECK>;

type Claimed<Kind> = {
  id: string;
  investigationId: string;
  kind: Kind;
  instruction: string | null;
  coaching: string | null;
  quote: Quote | null;
  fresh: boolean;
  withoutPrecedents: boolean;
  /** Whether it may open sub-investigations. */
  parallel: boolean;
  requestedById: string;
  cancelRequested: boolean;
  /** Starts of this run that did not end tidily, this one included. */
  attempt: number;
  /** How often in a row a worker died where the run is now. */
  deathsHere: number;
  usage: RunUsage;
};

/**
 * Takes a run that is queued, or whose worker or waiting time has run out. Exactly one of several claimants gets it.
 * `owner` is unique for the claim: it is the fence of every later write. Times are the database's, so that
 * a machine with a wrong clock can't take what isn't free.
 */
export async function claimRun(
  runId: string,
  owner: string,
  model: { id: string; label: string },
): Promise<ClaimedRun | ClaimedFactCheck | null> {
  const { rows } = await pool().query(
    `WITH step AS (SELECT count(*) || '.' || coalesce(sum((SELECT count(*) FROM jsonb_object_keys(results))), 0) ||
                     (SELECT '.' || count(*) FROM fact_readings JOIN runs USING (investigation_id)
                      WHERE runs.id = $1 AND runs.kind = '${FACT_CHECK}') AS at
                   FROM run_turns WHERE run_id = $1)
     UPDATE runs SET deaths_at_step = CASE WHEN claimed_at_step = step.at THEN deaths_at_step + 1 ELSE 0 END,
       claimed_at_step = step.at, lease_owner = $2, lease_until = now() + interval '${LEASE_SECONDS} seconds', status = 'running',
       attempts = attempts + 1, model = $3, model_label = $4, error = NULL, started_at = coalesce(started_at, now())
     FROM step WHERE id = $1 AND status IN ('queued', 'running', 'waiting') AND (lease_until IS NULL OR lease_until <= now())
     RETURNING id, investigation_id, kind, instruction, coaching, quote, fresh, without_precedents, parallel, requested_by_id, cancel_requested, attempts,
       deaths_at_step, usage`,
    [runId, owner, model.id, model.label],
  );
  const row = rows[0];
  if (!row) return null;
  const claimed = {
    id: row.id,
    investigationId: row.investigation_id,
    instruction: row.instruction,
    coaching: row.coaching,
    quote: Quote.nullable().catch(null).parse(row.quote),
    fresh: row.fresh,
    withoutPrecedents: row.without_precedents,
    parallel: row.parallel,
    requestedById: row.requested_by_id,
    cancelRequested: row.cancel_requested,
    attempt: row.attempts,
    deathsHere: row.deaths_at_step,
    usage: { ...NOTHING_USED, ...row.usage },
  };
  return row.kind === FACT_CHECK
    ? { ...claimed, kind: FACT_CHECK }
    : { ...claimed, kind: RunKind.catch('investigate').parse(row.kind) };
}

/** Holds the lease for another while, or only looks. @throws LeaseLost when it is somebody else's. */
export async function checkLease(runId: string, owner: string, renew: boolean): Promise<{ cancelRequested: boolean }> {
  const { rows } = await pool().query<{ cancel_requested: boolean }>(
    renew
      ? `UPDATE runs SET lease_until = now() + interval '${LEASE_SECONDS} seconds'
         WHERE id = $1 AND lease_owner = $2 RETURNING cancel_requested`
      : 'SELECT cancel_requested FROM runs WHERE id = $1 AND lease_owner = $2',
    [runId, owner],
  );
  if (!rows[0]) throw new LeaseLost('The run was taken over.');
  return { cancelRequested: rows[0].cancel_requested };
}

/**
 * Gives a run back unfinished. `waitMs` 0: whoever is free continues at once (this worker is stopping);
 * otherwise it waits, visibly, for the model's service. A tidy end doesn't count as an attempt.
 */
export async function releaseRun(runId: string, owner: string, waitMs: number, reason: string | null): Promise<void> {
  await pool().query(
    `UPDATE runs SET lease_owner = NULL, lease_until = now() + $3 * interval '1 millisecond', attempts = attempts - 1, claimed_at_step = NULL,
       status = CASE WHEN $3 > 0 THEN 'waiting' ELSE 'running' END, error = $4
     WHERE id = $1 AND lease_owner = $2`,
    [runId, owner, waitMs, reason],
  );
}

/**
 * Gives a run back until a person has decided about a call, or the first question lapses. Decided meanwhile, it is free at
 * once. The run's row is locked before the questions are read, as the decision does: neither misses the other.
 */
export async function releaseForApproval(runId: string, owner: string): Promise<void> {
  await transaction(async (client) => {
    await client.query('SELECT 1 FROM runs WHERE id = $1 AND lease_owner = $2 FOR UPDATE', [runId, owner]);
    await client.query(
      `UPDATE runs SET lease_owner = NULL, attempts = attempts - 1, claimed_at_step = NULL, status = 'waiting', error = NULL,
         lease_until = CASE WHEN EXISTS (SELECT 1 FROM approvals WHERE run_id = $1 AND status = 'allowed') THEN now()
           ELSE coalesce((SELECT min(expires_at) FROM approvals WHERE run_id = $1 AND status = 'waiting'), now()) END
       WHERE id = $1 AND lease_owner = $2`,
      [runId, owner],
    );
  });
}

/** Ends a run and says so in its events, in one transaction. Does nothing when the run is no longer the owner's. */
export async function finishRun(
  runId: string,
  owner: string | null,
  end: { status: RunStatus; message: string | null; usage?: RunUsage },
): Promise<boolean> {
  if (end.status === 'succeeded') await recordFirstVerdict(runId, owner);
  return transaction(async (client) => {
    const { rowCount } = await client.query(
      `UPDATE runs SET status = $3, error = $4, usage = coalesce($5::jsonb, usage), finished_at = now(),
         lease_owner = NULL, lease_until = NULL
       WHERE id = $1 AND lease_owner IS NOT DISTINCT FROM $2 AND status IN ('queued', 'running', 'waiting')`,
      [
        runId,
        owner,
        end.status,
        end.status === 'succeeded' ? null : end.message,
        end.usage ? JSON.stringify(end.usage) : null,
      ],
    );
    if (rowCount) {
      await closeOpenEvidence(client, runId, 'The run ended before this call did.');
      const event: RunEventBody = { type: 'run.finished', status: end.status, message: end.message };
      await client.query(
        `INSERT INTO run_events (run_id, seq, type, data)
         SELECT $1, coalesce(max(seq), 0) + 1, $2, $3::jsonb FROM run_events WHERE run_id = $1`,
        [runId, event.type, storableJson(event)],
      );
      await client.query('SELECT pg_notify($1, $2)', [RUN_EVENTS_CHANNEL, runId]);
    }
    return Boolean(rowCount);
  });
}

/**
 * Keeps what the first run that succeeds proposes, to compare it with what a person decides. Before the run's end, on its own:
 * a worker that dies between is followed by one that does it again, and no lock of the case is held beside the run's.
 */
async function recordFirstVerdict(runId: string, owner: string | null): Promise<void> {
  await pool().query(
    `UPDATE investigations i SET proposed_classification = i.classification, proposed_by = coalesce(nullif(r.model_label, ''), r.model)
     FROM runs r
     WHERE r.id = $1 AND r.lease_owner IS NOT DISTINCT FROM $2 AND i.id = r.investigation_id
       AND NOT r.without_precedents AND r.kind <> '${FACT_CHECK}' AND i.assessment = 'proposed' AND i.proposed_classification IS NULL`,
    [runId, owner],
  );
}
