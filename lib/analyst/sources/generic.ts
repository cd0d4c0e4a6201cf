import { endpointsOf } from './endpoints';
import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';
import { dnsOf, networkOf } from './network';
import { processesOf } from './processes';
import { syslogOf } from './syslog';
import { mapWindowsEvents } from './windows-events';

/**
 * Names that log formats use for each aspect, best first. A candidate matches a field of that whole name, or one that ends
 * in it after a dot (case and separators aside). Read off the published schemas of GCP and Azure audit logs, Microsoft 365,
 * Kubernetes, GitHub, Google Workspace, Slack, 1Password, ECS, OCSF, Sysmon and Windows security events.
 */
const NAMES = {
  who: [
    'protopayload.authenticationinfo.principalemail',
    'actor.email',
    'actor.user.email',
    'actor.user.name',
    'actor.login',
    'actor.emailaddress',
  ]
    .concat([
      'actor.alternateid',
      'actor.name',
      'user.username',
      'user.email',
      'user.name',
      'useridentity.arn',
      'identity.user.name',
    ])
    .concat([
      'properties.initiatedby.user.userprincipalname',
      'initiatedby.user.userprincipalname',
      'userprincipalname',
      'initiatedby',
      'caller',
      'userid',
      'username',
      'user_name',
    ])
    .concat([
      'subjectusername',
      'sourceuser',
      'targetusername',
      'accountname',
      'account',
      'principal',
      'actor',
      'user',
      'email',
      'login',
      'identity',
      'subject',
      'requester',
    ])
    .concat(['initiatingprocessaccountname', 'src.process.user', 'process_username', 'actor_effective_username']),
  key: [
    'accesskeyid',
    'access_key',
    'sessionid',
    'session_id',
    'externalsessionid',
    'logonid',
    'targetlogonid',
    'tokenid',
  ],
  ip: [
    'protopayload.requestmetadata.callerip',
    'calleripaddress',
    'clientip',
    'client_ip',
    'client.ip',
    'client.ipaddress',
    'clientipaddress',
    'initiatedby.user.ipaddress',
    'sourceips',
    'sourceips[0]',
  ]
    .concat([
      'id.orig_h',
      'source.ip',
      'src_ip',
      'src',
      'srcip',
      'srcaddr',
      'sourceaddress',
      'callingip',
      'source_ip',
      'sourceip',
      'sourceipaddress',
      'source ip',
      'actor_ip',
      'actor.ip_address',
      'ipaddress',
    ])
    .concat([
      'ip_address',
      'context.ip_address',
      'remoteip',
      'remote_ip',
      'remote_addr',
      'ip',
      'src_endpoint.ip',
      'c-ip',
      'host.ip',
    ]),
  host: [
    'host.name',
    'host.hostname',
    'hostname',
    'computername',
    'computer',
    'device',
    'devicename',
    'host',
    'workstationname',
  ],
  action: [
    'protopayload.methodname',
    'actiontype',
    'event_simplename',
    '#event_simplename',
    'eventname',
    'event name',
    'event_name',
    'operationname',
    'activitydisplayname',
    'operation',
    'event.action',
    'eventtype',
    'event_type',
  ]
    .concat([
      'action',
      'verb',
      'activity_name',
      'activityname',
      'activity',
      'event.name',
      'events.name',
      'eventid',
      'event.code',
      'event_id',
      'api.operation',
    ])
    .concat(['event', 'requestmethod', 'method', 'event type', 'type', 'name', 'message']),
  service: [
    'protopayload.servicename',
    'eventsource',
    'id.applicationname',
    'category',
    'service',
    'servicename',
    'event.provider',
    'provider',
    'workload',
    'product',
    'channel',
  ],
  outcome: [
    'outcome.result',
    'event.outcome',
    'outcome',
    'result',
    'resulttype',
    'resultstatus',
    'status',
    'responsestatus.code',
    'protopayload.status.code',
  ].concat(['success', 'errorcode', 'error', 'logonerror', 'statuscode', 'http_status', 'sc-status', 'status_code']),
  agent: [
    'protopayload.requestmetadata.callersupplieduseragent',
    'useragent',
    'user_agent',
    'user_agent.original',
    'request user agent',
    'context.ua',
    'ua',
    'rawuseragent',
    'clientinfostring',
    'clientappused',
    'appid',
  ],
  target: [
    'protopayload.resourcename',
    'objectref.name',
    'objectref.resource',
    'resourceid',
    'target.name',
    'appdisplayname',
    'target',
    'object',
    'objectid',
    'repo',
    'resource',
    'bucket',
    'file',
    'path',
  ].concat([
    'targetfilename',
    'id.resp_h',
    'destination.ip',
    'dst_ip',
    'dest_ip',
    'dstip',
    'dstaddr',
    'destinationaddress',
    'dest',
    'destinationip',
    'url',
    'requesturi',
    'uri',
  ]),
  command: [
    'process.command_line',
    'commandline',
    'command_line',
    'command',
    'cmdline',
    'processcommandline',
    'tgt.process.cmdline',
    'target_cmdline',
    'action_process_image_command_line',
    'scriptblocktext',
    'process.executable',
    'image',
    'query',
    'request parameters',
    'requestparameters',
    'parameters',
    'details',
    'data',
  ],
  // Whom an account was made of or given to: only where nothing else says what was acted on.
  targetUser: ['target_user'],
  bytes: [
    'bytes',
    'bytes_out',
    'bytessent',
    'bytes_sent',
    'sc-bytes',
    'responsesize',
    'network.bytes',
    'orig_bytes',
    'size',
  ],
} as const;

