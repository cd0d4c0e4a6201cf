import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import type { DashboardTable, Scope } from './schema';
import { casesOf, cell } from './scope';

type Row = {
  model: string;
  cases: number;
  coached: number;
  turns: [number, number];
  cost: [number | null, number | null];
  total: number | null;
  unknown: number;
};

/** What a case takes: coaching and money, by the model of its first run. */
export async function effortTable(scope: Scope): Promise<DashboardTable> {
  const sql = new Conditions();
  casesOf(sql, scope);
  const { rows } = await pool().query<Row>(
    `WITH r AS MATERIALIZED (
       SELECT one.* FROM investigations i CROSS JOIN LATERAL (
         SELECT (count(*) FILTER (WHERE r.kind = 'coach'))::int AS turns,
           -- One run whose cost is not known makes the case's unknown.
           CASE WHEN bool_and(jsonb_typeof(r.usage->'cost') = 'number' OR r.usage->'cost' IS NULL) THEN sum(coalesce((r.usage->>'cost')::float8, 0)) END AS cost,
           (array_agg(coalesce(nullif(r.model_label, ''), r.model) ORDER BY r.created_at) FILTER (WHERE r.kind <> 'fact_check'))[1] AS model
         FROM runs r WHERE r.investigation_id = i.id) one
       WHERE ${sql.where()} AND one.model IS NOT NULL)
     SELECT model, count(*)::int AS cases, (count(*) FILTER (WHERE turns > 0))::int AS coached,
       percentile_cont(ARRAY[0.5, 0.9]::float8[]) WITHIN GROUP (ORDER BY turns) AS turns,
       percentile_cont(ARRAY[0.5, 0.9]::float8[]) WITHIN GROUP (ORDER BY cost) AS cost,
       sum(cost) AS total, (count(*) FILTER (WHERE cost IS NULL))::int AS unknown
     FROM r GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50`,
    sql.values,
  );
  return {
    name: 'effort',
    title: 'Coaching and cost per case',
    about:
      'Cases opened in the period and investigated by a model, by the model of their first run. Coaching: instructions that people gave after that run. Cost in US dollars, where prices are known.',
    columns: [
      { label: 'Model', unit: 'text' },
      { label: 'Cases', unit: 'count' },
      { label: 'Coached', unit: 'count' },
      { label: 'Coaching, median', unit: 'count' },
      { label: 'Coaching, p90', unit: 'count' },
      { label: 'Cost, median', unit: 'usd' },
      { label: 'Cost, p90', unit: 'usd' },
      { label: 'Cost, total', unit: 'usd' },
      { label: 'Cost not known', unit: 'count' },
    ],
    rows: rows.map((row) => [
      cell(row.model),
      cell(row.cases),
      cell(row.coached),
      cell(row.turns[0]),
      cell(row.turns[1]),
      cell(row.cost?.[0] ?? null),
      cell(row.cost?.[1] ?? null),
      cell(row.total),
      cell(row.unknown),
    ]),
    empty: { text: 'No model investigated a case from this period.', action: 'Open queue', href: '/queue' },
  };
}
