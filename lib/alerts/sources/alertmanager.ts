import type { Entity } from '../schema';
import { at, type Doc, docsIn, has, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Prometheus Alertmanager and Grafana alerting, one alert of their groups each. Severity: the label `severity` (or `priority`, `level`).
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const alertmanager: Source = {
  source: 'alertmanager',
  expects: 'an Alertmanager webhook (alerts with labels and startsAt)',
  recognises: (doc) =>
    has(doc, 'labels') && has(doc, 'startsAt') && (has(doc, 'fingerprint') || has(doc, 'labels.alertname')),
  read: (doc) => ({
    ref: text(doc, 'fingerprint'),
    title: text(doc, 'annotations.summary', 'annotations.title', 'annotations.message', 'labels.alertname'),
    description: text(doc, 'annotations.description', 'annotations.message', 'annotations.summary'),
    rule: text(doc, 'labels.alertname', 'labels.rulename'),
    severity: severityOfWord(text(doc, 'labels.severity', 'labels.priority', 'labels.level')),
    time: time(doc, 'startsAt'),
    techniques: [...texts(doc, 'labels'), ...texts(doc, 'annotations')],
    link: text(doc, 'generatorURL', 'panelURL', 'dashboardURL', 'externalURL'),
    entities: labelEntities(doc),
    resolved: text(doc, 'status')?.toLowerCase() === 'resolved',
    resolvedAt: time(doc, 'endsAt'),
    series: true,
    scan: {
      labels: at(doc, 'labels'),
      annotations: withoutLinks(at(doc, 'annotations')),
      values: at(doc, 'valueString'),
    },
  }),
};

const KIND_OF_LABEL: [string, Entity['kind']][] = [
  ['pod', 'resource'],
  ['namespace', 'resource'],
  ['container', 'resource'],
  ['deployment', 'resource'],
  ['service', 'resource'],
  ['cluster', 'resource'],
  ['node', 'host'],
  ['host', 'host'],
  ['hostname', 'host'],
  ['user', 'user'],
];

function labelEntities(doc: Doc): Entity[] {
  const named = KIND_OF_LABEL.flatMap(([label, kind]): Entity[] => {
    const value = text(doc, `labels.${label}`);
    return value ? [{ kind, value }] : [];
  });
  // `10.4.0.7:9100` is found as an address; a name is a host.
  const instance = text(doc, 'labels.instance')?.replace(/:\d+$/, '');
  return instance && !/^[\d.]+$|:/.test(instance) ? [...named, { kind: 'host', value: instance }] : named;
}

/** Annotations hold dashboards and runbooks of the team's own beside what happened. */
function withoutLinks(annotations: unknown): Record<string, unknown> {
  const [doc = {}] = docsIn(annotations);
  return Object.fromEntries(Object.entries(doc).filter(([key]) => !/url|uri|link|runbook|dashboard/i.test(key)));
}

/** The alerts of a group, each with what the group says around it. */
export function groupedAlerts(doc: Doc): unknown[] | undefined {
  const alerts = docsIn(at(doc, 'alerts'));
  const isGroup =
    alerts.length > 0 &&
    alerts.every((alert) => has(alert, 'labels') && (has(alert, 'startsAt') || has(alert, 'fingerprint')));
  return isGroup ? alerts : undefined;
}
