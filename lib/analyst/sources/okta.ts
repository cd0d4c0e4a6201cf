import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** Okta System Log: https://developer.okta.com/docs/reference/api/system-log/ */
export function mapOkta(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  const own = ['actor.alternateId', 'outcome.result', 'client.ipAddress', 'displayMessage', 'published'];
  if (!names.has('eventType') || own.filter((name) => names.has(name)).length < 3) return null;
  const at = columns.text;
  const result = `upper(coalesce(${at('outcome.result')}, 'SUCCESS'))`;
  const who = coalesce(at('actor.alternateId'), at('actor.displayName'), at('actor.id'));
  return {
    schema: 'okta',
    label: 'Okta System Log',
    hasActor: true,
    hasAction: true,
    read: 'who: actor.alternateId, session: authenticationContext.externalSessionId, from: client.ipAddress, action: eventType, outcome: outcome.result and outcome.reason, on what: the first target, accounts by alternateId',
    expressions: {
      principal: who,
      identity: who,
      login: coalesce(at('actor.alternateId'), at('actor.displayName')),
      key: `nullif(nullif(${at('authenticationContext.externalSessionId')}, 'unknown'), '')`,
      ip: at('client.ipAddress'),
      action: at('eventType'),
      service: `'okta'`,
      outcome: `CASE WHEN ${result} IN ('FAILURE', 'DENY') THEN 'denied' WHEN ${result} IN ('SUCCESS', 'ALLOW') THEN 'ok' ELSE lower(${result}) END`,
      error: `CASE WHEN ${result} NOT IN ('SUCCESS', 'ALLOW') THEN ${coalesce(at('outcome.reason'), at('outcome.result'))} END`,
      agent: agentOf(at('client.userAgent.rawUserAgent')),
      // An account is known by its login, anything else by the name that people gave it: its id tells a reader nothing.
      target: coalesce(
        `CASE WHEN coalesce(raw->>'$.target[0].type', '') NOT IN ('', 'User', 'AppUser') THEN nullif(raw->>'$.target[0].displayName', '') END`,
        `(raw->>'$.target[0].alternateId')`,
        `(raw->>'$.target[0].displayName')`,
      ),
      detail: detailOf({
        role: at('debugContext.debugData.privilegeGranted'),
        factor: `CASE WHEN ${at('eventType')} LIKE 'user.mfa.factor.%' THEN coalesce(raw->>'$.target[1].displayName', regexp_extract(${at('outcome.reason')}, '([A-Z]+_[A-Z_]+)', 1)) END`,
      }),
      params: `substr(concat_ws(' ', CAST(raw->'$.target' AS VARCHAR), CAST(raw->'$.debugContext.debugData' AS VARCHAR)), 1, 1500)`,
      bytes: 'NULL',
    },
  };
}
