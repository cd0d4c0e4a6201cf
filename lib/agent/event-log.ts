import { pool } from '../db/client';
import { maskKnownSecrets } from '../secrets/mask-secrets';
import { type MaskedStream, maskedStream } from '../secrets/mask-stream';
import { storableJson } from '../text/canonical-json';
import type { RunEventBody } from './events';

/** The channel that says "this run has new events"; the payload is the run's id, and behind it the events (JSON) or nothing. */
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

/** Deltas are written at most this often, the first at once; those that come while one is written go together after it. */
const JOIN_MS = 8;

export async function openEventLog(runId: string, leaseOwner: string): Promise<EventLog> {
  const { rows } = await pool().query<{ seq: number }>(
    'SELECT coalesce(max(seq), 0) AS seq FROM run_events WHERE run_id = $1',
    [runId],
  );
  const log = new EventWriter(runId, leaseOwner, rows[0]?.seq ?? 0);
  return { add: (event) => log.add(event), flush: () => log.flush() };
}

class EventWriter implements EventLog {
  readonly #runId: string;
  readonly #leaseOwner: string;
  #seq: number;
  #pending: RunEventBody[] = [];
  #timer: NodeJS.Timeout | undefined;
  #chain: Promise<void> = Promise.resolve();
  #failure: unknown;
  #writtenAt = Number.NEGATIVE_INFINITY;
  /** The text that is arriving: what may be half a secret at its end is held back. */
  #arriving: { event: Delta; masked: MaskedStream } | undefined;

  constructor(runId: string, leaseOwner: string, seq: number) {
    this.#runId = runId;
    this.#leaseOwner = leaseOwner;
    this.#seq = seq;
  }

  add(event: RunEventBody): void {
    if (!isDelta(event)) {
      this.#endArriving();
      this.#put(event);
      return;
    }
    if (this.#arriving && !continues(this.#arriving.event, event)) this.#endArriving();
    this.#arriving ??= { event, masked: maskedStream() };
    const delta = this.#arriving.masked.push(event.delta);
    if (delta !== '') this.#put({ ...event, delta });
  }

  async flush(): Promise<void> {
    this.#endArriving();
    this.#later();
    await this.#chain;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #endArriving(): void {
    const delta = this.#arriving?.masked.end() ?? '';
    if (this.#arriving && delta !== '') this.#put({ ...this.#arriving.event, delta });
    this.#arriving = undefined;
  }

  #put(event: RunEventBody): void {
    const last = this.#pending.at(-1);
    const joined = last && isDelta(last) && isDelta(event) && continues(last, event);
    if (joined) this.#pending[this.#pending.length - 1] = { ...last, delta: last.delta + event.delta };
    else this.#pending.push(event);
    if (!isDelta(event)) this.#later();
    else this.#timer ??= setTimeout(() => this.#later(), Math.max(0, this.#writtenAt + JOIN_MS - performance.now()));
  }

  #later(): void {
    this.#chain = this.#chain.then(() => this.#write());
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0 || this.#failure !== undefined) return;
    const batch = this.#pending;
    this.#writtenAt = performance.now();
    this.#pending = [];
    try {
      const { rows: written } = await pool().query<{ count: number }>(APPEND, [
        this.#runId,
        this.#leaseOwner,
        this.#seq,
        maskKnownSecrets(storableJson(batch)),
        RUN_EVENTS_CHANNEL,
      ]);
      if (written[0]?.count !== batch.length) throw new LeaseLost('The run was taken over.');
      this.#seq += batch.length;
    } catch (error) {
      this.#failure = error;
    }
  }
}

/**
 * One statement: the fence, the rows, the notification (sent at its commit). It carries the events themselves where they fit
 * into one (8,000 bytes), behind the run's id: who is at the number before need not read them.
 */
const APPEND = `
  WITH held AS (SELECT id FROM runs WHERE id = $1 AND lease_owner = $2 FOR SHARE),
  added AS (
    INSERT INTO run_events (run_id, seq, type, data)
    SELECT held.id, $3::int + item.ordinality::int, item.value->>'type', item.value
    FROM held, jsonb_array_elements($4::jsonb) WITH ORDINALITY AS item
    RETURNING seq, data || jsonb_build_object('seq', seq, 'at', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS event),
  news AS (SELECT count(*)::int AS count, jsonb_agg(event ORDER BY seq)::text AS events FROM added)
  SELECT count, pg_notify($5, CASE WHEN octet_length(events) < 7900 THEN $1::text || events ELSE $1::text END) FROM news`;

type Delta = Extract<RunEventBody, { delta: string }>;

function isDelta(event: RunEventBody): event is Delta {
  return 'delta' in event;
}

/** Whether a delta continues with the text of another. */
function continues(last: Delta, next: Delta): boolean {
  if (last.type === 'report.delta') return next.type === last.type && next.section === last.section;
  if (last.type === 'report.input') return next.type === last.type && next.callId === last.callId;
  return next.type === last.type && next.block === last.block;
}
