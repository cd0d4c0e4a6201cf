import { pool } from '../db/client';
import { hashOf, storable } from '../text/canonical-json';

/** The call of a run that a person may have allowed. */
export type Grant = { runId: string; callId: string };
export type GatedCall = { server: string; tool: string; args: Record<string, unknown> };

/**
 * Uses up the consent to exactly this call: true once, and only for the server, tool and arguments that a person saw.
 * One statement, so that two workers can't both have it.
 */
export async function useApproval(grant: Grant, call: GatedCall): Promise<boolean> {
  const { rowCount } = await pool().query(
    `UPDATE approvals SET status = 'used', used_at = now()
     WHERE run_id = $1 AND call_id = $2 AND server = $3 AND tool = $4 AND args_hash = $5 AND status = 'allowed'`,
    [grant.runId, grant.callId, call.server, call.tool, hashOf(storable(call.args))],
  );
  return rowCount === 1;
}
