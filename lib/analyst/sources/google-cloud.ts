import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** Google Cloud audit logs: https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
export function mapGoogleCloud(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  if (!names.has('protoPayload.methodName')) return null;
  const at = (path: string): string => `nullif(${columns.text(`protoPayload.${path}`)}, '')`;
  const code = `TRY_CAST(${at('status.code')} AS INTEGER)`;
  const who = coalesce(at('authenticationInfo.principalEmail'), at('authenticationInfo.principalSubject'));
  return {
    schema: 'generic',
    label: 'Google Cloud audit logs',
    contain: 'suspend {who} in the Google Admin console and revoke its tokens',
    containService: 'disable the service account {who} (IAM & Admin, Service Accounts) and delete its keys',
    hasActor: true,
    hasAction: true,
    hasRequest: true,
    read: 'who: protoPayload.authenticationInfo.principalEmail, from: requestMetadata.callerIp, action: methodName, on what: resourceName, with roles and members of policyDelta, outcome: status.code',
    expressions: {
      principal: who,
      identity: who,
      login: who,
      key: at('authenticationInfo.serviceAccountKeyName'),
      ip: at('requestMetadata.callerIp'),
      action: at('methodName'),
      service: at('serviceName'),
      outcome: `CASE WHEN ${code} IN (7, 16) THEN 'denied' WHEN ${code} > 0 THEN 'failed' ELSE 'ok' END`,
      error: `CASE WHEN ${code} > 0 THEN ${coalesce(at('status.message'), at('status.code'))} END`,
      agent: agentOf(at('requestMetadata.callerSuppliedUserAgent')),
      // The last name of a path is what commands and the console call it; an object is named with its bucket.
      target: `CASE WHEN contains(${at('resourceName')}, '/objects/') THEN regexp_extract(${at('resourceName')}, 'buckets/(.+)$', 1) ELSE regexp_extract(${at('resourceName')}, '([^/]+)$', 1) END`,
      detail: detailSql(columns),
      params: `substr(concat_ws(' ', ${at('resourceName')}, ${columns.json('protoPayload.request')}, ${columns.json('protoPayload.serviceData')}), 1, 1500)`,
      bytes: 'NULL',
    },
  };
}

/** Which role whom was given, which key was made, which ports were opened to whom. */
function detailSql(columns: Columns): string {
  const payload = columns.json('protoPayload');
  const request = columns.json('protoPayload.request');
  const part = (text: string, pattern: string): string => `regexp_extract(${text}, '${pattern}', 1)`;
  const added = `regexp_extract(CAST(${DELTAS} AS VARCHAR), '[{][^{}]*"action"\\s*:\\s*"ADD"[^{}]*[}]')`;
  return detailOf({
    role: part(added, '"role"\\s*:\\s*"([^"]+)"'),
    member: part(added, '"member"\\s*:\\s*"([^"]+)"'),
    key: part(payload, '"name"\\s*:\\s*"[^"]*/keys/([0-9a-f]+)"'),
    protocol: part(request, '"IPProtocol"\\s*:\\s*"([^"]+)"'),
    port: part(request, '"ports"\\s*:\\s*\\[\\s*"([^"]+)"'),
    'open to': part(request, '"sourceRanges"\\s*:\\s*\\[\\s*"([^"]+)"'),
  });
}

/** Changes of a policy, where old and where new services write them. */
const DELTAS = ['serviceData', 'metadata'].reduceRight(
  (rest, place) => `coalesce(raw->'$.protoPayload.${place}.policyDelta.bindingDeltas', ${rest})`,
  "CAST('[]' AS JSON)",
);
