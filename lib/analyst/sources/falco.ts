import { type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** A pod of a deployment or a set has another name each time; what it belongs to keeps its own. */
const workload = (pod: string): string => `regexp_replace(${pod}, '(-[a-z0-9]{4,10})?-[a-z0-9]{4,5}$', '')`;

/** Falco's alerts (https://falco.org/docs/outputs/formatting): each is named by its rule and by what ran. */
export function mapFalco(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.filter(({ filled }) => filled > 0).map(({ name }) => name));
  if (!names.has('rule') || !names.has('priority') || !names.has('output')) return null;
  const at = (name: string): string =>
    names.has(name) ? `nullif(nullif(${columns.text(name)}, ''), '<NA>')` : 'CAST(NULL AS VARCHAR)';
  const of = (name: string): string => at(`output_fields.${name}`);
  const [pod, namespace, program, parent] = [of('k8s.pod.name'), of('k8s.ns.name'), of('proc.name'), of('proc.pname')];
  const place = coalesce(
    `CASE WHEN ${pod} IS NOT NULL THEN concat_ws('/', ${namespace}, ${workload(pod)}) END`,
    `CASE WHEN ${of('container.id')} <> 'host' THEN ${of('container.name')} END`,
    at('hostname'),
  );
  return {
    schema: 'generic',
    label: 'Falco alerts',
    hasActor: true,
    hasAction: true,
    isDetector: true,
    contain: 'stop {who} and keep a copy of its container for analysis',
    containService: 'stop {who} and keep a copy of its container for analysis',
    read: 'who: what the pod belongs to, the container or the host, login: the pod, action: rule with proc.name and proc.pname, on what: proc.cmdline or fd.name',
    expressions: {
      principal: place,
      identity: of('user.name'),
      login: pod,
      key: 'NULL',
      ip: 'NULL',
      action: `substr(concat(${at('rule')}, ' (' || ${program} || coalesce(' by ' || ${parent}, '') || ')'), 1, 120)`,
      service: at('source'),
      outcome: `'ok'`,
      error: 'NULL',
      agent: program,
      target: coalesce(of('proc.cmdline'), of('fd.name')),
      detail: detailOf({
        pod,
        namespace,
        image: of('container.image.repository'),
        user: of('user.name'),
        node: at('hostname'),
      }),
      params: `substr(concat_ws(' ', ${of('proc.cmdline')}, ${of('fd.name')}, ${of('proc.pcmdline')}), 1, 1500)`,
      bytes: 'NULL',
    },
  };
}
