import { at, docsIn, has, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfNumber, severityOfWord } from './severity';

/**
 * Elastic Security alerts (`kibana.alert.*`, and `signal.*` of 7.x), dotted or nested, with or without the search hit around them.
 * Severity: its word; without one the risk score (22 medium, 48 high, 74 critical), as Elastic's own rules pair them.
 * https://www.elastic.co/guide/en/security/current/alert-schema.html
 */
export const elastic: Source = {
  source: 'elastic',
  expects: 'an Elastic Security alert (kibana.alert.rule.name or signal.rule.name)',
  recognises: (doc) =>
    has(doc, 'kibana.alert.rule.name') || has(doc, 'kibana.alert.uuid') || has(doc, 'signal.rule.name'),
  read: (doc) => ({
    ref: text(doc, 'kibana.alert.uuid', '_id', 'signal._id', 'event.id'),
    title: text(doc, 'kibana.alert.rule.name', 'signal.rule.name', 'kibana.alert.reason'),
    description: [
      text(doc, 'kibana.alert.reason', 'signal.reason'),
      text(doc, 'kibana.alert.rule.description', 'signal.rule.description'),
    ]
      .filter((part) => part !== undefined)
      .join('\n\n'),
    rule: text(doc, 'kibana.alert.rule.name', 'signal.rule.name'),
    severity:
      severityOfWord(text(doc, 'kibana.alert.severity', 'kibana.alert.rule.severity', 'signal.rule.severity')) ??
      severityOfNumber(number(doc, 'kibana.alert.risk_score', 'signal.rule.risk_score'), {
        low: 1,
        medium: 22,
        high: 48,
        critical: 74,
      }),
    time: time(doc, '@timestamp', 'kibana.alert.original_time', 'signal.original_time'),
    techniques: [
      ...docsIn(at(doc, 'kibana.alert.rule.threat') ?? at(doc, 'signal.rule.threat')).flatMap((threat) =>
        texts(threat, 'technique'),
      ),
      ...texts(
        doc,
        'kibana.alert.rule.threat.technique.id',
        'kibana.alert.rule.threat.technique.subtechnique.id',
        'threat.technique',
        'kibana.alert.rule.tags',
      ),
    ],
    link: text(doc, 'kibana.alert.url'),
    // The rule's own text and query name what is looked for, not what was seen.
    scan: Object.fromEntries(
      Object.entries(doc)
        .filter(([key]) => !/^(kibana\.alert\.|signal\.)/i.test(key))
        .map(([key, value]) =>
          /^(kibana|signal)$/i.test(key) ? [key, { original_event: at(value, 'original_event') }] : [key, value],
        ),
    ),
  }),
};
