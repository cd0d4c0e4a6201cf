import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** GitHub audit log, as it is exported and streamed: https://docs.github.com/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization */
export function mapGitHub(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  const isAudit = names.has('action') && names.has('actor') && (names.has('org') || names.has('business'));
  if (!isAudit || !(names.has('_document_id') || names.has('actor_location.country_code'))) return null;
  const at = (path: string): string => `nullif(${columns.text(path)}, '')`;
  const action = at('action');
  const who = at('actor');
  // Who is given something, where that is not whoever gives it.
  const account = coalesce(at('user'), at('invitee'), at('external_identity_username'));
  return {
    schema: 'generic',
    label: 'GitHub audit log',
    contain: 'revoke the tokens, SSH keys and sessions of {who}, and suspend its membership of the organization',
    hasActor: true,
    hasAction: true,
    read: 'who: actor, from: actor_ip, action: action, on what: repo, else the team, account or hook, with who was given access, the visibility and the branch',
    expressions: {
      principal: who,
      identity: who,
      login: who,
      key: 'NULL',
      ip: at('actor_ip'),
      action,
      service: `split_part(${action}, '.', 1)`,
      outcome: `CASE WHEN regexp_matches(${action}, '_(?:failed|rejected|denied)$') THEN 'failed' ELSE 'ok' END`,
      error: 'NULL',
      agent: agentOf(at('user_agent')),
      target: coalesce(at('repo'), at('repository'), at('team'), account, at('hook_id')),
      detail: detailOf({
        account: `CASE WHEN regexp_matches(${action}, 'member|collaborator|invit|admin') AND ${account} IS DISTINCT FROM ${who} THEN ${account} END`,
        permission: at('permission'),
        visibility: at('visibility'),
        branch: `regexp_replace(${at('branch')}, '^refs/heads/', '')`,
        key: at('fingerprint'),
      }),
      params: `substr(CAST(raw AS VARCHAR), 1, 1500)`,
      bytes: 'NULL',
    },
  };
}
