import type { Columns, SourceField } from './mapping';

/** What the numbers of Sysmon's and Windows' own events mean, in a few words. */
const NAMES: Record<string, string> = {
  1: 'process created',
  3: 'network connection',
  7: 'image loaded',
  8: 'remote thread',
  10: 'process accessed',
  11: 'file created',
  12: 'registry changed',
  13: 'registry changed',
  22: 'DNS query',
  1102: 'log cleared',
  4104: 'script block',
  4624: 'logon',
  4625: 'failed logon',
  4688: 'process created',
  4698: 'scheduled task created',
  4720: 'account created',
  4728: 'group member added',
  4732: 'group member added',
  4756: 'group member added',
  7045: 'service installed',
};

const ID = /(?:^|[.])(?:event_?id|code)$/i;
const OF_WINDOWS = /(?:^|[.])(?:channel|provider(?:_?name)?|source_?name)$/i;

/** The events that a program started another in: their name says which. */
const STARTS = ['1', '4688'];
const PARENT = /(?:^|[.])parent(?:image|processname|[._]process[._]name)$/i;

/** "1 (process created by WINWORD.EXE)" or "11 (file created)" for the numbers that a source of Windows events has in place of names; null for other sources. */
export function namedEvents(fields: SourceField[], field: string | undefined, columns: Columns): string | null {
  const expression = field === undefined ? '' : columns.text(field);
  const isWindows = fields.some(
    ({ name, samples }) =>
      OF_WINDOWS.test(name) && samples.some((sample) => /sysmon|windows|^security$|^system$/i.test(sample)),
  );
  if (field === undefined || !ID.test(field) || !isWindows) return null;
  const parent = fields.find(({ name, filled }) => filled > 0 && PARENT.test(name))?.name;
  const by = parent === undefined ? null : `nullif(${fileName(columns.text(parent))}, '')`;
  const cases = Object.entries(NAMES).map(([id, name]) =>
    by !== null && STARTS.includes(id)
      ? `WHEN '${id}' THEN '${id} (${name}' || coalesce(' by ' || ${by}, '') || ')'`
      : `WHEN '${id}' THEN '${id} (${name})'`,
  );
  return `CASE ${expression} ${cases.join(' ')} ELSE ${expression} END`;
}

/** The last part of a path, as SQL. */
export const fileName = (path: string): string => `regexp_extract(${path}, '([^/\\\\]+)$', 1)`;
