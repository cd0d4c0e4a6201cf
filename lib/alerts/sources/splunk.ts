import { at, type Doc, has, isDoc, number, text, texts, time } from './fields';
import type { Reading, Source } from './reading';
import { severityOfNumber, severityOfWord } from './severity';

/** Fields of the index and of the search, which are about Splunk and not about what happened. */
const PLUMBING =
  /^(_.*|host|host_.*|source|sourcetype|index|linecount|splunk_server.*|search_name|rule_.*|orig_sid|info_.*|eventtype|tag.*|timestartpos|timeendpos|punct|drilldown_.*|.*risk_object_type)$/;

/**
 * Splunk's webhook action ({result, sid, search_name}), and Enterprise Security notables, all values texts.
 * Severity: urgency, else severity, each as word; else the saved search's number (1 debug … 6 fatal).
 * https://help.splunk.com/en/splunk-enterprise/alert-and-respond/alerting-manual (Use a webhook alert action)
 */
export const splunk: Source = {
  source: 'splunk',
  expects: "the webhook action's object (result, sid) or a notable (rule_name, _time, _raw)",
  recognises: (doc) =>
    (has(doc, 'sid') && isDoc(at(doc, 'result'))) ||
    (has(doc, 'rule_title', 'rule_name') && has(doc, 'urgency')) ||
    (has(doc, '_time') && (has(doc, 'rule_name') || has(doc, 'search_name') || has(doc, '_sourcetype'))),
  read: (doc) => {
    const result = at(doc, 'result');
    return isDoc(result)
      ? { ...readRow(result, doc), ref: refOf(result) ?? text(doc, 'sid'), link: text(doc, 'results_link') }
      : { ...readRow(doc, doc), ref: refOf(doc) };
  },
};

/** A notable's own id; the row's address in its index when there is none. */
function refOf(row: Doc): string | undefined {
  const id = text(row, 'event_id', 'notable_id');
  if (id) return id;
  const bucket = text(row, '_bkt');
  const address = text(row, '_cd');
  return bucket && address ? `${bucket}@@${address}@@${text(row, '_time') ?? ''}` : undefined;
}

function readRow(row: Doc, whole: Doc): Reading {
  const rule = text(row, 'rule_name', 'search_name', 'source') ?? text(whole, 'search_name');
  return {
    title: text(row, 'rule_title') ?? text(whole, 'search_name') ?? rule ?? text(row, 'signature'),
    description: text(row, 'rule_description', 'description', 'savedsearch_description') ?? '',
    rule,
    severity:
      severityOfWord(text(row, 'urgency')) ??
      severityOfWord(text(row, 'severity')) ??
      severityOfWord(text(row, 'priority')) ??
      severityOfNumber(number(row, 'alert.severity', 'severity_id'), { low: 3, medium: 4, high: 5, critical: 6 }),
    time: time(row, '_time', 'orig_time', 'time', '_indextime', 'envelopeTime') ?? time(whole, 'trigger_time'),
    techniques: texts(
      row,
      'annotations',
      'annotations.mitre_attack',
      'mitre_technique_id',
      'annotations._all',
      'rule_name',
      'tag',
    ),
    scan: Object.fromEntries(Object.entries(row).filter(([key]) => !PLUMBING.test(key))),
  };
}
