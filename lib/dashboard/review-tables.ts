import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import type { DashboardTable, Scope } from './schema';
import { cell, filterCases, minutesBetween, share } from './scope';

type OverrideRow = { rule: string; errors: number; cases: number; id: string; codename: string };

/** Errors of the checks that reviewers approved anyway, by rule. */
export async function overridesTable(scope: Scope): Promise<DashboardTable> {
  const sql = new Conditions();
  sql.between('r.decided_at', scope.from, scope.to);
  filterCases(sql, scope);
  const reviews = `reviews r JOIN investigations i ON i.id = r.investigation_id WHERE ${sql.where()} AND r.status = 'approved'`;
  const [{ rows }, { rows: totals }] = await Promise.all([
    pool().query<OverrideRow>(
      `SELECT o.finding->>'rule' AS rule, count(*)::int AS errors, count(DISTINCT f.investigation_id)::int AS cases,
         (array_agg(f.investigation_id::text ORDER BY f.decided_at DESC))[1] AS id, (array_agg(f.codename ORDER BY f.decided_at DESC))[1] AS codename
       FROM (SELECT r.id, r.investigation_id, r.decided_at, i.codename FROM ${reviews} AND r.override_reason IS NOT NULL) f
       CROSS JOIN LATERAL (SELECT t.data FROM audit t WHERE t.subject_kind = 'investigation' AND t.subject_id = f.investigation_id::text
         AND t.verb = 'reviews.approve' AND t.data->>'review' = f.id::text OFFSET 0) t
       CROSS JOIN LATERAL jsonb_array_elements(t.data->'overridden') AS o(finding)
       GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50`,
      sql.values,
    ),
    pool().query<{ approved: number }>(`SELECT count(*)::int AS approved FROM ${reviews}`, sql.values),
  ]);
  const approved = totals[0]?.approved ?? 0;
  return {
    name: 'overrides',
    title: 'Overridden checks',
    about: `Errors of the checks that a reviewer approved anyway, with a reason, in ${approved === 1 ? 'the one approval' : `the ${approved} approvals`} of the period. A check that is often overridden is either wrong or not followed.`,
    columns: [
      { label: 'Check', unit: 'text' },
      { label: 'Errors overridden', unit: 'count' },
      { label: 'Cases', unit: 'count' },
      { label: 'Of approvals', unit: 'share' },
      { label: 'Newest case', unit: 'text' },
    ],
    rows: rows.map((row) => [
      cell(row.rule),
      cell(row.errors),
      cell(row.cases),
      cell(share(row.cases, approved)),
      cell(row.codename, `/library/${row.id}`),
    ]),
    empty: {
      text: approved === 0 ? 'No case was approved in this period.' : 'No approval in this period overrides a check.',
      action: 'Open reviews',
      href: '/reviews',
    },
  };
}

type ReviewerRow = {
  id: string;
  name: string;
  asked: number;
  approved: number;
  returned: number;
  minutes: [number | null, number | null] | null;
};

/** Who decides reviews: what waits for them by name, what they decided in the period, and how long it took. */
export async function reviewersTable(scope: Scope): Promise<DashboardTable> {
  const sql = new Conditions();
  sql.between('r.decided_at', scope.from, scope.to);
  filterCases(sql, scope);
  const { rows } = await pool().query<ReviewerRow>(
    `WITH decided AS (
       SELECT r.decided_by_id AS id, (count(*) FILTER (WHERE r.status = 'approved'))::int AS approved,
         (count(*) FILTER (WHERE r.status = 'changes_requested'))::int AS returned,
         percentile_cont(ARRAY[0.5, 0.9]::float8[]) WITHIN GROUP (ORDER BY ${minutesBetween('r.submitted_at', 'r.decided_at')}) AS minutes
       FROM reviews r JOIN investigations i ON i.id = r.investigation_id
       WHERE ${sql.where()} AND r.decided_by_id IS NOT NULL GROUP BY 1),
     asked AS (
       SELECT q.user_id AS id, count(*)::int AS asked FROM reviews r JOIN review_requests q ON q.review_id = r.id
       WHERE r.status = 'open' AND NOT EXISTS (SELECT FROM review_approvals p WHERE p.review_id = r.id AND p.user_id = q.user_id) GROUP BY 1)
     SELECT u.id, u.name, coalesce(a.asked, 0) AS asked, coalesce(d.approved, 0) AS approved, coalesce(d.returned, 0) AS returned, d.minutes
     FROM users u LEFT JOIN decided d ON d.id = u.id LEFT JOIN asked a ON a.id = u.id
     WHERE d.id IS NOT NULL OR a.id IS NOT NULL ORDER BY 3 DESC, 4 DESC, 2 LIMIT 100`,
    sql.values,
  );
  const at = (params: Record<string, string>): string => `/reviews?${new URLSearchParams(params)}`;
  return {
    name: 'reviewers',
    title: 'Reviewers',
    about:
      'Open reviews that are requested from each person, and what they decided in the period. Times run from submission to decision.',
    columns: [
      { label: 'Reviewer', unit: 'text' },
      { label: 'Open requests', unit: 'count' },
      { label: 'Approved', unit: 'count' },
      { label: 'Changes requested', unit: 'count' },
      { label: 'Decision, median', unit: 'minutes' },
      { label: 'Decision, p90', unit: 'minutes' },
    ],
    rows: rows.map((row) => {
      const decided = { decidedBy: row.id, decidedFrom: scope.from, decidedTo: scope.to };
      return [
        cell(row.name),
        cell(row.asked, at({ status: 'open', requested: row.id })),
        cell(row.approved, at({ status: 'approved', ...decided })),
        cell(row.returned, at({ status: 'changes_requested', ...decided })),
        cell(row.minutes?.[0] ?? null),
        cell(row.minutes?.[1] ?? null),
      ];
    }),
    empty: { text: 'No reviews are open or were decided in this period.', action: 'Open reviews', href: '/reviews' },
  };
}
