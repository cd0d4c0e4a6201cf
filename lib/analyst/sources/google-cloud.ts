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
    read: 'who: protoPayload.authenticationInfo.principalEmail, from: requestMetadata.callerIp, action: methodName, on what: resourceName, with roles and members of policyDelta, outcome: status.code; of an export the table and the bucket',
    expressions: {
      principal: who,
      identity: who,
      login: who,
      // Its last name is the id by which the key was made and is deleted.
      key: `regexp_extract(${at('authenticationInfo.serviceAccountKeyName')}, '([^/]+)$', 1)`,
      ip: at('requestMetadata.callerIp'),
      action: at('methodName'),
      service: at('serviceName'),
      outcome: `CASE WHEN ${code} IN (7, 16) THEN 'denied' WHEN ${code} > 0 THEN 'failed' ELSE 'ok' END`,
      error: `CASE WHEN ${code} > 0 THEN ${coalesce(at('status.message'), at('status.code'))} END`,
      agent: agentOf(at('requestMetadata.callerSuppliedUserAgent')),
      // The last name of a path is what commands and the console call it; an object is named with its bucket.
      target: coalesce(
        exportedTable(columns),
        `CASE WHEN contains(${at('resourceName')}, '/objects/') THEN regexp_extract(${at('resourceName')}, 'buckets/(.+)$', 1) ELSE regexp_extract(${at('resourceName')}, '([^/]+)$', 1) END`,
      ),
      detail: detailSql(columns),
      params: `substr(concat_ws(' ', ${at('resourceName')}, ${columns.json('protoPayload.request')}, ${columns.json('protoPayload.serviceData')}), 1, 1500)`,
      bytes: 'NULL',
    },
  };
}

/** Whether an event is of a job that writes a table of BigQuery to a bucket: both versions of its log name the places to write to. */
const EXPORTED = `contains(CAST(raw->'$.protoPayload' AS VARCHAR), '"destinationUris"')`;

/** The bytes that an export read, as people say it. */
const sizeSql = (bytes: string): string =>
  `CASE WHEN ${EXPORTED} THEN CASE WHEN ${bytes} >= 1e9 THEN round(${bytes} / 1e9, 1) || ' GB' ELSE round(${bytes} / 1e6, 1) || ' MB' END END`;

/** The table that a job exports; a job itself has a number for a name. */
function exportedTable(columns: Columns): string {
  const payload = columns.json('protoPayload');
  const path = `regexp_extract(${payload}, '"sourceTable"\\s*:\\s*"projects/[^"]*?datasets/([^/"]+)/tables/([^/"]+)"', ['dataset', 'name'])`;
  const parts = `regexp_extract(${payload}, '"sourceTable"\\s*:\\s*[{][^}]*"datasetId"\\s*:\\s*"([^"]+)"[^}]*"tableId"\\s*:\\s*"([^"]+)"', ['dataset', 'name'])`;
  return `CASE WHEN ${EXPORTED} THEN nullif(concat_ws('.', nullif(coalesce(nullif((${path}).dataset, ''), (${parts}).dataset), ''), nullif(coalesce(nullif((${path}).name, ''), (${parts}).name), '')), '') END`;
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
    'to bucket': coalesce(
      `nullif(${part(payload, '"(?:destinationUris"\\s*:\\s*\\[\\s*|exportContext"[^}]*"uri"\\s*:\\s*)"gs://([^/"]+)')}, '')`,
      part(payload, '(?i)EXPORT\\s+DATA\\b.{0,300}?gs://([a-z0-9._-]+)'),
    ),
    size: sizeSql(`TRY_CAST(${part(payload, '"totalInputBytes"\\s*:\\s*"?([0-9]+)')} AS DOUBLE)`),
    'open to': part(request, '"sourceRanges"\\s*:\\s*\\[\\s*"([^"]+)"'),
  });
}

/** Changes of a policy, where old and where new services write them. */
const DELTAS = ['serviceData', 'metadata'].reduceRight(
  (rest, place) => `coalesce(raw->'$.protoPayload.${place}.policyDelta.bindingDeltas', ${rest})`,
  "CAST('[]' AS JSON)",
);