/** Any other log: fields are found by their names, preferring those filled most often. */
export function mapGeneric(fields: SourceField[], columns: Columns): Mapping {
  const used = fieldsByRole(fields);
  // Google Cloud writes a status only where something went wrong: too seldom for the field to be seen among the others.
  if (fields.some(({ name }) => name === 'protoPayload.methodName')) used.outcome = ['protoPayload.status.code'];
  const windows = mapWindowsEvents(fields, used.action[0], columns);
  const network = networkOf(fields, columns);
  const own = expressionsOf(used, columns);
  const endpoints = windows ? { expressions: {} } : endpointsOf(fields, own);
  const processes = windows ? {} : { ...processesOf(fields, own.action, columns), ...endpoints.expressions };
  const said = Object.entries(used)
    .filter(([, names]) => names.length > 0)
    .map(([role, names]) => `${role}: ${names.join(' or ')}`);
  return {
    schema: 'generic',
    label: windows ? 'Windows events' : processes.agent ? 'Process events' : 'unknown format, fields found by name',
    hasLogons: windows !== null,
    ...dnsOf(fields, columns),
    ...(columns.has('assigned_ip') ? { given: `nullif(${columns.text('assigned_ip')}, '')` } : {}),
    ...(endpoints.connects === undefined ? {} : { connects: endpoints.connects }),
    ...(fields.some(({ name }) => name === 'alert.signature') ? { passed: 'allowed' } : {}),
    ...(processes.agent
      ? {
          contain: 'end the sessions of {who} on its machine and reset its password',
          containService: 'stop the service that runs as {who}, and replace every credential that it can read',
        }
      : {}),
    ...(windows ? { contain: 'disable {who} in Active Directory and reset its password' } : {}),
    hasActor: used.who.length + used.ip.length + used.host.length > 0,
    hasAction: used.action.length > 0 || isSignInLog(fields) || network.action !== undefined,
    read: said.length > 0 ? said.join(', ') : 'no field that says who, what or from where',
    expressions: {
      ...own,
      ...windows,
      ...processes,
      ...syslogOf(fields, own, columns),
      ...entraOf(fields, columns),
      ...network,
      ...(used.action.length === 0 && isSignInLog(fields) ? { action: `'sign-in'` } : {}),
    },
  };
}

/** The audit log of Entra ID names what was acted on in a list. */
function entraOf(fields: SourceField[], columns: Columns): Partial<Mapping['expressions']> {
  const names = new Set(fields.map(({ name }) => name));
  if (!names.has('activityDisplayName') || !names.has('targetResources')) return {};
  const first = (key: string): string => `nullif(${columns.text(`targetResources[0].${key}`)}, '')`;
  const changed = columns.json('targetResources');
  const value = (name: string): string =>
    `nullif(regexp_extract(${changed}, '"displayName"\\s*:\\s*"${name}"[^}]*?"newValue"\\s*:\\s*"[^"]*\\\\"([^"\\\\]+)', 1), '')`;
  return {
    target: coalesce(first('userPrincipalName'), first('displayName')),
    detail: detailOf({ issuer: value('IssuerUri') }),
  };
}

/** A log of sign-ins alone, such as that of Entra ID, has no field that says what an event is. */
function isSignInLog(fields: SourceField[]): boolean {
  const names = new Set(fields.map(({ name }) => normal(name)));
  return names.has('userprincipalname') && names.has('appdisplayname') && names.has('conditionalaccessstatus');
}

/** A command line says what was acted on where nothing else does. */
const COMMAND_LINE = /(?:^|[.])(?:command(?:_?line)?|cmdline)$/i;

