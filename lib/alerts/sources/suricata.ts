import { at, type Doc, has, isDoc, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfWord } from './severity';

const LEVELS = ['high', 'medium', 'low', 'informational'] as const;

/**
 * Suricata EVE alerts, alone or below `suricata.eve` (Filebeat). Severity: the signature's own `signature_severity` when it is Critical,
 * else the priority, where 1 is the worst: 1 high, 2 medium, 3 low, 4 and more informational.
 * https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
 */
export const suricata: Source = {
  source: 'suricata',
  expects: 'a Suricata EVE alert (event_type alert, alert.signature)',
  recognises: (doc) => has(eveOf(doc), 'alert.signature') && has(eveOf(doc), 'alert.signature_id'),
  read: (doc) => {
    const eve = eveOf(doc);
    const priority = number(eve, 'alert.severity');
    const own = severityOfWord(text(eve, 'alert.metadata.signature_severity'));
    return {
      // One flow can raise the same signature several times.
      ref:
        [text(eve, 'flow_id'), text(eve, 'alert.signature_id'), text(eve, 'timestamp')].filter(Boolean).join(':') ||
        undefined,
      title: text(eve, 'alert.signature'),
      description: [text(eve, 'alert.category'), text(eve, 'alert.action')]
        .filter((part) => part !== undefined)
        .join(' · '),
      rule: text(eve, 'alert.signature_id'),
      severity:
        own === 'critical' ? own : priority === undefined ? own : LEVELS[Math.min(Math.max(priority, 1), 4) - 1],
      time: time(eve, 'timestamp') ?? time(doc, '@timestamp'),
      techniques: texts(eve, 'alert.metadata.mitre_technique_id', 'alert.metadata.mitre_technique_name'),
      scan: Object.fromEntries(Object.entries(eve).filter(([key]) => key !== 'alert')),
    };
  },
};

function eveOf(doc: Doc): Doc {
  const inner = at(doc, 'suricata.eve');
  return isDoc(inner) ? { ...doc, ...inner } : doc;
}
