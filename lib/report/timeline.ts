import { formatUtc, parseTime } from '../time/time';

/** A row as a model gives it. `until` makes it a burst. */
export type TimelineRow = {
  time: string;
  until?: string | undefined;
  event: string;
  who?: string | undefined;
  outcome?: string | undefined;
  source?: string | undefined;
  evidence: number[];
};

type Role = 'time' | 'who' | 'event' | 'outcome' | 'source' | 'evidence';

/** Columns are known by their heading, so that a team's own table takes rows too. In the order they are tried. */
const ROLES: [Role, RegExp][] = [
  ['time', /\btime\b|\bwhen\b|\bdate\b/i],
  ['evidence', /evidence|receipt|proof|\bref\b/i],
  ['outcome', /outcome|result/i],
  ['who', /\bwho\b|actor|principal|identity|\buser\b/i],
  ['event', /event|what|action|activity|description/i],
  ['source', /source|from|where|\blog\b/i],
];
const HEAD = ['Time (UTC)', 'Who', 'Event', 'Source', 'Evidence'];

/**
 * Puts rows into a timeline's first table, each before the first row that is later; a table is begun where there is none. Rows
 * that stand there are not touched. Pure. A row whose cells are all there already is not put in again.
 * @param section the section's text, without its heading
 */
export function addTimelineRows(
  section: string,
  rows: TimelineRow[],
): { ok: true; text: string; added: number; known: number } | { ok: false; message: string } {
  const lines = section.split(/\r?\n/);
  const found = tableIn(lines);
  const head = found ? cellsOf(lines[found.head] ?? '').map((cell) => cell.trim()) : HEAD;
  const columns = rolesOf(head);
  const timeColumn = columns.indexOf('time');
  if (timeColumn < 0 || !columns.includes('event')) {
    return {
      ok: false,
      message: `The timeline's table has no column for the time or for the event (${head.join(', ')}). Change it with report__replace_text, or write the section anew.`,
    };
  }
  const body = found ? lines.slice(found.head + 2, found.end) : [];
  let [added, known] = [0, 0];
  for (const row of rows) {
    const at = parseTime(row.time)?.getTime();
    if (at === undefined) return { ok: false, message: `"${row.time.slice(0, 60)}" is no time. ${TIME_FORM}` };
    if (row.until !== undefined && parseTime(row.until) === undefined)
      return { ok: false, message: `"${row.until.slice(0, 60)}" is no time. ${TIME_FORM}` };
    const line = rowLine(columns, row);
    if (body.some((other) => sameRow(other, line))) {
      known += 1;
      continue;
    }
    const later = body.findIndex(
      (other) => (timeOf(cellsOf(other)[timeColumn] ?? '') ?? Number.NEGATIVE_INFINITY) > at,
    );
    body.splice(later < 0 ? body.length : later, 0, line);
    added += 1;
  }
  const table = found
    ? [...lines.slice(0, found.head + 2), ...body, ...lines.slice(found.end)]
    : [
        ...(section.trim() === '' ? [] : [section.trimEnd(), '']),
        `| ${HEAD.join(' | ')} |`,
        `|${HEAD.map(() => ' --- ').join('|')}|`,
        ...body,
      ];
  return { ok: true, text: table.join('\n'), added, known };
}

const TIME_FORM = 'Give it in UTC, like 2023-07-10T11:57:16Z.';

/** The rows of a timeline as a program reads them: their time (ms; null when it can't be read) and their cells without evidence. */
export function timelineRows(section: string): { at: number | null; cells: string[] }[] {
  const lines = section.split(/\r?\n/);
  const found = tableIn(lines);
  if (!found) return [];
  const columns = rolesOf(cellsOf(lines[found.head] ?? '').map((cell) => cell.trim()));
  const timeColumn = columns.indexOf('time');
  return lines.slice(found.head + 2, found.end).map((line) => {
    const cells = cellsOf(line).map((cell) => cell.trim());
    return { at: timeOf(cells[timeColumn] ?? ''), cells: cells.filter((_, index) => columns[index] !== 'evidence') };
  });
}

function rolesOf(head: string[]): (Role | null)[] {
  const taken = new Set<Role>();
  const roles: (Role | null)[] = head.map(() => null);
  for (const [role, pattern] of ROLES) {
    const index = head.findIndex((cell, at) => roles[at] === null && pattern.test(cell));
    if (index < 0 || taken.has(role)) continue;
    roles[index] = role;
    taken.add(role);
  }
  return roles;
}

/** What has no column of its own is said in the event's. */
function rowLine(columns: (Role | null)[], row: TimelineRow): string {
  const has = (role: Role): boolean => columns.includes(role);
  const evidence = row.evidence.map((number) => `[E${number}]`).join(' ');
  const extra = [
    !has('outcome') && row.outcome ? row.outcome : '',
    !has('source') && row.source ? row.source : '',
  ].filter(Boolean);
  const cells: Record<Role, string> = {
    time: spanText(row.time, row.until),
    who: row.who ?? '',
    event: [
      !has('who') && row.who ? `${row.who}: ` : '',
      row.event,
      extra.length > 0 ? ` (${extra.join(', ')})` : '',
      !has('evidence') && evidence !== '' ? ` ${evidence}` : '',
    ].join(''),
    outcome: row.outcome ?? '',
    source: row.source ?? '',
    evidence,
  };
  return `| ${columns.map((role) => (role === null ? '' : cellText(cells[role]))).join(' | ')} |`;
}

function spanText(from: string, until: string | undefined): string {
  const first = formatUtc(parseTime(from) ?? new Date(0));
  const last = until === undefined ? first : formatUtc(parseTime(until) ?? new Date(0));
  if (first === last) return first;
  return first.slice(0, 10) === last.slice(0, 10) ? `${first.slice(0, -1)}–${last.slice(11)}` : `${first} – ${last}`;
}

/** One cell of a table: no line breaks, no bare pipes (also not in code, where GFM ends a cell too). */
function cellText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(?<!\\)((?:\\\\)*)\|/g, '$1\\|')
    .trim();
}

const sameRow = (a: string, b: string): boolean => normal(a) === normal(b);
const normal = (row: string): string =>
  cellsOf(row)
    .map((cell) => cell.trim())
    .join('\n')
    .toLowerCase();

function timeOf(cell: string): number | null {
  const found = /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?/.exec(cell);
  return (found && parseTime(found[0])?.getTime()) ?? null;
}

/** A row's cells; an escaped pipe ends none. */
function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/);
}

/** The first table outside code blocks: its heading line, and the line after its last row. */
function tableIn(lines: string[]): { head: number; end: number } | null {
  let fence = '';
  for (let index = 0; index < lines.length; index += 1) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(lines[index] ?? '')?.[1] ?? '';
    if (fence === '' && mark !== '') fence = mark;
    else if (fence !== '' && mark.startsWith(fence)) fence = '';
    else if (fence === '' && lines[index]?.includes('|') && isDelimiter(lines[index + 1] ?? '')) {
      let end = index + 2;
      while (end < lines.length && lines[end]?.includes('|')) end += 1;
      return { head: index, end };
    }
  }
  return null;
}

const isDelimiter = (line: string): boolean =>
  line.includes('|') && line.includes('-') && cellsOf(line).every((cell) => /^:?-+:?$/.test(cell.trim()));
