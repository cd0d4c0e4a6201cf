import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { CLASSIFICATIONS, type Classification } from '../report/schema';
import type { DashboardTable, Scope } from './schema';
import { casesAddress, casesOf, cell, share } from './scope';

type Row = { proposed: Classification; verdict: Classification; model: string; week: string; count: number };
const INVESTIGATE = {
  text: 'No case in this period has both a first verdict by a model and a verdict set by a person.',
  action: 'Open queue',
  href: '/queue',
};

/**
 * The model's first verdict (of the first run that succeeded) against the one that people set, of the cases opened in the
 * period: as a matrix, by model and by week. A proposal that nobody accepted is no verdict.
 */
export async function verdictTables(scope: Scope): Promise<DashboardTable[]> {
  const sql = new Conditions();
  casesOf(sql, scope);
  const { rows } = await pool().query<Row>(
    `SELECT i.proposed_classification AS proposed, i.classification AS verdict, i.proposed_by AS model,
       to_char(date_trunc('week', i.opened_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD') AS week, count(*)::int AS count
     FROM investigations i
     WHERE ${sql.where()} AND i.assessment = 'set' AND i.proposed_classification IS NOT NULL AND i.classification IS NOT NULL
     GROUP BY 1, 2, 3, 4`,
    sql.values,
  );
  return [matrix(scope, rows), byModel(scope, rows), byWeek(rows)];
}

const sum = (rows: Row[], wanted: (row: Row) => boolean = () => true): number =>
  rows.reduce((total, row) => total + (wanted(row) ? row.count : 0), 0);
const agrees = ({ proposed, verdict }: Row): boolean => proposed === verdict;
const rank = (name: Classification): number => CLASSIFICATIONS.indexOf(name);

function matrix(scope: Scope, rows: Row[]): DashboardTable {
  return {
    name: 'verdicts',
    title: 'The model’s first verdict and the final one',
    about:
      'Rows: the model’s first verdict. Columns: what people set. They agree on the diagonal. Proposals that nobody accepted are left out.',
    columns: [
      { label: 'Model said', unit: 'classification' },
      ...CLASSIFICATIONS.map((name) => ({ label: `Set: ${name.toLowerCase()}`, unit: 'count' as const })),
      { label: 'Same', unit: 'share' },
    ],
    rows:
      rows.length === 0
        ? []
        : CLASSIFICATIONS.map((proposed) => {
            const own = rows.filter((row) => row.proposed === proposed);
            return [
              cell(proposed),
              ...CLASSIFICATIONS.map((classification) =>
                cell(
                  sum(own, (row) => row.verdict === classification),
                  casesAddress(scope, { proposed, classification }),
                ),
              ),
              cell(share(sum(own, agrees), sum(own))),
            ];
          }),
    empty: INVESTIGATE,
  };
}

function byModel(scope: Scope, rows: Row[]): DashboardTable {
  const models = [...new Set(rows.map(({ model }) => model))].sort();
  return {
    name: 'verdicts-by-model',
    title: 'Verdicts by model',
    about:
      'Too mild: people set a worse verdict than the model’s first. Missed: the model said benign, people set malicious.',
    columns: [
      { label: 'Model', unit: 'text' },
      { label: 'Cases', unit: 'count' },
      { label: 'Same', unit: 'share' },
      { label: 'Too harsh', unit: 'count' },
      { label: 'Too mild', unit: 'count' },
      { label: 'Missed', unit: 'count' },
    ],
    rows: models.map((model) => {
      const own = rows.filter((row) => row.model === model);
      const missed = sum(own, ({ proposed, verdict }) => proposed === 'BENIGN' && verdict === 'MALICIOUS');
      return [
        cell(model),
        cell(sum(own), casesAddress(scope, { model, assessment: 'set' })),
        cell(share(sum(own, agrees), sum(own))),
        cell(sum(own, ({ proposed, verdict }) => rank(proposed) > rank(verdict))),
        cell(sum(own, ({ proposed, verdict }) => rank(proposed) < rank(verdict))),
        cell(missed, casesAddress(scope, { model, proposed: 'BENIGN', classification: 'MALICIOUS' })),
      ];
    }),
    empty: INVESTIGATE,
  };
}

function byWeek(rows: Row[]): DashboardTable {
  const weeks = [...new Set(rows.map(({ week }) => week))].sort();
  return {
    name: 'verdicts-by-week',
    title: 'Agreement by week',
    about: 'The share of cases where people kept the model’s first verdict, by the week the case was opened.',
    columns: [
      { label: 'Week from', unit: 'text' },
      { label: 'Cases', unit: 'count' },
      { label: 'Same', unit: 'share' },
    ],
    rows: weeks.map((week) => {
      const own = rows.filter((row) => row.week === week);
      return [cell(week), cell(sum(own)), cell(share(sum(own, agrees), sum(own)))];
    }),
    empty: INVESTIGATE,
  };
}
