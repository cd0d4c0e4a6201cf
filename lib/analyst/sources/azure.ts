import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** The action of a request that is logged as begun; how it ended is an event of its own. */
export const BEGUN = 'request begun';

const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';
const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';

/**
 * What Azure's diagnostic settings export: activity, Key Vault and other resource logs, and those of Entra ID, also several of them in
 * one source. https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs-schema
 */
export function mapAzure(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  if (!['operationName', 'resourceId', 'category', 'time'].every((name) => names.has(name))) return null;
  const own = (path: string): string => `nullif(${columns.text(path)}, '')`;
  const pick = (...paths: string[]): string => coalesce(...paths.filter((path) => columns.has(path)).map(own), 'NULL');
  const who = pick(
    'properties.initiatedBy.user.userPrincipalName',
    'properties.userPrincipalName',
    `identity.claims.${UPN}`,
    `identity.claim.${UPN}`,
    'identity.claim.upn',
    'properties.initiatedBy.app.displayName',
    'properties.servicePrincipalName',
    'identity.claims.appid',
    `identity.claims.${OBJECT_ID}`,
    'identity.claim.appid',
    'identity.claim.oid',
    'caller',
    'identity',
  );
  return {
    schema: 'generic',
    label: 'Azure and Entra ID logs',
    contain:
      'revoke the sessions of {who} (Entra admin center, Users, Revoke sessions) and reset its password and sign-in methods',
    containService:
      'disable the enterprise application {who} (Entra admin center, Enterprise applications, Properties)',
    hasActor: true,
    hasAction: true,
    read: 'who: the user principal name or application, from: callerIpAddress, action: operationName, on what: the last names of resourceId, a secret or the resource changed, with what the request asks for',
    expressions: {
      principal: who,
      identity: who,
      login: who,
      key: 'NULL',
      // An address may bear a port.
      ip: `regexp_replace(${pick('callerIpAddress', 'properties.ipAddress', 'identity.claims.ipaddr')}, '^([0-9.]+):[0-9]+$', '\\1')`,
      action: `trim(${coalesce(`CASE WHEN regexp_matches(${resultSql(pick)}, '^(start|accept)') THEN '${BEGUN}' END`, `CASE WHEN ${pick('category')} LIKE '%SignInLogs' THEN 'Sign-in activity' END`, pick('properties.activityDisplayName'), own('operationName'))})`,
      service: pick('category'),
      outcome: outcomeSql(pick),
      error: `CASE WHEN NOT regexp_matches(${resultSql(pick)}, '^(success|succeeded|start|started|accept|accepted|0|ok)') THEN ${resultSql(pick)} END`,
      agent: agentOf(pick('properties.clientInfo', 'properties.userAgent', 'properties.additionalDetails[0].value')),
      target: targetSql(columns, pick),
      detail: detailSql(columns, pick),
      params: `substr(concat_ws(' ', ${pick('resourceId')}, ${own('properties.requestbody')}, ${columns.json('properties.targetResources')}), 1, 1500)`,
      bytes: 'NULL',
    },
  };
}

type Pick = (...paths: string[]) => string;

/** A number or a word, in lower case. */
const resultSql = (pick: Pick): string =>
  `lower(coalesce(${pick('properties.result', 'resultType', 'properties.httpStatusCode', 'resultSignature')}, 'success'))`;

/** A request is logged when it begins and when it ends: what only began is no second act, but it is none that failed either. */
function outcomeSql(pick: Pick): string {
  const signature = `lower(concat_ws(' ', ${pick('resultSignature')}, ${pick('resultDescription', 'properties.resultReason')}))`;
  const result = resultSql(pick);
  return `CASE WHEN regexp_matches(${result}, '^(success|succeeded|start|accept|0$|ok)') THEN 'ok' WHEN regexp_matches(${signature}, 'forbidden|unauthori|denied') THEN 'denied' ELSE 'failed' END`;
}

/** A secret, the account or application changed, else the resource by its last two names: "nsg-db/securityRules/allow-rdp". */
function targetSql(columns: Columns, pick: Pick): string {
  const first = (key: string): string => `nullif(${columns.text(`properties.targetResources[0].${key}`)}, '')`;
  const secret = `nullif(regexp_extract(${pick('properties.id', 'properties.requestUri')}, 'https://[^/]+/(?:secrets|keys|certificates)/([^/?]+)', 1), '')`;
  // The activity log writes the resource in capitals, the entity as it is.
  const resource = pick('properties.entity', 'resourceId');
  return coalesce(
    secret,
    first('userPrincipalName'),
    // The resource of a permission comes first, the application that gets it second.
    `CASE WHEN ${pick('operationName')} LIKE 'Add app role assignment%' THEN nullif(${columns.text('properties.targetResources[1].displayName')}, '') END`,
    first('displayName'),
    pick('properties.appDisplayName'),
    `nullif(regexp_extract(${resource}, '([^/]+/[^/]+/[^/]+)$', 1), '')`,
    resource,
  );
}

/** Which role whom was given, at which scope; which port was opened to whom; which vault; which permission. */
function detailSql(columns: Columns, pick: Pick): string {
  const body = `nullif(${columns.text('properties.requestbody')}, '')`;
  const part = (pattern: string): string => `nullif(regexp_extract(${body}, '${pattern}', 1), '')`;
  const changed = columns.json('properties.targetResources');
  const value = (name: string): string =>
    `nullif(regexp_extract(${changed}, '"displayName"\\s*:\\s*"${name}"[^}]*?"newValue"\\s*:\\s*"\\\\"([^"\\\\]+)', 1), '')`;
  const roleId = part('"[Rr]oleDefinitionId"\\s*:\\s*"[^"]*/([0-9a-fA-F-]{36})"');
  return detailOf({
    role: coalesce(
      `CASE lower(${roleId}) ${Object.entries(ROLES)
        .map(([id, name]) => `WHEN '${id}' THEN '${name}'`)
        .join(' ')} ELSE ${roleId} END`,
      value('Role[.]DisplayName'),
    ),
    'given to': part('"[Pp]rincipalId"\\s*:\\s*"([^"]+)"'),
    scope: part('"[Ss]cope"\\s*:\\s*"([^"]+)"'),
    port: part('"destinationPortRanges?"\\s*:\\s*\\[?\\s*"([^"]+)"'),
    'open to': `CASE WHEN ${part('"access"\\s*:\\s*"([^"]+)"')} = 'Allow' THEN ${part('"sourceAddressPrefix(?:es)?"\\s*:\\s*\\[?\\s*"([^"]+)"')} END`,
    'resource group': `CASE WHEN ${body} IS NOT NULL THEN nullif(regexp_extract(${pick('properties.entity', 'resourceId')}, '(?i)/resourceGroups/([^/]+)/', 1), '') END`,
    vault: `nullif(regexp_extract(${pick('properties.id', 'properties.requestUri')}, 'https://([^./]+)[.]vault[.]', 1), '')`,
    permission: value('AppRole[.]Value'),
    key: `nullif(regexp_extract(${changed}, 'KeyIdentifier=([0-9a-f-]{36})', 1), '')`,
  });
}

/** Built-in roles that matter in a report: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': 'Owner',
  'b24988ac-6180-42a0-ab88-20f7382dd24c': 'Contributor',
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': 'Reader',
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9': 'User Access Administrator',
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168': 'Role Based Access Control Administrator',
  '00482a5a-887f-4fb3-b363-3b7fe8e74483': 'Key Vault Administrator',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '9980e02c-c2be-4d73-94e8-173b1dc7cf3c': 'Virtual Machine Contributor',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
};
