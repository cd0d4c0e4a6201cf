import { has, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfOcsfId, severityOfWord } from './severity';

/**
 * OCSF findings (class 2001–2007; detection finding is 2004). Severity: severity_id, else the word.
 * https://schema.ocsf.io/1.4.0/classes/detection_finding
 */
export const ocsf: Source = {
  source: 'ocsf',
  expects: 'an OCSF finding (class_uid, finding_info, severity_id)',
  recognises: (doc) =>
    (has(doc, 'class_uid') || has(doc, 'type_uid')) && (has(doc, 'finding_info') || has(doc, 'finding')),
  read: (doc) => ({
    ref: text(doc, 'finding_info.uid', 'finding.uid', 'metadata.uid'),
    title: text(doc, 'finding_info.title', 'finding.title', 'message'),
    description: [text(doc, 'message', 'status_detail'), text(doc, 'finding_info.desc', 'finding.desc')]
      .filter((part) => part !== undefined)
      .join('\n\n'),
    rule: text(doc, 'metadata.event_code', 'finding_info.analytic.name', 'finding_info.types', 'finding.types'),
    severity: severityOfOcsfId(number(doc, 'severity_id')) ?? severityOfWord(text(doc, 'severity')),
    time: time(
      doc,
      'time',
      'time_dt',
      'finding_info.last_seen_time',
      'finding_info.created_time',
      'finding_info.created_time_dt',
    ),
    techniques: texts(doc, 'finding_info.attacks', 'attacks', 'unmapped.compliance.MITRE-ATTACK'),
    link: text(doc, 'finding_info.src_url', 'finding.src_url'),
  }),
};
