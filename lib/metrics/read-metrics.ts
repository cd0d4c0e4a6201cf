import { createHash, timingSafeEqual } from 'node:crypto';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { env } from '../env/env';
import { gauge, type Sample } from './format';
import { processMetrics } from './request-times';

/** Models that are shown apart; calls of others are one sum. */
const MAX_MODELS = 20;
/** Scrapes within so long are answered from the same numbers. */
const CACHE_MS = 5_000;

/** Whether a request has the token that is configured for collectors. */
export function isMetricsToken(request: Request): boolean {
  const token = env().METRICS_TOKEN;
  const given = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (token === undefined || given === undefined) return false;
  const [expected, sent] = [token, given].map((text) => createHash('sha256').update(text).digest());
  return expected !== undefined && sent !== undefined && timingSafeEqual(expected, sent);
}

/** Everything as Prometheus text. `actor` null: the caller has the token. @throws AppError forbidden */
export async function readMetrics(actor: Actor | null): Promise<string> {
  if (actor) authorize(actor, 'metrics.read');
  return `${await sharedMetrics()}\n${processMetrics()}\n`;
}

let cached: { until: number; text: Promise<string> } | undefined;

async function sharedMetrics(): Promise<string> {
  if (!cached || cached.until < Date.now()) {
    const text = readShared();
    cached = { until: Date.now() + CACHE_MS, text };
    text.catch(() => {
      cached = undefined;
    });
  }
  return cached.text;
}

/** Of the database: the same from every process. */
async function readShared(): Promise<string> {
  const [runs, alerts, outbox, notifications, intake, calls, jobs] = await Promise.all([
    samples(`SELECT status, count(*) AS value FROM runs GROUP BY status`, 'status'),
    samples(`SELECT status, count(*) AS value FROM alerts WHERE status <> 'closed' GROUP BY status`, 'status'),
    numbers(`SELECT count(*) AS pending, coalesce(extract(epoch FROM now() - min(created_at)), 0) AS lag,
       count(*) FILTER (WHERE last_error IS NOT NULL) AS failing FROM outbox WHERE done_at IS NULL`),
    samples(
      `SELECT status, count(*) AS value FROM notifications WHERE status IN ('queued', 'failed') GROUP BY status`,
      'status',
    ),
    numbers(`SELECT count(*) AS deliveries, count(*) FILTER (WHERE status >= 400) AS refused,
       coalesce(sum(accepted), 0) AS accepted, coalesce(sum(duplicates), 0) AS duplicates, coalesce(sum(rejected), 0) AS rejected
       FROM deliveries WHERE received_at > now() - interval '5 minutes'`),
    modelCalls(),
    queued(),
  ]);
  return [
    gauge('socdown_runs', 'Runs by state.', runs),
    gauge('socdown_alerts_open', 'Alerts that are not closed, by state.', alerts),
    gauge('socdown_publications_pending', 'Approved texts that are not committed yet.', [one(outbox.pending)]),
    gauge('socdown_publications_failing', 'Of those, the ones whose last attempt failed.', [one(outbox.failing)]),
    gauge('socdown_publication_lag_seconds', 'Age of the oldest pending publication.', [one(outbox.lag)]),
    gauge('socdown_notifications', 'Notifications that wait, or failed for good.', notifications),
    gauge('socdown_intake_deliveries_5m', 'Requests that sent alerts in the last 5 minutes.', [one(intake.deliveries)]),
    gauge('socdown_intake_refused_5m', 'Of those, the refused ones.', [one(intake.refused)]),
    gauge(
      'socdown_intake_alerts_5m',
      'Alerts of the last 5 minutes, by outcome.',
      (['accepted', 'duplicates', 'rejected'] as const).map((outcome) => ({
        labels: { outcome },
        value: intake[outcome] ?? 0,
      })),
    ),
    gauge('socdown_jobs', 'Jobs in the queue.', jobs),
    ...calls,
  ].join('\n');
}

/** Totals only grow: rows are kept. */
async function modelCalls(): Promise<string[]> {
  const { rows } = await pool().query<{ model: string; calls: string; tokens: string; cost: number }>(
    `SELECT model, count(*) AS calls, sum(tokens) AS tokens, coalesce(sum(cost), 0) AS cost
     FROM (SELECT CASE WHEN dense_rank() OVER (ORDER BY model) <= ${MAX_MODELS} THEN model ELSE 'other' END AS model, tokens, cost
           FROM model_calls) c GROUP BY model ORDER BY model`,
  );
  const of = (value: (row: (typeof rows)[number]) => number): Sample[] =>
    rows.map((row) => ({ labels: { model: row.model.slice(0, 100) }, value: value(row) }));
  return [
    gauge(
      'socdown_model_calls_total',
      'Calls of models.',
      of(({ calls }) => Number(calls)),
      'counter',
    ),
    gauge(
      'socdown_model_tokens_total',
      'Tokens of models, cached ones included.',
      of(({ tokens }) => Number(tokens)),
      'counter',
    ),
    gauge(
      'socdown_model_cost_dollars_total',
      'What they cost, where the price is known.',
      of(({ cost }) => cost),
      'counter',
    ),
  ];
}

/** None before the queue's schema is there. */
async function queued(): Promise<Sample[]> {
  const { rows } = await pool().query<{ there: boolean }>(`SELECT to_regclass('jobs.job') IS NOT NULL AS there`);
  if (!rows[0]?.there) return [];
  const found = await pool().query<{ name: string; state: string; value: string }>(
    `SELECT name, state::text, count(*) AS value FROM jobs.job WHERE state < 'completed' GROUP BY 1, 2`,
  );
  return found.rows.map(({ name, state, value }) => ({ labels: { queue: name, state }, value: Number(value) }));
}

async function samples(sql: string, label: string): Promise<Sample[]> {
  const { rows } = await pool().query<Record<string, string>>(sql);
  return rows.map((row) => ({ labels: { [label]: row[label] ?? '' }, value: Number(row.value) }));
}

async function numbers(sql: string): Promise<Record<string, number>> {
  const { rows } = await pool().query<Record<string, string>>(sql);
  return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]));
}

const one = (value: number | undefined): Sample => ({ value: value ?? 0 });
