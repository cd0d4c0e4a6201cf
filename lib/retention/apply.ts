import { z } from 'zod';
import { pruneDeliveries } from '../alerts/deliveries';
import { type Actor, authorize, SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db, pool } from '../db/client';
import { findCitations } from '../report/citations';
import { Retention, storedRetention } from './settings';

const Kind = z.object({ count: z.number(), bytes: z.number() });
/** What is older than it is kept: how many, and their size in bytes. */
export const Removal = z.object({ deliveries: Kind, runs: Kind, evidence: Kind });
export type Removal = z.infer<typeof Removal>;

/** Cases and rows that are handled at once. */
const BATCH = 200;
/** Streamed pieces: what they add up to is in the draft, or was never part of the report. */
const SPOKEN = ['text', 'thinking', 'report.delta', 'report.input'];

/** What the settings, or others that are only considered, would remove now. Removes nothing. */
export async function previewRetention(actor: Actor, settings?: z.input<typeof Retention>): Promise<Removal> {
  authorize(actor, 'retention.configure');
  return walk(settings === undefined ? await storedRetention() : Retention.parse(settings), false);
}

/** Removes what is older than it is kept. A run of it that removed something has a row in the audit log. */
export async function applyRetention(actor: Actor = SYSTEM): Promise<Removal> {
  authorize(actor, 'retention.configure');
  const settings = await storedRetention();
  const removed = await walk(settings, true);
  if (Object.values(removed).some(({ count }) => count > 0)) {
    const line = {
      verb: 'retention.apply',
      subjectKind: 'setting',
      subjectId: 'retention',
      data: { ...removed, settings },
    };
    await audit(db(), { actorId: actor.id, ...line });
  }
  return removed;
}

async function walk(settings: Retention, remove: boolean): Promise<Removal> {
  return {
    deliveries: await oldDeliveries(settings.deliveries, remove),
    runs: await oldRuns(settings.runs, remove),
    evidence: await oldEvidence(settings.evidence, remove),
  };
}

type Sum = z.infer<typeof Kind>;

async function oldDeliveries(days: number | null, remove: boolean): Promise<Sum> {
  const sum = await one(
    `SELECT count(*)::int AS count, coalesce(sum(octet_length(body)), 0)::float8 AS bytes FROM deliveries
     WHERE body IS NOT NULL AND received_at < now() - make_interval(days => $1)`,
    [days ?? 1_000_000],
  );
  if (remove) while ((await pruneDeliveries(days)) > 0);
  return sum;
}

async function oldRuns(days: number | null, remove: boolean): Promise<Sum> {
  if (days === null) return { count: 0, bytes: 0 };
  const which = `FROM run_events e USING runs r
    WHERE r.id = e.run_id AND e.type = ANY($2) AND r.finished_at < now() - make_interval(days => $1)`;
  const values = [days, SPOKEN];
  if (!remove)
    return one(
      `SELECT count(*)::int AS count, coalesce(sum(octet_length(e.data::text)), 0)::float8 AS bytes
       ${which.replace('FROM run_events e USING runs r', 'FROM run_events e, runs r')}`,
      values,
    );
  return one(
    `WITH gone AS (DELETE ${which} RETURNING octet_length(e.data::text) AS bytes)
     SELECT count(*)::int AS count, coalesce(sum(bytes), 0)::float8 AS bytes FROM gone`,
    values,
  );
}

async function oldEvidence(days: number | null, remove: boolean): Promise<Sum> {
  const sum = { count: 0, bytes: 0 };
  if (days === null) return sum;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await pool().query<{ id: string }>(
      `SELECT DISTINCT e.investigation_id AS id FROM evidence e JOIN runs r ON r.id = e.run_id
       WHERE e.result IS NOT NULL AND e.started_at < now() - make_interval(days => $1)
         AND r.finished_at IS NOT NULL AND e.investigation_id > $2 ORDER BY 1 LIMIT $3`,
      [days, after, BATCH],
    );
    for (const { id } of rows) {
      const { count, bytes } = await uncited(id, days, remove);
      sum.count += count;
      sum.bytes += bytes;
    }
    const last = rows.at(-1);
    if (!last) return sum;
    after = last.id;
  }
}

/** The case is locked while its texts are read, so that no revision that cites a record appears meanwhile. */
async function uncited(investigationId: string, days: number, remove: boolean): Promise<Sum> {
  return db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT id FROM investigations WHERE id = ${investigationId}::uuid FOR UPDATE`;
    const [draft, revisions] = await Promise.all([
      tx.draft.findUnique({ where: { investigationId }, select: { markdown: true } }),
      tx.revision.findMany({ where: { investigationId }, select: { markdown: true } }),
    ]);
    const texts = [...(draft ? [draft] : []), ...revisions];
    const cited = texts.flatMap(({ markdown }) =>
      findCitations(markdown, { bare: true }).flatMap(({ numbers }) => numbers),
    );
    const keep = [...new Set(cited)];
    const rows = await tx.$queryRaw<{ count: number; bytes: number }[]>`
      SELECT count(*)::int AS count, coalesce(sum(e.bytes), 0)::float8 AS bytes FROM evidence e JOIN runs r ON r.id = e.run_id
      WHERE e.investigation_id = ${investigationId}::uuid AND e.result IS NOT NULL AND r.finished_at IS NOT NULL
        AND e.started_at < now() - make_interval(days => ${days}::int) AND NOT e.number = ANY(${keep}::int[])`;
    if (remove)
      await tx.$executeRaw`
        UPDATE evidence e SET result = NULL, result_removed_at = now() FROM runs r
        WHERE r.id = e.run_id AND r.finished_at IS NOT NULL AND e.investigation_id = ${investigationId}::uuid
          AND e.result IS NOT NULL AND e.started_at < now() - make_interval(days => ${days}::int)
          AND NOT e.number = ANY(${keep}::int[])`;
    return rows[0] ?? { count: 0, bytes: 0 };
  });
}

async function one(sql: string, values: unknown[]): Promise<Sum> {
  const { rows } = await pool().query<Sum>(sql, values);
  return rows[0] ?? { count: 0, bytes: 0 };
}
