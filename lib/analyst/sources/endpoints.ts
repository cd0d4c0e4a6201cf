import { telemetryOf } from '../sigma/rule-forms';
import type { EventKind } from '../sigma/telemetry';
import { columnSql, conditionSql, type SqlSource } from '../sigma/to-sql';
import { detailOf, type Mapping, type SourceField } from './mapping';
import { fileName, SYSTEM_ACCOUNTS } from './windows-events';

type Expressions = Mapping['expressions'];

/** What an event of a category is about, by Sigma's name of the field. */
const TARGETS: Record<string, string[]> = {
  process_creation: ['CommandLine'],
  network_connection: ['DestinationIp', 'DestinationHostname'],
  dns_query: ['QueryName'],
  image_load: ['ImageLoaded'],
  file_event: ['TargetFilename'],
  file_delete: ['TargetFilename'],
  registry_set: ['TargetObject'],
  registry_add: ['TargetObject'],
};

/** The telemetry read here; what others write has mappings of its own. */
const SENSORS = new Set(['defender', 'falcon', 'sentinelone', 'carbonblack-child', 'carbonblack', 'cortex', 'asim']);
const sensorOf = (kind: string): string => kind.split('/')[0] ?? '';

/**
 * What endpoint sensors (Defender, CrowdStrike, SentinelOne and others) saw, read by the field names that the detection rules
 * know: events are named by their program and by what started it, since "ProcessCreated" is as usual on a bad day as on a good one.
 * What a system account does is the machine's. Empty for other sources.
 */
export function endpointsOf(
  fields: SourceField[],
  { action, principal, login, target }: Expressions,
): { expressions: Partial<Expressions>; connects?: string } {
  const source = sqlSource(fields);
  const columns = fields.filter(({ filled }) => filled > 0).map(({ name }) => name);
  const kindsIn = (category: string): EventKind[] =>
    telemetryOf({ category, product: null, service: null }, columns).filter(({ id }) => SENSORS.has(sensorOf(id)));
  const [started] = kindsIn('process_creation');
  if (started === undefined) return { expressions: {} };
  const read = (kind: EventKind, field: string): string => columnSql(field, source, kind.id);
  const kinds = Object.keys(TARGETS).flatMap((category) =>
    kindsIn(category)
      .filter(({ id }) => sensorOf(id) === sensorOf(started.id))
      .map((kind) => ({ category, kind, when: conditionSql(kind.when, source, kind.id) })),
  );
  const [start] = kinds as [(typeof kinds)[number], ...typeof kinds]; // processes come first in the list
  const other = kinds.find(({ category }) => category !== 'process_creation')?.kind;
  const image = `CASE WHEN ${start.when} THEN ${fileName(read(started, 'Image'))}${other ? ` ELSE ${fileName(read(other, 'Image'))}` : ''} END`;
  const program = `nullif(${image}, '')`;
  const parent = `CASE WHEN ${start.when} THEN nullif(${fileName(read(started, 'ParentImage'))}, '') END`;
  const about = kinds.map(
    ({ category, kind, when }) =>
      `WHEN ${when} THEN coalesce(${[...(TARGETS[category] ?? []).map((field) => `nullif(${read(kind, field)}, '')`), 'NULL'].join(', ')})`,
  );
  const connected = kinds.find(({ category }) => category === 'network_connection');
  const host = hostOf(fields, source);
  const isSystem = `lower(regexp_extract(${principal}, '([^/\\\\]+)$', 1)) IN (${SYSTEM_ACCOUNTS})`;
  const expressions = {
    principal: `CASE WHEN ${isSystem} THEN coalesce(${host}, ${principal}) ELSE ${principal} END`,
    login: `CASE WHEN NOT coalesce(${isSystem}, FALSE) THEN ${login} END`,
    action: `substr(concat(${action}, ' (' || ${program} || coalesce(' by ' || ${parent}, '') || ')'), 1, 120)`,
    agent: program,
    target: `coalesce(CASE ${about.join(' ')} END, ${target})`,
    detail: detailOf({
      port: connected ? `CASE WHEN ${connected.when} THEN ${read(connected.kind, 'DestinationPort')} END` : 'NULL',
      host,
    }),
    params: `substr(concat_ws(' ', ${read(started, 'CommandLine')}, ${read(started, 'Image')}), 1, 1500)`,
  };
  return { expressions, ...(connected ? { connects: connected.when } : {}) };
}

function sqlSource(fields: SourceField[]): SqlSource {
  const isColumn = ({ rare }: SourceField): boolean => rare === undefined;
  return {
    name: '',
    fields: fields.filter(isColumn).map(({ name }) => name),
    rare: new Map(fields.flatMap(({ name, rare }) => (rare === undefined ? [] : [[name, rare]]))),
  };
}

const HOSTS = ['DeviceName', 'ComputerName', 'endpoint.name', 'device_name', 'agent_hostname', 'host.name', 'hostname'];

function hostOf(fields: SourceField[], source: SqlSource): string {
  const host = HOSTS.find((name) => fields.some((field) => field.name.toLowerCase() === name.toLowerCase()));
  return host === undefined ? 'CAST(NULL AS VARCHAR)' : `nullif(${columnSql(host, source, null)}, '')`;
}
