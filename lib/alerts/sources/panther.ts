import { has, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Panther's custom webhook. `id` is the rule's; the alert's own is `alertId`. Severity: INFO … CRITICAL.
 * https://docs.panther.com/alerts/destinations/custom_webhook
 */
export const panther: Source = {
  source: 'panther',
  expects: "an alert of Panther's webhook (alertId, id, severity, title)",
  recognises: (doc) =>
    has(doc, 'alertId', 'severity') &&
    (has(doc, 'alertContext') ||
      has(doc, 'runbook') ||
      /^(?:RULE|POLICY|SCHEDULED|CORRELATION|SYSTEM)(?:_\w+)?$/i.test(text(doc, 'type') ?? '')),
  read: (doc) => ({
    ref: text(doc, 'alertId'),
    title: text(doc, 'title', 'name'),
    description: text(doc, 'description'),
    rule: text(doc, 'id', 'name'),
    severity: severityOfWord(text(doc, 'severity')),
    time: time(doc, 'alertContext.eventTime', 'createdAt'),
    techniques: texts(doc, 'tags'),
    link: text(doc, 'link'),
  }),
};
