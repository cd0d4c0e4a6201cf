import { type Flat, flatten } from '../analyst/sigma/match';
import { pool } from '../db/client';
import { EFFECT_DAYS, MAX_ALERTS } from './schema';

export type RuleAlert = {
  id: string;
  title: string;
  severity: number;
  status: string;
  disposition: string | null;
  receivedAt: Date;
  /** The document that its sender sent, by path. */
  event: Flat;
};

const BATCH = 250;

/** The alerts of rules in the last 90 days, newest first, the newest 5,000 at most; a batch at a time. */
export async function* ruleAlerts(rules: readonly string[]): AsyncGenerator<RuleAlert> {
  let before: [Date, string] | null = null;
  for (let read = 0; read < MAX_ALERTS; read += BATCH) {
    const { rows }: { rows: (Omit<RuleAlert, 'event'> & { raw: unknown })[] } = await pool().query(
      `SELECT id, title, severity, status, disposition, received_at AS "receivedAt", raw FROM alerts
       WHERE rule = ANY($1::text[]) AND received_at >= now() - make_interval(days => $2)
         AND ($3::timestamptz IS NULL OR (received_at, id) < ($3::timestamptz, $4::uuid))
       ORDER BY received_at DESC, id DESC LIMIT ${BATCH}`,
      [rules, EFFECT_DAYS, before?.[0] ?? null, before?.[1] ?? null],
    );
    for (const { raw, ...row } of rows) yield { ...row, event: flatten(raw) };
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return;
    before = [last.receivedAt, last.id];
  }
}

/** How many alerts the rules have in the last 90 days. */
export async function countRuleAlerts(rules: readonly string[]): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    `SELECT count(*)::int AS count FROM alerts
     WHERE rule = ANY($1::text[]) AND received_at >= now() - make_interval(days => $2)`,
    [rules, EFFECT_DAYS],
  );
  return rows[0]?.count ?? 0;
}
