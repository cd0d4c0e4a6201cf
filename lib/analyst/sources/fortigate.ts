import { CONNECTION } from './flows';
import { type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** FortiGate's logs: https://docs.fortinet.com/document/fortigate/7.4.0/fortios-log-message-reference */
export function mapFortiGate(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.filter(({ filled }) => filled > 0).map(({ name }) => name));
  if (!names.has('logid') || !names.has('subtype') || !(names.has('devid') || names.has('devname'))) return null;
  const at = (name: string): string =>
    names.has(name) ? `nullif(nullif(nullif(${columns.text(name)}, ''), 'N/A'), '(null)')` : 'CAST(NULL AS VARCHAR)';
  const user = coalesce(at('user'), at('xauthuser'), at('unauthuser'));
  const from = coalesce(at('remip'), at('srcip'), at('ip'));
  const [subtype, type, did] = [at('subtype'), at('type'), at('action')];
  const words = `lower(concat_ws(' ', ${did}, ${at('status')}, ${at('reason')}, ${at('result')}))`;
  return {
    schema: 'generic',
    label: 'FortiGate log',
    hasActor: true,
    hasAction: true,
    contain: 'disable {who} on the VPN and in its directory, and end its sessions',
    given: coalesce(at('tunnelip'), at('assignip')),
    read: 'who: user or srcip, from: remip or srcip, action: action of a VPN event or "connection", on what: dstip with dstport, outcome: action, status or reason',
    expressions: {
      principal: coalesce(user, from),
      identity: user,
      login: user,
      key: 'NULL',
      ip: from,
      action: `CASE WHEN ${type} = 'traffic' THEN '${CONNECTION}' WHEN ${did} IN ('tunnel-up', 'ssl-login-fail', 'ssl-new-con', 'auth-logon') OR ${words} LIKE '%login%' THEN concat('login (', ${did}, ')') ELSE ${coalesce(at('attack'), did, at('logdesc'), "'event'")} END`,
      service: coalesce(at('service'), subtype),
      outcome: `CASE WHEN ${type} = 'traffic' AND ${did} IN ('deny', 'block', 'blocked', 'dropped') THEN 'denied' WHEN ${type} <> 'traffic' AND regexp_matches(${words}, 'fail|denied|deny|blocked|dropped|invalid') THEN 'failed' ELSE 'ok' END`,
      error: `CASE WHEN ${type} <> 'traffic' AND regexp_matches(${words}, 'fail|denied|deny') THEN ${coalesce(at('reason'), at('status'), did)} END`,
      agent: 'NULL',
      target: coalesce(at('hostname'), at('dstip'), at('dst_host')),
      detail: detailOf({ port: at('dstport'), 'given address': coalesce(at('tunnelip'), at('assignip')) }),
      params: `concat_ws(' ', ${at('dstip')}, ${at('dstport')}, ${at('url')}, ${at('msg')})`,
      bytes: `TRY_CAST(${at('sentbyte')} AS DOUBLE)`,
    },
  };
}
