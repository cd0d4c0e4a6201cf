import type { Entity } from '../schema';
import { type Doc, has, number, text, texts, time } from './fields';
import type { Reading } from './reading';
import { severityOfNumber } from './severity';

/**
 * QRadar offenses, as the API and forwarding rules send them. Severity: the magnitude, 1–10, which weighs severity, relevance and credibility.
 * https://ibmsecuritydocs.github.io/qradar_api_20.0/
 */
export const isQradarOffense = (doc: Doc): boolean => has(doc, 'offense_type', 'offense_source', 'description');

/** What an offense is indexed by, where that is no address (addresses are found by their form). */
const KIND_OF_TYPE: Record<number, Entity['kind']> = { 3: 'user', 7: 'host' };

/** Reads an offense as GET /api/siem/offenses gives it; `magnitude` is 0 to 10. */
export function readQradarOffense(doc: Doc): Reading {
  const kind = KIND_OF_TYPE[number(doc, 'offense_type') ?? -1];
  const source = text(doc, 'offense_source');
  return {
    ref: text(doc, 'id'),
    title: text(doc, 'description'),
    rule: text(doc, 'rules.name', 'offense_type_str', 'categories'),
    severity: severityOfNumber(number(doc, 'magnitude'), { low: 1, medium: 4, high: 7, critical: 9 }),
    time: time(doc, 'start_time', 'first_persisted_time', 'last_updated_time'),
    techniques: texts(doc, 'categories', 'description'),
    entities: kind && source ? [{ kind, value: source }] : [],
    resolved: text(doc, 'status')?.toUpperCase() === 'CLOSED',
    resolvedAt: time(doc, 'close_time'),
  };
}
