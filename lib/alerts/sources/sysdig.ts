import type { Entity, Severity } from '../schema';
import { fieldEntities } from './falco';
import { at, type Doc, has, number, text, texts, time } from './fields';
import type { Reading, Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Sysdig Secure policy events. Severity 0 is the worst: 0–3 high, 4 and 5 medium, 6 low, 7 informational.
 * https://docs.sysdig.com/en/docs/sysdig-secure/policies/threat-detect-policies/
 */
export const sysdig: Source = {
  source: 'sysdig',
  expects: 'a Sysdig Secure event (content.ruleName, severity, originator)',
  recognises: (doc) =>
    isNotification(doc) ||
    has(doc, 'content.ruleName') ||
    (has(doc, 'content.fields') && has(doc, 'severity') && (has(doc, 'originator') || has(doc, 'agentId'))),
  read: (doc) => (isNotification(doc) ? readNotification(doc) : readEvent(doc)),
};

/** The webhook of a notification channel: {alert, event, state}. */
const isNotification = (doc: Doc): boolean =>
  has(doc, 'alert.name', 'alert.severity', 'event.id') && (has(doc, 'alert.editUrl') || has(doc, 'timespan'));

function readNotification(doc: Doc): Reading {
  const named = text(doc, 'alert.name')?.replace(/^[\w ]{3,30}: /, '');
  const entities = [
    ...fieldEntities(at(doc, 'labels'), text(doc, 'labels.host.hostName')),
    ...labelled(doc, 'labels.kubernetes.pod.name', 'resource'),
    ...labelled(doc, 'labels.kubernetes.cluster.name', 'resource'),
  ];
  return {
    ref: text(doc, 'event.id'),
    title: text(doc, 'alert.subject') ?? named,
    description: text(doc, 'alert.description', 'alert.body'),
    rule: named,
    severity: severityOfWord(text(doc, 'alert.severityLabel')) ?? levelOf(number(doc, 'alert.severity')),
    time: time(doc, 'timestamp'),
    link: text(doc, 'event.url'),
    entities,
    resolved: at(doc, 'resolved') === true || /^(?:OK|RESOLVED)$/i.test(text(doc, 'state') ?? ''),
    scan: { labels: at(doc, 'labels'), body: at(doc, 'alert.body'), subject: at(doc, 'alert.subject') },
  };
}

function readEvent(doc: Doc): Reading {
  return {
    ref: text(doc, 'id'),
    title: text(doc, 'content.ruleName', 'name'),
    description: text(doc, 'content.output', 'description'),
    rule: text(doc, 'content.ruleName', 'name'),
    severity: levelOf(number(doc, 'severity')),
    time: time(doc, 'timestampRFC3339Nano', 'timestamp'),
    techniques: texts(doc, 'content.ruleTags'),
    entities: [
      ...fieldEntities(at(doc, 'content.fields'), text(doc, 'labels.host.hostName', 'labels.host.hostname')),
      ...labelled(doc, 'labels.kubernetes.pod.name', 'resource'),
      ...labelled(doc, 'labels.kubernetes.cluster.name', 'resource'),
      ...labelled(doc, 'labels.cloudProvider.account.id', 'account'),
      ...labelled(doc, 'labels.aws.instanceId', 'instance'),
    ],
    scan: { fields: at(doc, 'content.fields'), output: at(doc, 'content.output'), labels: at(doc, 'labels') },
  };
}

function labelled(doc: unknown, path: string, kind: Entity['kind']): Entity[] {
  const value = text(doc, path);
  return value ? [{ kind, value }] : [];
}

function levelOf(severity: number | undefined): Severity | undefined {
  if (severity === undefined || severity < 0 || severity > 7) return undefined;
  if (severity <= 3) return 'high';
  if (severity <= 5) return 'medium';
  return severity === 6 ? 'low' : 'informational';
}
