import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { CallResult } from '../connections/schema';
import { pool } from '../db/client';
import { transaction } from '../db/transaction';
import { errorMessage } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';
import { hashOf, storable, storableJson } from '../text/canonical-json';
import { parseTime } from '../time/time';

/** What a record needs to be made. `leaseOwner` is the fence: a worker that lost its run writes nothing. */
export type EvidenceCall = {
  investigationId: string;
  runId: string;
  leaseOwner: string;
  /** Unique within the run, the same when the run is taken over. */
  callId: string;
  server: string;
  tool: string;
  args: Record<string, unknown>;
  /** What the call is to find out, in words. */
  question?: string | null;
  /** Whether a record of an earlier run may answer, where it can't have become another since. */
  reuse?: boolean;
};

/** A finished record, as the loop reads it back. */
export type FinishedRecord = {
  number: number;
  ok: boolean;
  text: string;
  structured: Record<string, unknown> | null;
  rows: number | null;
  bytes: number;
  truncated: boolean;
  durationMs: number;
};

/**
 * open: made now (or left unfinished by a worker that died): do the call, then finishEvidence.
 * done: this very call was finished before. same: an identical call of this run was, well or three times badly;
 * its record answers. earlier: an identical call of an earlier run of the case was, at that time, and its answer stands.
 * fenced: the run belongs to somebody else now.
 */
export type Opened =
  | { state: 'open'; id: string; number: number }
  | { state: 'done' | 'same'; record: FinishedRecord }
  | { state: 'earlier'; record: FinishedRecord; at: Date; because: 'settled' | 'unchanged' }
  | { state: 'fenced' };

/**
 * Makes the record of a call before the call is made, with the next E-number of the investigation.
 * Numbers have no gaps and no doubles, however many runs and workers there are: the investigation's row is held meanwhile.
 */
export async function openEvidence(call: EvidenceCall): Promise<Opened> {
  const argsHash = hashOf(storable(call.args));
  return transaction(async (client) => {
    const held = await client.query('SELECT 1 FROM runs WHERE id = $1 AND lease_owner = $2 FOR SHARE', [
      call.runId,
      call.leaseOwner,
    ]);
    if (!held.rowCount) return { state: 'fenced' };
    await client.query('SELECT 1 FROM investigations WHERE id = $1 FOR NO KEY UPDATE', [call.investigationId]);
    const { rows } = await client.query<Row>(
      `SELECT ${COLUMNS}, call_id = $2 AS own FROM evidence
       WHERE run_id = $1 AND (call_id = $2 OR (args_hash = $3 AND server = $4 AND tool = $5 AND status <> 'running'))
       ORDER BY call_id = $2 DESC, status = 'ok' DESC, number LIMIT ${FAILURES + 1}`,
      [call.runId, call.callId, argsHash, call.server, call.tool],
    );
    const found = rows[0]?.own ? rows[0] : undefined;
    const same = found ? undefined : rows.find((row) => row.status === 'ok' || rows.length >= FAILURES);
    if (same) return { state: 'same', record: recordOf(same) };
    if (found && found.status !== 'running') return { state: 'done', record: recordOf(found) };
    if (found) {
      await client.query('UPDATE evidence SET started_at = now() WHERE id = $1', [found.id]);
      return { state: 'open', id: found.id, number: found.number };
    }
    const earlier = call.reuse ? await earlierRecord(client, call, argsHash) : null;
    if (earlier) return earlier;
    const id = uuid();
    const inserted = await client.query<{ number: number }>(
      `INSERT INTO evidence (id, investigation_id, run_id, number, call_id, server, tool, args, question, args_hash, time_from,
         time_to, started_at, status)
       SELECT $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, now(), 'running'
       FROM evidence WHERE investigation_id = $2 RETURNING number`,
      [
        id,
        call.investigationId,
        call.runId,
        call.callId,
        call.server,
        call.tool,
        storableJson(call.args),
        call.question == null ? null : storable(call.question),
        argsHash,
        parseTime(call.args.from) ?? null,
        parseTime(call.args.to) ?? null,
      ],
    );
    return { state: 'open', id, number: inserted.rows[0]!.number }; // an aggregate always gives one row
  });
}

/** Sources tell of what happened with a delay: what was asked sooner after the end of its time range may have become more. */
const SETTLED = "interval '1 hour'";
/** A query that says what time it is asks for now, whatever its range. */
const NOW = String.raw`\m(now|today|current_(date|time|timestamp)|get_current_timestamp)\M`;

/**
 * Log sources that list the same files, rows and times in both runs: before the earlier record was made, and now. Whatever was asked of
 * them then has the same answer. While files are still being read a listing says nothing.
 */
const UNCHANGED = `EXISTS (
  SELECT 1 FROM evidence now_listed JOIN evidence then_listed USING (server, tool, sha256)
  WHERE now_listed.run_id = $2 AND then_listed.run_id = known.run_id AND then_listed.number < known.number
    AND now_listed.tool = 'list_sources' AND now_listed.server = 'logs' AND known.server = 'logs'
    AND now_listed.status = 'ok' AND now_listed.result->'structured'->'indexing' IS NULL)`;

/**
 * The newest record of an identical call of an earlier run whose answer stands: its time range was over, and settled, when it was asked,
 * or the log sources have not changed since.
 */
