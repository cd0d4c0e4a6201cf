import { agentOf, type Columns, coalesce, type Mapping, type SourceField } from './mapping';

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
    hasActor: true,
    hasAction: true,
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
      target: coalesce(`nullif(${at('objectRef.name')}, '')`, at('objectRef.namespace')),
      detail: 'NULL',
      params: `substr(${columns.json('objectRef')}, 1, 1500)`,
      bytes: 'NULL',
    },
  };
}
