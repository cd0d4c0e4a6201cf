import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** Microsoft 365 audit records, as the Management Activity API gives them: https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema */
export function mapMicrosoft365(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  const inside = names.has('AuditData.Operation') ? 'AuditData.' : '';
  if (!names.has(`${inside}Operation`) || !names.has(`${inside}Workload`)) return null;
  const at = (path: string): string => `nullif(${columns.text(`${inside}${path}`)}, '')`;
  const who = `lower(${coalesce(at('UserId'), at('MailboxOwnerUPN'), at('UserKey'))})`;
  const result = `lower(${at('ResultStatus')})`;
  return {
    schema: 'generic',
    label: 'Microsoft 365 audit log',
    contain:
      'revoke the sessions of {who} (Entra admin center, Users, Revoke sessions) and reset its password and sign-in methods',
    hasActor: true,
    hasAction: true,
    read: 'who: UserId, from: ClientIP without its port, action: Operation, on what: SourceFileName, the name of a rule or ObjectId, with Parameters',
    expressions: {
      principal: who,
      identity: who,
      login: who,
      key: coalesce(at('AppAccessContext.AADSessionId'), at('DeviceProperties.SessionId')),
      // "198.51.100.4:51234" and "[2001:db8::1]:443": the port is another one each time.
      ip: `regexp_replace(regexp_replace(${coalesce(at('ClientIP'), at('ClientIPAddress'), at('ActorIpAddress'))}, '^\\[(.*)\\](:[0-9]+)?$', '\\1'), '^([0-9.]+):[0-9]+$', '\\1')`,
      action: at('Operation'),
      service: at('Workload'),
      outcome: `CASE WHEN ${at('Operation')} = 'UserLoginFailed' OR regexp_matches(${result}, '^(fail|false)') THEN 'failed' ELSE 'ok' END`,
      error: coalesce(
        at('LogonError'),
        `CASE WHEN regexp_matches(${result}, '^(fail|false)') THEN ${at('ResultStatus')} END`,
      ),
      agent: agentOf(coalesce(at('UserAgent'), at('ClientInfoString'))),
      target: coalesce(
        at('SourceFileName'),
        // Of a message that was sent, its subject.
        `CASE WHEN ${at('Operation')} LIKE 'Send%' THEN ${at('Item.Subject')} END`,
        `CASE WHEN ${at('Operation')} LIKE '%InboxRule' THEN ${parameter(columns, inside, 'Name')} END`,
        parameter(columns, inside, 'Identity'),
        parameter(columns, inside, 'Name'),
        at('ObjectId'),
        at('MailboxOwnerUPN'),
      ),
      detail: detailOf({
        'forwards to': coalesce(
          ...['ForwardTo', 'RedirectTo', 'ForwardAsAttachmentTo'].map((name) => parameter(columns, inside, name)),
          `regexp_replace(${parameter(columns, inside, 'ForwardingSmtpAddress')}, '^smtp:', '', 'i')`,
          parameter(columns, inside, 'ForwardingAddress'),
        ),
        'mail from': parameter(columns, inside, 'From'),
        'moves to': parameter(columns, inside, 'MoveToFolder'),
        deletes: `CASE WHEN lower(${parameter(columns, inside, 'DeleteMessage')}) = 'true' THEN 'yes' END`,
        words: coalesce(
          ...['SubjectOrBodyContainsWords', 'SubjectContainsWords', 'BodyContainsWords'].map((name) =>
            parameter(columns, inside, name),
          ),
        ),
        rights: parameter(columns, inside, 'AccessRights'),
        'given to': coalesce(parameter(columns, inside, 'User'), parameter(columns, inside, 'Trustee')),
        'shared with': at('TargetUserOrGroupName'),
        site: at('SiteUrl'),
      }),
      params: `substr(concat_ws(' ', ${at('ObjectId')}, ${columns.json(`${inside}Parameters`)}, ${columns.json(`${inside}ModifiedProperties`)}), 1, 1500)`,
      bytes: `TRY_CAST(${at('FileSizeBytes')} AS DOUBLE)`,
    },
  };
}

/** A parameter of a cmdlet by its name: they stand in a list of names with values. */
const parameter = (columns: Columns, inside: string, name: string): string =>
  `nullif(regexp_extract(${columns.json(`${inside}Parameters`)}, '"Name"\\s*:\\s*"${name}"\\s*,\\s*"Value"\\s*:\\s*"([^"]+)"', 1), '')`;
