import { techniquesIn } from '../../attack/techniques';
import { AppError } from '../../errors/app-error';
import { hashOf } from '../../text/canonical-json';
import { findEntities, mergeEntities } from '../entities';
import { CanonicalAlert, type Entity, type Severity } from '../schema';
import type { Doc } from './fields';

/** What an adapter reads out of one document. What it leaves undefined is filled in one place, below. */
export type Reading = {
  ref?: string | undefined;
  title?: string | undefined;
  description?: string | undefined;
  rule?: string | undefined;
  /** Undefined when the sender gives none, or on an unknown scale: medium, marked as a guess. */
  severity?: Severity | undefined;
  /** Undefined when the sender gives none: the time of receipt, marked as such. */
  time?: Date | undefined;
  /** The sender says that the condition is over: the message updates its alert. */
  resolved?: boolean | undefined;
  /** When it ended, when the message gives that apart from `time`. */
  resolvedAt?: Date | undefined;
  /** The sender reports each condition as firing and later as resolved, under the same id. */
  series?: boolean | undefined;
  /** Texts that hold technique ids in any spelling; only real ids are kept. */
  techniques?: string[];
  /** Entities that the shape names, before those found by looking through the document. */
  entities?: Entity[];
  link?: string | undefined;
  /** The link may be what the alert is about: it is looked through like the rest. */
  linkMayBeIndicator?: boolean;
  /** What to look through for entities, when not the whole document. */
  scan?: unknown;
};

/** One sender's shape. Pure; `read` is only called with a document that `recognises` took. */
export type Source = {
  source: string;
  /** What a document of this sender must have, for the error message. */
  expects: string;
  recognises(doc: Doc): boolean;
  read(doc: Doc): Reading;
};

/**
 * The canonical alert of a reading. `raw` is the document as sent.
 * @throws AppError bad_request when the sender's id is too long to be one.
 */
export function toAlert(source: string, reading: Reading, doc: Doc, raw: unknown, now: Date): CanonicalAlert {
  const ref = isPlaceholder(reading.ref) ? undefined : reading.ref?.trim();
  if (ref !== undefined && ref.length > 1024) {
    throw new AppError(
      'bad_request',
      `its id has ${ref.length} characters; at most 1024 are allowed. Send the sender's own short id`,
    );
  }
  const title =
    oneLine(reading.title) ?? oneLine(reading.rule) ?? oneLine(reading.description) ?? 'Alert without a title';
  const link = webLink(reading.link);
  return CanonicalAlert.parse({
    source,
    sourceRef: ref || `sha256:${hashOf(raw)}`,
    title: cut(title, 1000),
    description: cut(reading.description?.trim() ?? '', 20_000),
    rule: reading.rule ? cut(oneLine(reading.rule) ?? '', 1000) || null : null,
    severity: reading.severity ?? 'medium',
    severitySource: reading.severity ? 'sender' : 'guess',
    occurredAt: reading.time ?? now,
    timeSource: reading.time ? 'sender' : 'receipt',
    resolvedAt: reading.resolved ? (reading.resolvedAt ?? reading.time ?? now) : null,
    series: ref !== undefined && (reading.series ?? reading.resolved ?? false),
    techniques: techniquesIn(reading.techniques ?? []).slice(0, 50),
    entities: mergeEntities(
      reading.entities ?? [],
      findEntities(reading.scan ?? doc).filter((entity) => reading.linkMayBeIndicator || !isOnHostOf(link, entity)),
    ),
    link,
    raw,
  });
}

/** `<finding_uid>`: a template's blank that nobody filled in. */
function isPlaceholder(text: string | undefined): boolean {
  return text !== undefined && /^<[^<>]*>$/.test(text.trim());
}

function oneLine(text: string | undefined): string | undefined {
  const line = text?.replace(/\s+/g, ' ').trim();
  return line === '' ? undefined : line;
}

function cut(text: string, max: number): string {
  // Not in the middle of a surrogate pair.
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Whether an entity is a page of the sender, or its host: the alert links there, and is not about it. */
function isOnHostOf(link: string | null, { kind, value }: Entity): boolean {
  if (link === null || (kind !== 'url' && kind !== 'domain')) return false;
  const host = new URL(link).hostname;
  return kind === 'domain' ? value === host : URL.canParse(value) && new URL(value).hostname === host;
}

/** http and https only: a link is clicked by a person. */
function webLink(text: string | undefined): string | null {
  if (!text || text.length > 4096 || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username || url.password ? null : text;
}
