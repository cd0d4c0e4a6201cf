import { pool } from '../db/client';
import { storableJson } from '../evidence/canonical-json';
import { maskKnownSecrets } from '../secrets/mask-secrets';
import type { RunEventBody } from './events';

/** The channel that says "this run has new events"; the payload is the run's id. */
export const RUN_EVENTS_CHANNEL = 'socdown_run_events';

/** The run belongs to another worker now: this one must stop, and has nothing more to write. */
export class LeaseLost extends Error {}

/** The writer of a run's events. Nothing is lost in order: each flush is one statement with the next numbers. */
export type EventLog = {
  /** Never throws; a failed write shows at the next flush. */
  add(event: RunEventBody): void;
  /** Writes what is held back. @throws LeaseLost; the database's error. */
  flush(): Promise<void>;
};

/** Deltas are written at most this often, the first at once: soon to be seen, and not a row for each token. */
const JOIN_MS = 30;

export async function openEventLog(runId: string, leaseOwner: string): Promise<EventLog> {
  const { rows } = await pool().query<{ seq: number }>(
    'SELECT coalesce(max(seq), 0) AS seq FROM run_events WHERE run_id = $1',
    [runId],
  );
  let seq = rows[0]?.seq ?? 0;
  let pending: RunEventBody[] = [];
  let timer: NodeJS.Timeout | undefined;
  let chain: Promise<void> = Promise.resolve();
  let failure: unknown;
  let writtenAt = Number.NEGATIVE_INFINITY;

  const write = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length === 0 || failure !== undefined) return;
    const batch = pending;
    writtenAt = performance.now();
    pending = [];
    try {
      const { rows: written } = await pool().query<{ count: number }>(APPEND, [
        ...[runId, leaseOwner, seq, maskKnownSecrets(storableJson(batch)), RUN_EVENTS_CHANNEL],
      ]);
      if (written[0]?.count !== batch.length) throw new LeaseLost('The run was taken over.');
      seq += batch.length;
    } catch (error) {
      failure = error;
    }
  };
  const later = () => {
    chain = chain.then(write);
  };

  return {
    add(event) {
      const last = pending.at(-1);
      const joined = last ? join(last, event) : null;
      if (joined) pending[pending.length - 1] = joined;
      else pending.push(event);
      if (!isDelta(event)) later();
      else timer ??= setTimeout(later, Math.max(0, writtenAt + JOIN_MS - performance.now()));
    },
    async flush() {
      later();
      await chain;
      if (failure !== undefined) throw failure;
    },
  };
}

/** One statement: the fence, the rows, the notification (sent at its commit). */
const APPEND = `
  WITH held AS (SELECT id FROM runs WHERE id = $1 AND lease_owner = $2 FOR SHARE),
  added AS (
    INSERT INTO run_events (run_id, seq, type, data)
    SELECT held.id, $3::int + item.ordinality::int, item.value->>'type', item.value
    FROM held, jsonb_array_elements($4::jsonb) WITH ORDINALITY AS item
    RETURNING seq)
  SELECT count(*)::int AS count, pg_notify($5, $1::text) FROM added`;

function isDelta(event: RunEventBody): boolean {
  return (
    event.type === 'text' || event.type === 'thinking' || event.type === 'report.delta' || event.type === 'report.input'
  );
}

function join(last: RunEventBody, event: RunEventBody): RunEventBody | null {
  if (last.type === 'report.delta' && event.type === 'report.delta' && last.section === event.section) {
    return { ...last, delta: last.delta + event.delta };
  }
  if (last.type === 'report.input' && event.type === 'report.input' && last.callId === event.callId) {
    return { ...last, delta: last.delta + event.delta };
  }
  if (
    (last.type === 'text' || last.type === 'thinking') &&
    (event.type === 'text' || event.type === 'thinking') &&
    last.type === event.type &&
    last.block === event.block
  ) {
    return { ...last, delta: last.delta + event.delta };
  }
  return null;
}
