import { type Columns, detailOf, type Mapping, type SourceField } from './mapping';
import { fileName } from './windows-events';

/** Where sensors write the program that ran, the one that started it and the line it was given: Elastic Common Schema, Falco. */
const PROGRAM = ['process.executable', 'process.name', 'output_fields.proc.exepath'];
const PARENT = ['process.parent.executable', 'process.parent.name', 'output_fields.proc.pexepath'];
const COMMAND = ['process.command_line', 'output_fields.proc.cmdline'];
const PARENT_COMMAND = ['process.parent.command_line', 'output_fields.proc.pcmdline'];
/** What starts others by a script: the script says more than the program that reads it. */
const READS_SCRIPTS = '^(node|python[0-9.]*|perl|ruby|php|java)$';

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
  const script = used(PARENT_COMMAND);
  // Of long paths the last two parts: the folder of a package and its script.
  const startedBy = `CASE WHEN regexp_matches(${fileName(parent)}, '${READS_SCRIPTS}') THEN substr(regexp_replace(${script ?? 'NULL'}, '/(?:[^/ ]+/)*([^/ ]+/[^/ ]+)', '\\1', 'g'), 1, 60) END`;
  return {
    action: `substr(CASE WHEN ${name} IS NULL THEN ${action} ELSE concat(${action}, ' (', ${name}, coalesce(' by ' || nullif(${fileName(parent)}, ''), ''), ')') END, 1, 120)`,
    agent: name,
    target: `coalesce(${command}, ${program})`,
    detail: detailOf({ host: hostOf(fields, columns), 'started by': startedBy }),
    params: `substr(concat_ws(' ', ${command}, ${program}), 1, 1500)`,
  };
}

const hostOf = (fields: SourceField[], columns: Columns): string => {
  const host = ['host.name', 'host.hostname', 'hostname'].find((name) => fields.some((field) => field.name === name));
  return host === undefined ? 'CAST(NULL AS VARCHAR)' : columns.text(host);
};
