import { technique } from '../attack/techniques';
import { OF_NOW } from '../dashboard/headlines';
import type { Dashboard, DashboardTable, Headline, Unit } from '../dashboard/schema';
import { withoutActions } from '../dashboard/without-actions';
import { replaceUnseen } from '../text/invisible-characters';

/** Rows of one table; the dashboard has them all. */
const MOST_ROWS = 12;

export type WeeklyInput = {
  week: string;
  dashboard: Dashboard;
  /** The headlines of the week before, to compare with. */
  before: Headline[];
  /** null: the log sources could not be asked. */
  logs: DashboardTable | null;
};

/** The report of a week. Every number is a cell of the dashboard's tables; nothing is counted here. Pure. */
export function renderWeekly({ week, dashboard, before, logs }: WeeklyInput): string {
  const { range, headlines, tables } = dashboard;
  const all = [...tables, ...(logs ? [logs] : [])];
  return `# Week ${week}

${range.from} to ${range.to} (UTC). The same numbers are at \`/dashboard?from=${range.from}&to=${range.to}\`. The queue and the log sources are shown as they were when this was written.

## At a glance

${table(
  ['', 'This week', 'The week before'],
  headlines.map(({ label, unit, value }) => [
    label,
    shown(value, unit),
    // What the queue held a week ago is not known from what it holds now.
    OF_NOW.includes(label) ? '–' : shown(before.find((one) => one.label === label)?.value ?? null, unit),
  ]),
)}

${all.map(section).join('\n\n')}
${logs ? '' : '\n## Log coverage\n\nThe log sources could not be read when this was written.\n'}`;
}

function section(whole: DashboardTable): string {
  const { title, about, columns, rows, empty } = withoutActions(whole);
  const head = `## ${title}\n\n${about}`;
  if (rows.length === 0) return `${head}\n\n${empty.text}`;
  const shownRows = rows
    .slice(0, MOST_ROWS)
    .map((row) => row.map(({ value }, at) => shown(value, columns[at]?.unit ?? 'text')));
  const more = rows.length > MOST_ROWS ? `\n\n${rows.length - MOST_ROWS} more on the dashboard.` : '';
  return `${head}\n\n${table(
    columns.map(({ label }) => label),
    shownRows,
  )}${more}`;
}

const table = (head: string[], rows: string[][]): string =>
  [head.map(cell), head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

/** As the dashboard writes it. */
function shown(value: string | number | null, unit: Unit): string {
  if (value === null) return '–';
  if (typeof value === 'string')
    return unit === 'technique' ? `${value} ${technique(value)?.name ?? ''}`.trim() : value;
  if (unit === 'share') return `${Math.round(value * 100)} %`;
  if (unit === 'minutes') return duration(value);
  if (unit === 'usd') return `$${value.toFixed(2)}`;
  return String(Number.isInteger(value) ? value : Math.round(value * 10) / 10);
}

function duration(minutes: number): string {
  if (minutes < 1) return minutes === 0 ? '0 min' : '< 1 min';
  if (minutes < 60) return `${Math.round(minutes)} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 6) / 10} h`;
  return `${Math.round(minutes / 144) / 10} d`;
}

/** Names of rules and people are others' words: one line, no markup, no cell of its own. */
const cell = (text: string): string =>
  replaceUnseen(text, () => ' ', { all: true })
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160)
    .replace(/[\\`*_[\]<>|#!~]/g, (mark) => `\\${mark}`)
    .replace(/:\/\//g, '[:]//');
