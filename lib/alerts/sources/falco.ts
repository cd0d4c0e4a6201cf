import type { Entity, Severity } from '../schema';
import { at, has, text, texts, time } from './fields';
import type { Source } from './reading';

const PRIORITIES: Record<string, Severity> = {
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  error: 'high',
  warning: 'medium',
  notice: 'low',
  informational: 'informational',
  info: 'informational',
  debug: 'informational',
};

/**
 * Falco alerts (HTTP output, Falcosidekick). Severity: Emergency, Alert and Critical critical; Error high; Warning medium; Notice low.
 * https://falco.org/docs/concepts/rules/basic-elements/#priority
 */
export const falco: Source = {
  source: 'falco',
  expects: 'a Falco alert (rule, priority, output, output_fields)',
  recognises: (doc) => has(doc, 'rule', 'priority') && (has(doc, 'output_fields') || has(doc, 'output', 'time')),
  read: (doc) => ({
    ref: text(doc, 'uuid'),
    title: text(doc, 'rule'),
    description: text(doc, 'output'),
    rule: text(doc, 'rule'),
    severity: PRIORITIES[text(doc, 'priority')?.toLowerCase() ?? ''],
    time: time(doc, 'time', 'output_fields.evt.time.iso8601', 'output_fields.evt.time'),
    techniques: texts(doc, 'tags'),
    entities: fieldEntities(at(doc, 'output_fields'), text(doc, 'hostname')),
    // The rule's sentence repeats the fields.
    scan: { hostname: at(doc, 'hostname'), output_fields: at(doc, 'output_fields') },
  }),
};

const KIND_OF_FIELD: [string, Entity['kind']][] = [
  ['user.name', 'user'],
  ['ka.user.name', 'user'],
  ['proc.name', 'process'],
  ['container.name', 'resource'],
  ['k8s.pod.name', 'resource'],
  ['ka.target.name', 'resource'],
  ['k8s.ns.name', 'resource'],
];

/** What Falco's and Sysdig's field names say: users, processes, containers, pods, files. */
export function fieldEntities(fields: unknown, hostname?: string): Entity[] {
  const named = KIND_OF_FIELD.flatMap(([key, kind]): Entity[] => {
    const value = text(fields, key);
    return value && value !== '<NA>' ? [{ kind, value }] : [];
  });
  const file = text(fields, 'fd.name', 'fs.path.name');
  return [
    ...(hostname ? [{ kind: 'host' as const, value: hostname }] : []),
    ...named,
    ...(file?.startsWith('/') ? [{ kind: 'file' as const, value: file }] : []),
  ];
}
