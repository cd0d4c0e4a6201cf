import { type Doc, has, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfOcsfId, severityOfWord } from './severity';

/**
 * OCSF findings (class 2001–2007; detection finding is 2004). Severity: severity_id, else the word; a check that passed and a finding that
 * is suppressed are informational. https://schema.ocsf.io/1.4.0/classes/detection_finding
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
    severity: isHarmless(doc)
      ? 'informational'
      : (severityOfOcsfId(number(doc, 'severity_id')) ?? severityOfWord(text(doc, 'severity'))),
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
    resolved: isHarmless(doc) || isOver(doc),
    series: isCheck(doc),
  }),
};

const COMPLIANCE_FINDING = 2003;
const INCIDENT_FINDING = 2005;

/** The result of a check of a configuration: it fails, and later passes, under the same id. */
const isCheck = (doc: Doc): boolean => number(doc, 'class_uid') === COMPLIANCE_FINDING || has(doc, 'compliance.status');

/** A check that passed, or a finding that somebody suppressed: nothing is to be done. */
function isHarmless(doc: Doc): boolean {
  const words = ['compliance.status', 'compliance.status_code', 'status_code', 'status'].map((path) => text(doc, path));
  if (words.some((word) => word !== undefined && /^(?:pass(?:ed)?|compliant|suppressed|muted)$/i.test(word)))
    return true;
  if (number(doc, 'compliance.status_id') === 1) return true;
  // 3 is "on hold" in an incident finding.
  return number(doc, 'status_id') === 3 && number(doc, 'class_uid') !== INCIDENT_FINDING;
}

/** Resolved, archived, deleted or closed: by the word, else by its number; or the event itself says that it was closed. */
function isOver(doc: Doc): boolean {
  const status = number(doc, 'status_id') ?? 0;
  return (
    /^(?:resolved|archived|deleted|closed)$/i.test(text(doc, 'status') ?? '') ||
    (status >= 4 && status <= 6) ||
    /^close$/i.test(text(doc, 'activity_name') ?? '')
  );
}
