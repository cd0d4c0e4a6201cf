import { at, type Doc, docsIn, has, isDoc, text, texts, time } from './fields';
import type { Reading, Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Datadog: Cloud SIEM and Workload signals (API form, {attributes}), and the monitors' webhook. Severity: a signal's status or severity; a
 * monitor's priority P1–P5, else its alert type (error high, warning medium).
 * https://docs.datadoghq.com/integrations/webhooks/
 */
export const datadog: Source = {
  source: 'datadog',
  expects: 'a Datadog security signal (attributes, type signal) or the webhook of a monitor (event_type, alert_type)',
  recognises: (doc) => isSignal(doc) || isMonitor(doc),
  read: (doc) => (isSignal(doc) ? readSignal(doc) : readMonitor(doc)),
};

const isSignal = (doc: Doc): boolean =>
  isDoc(at(doc, 'attributes')) &&
  (/signal/i.test(text(doc, 'type') ?? '') ||
    (has(doc, 'attributes.custom') && has(doc, 'attributes.message')) ||
    has(doc, 'attributes.workflow.rule'));
const isMonitor = (doc: Doc): boolean =>
  (has(doc, 'event_type') && has(doc, 'alert_type') && (has(doc, 'title') || has(doc, 'event_title'))) ||
  (has(doc, 'alert_transition') && (has(doc, 'alert_id') || has(doc, 'alert_title')));

function readSignal(doc: Doc): Reading {
  const path = (name: string) => [`attributes.${name}`, `attributes.attributes.${name}`, `attributes.custom.${name}`];
  return {
    ref: text(doc, 'id'),
    title: text(doc, 'attributes.title', ...path('title'), ...path('workflow.rule.name'), ...path('name')),
    description: text(doc, 'attributes.message', ...path('message')),
    rule: text(doc, ...path('workflow.rule.name'), ...path('workflow.rule.id'), ...path('title')),
    severity: severityOfWord(text(doc, ...path('severity'))) ?? severityOfWord(text(doc, ...path('status'))),
    time: time(doc, 'attributes.timestamp', ...path('first_seen'), ...path('triggering_log_time')),
    techniques: texts(
      doc,
      'attributes.tags',
      'attributes.attributes.workflow.rule.tags',
      'attributes.custom.workflow.rule.tags',
    ),
    scan: at(doc, 'attributes'),
  };
}

function readMonitor(doc: Doc): Reading {
  const tags = Array.isArray(at(doc, 'tags')) ? texts(doc, 'tags') : (text(doc, 'tags') ?? '').split(',');
  const tagged = Object.fromEntries(tags.map((tag) => [tag.split(':')[0] ?? '', tag.slice(tag.indexOf(':') + 1)]));
  const transition = text(doc, 'alert_transition', 'transition') ?? '';
  return {
    ref: text(doc, 'alert_cycle_key', 'aggreg_key', 'alert_id', 'id', 'event_id'),
    title: text(doc, 'title', 'event_title', 'alert_title')?.replace(/^\[[^\]]{1,40}\]\s*/, ''),
    description: text(doc, 'body', 'event_msg', 'text_only_msg', 'message'),
    rule: text(doc, 'alert_title', 'monitor_name', 'title'),
    severity:
      severityOfWord(text(doc, 'severity', 'alert_priority')) ??
      // An event's priority is `normal` or `low`, whatever the monitor's is.
      severityOfWord(/^P[1-5]$/i.exec(text(doc, 'priority') ?? '')?.[0]) ??
      severityOfWord(text(doc, 'alert_type')),
    time: time(doc, 'date', 'last_updated', 'date_posix', 'timestamp'),
    techniques: tags,
    link: text(doc, 'link', 'url', 'alert_url'),
    resolved: /^recovered/i.test(transition) || text(doc, 'alert_type') === 'success',
    series: true,
    scan: { ...docsIn(doc)[0], ...tagged, tags: undefined, link: undefined, org: undefined },
  };
}
