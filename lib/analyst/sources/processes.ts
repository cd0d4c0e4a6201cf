import { type Columns, detailOf, type Mapping, type SourceField } from './mapping';

/** Where sensors write the program that ran, the one that started it and the line it was given: Elastic Common Schema, Falco. */
const PROGRAM = ['process.executable', 'process.name', 'output_fields.proc.exepath'];
const PARENT = ['process.parent.executable', 'process.parent.name', 'output_fields.proc.pexepath'];
const COMMAND = ['process.command_line', 'output_fields.proc.cmdline'];

/**
 * What a sensor on a machine saw started: named by the program and by what started it, since "exec" is all that an agent's event says and
 * every other program would be as usual as the first. Empty for other sources; an event without a program keeps its name.
 */
export function processesOf(fields: SourceField[], action: string, columns: Columns): Partial<Mapping['expressions']> {
  const used = (names: readonly string[]): string | null => {
    const known = names.filter((name) => fields.some((field) => field.name === name && field.filled > 0));
    return known.length === 0
      ? null
      : `coalesce(${known.map((name) => `nullif(${columns.text(name)}, '')`).join(', ')})`;
  };
  const [program, parent, command] = [used(PROGRAM), used(PARENT), used(COMMAND)];
  if (program === null || parent === null || command === null) return {};
  const name = `nullif(${fileName(program)}, '')`;
  return {
    action: `substr(CASE WHEN ${name} IS NULL THEN ${action} ELSE concat(${action}, ' (', ${name}, coalesce(' by ' || nullif(${fileName(parent)}, ''), ''), ')') END, 1, 120)`,
    agent: name,
    target: `coalesce(${command}, ${program})`,
    detail: detailOf({ host: hostOf(fields, columns) }),
    params: `substr(concat_ws(' ', ${command}, ${program}), 1, 1500)`,
  };
}

/** The last part of a path; the whole where it is a name. */
const fileName = (path: string): string => `regexp_extract(${path}, '([^/\\\\]+)$', 1)`;

const hostOf = (fields: SourceField[], columns: Columns): string => {
  const host = ['host.name', 'host.hostname', 'hostname'].find((name) => fields.some((field) => field.name === name));
  return host === undefined ? 'CAST(NULL AS VARCHAR)' : columns.text(host);
};
