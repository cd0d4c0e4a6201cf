import { CONNECTION } from './flows';
import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** An alert of Suricata is named by its signature; a record of Zeek without a name is a connection. */
export function networkOf(fields: SourceField[], columns: Columns): Partial<Mapping['expressions']> {
  const names = new Set(fields.map(({ name }) => name));
  if (names.has('alert.signature') && names.has('event_type')) {
    const blocked = `lower(${columns.text('alert.action')}) IN ('blocked', 'drop')`;
    // The names in a record are those of the sensor and of the host asked for; who sent the packets is an address.
    const from = `nullif(${columns.text('src_ip')}, '')`;
    const agent = columns.has('http.http_user_agent') ? { agent: agentOf(columns.text('http.http_user_agent')) } : {};
    return {
      ...(names.has('src_ip') ? { principal: from, ip: from, login: 'NULL', identity: from } : {}),
      ...(names.has('dest_ip') ? { target: `nullif(${columns.text('dest_ip')}, '')` } : {}),
      ...agent,
      action: `substr(coalesce(nullif(${columns.text('alert.signature')}, ''), ${columns.text('event_type')}), 1, 120)`,
      outcome: `CASE WHEN ${blocked} THEN 'denied' ELSE 'ok' END`,
      error: 'NULL',
    };
  }
  if (names.has('id.resp_h') && names.has('conn_state')) {
    const state = columns.text('conn_state');
    return {
      action: `'${CONNECTION}'`,
      // Nobody answered, or the other side refused: https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html
      outcome: `CASE WHEN ${state} IN ('REJ', 'RSTOS0', 'RSTRH') THEN 'denied' WHEN ${state} IN ('S0', 'SH', 'SHR') THEN 'failed' ELSE 'ok' END`,
      error: `CASE WHEN ${state} IN ('REJ', 'RSTOS0', 'RSTRH', 'S0', 'SH', 'SHR') THEN ${state} END`,
      detail: detailOf({ port: columns.text('id.resp_p') }),
    };
  }
  const zeek = zeekOf(names, columns);
  if (zeek !== null) return zeek;
  const asked = names.has('query_name') ? 'query_name' : names.has('qtype_name') && names.has('query') ? 'query' : null;
  const type = ['query_type', 'qtype_name'].find((name) => names.has(name));
  return asked === null
    ? {}
    : {
        action: `concat('DNS query', ' (' || ${type === undefined ? 'NULL' : columns.text(type)} || ')')`,
        target: `nullif(rtrim(lower(${columns.text(asked)}), '.'), '')`,
      };
}

/** Zeek's logs of requests, transfers and notices: `host` is the site that was asked for, and who asked is an address. */
function zeekOf(names: Set<string>, columns: Columns): Partial<Mapping['expressions']> | null {
  const at = (name: string): string =>
    names.has(name) ? `nullif(nullif(${columns.text(name)}, ''), '-')` : 'CAST(NULL AS VARCHAR)';
  const isHttp = names.has('id.orig_h') && names.has('method') && names.has('uri');
  const isNotice = names.has('note') && names.has('msg') && names.has('src');
  if (!isHttp && !isNotice) return null;
  const from = isHttp ? at('id.orig_h') : coalesce(at('src'), at('id.orig_h'));
  const who = { principal: from, identity: from, login: 'NULL', ip: from };
  if (isNotice)
    return {
      ...who,
      action: `coalesce(${at('note')}, 'notice')`,
      target: coalesce(at('dst'), at('id.resp_h')),
      detail: detailOf({ says: at('msg') }),
    };
  const code = at('status_code');
  return {
    ...who,
    action: at('method'),
    target: at('uri'),
    outcome: `CASE WHEN ${code} IN ('401', '403') THEN 'denied' WHEN regexp_matches(${code}, '^[45]') THEN 'failed' ELSE 'ok' END`,
    error: `CASE WHEN regexp_matches(${code}, '^[45]') THEN ${code} END`,
    agent: agentOf(at('user_agent')),
    detail: detailOf({ site: coalesce(at('host'), at('id.resp_h')) }),
  };
}

/** Names under which logs of DNS queries write the name asked for. */
const DNS_NAMES = ['dns.rrname', 'dns.question.name', 'QueryName', 'query_name', 'rrname'];

/** The name that a DNS query asked for, where a log has one. */
export function dnsOf(fields: SourceField[], columns: Columns): Pick<Mapping, 'dnsName'> {
  const ends = (wanted: string) => fields.find(({ name }) => name === wanted || name.endsWith(`.${wanted}`))?.name;
  const name =
    DNS_NAMES.flatMap((wanted) => ends(wanted) ?? [])[0] ??
    (ends('qtype_name') === undefined ? undefined : ends('query'));
  return name === undefined ? {} : { dnsName: columns.text(name) };
}
