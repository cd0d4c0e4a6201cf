import type { Entity } from '../schema';
import { at, has, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfNumber } from './severity';

/**
 * Wazuh alerts (alerts.json, the integrator's hook, or below `_source`).
 * Severity: rule.level 0–3 informational, 4–6 low, 7–11 medium, 12–14 high, 15 critical.
 * https://documentation.wazuh.com/current/user-manual/ruleset/rules/rules-classification.html
 */
export const wazuh: Source = {
  source: 'wazuh',
  expects: 'a Wazuh alert (rule.level, rule.description, agent)',
  recognises: (doc) => has(doc, 'rule.level') && (has(doc, 'agent') || has(doc, 'manager') || has(doc, 'decoder')),
  read: (doc) => {
    const agent = text(doc, 'agent.name');
    const entities: Entity[] = agent && !has(doc, 'predecoder.hostname') ? [{ kind: 'host', value: agent }] : [];
    return {
      ref: text(doc, 'id', '_id'),
      title: text(doc, 'rule.description'),
      description: text(doc, 'full_log'),
      rule: [text(doc, 'rule.id'), text(doc, 'rule.description')].filter((part) => part !== undefined).join(' '),
      severity: severityOfNumber(number(doc, 'rule.level'), { low: 4, medium: 7, high: 12, critical: 15 }),
      time: time(doc, '@timestamp', 'timestamp'),
      techniques: texts(doc, 'rule.mitre.id', 'rule.mitre'),
      entities,
      scan: {
        agent: { ip: at(doc, 'agent.ip') },
        data: at(doc, 'data'),
        predecoder: at(doc, 'predecoder'),
        syscheck: at(doc, 'syscheck'),
        full_log: at(doc, 'full_log'),
      },
    };
  },
};
