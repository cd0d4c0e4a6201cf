import { CONNECTION } from './flows';
import { type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** What programs run for somebody: the command tells one from another. */
const RUNS = "('sudo', 'cron')";

/**
 * What programs of Linux write to syslog or the journal, as far as the parser knows their messages: commands by their program, services
 * and modules by their names. Empty for other sources.
 */
export function syslogOf(
  fields: SourceField[],
  { action, target }: Mapping['expressions'],
  columns: Columns,
): Partial<Mapping['expressions']> {
  const names = new Set(fields.filter(({ filled }) => filled > 0).map(({ name }) => name));
  const message = ['message', 'MESSAGE'].find((name) => names.has(name));
  if (!names.has('event') || message === undefined) return {};
  const at = (name: string): string =>
    names.has(name) ? `nullif(${columns.text(name)}, '')` : 'CAST(NULL AS VARCHAR)';
  // Cisco's messages have numbers for names; a connection is told by where it went.
  if (names.has('mnemonic'))
    return {
      action: `coalesce(${at('event')}, CASE WHEN ${at('dst_ip')} IS NOT NULL THEN '${CONNECTION}' END, ${action})`,
      detail: detailOf({ port: at('dst_port'), 'given address': at('assigned_ip') }),
    };
  if (!names.has('program')) return {};
  const command = at('command');
  const run = `nullif(regexp_extract(${command}, '^(?:[^ ]*/)?([^ /]+)', 1), '')`;
  const host = ['host', '_HOSTNAME', 'hostname'].find((name) => names.has(name));
  // Ansible's arguments say which file or service a task was about.
  const managed = `nullif(regexp_extract(${at('arguments')}, '(?:^| )(?:path|dest|name)=(\\S+)', 1), '')`;
  return {
    action: `CASE WHEN ${at('event')} IN ${RUNS} AND ${run} IS NOT NULL THEN concat(${at('event')}, ' (', ${run}, ')') WHEN ${at('event')} = 'ansible' THEN concat('ansible (', ${at('task')}, ')') ELSE ${action} END`,
    target: coalesce(command, at('unit'), at('module'), managed, target),
    agent: `coalesce(${run}, ${at('program')})`,
    detail: detailOf({
      as: `CASE WHEN ${at('event')} = 'sudo' THEN ${at('target_user')} END`,
      host: host === undefined ? 'CAST(NULL AS VARCHAR)' : at(host),
    }),
  };
}