async function earlierRecord(client: pg.PoolClient, call: EvidenceCall, argsHash: string): Promise<Opened | null> {
  const { rows } = await client.query<Row & { started_at: Date; settled: boolean | null }>(
    `SELECT ${COLUMNS}, started_at, time_to < started_at - ${SETTLED} AS settled FROM evidence known
     WHERE investigation_id = $1 AND run_id <> $2 AND args_hash = $3 AND server = $4 AND tool = $5 AND status = 'ok'
       AND tool <> 'list_sources' AND args::text !~* $6 AND (time_to < started_at - ${SETTLED} OR ${UNCHANGED})
     ORDER BY number DESC LIMIT 1`,
    [call.investigationId, call.runId, argsHash, call.server, call.tool, NOW],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    state: 'earlier',
    record: recordOf(row),
    at: row.started_at,
    because: row.settled ? 'settled' : 'unchanged',
  };
}

/** Writes how the call ended. sha256 is over the canonical JSON of the whole stored result {text, structured}. */
export async function finishEvidence(
  open: { id: string; number: number },
  fence: { runId: string; leaseOwner: string },
  outcome: CallResult | { failure: unknown; durationMs: number },
): Promise<FinishedRecord | null> {
  const failed = 'failure' in outcome;
  const result = storable({
    text: failed ? errorMessage(outcome.failure) : outcome.text,
    structured: failed ? null : outcome.structured,
  });
  const record: FinishedRecord = {
    number: open.number,
    ok: !failed && outcome.ok,
    ...result,
    rows: rowsOf(result.structured),
    bytes: failed ? 0 : outcome.bytes,
    truncated: !failed && outcome.truncated,
    durationMs: Math.round(outcome.durationMs),
  };
  const { rowCount } = await pool().query(
    `UPDATE evidence SET status = $3, error = $4, rows = $5, bytes = $6, truncated = $7, duration_ms = $8, sha256 = $9, result = $10::jsonb
     WHERE id = $1 AND EXISTS (SELECT 1 FROM runs WHERE id = evidence.run_id AND lease_owner = $2)`,
    [
      open.id,
      fence.leaseOwner,
      record.ok ? 'ok' : 'failed',
      record.ok ? null : maskSecrets(record.text).slice(0, 4000),
      record.rows,
      record.bytes,
      record.truncated,
      record.durationMs,
      hashOf(result),
      JSON.stringify(result),
    ],
  );
  return rowCount ? record : null;
}

/** The records of an investigation by number, for rebuilding what a model was told. */
export async function readFinishedRecords(
  investigationId: string,
  numbers: number[],
): Promise<Map<number, FinishedRecord>> {
  if (numbers.length === 0) return new Map();
  const { rows } = await pool().query<Row>(
    `SELECT ${COLUMNS} FROM evidence WHERE investigation_id = $1 AND number = ANY($2::int[])`,
    [investigationId, numbers],
  );
  return new Map(rows.map((row) => [row.number, recordOf(row)]));
}

/** The newest whole record of a call that an earlier run of the case made since a time, or null. */
export async function latestRecord(
  call: Pick<EvidenceCall, 'investigationId' | 'runId' | 'server' | 'tool' | 'args'>,
  since: Date,
): Promise<FinishedRecord | null> {
  const { rows } = await pool().query<Row>(
    `SELECT ${COLUMNS} FROM evidence
     WHERE investigation_id = $1 AND run_id <> $2 AND server = $3 AND tool = $4 AND args_hash = $5 AND status = 'ok' AND started_at > $6
     ORDER BY number DESC LIMIT 1`,
    [call.investigationId, call.runId, call.server, call.tool, hashOf(storable(call.args)), since],
  );
  return rows[0] ? recordOf(rows[0]) : null;
}

/** The numbers of a case's records that have ended. */
export async function readNumbers(investigationId: string): Promise<Set<number>> {
  const { rows } = await pool().query<{ number: number }>(
    `SELECT number FROM evidence WHERE investigation_id = $1 AND status <> 'running'`,
    [investigationId],
  );
  return new Set(rows.map(({ number }) => number));
}

/** Records a dead worker left open become failed ones when their run ends: nothing stays "running" for ever. */
export async function closeOpenEvidence(tx: pg.PoolClient, runId: string, reason: string): Promise<void> {
  await tx.query(`UPDATE evidence SET status = 'failed', error = $2 WHERE run_id = $1 AND status = 'running'`, [
    runId,
    reason,
  ]);
}

/** A call that failed this often is not tried again in the same run. */
const FAILURES = 3;
const COLUMNS = 'id, number, status, result, rows, bytes, truncated, duration_ms';

type Row = {
  id: string;
  number: number;
  status: string;
  result: { text?: string; structured?: Record<string, unknown> | null } | null;
  rows: number | null;
  bytes: number;
  truncated: boolean;
  duration_ms: number;
  own?: boolean;
};

function recordOf(row: Row): FinishedRecord {
  return {
    number: row.number,
    ok: row.status === 'ok',
    text: row.result?.text ?? '',
    structured: row.result?.structured ?? null,
    rows: row.rows,
    bytes: row.bytes,
    truncated: row.truncated,
    durationMs: row.duration_ms,
  };
}

/** Rows of a table ({rowCount} or {rows}), or the length of the one list in the answer (cases, alerts, sources). */
export function rowsOf(structured: Record<string, unknown> | null): number | null {
  if (!structured) return null;
  if (typeof structured.rowCount === 'number' && Number.isSafeInteger(structured.rowCount)) return structured.rowCount;
  if (Array.isArray(structured.rows)) return structured.rows.length;
  if (Array.isArray(structured.sources)) return structured.sources.length; // a listing, whatever lists of gaps are beside it
  const lists = Object.values(structured).filter(Array.isArray);
  return lists.length === 1 ? lists[0]!.length : null;
}
