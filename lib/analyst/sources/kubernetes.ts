import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** Kubernetes audit events: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
export function mapKubernetes(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  if (!names.has('verb') || !names.has('objectRef.resource') || !names.has('user.username')) return null;
  const at = columns.text;
  const code = `TRY_CAST(${at('responseStatus.code')} AS INTEGER)`;
  const sub = `nullif(${at('objectRef.subresource')}, '')`;
  // A verb alone says nothing: "create" may be a pod or a shell in one.
  const action = `concat(${at('verb')}, ' ', coalesce(${at('objectRef.resource')}, ''), coalesce('/' || ${sub}, ''))`;
  return {
    schema: 'generic',
    label: 'Kubernetes audit events',
    contain: 'remove the role bindings of {who} until its owner has new credentials',
    containService:
      'replace the credentials of the service account {who}: delete its token secrets and restart the pods that use it',
    hasActor: true,
    hasAction: true,
    hasRequest: true,
    read: 'who: user.username, from: sourceIPs, action: verb and objectRef.resource with its subresource, on what: objectRef.name, outcome: responseStatus.code',
    expressions: {
      principal: at('user.username'),
      identity: at('user.username'),
      login: at('user.username'),
      key: 'NULL',
      ip: `(raw->>'$.sourceIPs[0]')`,
      action,
      service: at('objectRef.namespace'),
      outcome: `CASE WHEN ${code} IN (401, 403) THEN 'denied' WHEN ${code} >= 400 THEN 'failed' ELSE 'ok' END`,
      error: `CASE WHEN ${code} >= 400 THEN ${at('responseStatus.code')} END`,
      agent: agentOf(at('userAgent')),
      // A listing has no name: it is of all in its namespace.
      target: coalesce(
        `nullif(${at('objectRef.name')}, '')`,
        `'namespace/' || nullif(${at('objectRef.namespace')}, '')`,
      ),
      detail: detailSql(columns),
      params: `substr(concat_ws(' ', ${columns.json('objectRef')}, ${columns.json('requestObject')}), 1, 1500)`,
      bytes: 'NULL',
    },
  };
}

/** Which role was bound to whom, which command was run, what a job runs and how often. */
function detailSql(columns: Columns): string {
  const request = columns.json('requestObject');
  const first = (path: string): string => `nullif(raw->>'$.requestObject.${path}', '')`;
  const uri = columns.text('requestURI');
  return detailOf({
    namespace: columns.text('objectRef.namespace'),
    role: first('roleRef.name'),
    'given to': `nullif(concat_ws(' ', ${first('subjects[0].kind')}, concat_ws('/', ${first('subjects[0].namespace')}, ${first('subjects[0].name')})), '')`,
    command: `nullif(url_decode(replace(array_to_string(regexp_extract_all(${uri}, '[?&]command=([^&]*)', 1), ' '), '+', ' ')), '')`,
    schedule: first('spec.schedule'),
    runs: `nullif(replace(regexp_replace(regexp_extract(${request}, '"(?:command|args)"\\s*:\\s*\\[([^\\]]*)\\]', 1), '"\\s*,\\s*"', ' ', 'g'), '"', ''), '')`,
    image: `nullif(regexp_extract(${request}, '"image"\\s*:\\s*"([^"]+)"', 1), '')`,
  });
}
