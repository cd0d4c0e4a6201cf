import { endpointEntities } from './endpoint';
import { type Doc, has, number, text, texts, time } from './fields';
import type { Reading, Source } from './reading';
import { severityOfNumber, severityOfWord } from './severity';

/**
 * Carbon Black Cloud alerts (API v6 and v7), and EDR watchlist hits. Severity: 1–10 (1–3 low, 4–6 medium, 7 and 8 high, 9 and 10
 * critical); EDR's alert_severity counts to 100. https://developer.carbonblack.com/reference/carbon-black-cloud/
 */
export const carbonblack: Source = {
  source: 'carbonblack',
  expects:
    'a Carbon Black Cloud alert (org_key, severity, device_name) or an EDR alert (alert_severity, watchlist_name)',
  recognises: (doc) => isCloud(doc) || isEdr(doc),
  read: (doc) => (isCloud(doc) ? readCloud(doc) : readEdr(doc)),
};

const isCloud = (doc: Doc): boolean =>
  (has(doc, 'org_key') || has(doc, 'legacy_alert_id')) &&
  has(doc, 'severity') &&
  (has(doc, 'threat_id') || has(doc, 'device_id') || has(doc, 'device_name') || has(doc, 'alert_url'));
const isEdr = (doc: Doc): boolean =>
  has(doc, 'alert_severity') && (has(doc, 'watchlist_name') || has(doc, 'feed_name') || has(doc, 'unique_id'));

function readCloud(doc: Doc): Reading {
  return {
    ref: text(doc, 'id', 'legacy_alert_id'),
    title: text(doc, 'reason', 'alert_description', 'report_name', 'threat_name', 'type'),
    description: [text(doc, 'report_description'), text(doc, 'threat_notes'), text(doc, 'threat_cause_reputation')]
      .filter((part) => part !== undefined)
      .join('\n'),
    rule: text(doc, 'report_name', 'watchlists.name', 'reason_code', 'rule_config_name', 'type'),
    severity: severityOfNumber(number(doc, 'severity'), { low: 1, medium: 4, high: 7, critical: 9 }),
    time: time(
      doc,
      'detection_timestamp',
      'first_event_timestamp',
      'first_event_time',
      'backend_timestamp',
      'create_time',
    ),
    techniques: texts(doc, 'attack_technique', 'ttps', 'report_tags', 'threat_indicators', 'threat_notes'),
    link: text(doc, 'alert_url'),
    entities: endpointEntities(doc, {
      host: 'device_name',
      user: 'device_username',
      process: 'process_name',
      file: 'process_effective_reputation_path',
    }),
  };
}

function readEdr(doc: Doc): Reading {
  return {
    ref: text(doc, 'unique_id'),
    title: text(doc, 'watchlist_name', 'alert_type', 'feed_name'),
    description: text(doc, 'description', 'report_title'),
    rule: text(doc, 'watchlist_name', 'feed_name'),
    severity:
      severityOfWord(text(doc, 'alert_severity')) ??
      severityOfNumber(number(doc, 'alert_severity'), { low: 1, medium: 40, high: 60, critical: 80 }),
    time: time(doc, 'created_time', 'observed_time', 'event_timestamp'),
    techniques: texts(doc, 'description', 'watchlist_name'),
    link: text(doc, 'link_process', 'process_guid_link'),
    entities: endpointEntities(doc, {
      host: 'hostname',
      user: 'username',
      process: 'process_name',
      file: 'process_path',
    }),
  };
}
