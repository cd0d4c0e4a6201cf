import { searchText } from './alert-search';
import { type CanonicalAlert, severityRank } from './schema';

/** What an adapter read of a document, by the columns of alerts; `search_text` is what its search vector is made of. */
export function readingColumns(alert: CanonicalAlert) {
  return {
    source: alert.source,
    source_ref: alert.sourceRef,
    title: alert.title,
    description: alert.description,
    rule: alert.rule,
    severity: severityRank(alert.severity),
    severity_source: alert.severitySource,
    occurred_at: alert.occurredAt.toISOString(),
    time_source: alert.timeSource,
    link: alert.link,
    techniques: alert.techniques,
    entities: alert.entities,
    // Indicators first: long texts are cut.
    search_text: searchText([
      alert.title,
      alert.rule ?? '',
      alert.sourceRef,
      ...alert.techniques,
      ...alert.entities.map(({ value }) => value),
      alert.description,
    ]),
  };
}
