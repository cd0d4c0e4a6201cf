import { createHash } from 'node:crypto';
import type { Entity, EntityKind } from '../alerts/schema';
import type { Actor } from '../auth/guard';
import { AppError } from '../errors/app-error';
import { toCsv } from '../text/csv';
import { readEntity } from './read-entity';
import { EntityFormat, type EntityView, type Trust } from './schema';

export type ExportedFile = { name: string; type: string; content: string };

/** Rows of each list in a file. */
const MOST = 100;

/**
 * An entity as a file: csv with its newest alerts and cases, or stix, a STIX 2.1 bundle with one indicator.
 * @throws AppError not_found for an unknown format; bad_request for a kind that STIX has no pattern for
 */
export async function exportEntity(
  actor: Actor,
  path: { kind: EntityKind; value: string },
  format: string,
): Promise<ExportedFile> {
  const known = EntityFormat.safeParse(format);
  if (!known.success) throw new AppError('not_found', 'There is no such format. Use csv or stix.');
  const view = await readEntity(actor, path, { limit: MOST });
  const name = `${view.entity.kind}-${view.entity.value.replace(/[^A-Za-z0-9.-]+/g, '_').slice(0, 80)}`;
  return known.data === 'csv'
    ? { name: `${name}.csv`, type: 'text/csv; charset=utf-8', content: csvOf(view) }
    : { name: `${name}.stix.json`, type: 'application/json', content: `${JSON.stringify(bundleOf(view), null, 2)}\n` };
}

function csvOf({ entity, alerts, cases }: EntityView): string {
  const head = ['entity_kind', 'entity_value', 'type', 'id', 'time', 'title', 'severity', 'status', 'verdict', 'case'];
  const own = [entity.kind, entity.value];
  return toCsv([
    head,
    ...alerts.items.map((alert) => [
      ...own,
      'alert',
      alert.id,
      alert.occurredAt,
      alert.title,
      alert.severity,
      alert.status,
      alert.disposition,
      alert.investigation?.codename ?? null,
    ]),
    ...cases.items.map((one) => [
      ...own,
      'case',
      one.id,
      one.openedAt,
      one.title,
      one.assessedSeverity ?? one.severity,
      one.status,
      one.assessment === 'set' ? one.classification : null,
      one.codename,
    ]),
  ]);
}

/** The pattern of an entity; null where STIX has no object for it. Pure. */
export function stixPattern({ kind, value }: Entity): string | null {
  const text = `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
  switch (kind) {
    case 'ip':
      return `[${value.includes(':') ? 'ipv6' : 'ipv4'}-addr:value = ${text}]`;
    case 'domain':
    case 'host':
      return `[domain-name:value = ${text}]`;
    case 'url':
      return `[url:value = ${text}]`;
    case 'email':
      return `[email-addr:value = ${text}]`;
    case 'user':
      return `[user-account:account_login = ${text}]`;
    case 'process':
      return `[process:name = ${text}]`;
    case 'file':
      return `[file:name = '${(value.split(/[\\/]/).at(-1) ?? value).replace(/'/g, "\\'")}']`;
    case 'hash': {
      const algorithm = { 32: 'MD5', 40: "'SHA-1'", 64: "'SHA-256'" }[value.length];
      return algorithm ? `[file:hashes.${algorithm} = ${text}]` : null;
    }
    default:
      return null;
  }
}

function bundleOf({ entity, firstSeen, trust }: EntityView) {
  const pattern = stixPattern(entity);
  if (pattern === null) {
    const kind = entity.kind.replaceAll('_', ' ');
    throw new AppError('bad_request', `STIX has no pattern for this ${kind}. Export it as CSV.`);
  }
  const said = trust.find(({ expired }) => !expired)?.trust ?? null;
  return stixBundle([{ entity, pattern, since: firstSeen, trust: said }]);
}

type Indicator = { entity: Entity; pattern: string; since: string | null; trust: Trust | null };

const INDICATOR_TYPE: Partial<Record<Trust, string>> = { 'known-bad': 'malicious-activity', 'known-good': 'benign' };

/** A STIX 2.1 bundle of indicators. */
export function stixBundle(indicators: Indicator[]) {
  const now = new Date().toISOString();
  return {
    type: 'bundle',
    id: `bundle--${idOf(`bundle ${now} ${indicators.map(({ pattern }) => pattern).join(' ')}`)}`,
    objects: indicators.map(({ entity, pattern, since, trust }) => ({
      type: 'indicator',
      spec_version: '2.1',
      // The same for the same pattern, so that a second import replaces the first.
      id: `indicator--${idOf(pattern)}`,
      created: since ?? now,
      modified: now,
      name: `${entity.kind} ${entity.value}`,
      indicator_types: [(trust && INDICATOR_TYPE[trust]) ?? 'unknown'],
      pattern,
      pattern_type: 'stix',
      valid_from: since ?? now,
    })),
  };
}

/** A UUID of version 8 made of a text. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
