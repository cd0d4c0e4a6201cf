import { has, number, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfOcsfId, severityOfWord } from './severity';

/**
 * Scanner's webhook sink. `timestamp` counts nanoseconds; the link has the key "View in Scanner".
 * Severity: OCSF's severity_id (6 fatal counts as critical), else the word.
 * github.com/scanner-inc/agents
 */
export const scanner: Source = {
  source: 'scanner',
  expects: "a detection of Scanner's webhook (id, detection_rule_id, name, severity)",
  recognises: (doc) => has(doc, 'detection_rule_id') && (has(doc, 'name') || has(doc, 'query_text')),
  read: (doc) => ({
    ref: text(doc, 'id'),
    title: text(doc, 'name'),
    description: text(doc, 'description'),
    rule: text(doc, 'name', 'detection_rule_id'),
    severity: severityOfOcsfId(number(doc, 'severity_id')) ?? severityOfWord(text(doc, 'severity')),
    time: time(doc, 'detected_in_time_range.end', 'timestamp', 'detected_in_time_range.start'),
    techniques: texts(doc, 'tags'),
    link: text(doc, 'View in Scanner'),
    scan: Object.fromEntries(Object.entries(doc).filter(([key]) => key !== 'query_text')),
  }),
};
