import { type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** Parameters that name what is acted on, best first; of a share who receives it is named too, as that decides what it means. */
const TARGETS = ['doc_title', 'target_user', 'USER_EMAIL', 'app_name', 'OAUTH2_APP_NAME', 'GROUP_EMAIL', 'doc_id'];

/** Google Workspace activities, whose events stand in a list: https://developers.google.com/workspace/admin/reports/v1/appendix/activity */
export function mapGoogleWorkspace(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  if (!names.has('events') || !names.has('id.applicationName')) return null;
  const at = columns.text;
  const who = coalesce(`nullif(${at('actor.email')}, '')`, at('actor.profileId'));
  const events = columns.json('events');
  const parameter = (name: string): string =>
    `nullif(regexp_extract(${events}, '"name"\\s*:\\s*"${name}"\\s*,\\s*"value"\\s*:\\s*"([^"]+)"', 1), '')`;
  return {
    schema: 'generic',
    label: 'Google Workspace activities',
    hasActor: true,
    hasAction: true,
    read: 'who: actor.email, from: ipAddress, action: the names of its events, on what: doc_title or target_user of their parameters, of an outside share both',
    expressions: {
      principal: who,
      identity: who,
      login: at('actor.email'),
      key: 'NULL',
      ip: at('ipAddress'),
      action: `array_to_string(CAST((raw->>'$.events[*].name') AS VARCHAR[]), ', ')`,
      service: at('id.applicationName'),
      outcome: `'ok'`,
      error: 'NULL',
      agent: 'NULL',
      target: coalesce(
        `CASE WHEN ${events} LIKE '%shared_externally%' THEN ${parameter('doc_title')} || ' to ' || ${parameter('target_user')} END`,
        ...TARGETS.map(parameter),
      ),
      detail: detailOf({
        role: parameter('ROLE_NAME'),
        group: parameter('GROUP_EMAIL'),
        setting: parameter('SETTING_NAME'),
        scopes: `CASE WHEN ${at('id.applicationName')} = 'token' THEN substr(regexp_replace(regexp_extract(${events}, '"name"\\s*:\\s*"scope"\\s*,\\s*"multiValue"\\s*:\\s*\\[([^\\]]*)\\]', 1), '"|https?://(?:www[.]googleapis[.]com/auth/|mail[.]google[.]com/)?', '', 'g'), 1, 160) END`,
      }),
      params: `substr(${events}, 1, 1500)`,
      bytes: 'NULL',
    },
  };
}
