import type { DashboardTable, DashboardTableName, Headline, Scope } from './schema';
import { casesAddress, queueAddress, share } from './scope';

/** Headlines that say how things are now, whatever the period. */
export const OF_NOW = ['Open alerts', 'Overdue'];

/** The few numbers of the tables that a lead looks at first. */
export function headlinesOf(tables: DashboardTable[], scope: Scope): Headline[] {
  const total = (name: DashboardTableName, label: string): number =>
    columnOf(tables, name, label).reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0);
  const first = (name: DashboardTableName, label: string): number | null => {
    const [value = null] = columnOf(tables, name, label);
    return typeof value === 'number' ? value : null;
  };
  const closed = total('sla', 'Closed on time');
  const due = closed + total('sla', 'Closed late') + total('sla', 'Open, overdue');
  const compared = total('verdicts-by-model', 'Cases');
  const differing = total('verdicts-by-model', 'Too harsh') + total('verdicts-by-model', 'Too mild');
  return [
    { label: 'Open alerts', unit: 'count', value: total('queue', 'Open'), href: queueAddress(scope, {}) },
    {
      label: 'Overdue',
      unit: 'count',
      value: total('queue', 'Overdue'),
      href: queueAddress(scope, { sla: 'late', sort: 'sla' }),
    },
    { label: 'Closed on time', unit: 'share', value: share(closed, due) },
    { label: 'To triage, median', unit: 'minutes', value: first('times', 'Triage, median') },
    { label: 'To verdict, median', unit: 'minutes', value: first('times', 'Verdict, median') },
    { label: 'First verdict kept', unit: 'share', value: share(compared - differing, compared) },
    withAddress(
      { label: 'Attacks called benign', unit: 'count', value: total('verdicts-by-model', 'Missed') },
      casesAddress(scope, { proposed: 'BENIGN', classification: 'MALICIOUS' }),
    ),
  ];
}

const withAddress = (headline: Headline, href: string | undefined): Headline =>
  href ? { ...headline, href } : headline;

function columnOf(tables: DashboardTable[], name: DashboardTableName, label: string): (string | number | null)[] {
  const table = tables.find((one) => one.name === name);
  const index = table?.columns.findIndex((column) => column.label === label) ?? -1;
  return index < 0 ? [] : (table?.rows.map((row) => row[index]?.value ?? null) ?? []);
}
