import { type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** What stands for "nobody signed in", as a number and as a name. */
const NOBODY = "('4294967295', '-1', 'unset')";

/** Linux audit records: https://github.com/linux-audit/audit-documentation/wiki/SPEC-Audit-Event-Enrichment */
export function mapAuditd(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  if (!names.has('type') || !names.has('serial') || !(names.has('auid') || names.has('AUID'))) return null;
  const at = (name: string): string => `nullif(nullif(${columns.text(name)}, ''), '?')`;
  const type = at('type');
  // Columns are told apart without regard to case, JSON paths with it.
  const interpreted = (name: string): string => `nullif(raw->>'$.${name}', '')`;
  const named = (name: string, number: string): string =>
    coalesce(
      `CASE WHEN ${interpreted(name)} NOT IN ${NOBODY} THEN ${interpreted(name)} END`,
      `CASE WHEN ${at(number)} = '0' THEN 'root' WHEN ${at(number)} NOT IN ${NOBODY} THEN 'uid ' || ${at(number)} END`,
    );
  const [login, running] = [named('AUID', 'auid'), named('UID', 'uid')];
  const account = coalesce(at('acct'), at('id'));
  // Who tries to sign in is nobody yet: the record names whom they want to be.
  const isSigningIn = `regexp_matches(${type}, '^(USER_(LOGIN|AUTH|ACCT|START|END|LOGOUT|ERR)|CRED_|LOGIN$)')`;
  const who = `CASE WHEN ${isSigningIn} THEN ${coalesce(account, login, running)} ELSE ${coalesce(login, running)} END`;
  const args = Array.from({ length: 8 }, (_, index) => columns.text(`a${index}`)).join(', ');
  const command = `CASE WHEN ${type} = 'EXECVE' THEN substr(concat_ws(' ', ${args}), 1, 300) END`;
  const result = coalesce(at('res'), at('success'));
  return {
    schema: 'generic',
    label: 'Linux audit records',
    contain: 'end the sessions of {who} (`loginctl terminate-user`), lock the account and replace its keys',
    hasActor: true,
    hasAction: true,
    read: 'who: auid (who signed in, whatever they became), acct of sign-ins, from: addr, action: type, of a program with its name, on what: its arguments, name or acct, outcome: res or success',
    expressions: {
      principal: who,
      identity: who,
      login: who,
      key: 'NULL',
      ip: `CASE WHEN regexp_matches(${at('addr')}, '[0-9a-f][.:]') THEN ${at('addr')} END`,
      action: `CASE WHEN ${type} = 'EXECVE' THEN 'EXECVE ' || coalesce(regexp_extract(${at('a0')}, '([^/]+)$', 1), '') WHEN ${type} = 'PATH' THEN concat_ws(' ', 'PATH', ${at('nametype')}) ELSE ${type} END`,
      service: at('key'),
      outcome: `CASE WHEN lower(${result}) IN ('failed', 'no', '0') THEN 'failed' ELSE 'ok' END`,
      error: `CASE WHEN lower(${result}) IN ('failed', 'no', '0') THEN ${coalesce(at('exit'), result)} END`,
      agent: `nullif(regexp_extract(${at('exe')}, '([^/]+)$', 1), '')`,
      target: coalesce(command, at('name'), `CASE WHEN NOT ${isSigningIn} THEN ${account} END`, at('exe')),
      detail: detailOf({ as: `CASE WHEN ${running} <> ${login} THEN ${running} END`, value: at('audit_enabled') }),
      params: `substr(concat_ws(' ', ${command}, ${at('name')}, ${account}, ${at('proctitle')}), 1, 1500)`,
      bytes: 'NULL',
    },
  };
}
