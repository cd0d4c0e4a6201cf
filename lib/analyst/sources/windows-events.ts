import { type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

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
  4662: 'directory object used',
  4768: 'Kerberos ticket',
  4769: 'Kerberos service ticket',
  4771: 'failed Kerberos sign-in',
  4624: 'logon',
  4625: 'failed logon',
  4648: 'logon with other credentials',
  4688: 'process created',
  4697: 'service installed',
  4698: 'scheduled task created',
  4720: 'account created',
  4724: 'password reset',
  4728: 'group member added',
  4732: 'group member added',
  4756: 'group member added',
  5136: 'directory object changed',
  7045: 'service installed',
};

const ID = /(?:^|[.])(?:event_?id|code)$/i;
const OF_WINDOWS = /(?:^|[.])(?:channel|provider(?:_?name)?|source_?name)$/i;

/** The events that a program started another in: their name says which. */
const STARTS = ['1', '4688'];
const PARENT = /(?:^|[.])parent(?:image|processname|[._]process[._]name)$/i;

/** "1 (process created by WINWORD.EXE)" or "11 (file created)" for the numbers that a source of Windows events has in place of names; null for other sources. */
function namedEvents(fields: SourceField[], field: string | undefined, columns: Columns): string | null {
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

type Expressions = Partial<Mapping['expressions']>;

/**
 * Who, where and on what, of Windows' own events in any export: the account that signed in, not the one that the machine logs it
 * under; what the system does under its own accounts is the machine's. Null for other sources.
 */
export function mapWindowsEvents(
  fields: SourceField[],
  field: string | undefined,
  columns: Columns,
): Expressions | null {
  const action = namedEvents(fields, field, columns);
  if (field === undefined || action === null) return null;
  const id = columns.text(field);
  const at = (...names: string[]): string => firstOf(fields, columns, names);
  const host = at(
    'computer_name',
    'Computer',
    'ComputerName',
    'MachineName',
    'host.name',
    'hostname',
    'System.Computer',
  );
  const isOf = (...ids: number[]): string => `${id} IN (${ids.map((one) => `'${one}'`).join(', ')})`;
  // Kerberos writes the realm behind the name.
  const account = `CASE WHEN ${isOf(4624, 4625, 4634, 4647)} THEN ${at('TargetUserName')} WHEN ${isOf(4768, 4769, 4770, 4771)} THEN regexp_replace(${at('TargetUserName')}, '@.*$', '') ELSE ${at('User', 'SubjectUserName', 'SourceUser', 'AccountName', 'user.name', 'TargetUserName')} END`;
  const name = `nullif(regexp_extract(${account}, '([^/:\\\\]+)$', 1), '')`;
  const login = `CASE WHEN lower(${name}) NOT IN (${SYSTEM_ACCOUNTS}) AND NOT ends_with(${name}, '$') THEN ${name} END`;
  const logonId = at('LogonId', 'TargetLogonId', 'SubjectLogonId');
  const program = fileName(at('Image', 'SourceImage', 'NewProcessName', 'ProcessName', 'process.executable'));
  return {
    action,
    principal: coalesce(login, host, account),
    // As written, with its domain: alerts name it so.
    identity: account,
    login,
    key: `CASE WHEN NOT ${isOf(...SHORT_SESSIONS)} AND lower(${logonId}) NOT IN (${SYSTEM_SESSIONS}) THEN ${logonId} END`,
    ip: `nullif(nullif(regexp_replace(${at('IpAddress', 'SourceIp', 'SourceAddress', 'SourceNetworkAddress', 'source.ip')}, '^::ffff:', '', 'i'), '::1'), '127.0.0.1')`,
    outcome: `CASE WHEN ${isOf(4625, 4776, 4771)} AND coalesce(${at('Status', 'FailureCode')}, '1') NOT IN ('0x0', '0') THEN 'failed' ELSE 'ok' END`,
    error: `CASE WHEN ${isOf(4625, 4776, 4771)} THEN nullif(${at('SubStatus', 'Status', 'FailureCode')}, '0x0') END`,
    agent: `nullif(${program}, '')`,
    target: `CASE WHEN ${isOf(4624, 4625)} THEN ${host}
      WHEN ${isOf(4768, 4769, 4771)} THEN ${at('ServiceName')}
      WHEN ${isOf(8, 10)} THEN ${fileName(at('TargetImage'))}
      WHEN ${isOf(4697, 7045, 7036)} THEN ${at('ServiceName', 'param1')}
      WHEN ${isOf(4698, 4699, 4700, 4701, 4702)} THEN ${at('TaskName')}
      WHEN ${isOf(4728, 4732, 4756)} THEN ${at('MemberName', 'MemberSid')}
      WHEN ${isOf(5136)} THEN coalesce(nullif(regexp_extract(${at('ObjectDN')}, '^CN=([{][0-9A-Fa-f-]+[}]),CN=Policies,', 1), ''), ${at('ObjectDN')})
      WHEN ${isOf(4662)} THEN ${host}
      WHEN ${isOf(4720, 4722, 4723, 4724, 4725, 4726, 4738, 4740)} THEN ${at('TargetUserName')}
      ELSE ${at('CommandLine', 'ProcessCommandLine', 'TargetFilename', 'TargetObject', 'ImageLoaded', 'DestinationIp', 'DestAddress', 'QueryName', 'ScriptBlockText', 'PipeName', 'ShareName', 'ServiceName', 'process.command_line')} END`,
    detail: detailOf({
      name: `CASE WHEN ${isOf(3)} THEN ${at('DestinationHostname')} END`,
      service: `CASE WHEN ${isOf(4697, 7045)} THEN ${at('ImagePath', 'ServiceFileName')} END`,
      command: `CASE WHEN ${isOf(4698, 4702)} THEN nullif(concat_ws(' ', nullif(regexp_extract(${at('TaskContent', 'TaskContentNew')}, '<Command>([^<]*)', 1), ''), nullif(regexp_extract(${at('TaskContent', 'TaskContentNew')}, '<Arguments>([^<]*)', 1), '')), '') END`,
      right: `CASE WHEN contains(${at('Properties')}, '1131f6ad-') THEN 'DS-Replication-Get-Changes-All' WHEN contains(${at('Properties')}, '1131f6aa-') THEN 'DS-Replication-Get-Changes' END`,
      workstation: `CASE WHEN ${isOf(4624, 4625)} THEN ${at('WorkstationName')} END`,
      attribute: `CASE WHEN ${isOf(5136)} THEN ${at('AttributeLDAPDisplayName')} END`,
      value: `CASE WHEN ${isOf(5136)} THEN substr(${at('AttributeValue')}, 1, 80) END`,
      access: `CASE WHEN ${isOf(10)} THEN ${at('GrantedAccess')} END`,
      group: `CASE WHEN ${isOf(4728, 4732, 4756)} THEN ${at('TargetUserName')} END`,
      'logon type': `CASE WHEN ${isOf(4624, 4625)} THEN ${at('LogonType')} END`,
      host: `CASE WHEN ${login} IS NOT NULL AND NOT ${isOf(4624, 4625, 4662)} THEN ${host} END`,
    }),
    params: `substr(concat_ws(' ', ${at('CommandLine', 'ProcessCommandLine', 'ScriptBlockText', 'process.command_line')}, ${at('ImagePath', 'ServiceFileName')}, ${at('TargetFilename', 'TargetObject')}), 1, 1500)`,
  };
}

/** What Windows does itself, under names that every machine has; as a list in SQL. */
export const SYSTEM_ACCOUNTS = [
  'system',
  'local service',
  'network service',
  'anonymous logon',
  'localsystem',
  'localservice',
]
  .map((name) => `'${name}'`)
  .join(', ');
/** Sessions that every machine has, of its own accounts: they tie no two machines together. */
const SYSTEM_SESSIONS = ['0x3e7', '0x3e4', '0x3e5', '999', '996', '997'].map((id) => `'${id}'`).join(', ');
/** Network logons have a session each. */
const SHORT_SESSIONS = [4624, 4625, 4634];

/** The first that has a value of fields with these last names, best first; a dash is none. */
function firstOf(fields: SourceField[], columns: Columns, names: string[]): string {
  const found = names.flatMap((name) => {
    const wanted = name.toLowerCase();
    return fields
      .filter(
        (field) =>
          field.filled > 0 && (field.name.toLowerCase() === wanted || field.name.toLowerCase().endsWith(`.${wanted}`)),
      )
      .sort((a, b) => b.filled - a.filled)
      .slice(0, 2);
  });
  const values = [...new Set(found.map((field) => field.name))].map(
    (name) => `nullif(nullif(${columns.text(name)}, ''), '-')`,
  );
  return values.length === 0 ? 'CAST(NULL AS VARCHAR)' : coalesce(...values);
}
