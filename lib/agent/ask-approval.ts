import type { PoolClient } from 'pg';
import { pool } from '../db/client';
import { transaction } from '../db/transaction';
import { hashOf, storable, storableJson } from '../text/canonical-json';
import { LeaseLost } from './event-log';

/** The run can't go on before a person has decided: it is suspended, and no call of it is half done. */
export class ApprovalNeeded extends Error {}

/** Undecided for this long, a call lapses. */
const APPROVAL_HOURS = 24;
/** A model that asks for more wears people out until somebody presses the wrong button. */
const MAX_ASKED = 20;

export type GatedCall = {
  runId: string;
  leaseOwner: string;
  callId: string;
  server: string;
  tool: string;
  class: 'egress' | 'write';
  args: Record<string, unknown>;
};

/**
 * waiting: a person must decide; `asked` when the question is new. allowed: go on; `used` when it was sent before (by a worker
 * that died), `by` whom. refused: not to be called, in words for the model; `decision` when a person or the clock decided.
 */
export type ApprovalGate =
  | { state: 'waiting'; asked: boolean; expiresAt: string }
  | { state: 'allowed'; used: boolean; by: string | null }
  | { state: 'refused'; reason: string; decision: 'denied' | 'expired' | null; by: string | null };

/**
 * Asks for consent to one call, or reads what became of the question. Bound to run, server, tool and hash of the arguments;
 * what a person refused in this run is not asked again.
 * @throws LeaseLost
 */
export async function requestApproval(call: GatedCall): Promise<ApprovalGate> {
  const argsHash = hashOf(storable(call.args));
  const own = await findOwn(call);
  if (own) return gateOf(call, own, argsHash);

  return await transaction(async (tx) => {
    // Locked before the run's other questions are read: calls of one answer ask at the same time, and two that read first would
    // both ask for the same call, or both find room for the last question.
    const held = await tx.query('SELECT 1 FROM runs WHERE id = $1 AND lease_owner = $2 FOR NO KEY UPDATE', [
      call.runId,
      call.leaseOwner,
    ]);
    if (held.rowCount === 0) throw new LeaseLost('The run was taken over.');
    return (await answeredBefore(tx, call, argsHash)) ?? (await ask(tx, call, argsHash));
  });
}

/** What became of the same call asked for under another id; null: it was not asked for, or lapsed. */
async function answeredBefore(tx: PoolClient, call: GatedCall, argsHash: string): Promise<ApprovalGate | null> {
  const { rows: earlier } = await tx.query<{ status: string; done: boolean; expires_at: Date }>(
    `SELECT a.status, a.expires_at, EXISTS (SELECT 1 FROM evidence e WHERE e.run_id = a.run_id AND e.call_id = a.call_id AND e.status = 'ok') AS done
     FROM approvals a WHERE a.run_id = $1 AND a.server = $2 AND a.tool = $3 AND a.args_hash = $4`,
    [call.runId, call.server, call.tool, argsHash],
  );
  if (earlier.some(({ status }) => status === 'denied'))
    return refused('A person did not allow exactly this call before. It is not asked again in this run.');
  // The same call twice in one answer is one question.
  const open = earlier.find(({ status }) => status === 'waiting' || status === 'allowed');
  if (open) return { state: 'waiting', asked: false, expiresAt: open.expires_at.toISOString() };
  // Sent already: its record answers (lib/evidence), nothing is sent twice.
  if (earlier.some(({ status, done }) => status === 'used' && done)) return { state: 'allowed', used: true, by: null };
  return null;
}

async function ask(tx: PoolClient, call: GatedCall, argsHash: string): Promise<ApprovalGate> {
  const { rows } = await tx.query<{ expires_at: Date }>(
    `INSERT INTO approvals (run_id, call_id, server, tool, class, args, args_hash, expires_at)
     SELECT $1, $2, $3, $4, $5, $6::jsonb, $7, now() + interval '${APPROVAL_HOURS} hours'
     WHERE (SELECT count(*) FROM approvals WHERE run_id = $1) < ${MAX_ASKED}
     RETURNING expires_at`,
    [call.runId, call.callId, call.server, call.tool, call.class, storableJson(call.args), argsHash],
  );
  if (!rows[0])
    return refused(
      `This run asked a person ${MAX_ASKED} times already. No further requests are made; continue without.`,
    );
  return { state: 'waiting', asked: true, expiresAt: rows[0].expires_at.toISOString() };
}

type Row = { status: string; args_hash: string; server: string; tool: string; expires_at: Date; by: string | null };

async function findOwn({ runId, callId }: GatedCall): Promise<Row | undefined> {
  // The clock decides in the same breath: what has lapsed can't be allowed any more.
  await pool().query(
    `UPDATE approvals SET status = 'expired', decided_at = now()
     WHERE run_id = $1 AND call_id = $2 AND status = 'waiting' AND expires_at <= now()`,
    [runId, callId],
  );
  const { rows } = await pool().query<Row>(
    `SELECT a.status, a.args_hash, a.server, a.tool, a.expires_at, u.name AS by
     FROM approvals a LEFT JOIN users u ON u.id = a.decided_by_id WHERE a.run_id = $1 AND a.call_id = $2`,
    [runId, callId],
  );
  return rows[0];
}

function gateOf(call: GatedCall, row: Row, argsHash: string): ApprovalGate {
  if (row.args_hash !== argsHash || row.server !== call.server || row.tool !== call.tool)
    return refused('The arguments are not those that a person was shown. It was not called.');
  switch (row.status) {
    case 'waiting':
      return { state: 'waiting', asked: false, expiresAt: row.expires_at.toISOString() };
    case 'allowed':
      return { state: 'allowed', used: false, by: row.by };
    case 'used':
      return { state: 'allowed', used: true, by: row.by };
    case 'denied':
      return {
        ...refused(
          `${row.by ?? 'A person'} did not allow this call. It was not made. Go on without it, and don't ask for it again.`,
        ),
        decision: 'denied',
        by: row.by,
      };
    default:
      return {
        ...refused(`Nobody decided about this call within ${APPROVAL_HOURS} hours. It was not made. Go on without it.`),
        decision: 'expired',
      };
  }
}

function refused(reason: string): Extract<ApprovalGate, { state: 'refused' }> {
  return { state: 'refused', reason, decision: null, by: null };
}