type Role = keyof typeof NAMES;
/** How many fields may say each. */
const MOST: Record<Role, number> = {
  who: 3,
  key: 1,
  ip: 2,
  host: 1,
  action: 2,
  service: 1,
  outcome: 2,
  agent: 1,
  target: 2,
  command: 3,
  targetUser: 1,
  bytes: 1,
};

function fieldsByRole(fields: SourceField[]): Record<Role, string[]> {
  const found = (role: Role): string[] => {
    const hits: { name: string; rank: number }[] = [];
    for (const field of fields) {
      const name = normal(field.name);
      const rank = NAMES[role].findIndex(
        (candidate) => name === normal(candidate) || name.endsWith(`.${normal(candidate)}`),
      );
      if (rank >= 0 && field.filled > 0)
        hits.push({
          name: field.name,
          rank: rank + (field.filled < 0.3 ? 100 : 0) + field.name.split('.').length / 10,
        });
    }
    return hits
      .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name))
      .slice(0, MOST[role])
      .map((hit) => hit.name);
  };
  const roles = Object.keys(NAMES) as Role[]; // its own keys
  return Object.fromEntries(roles.map((role) => [role, found(role)])) as Record<Role, string[]>; // of each
}

function expressionsOf(used: Record<Role, string[]>, columns: Columns): Mapping['expressions'] {
  const text = (names: string[]): string =>
    names.length === 0 ? 'NULL' : coalesce(...names.map((name) => `nullif(${columns.text(name)}, '')`));
  return {
    // Where nobody and no host is named, an address is all that tells one from another.
    principal: text([...used.who, ...used.host, ...used.ip]),
    identity: text(used.who),
    login: used.who.length === 0 ? 'NULL' : `regexp_extract(${text(used.who)}, '([^/:\\\\]+)$', 1)`,
    key: text(used.key),
    ip: `trim(${text(used.ip)}, '[]"')`.replace("trim(NULL, '[]\"')", 'NULL'),
    action: used.action.length > 0 ? `substr(${text(used.action)}, 1, 120)` : `'event'`,
    service: text(used.service),
    ...outcomeOf(
      text(used.outcome),
      used.outcome.some((name) => /protopayload[.]status/i.test(name))
        ? GRPC
        : used.outcome.some((name) => /success/i.test(name))
          ? ANSWERS
          : NO_CODES,
    ),
    agent: agentOf(text(used.agent)),
    target: text([...used.target, ...used.command.filter((name) => COMMAND_LINE.test(name)), ...used.targetUser]),
    detail: 'NULL',
    params: `substr(concat_ws(' ', ${[...used.command, ...used.target].map((name) => columns.text(name)).join(', ') || 'NULL'}), 1, 1500)`,
    bytes: used.bytes.length > 0 ? `TRY_CAST(${text(used.bytes)} AS DOUBLE)` : 'NULL',
  };
}

/** Codes that mean "denied" and "failed" beside those that every log uses: of Google Cloud, and none. */
type Codes = { denied: string; failed: string };
const GRPC: Codes = { denied: '|^(7|16)$', failed: '|^[1-9][0-9]?$' };
const NO_CODES: Codes = { denied: '', failed: '' };
/** Of fields that say whether it succeeded: "NO". */
const ANSWERS: Codes = { denied: '', failed: '|^no?$' };

/** Words, HTTP codes and the long error numbers of Entra ID that logs write for what did not succeed. */
function outcomeOf(outcome: string, codes: Codes): Pick<Mapping['expressions'], 'outcome' | 'error'> {
  const bad = `lower(${outcome})`;
  return {
    outcome: `CASE WHEN ${outcome} IS NULL THEN 'ok' WHEN regexp_matches(${bad}, 'den(y|ied)|unauthor|forbid|^40[13]$|permission|invalid ?(user|pass|cred)|blocked${codes.denied}') THEN 'denied' WHEN regexp_matches(${bad}, 'fail|error|false|^[45][0-9]{2}$|exception|refused|^[1-9][0-9]{4,6}$${codes.failed}') THEN 'failed' ELSE 'ok' END`,
    error:
      `CASE WHEN regexp_matches(${bad}, 'den(y|ied)|unauthor|forbid|permission|invalid|blocked|fail|error|exception|refused|^[45][0-9]{2}$|^[1-9][0-9]{4,6}$${codes.failed}') THEN ${outcome} END`.replace(
        'regexp_matches(lower(NULL)',
        'regexp_matches(NULL',
      ),
  };
}

const normal = (name: string): string => name.toLowerCase().replace(/[_\s-]/g, '');
