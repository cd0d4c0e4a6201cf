import { z } from 'zod';
import { AlertItem, AlertStatus, Entity, EntityKind, Moment, Person } from '../alerts/schema';
import { InvestigationItem } from '../investigations/schema';
import { PublicListNote } from '../public-lists/schema';
import { Classification } from '../report/schema';

export const TRUSTS = [
  'crown-jewel', // what matters most
  'service-account', // used by programs
  'scanner', // the team's own scans and tests
  'corporate-range', // the organization's own networks
  'known-good',
  'known-bad',
  'watched', // whoever watches it is told when an alert has it
] as const;
export const Trust = z.enum(TRUSTS);
export type Trust = z.infer<typeof Trust>;

/** What the team says about an entity. Without effect once it has expired. */
export const TrustNote = z.object({
  trust: Trust,
  note: z.string(),
  /** The first moment at which it no longer holds; null: it doesn't expire. */
  expiresAt: z.string().nullable(),
  expired: z.boolean(),
  /** A person in Socdown, or a file of the store's known/. */
  from: z.enum(['person', 'file']),
  by: Person.nullable(),
  at: z.string().nullable(),
  /** `known/networks.yml:7`; of a file only. */
  file: z.string().nullable(),
  /** The range that has the address, of a file only. */
  range: z.string().nullable(),
});
export type TrustNote = z.infer<typeof TrustNote>;

export const EntityPath = z.object({ kind: EntityKind, value: z.string().min(1).max(2048) });

export const EntityQuery = z.object({
  /** Of the alerts: one status. */
  status: AlertStatus.optional(),
  /** Of the cases: their classification. */
  classification: Classification.optional(),
  alertCursor: z.string().max(400).optional(),
  caseCursor: z.string().max(400).optional(),
  /** A case whose evidence is looked through for it. */
  investigation: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export type EntityQuery = z.infer<typeof EntityQuery>;

/** `none` takes trust away. `expiresAt`: a time, or the last day on which it holds. */
export const SetTrust = z.strictObject({
  trust: z.enum([...TRUSTS, 'none']),
  note: z
    .string()
    .trim()
    .max(1000, 'At most 1000 characters.')
    .refine((text) => !text.includes('\0'), 'There is a NUL character in this text. Remove it.')
    .default(''),
  expiresAt: Moment.nullable().default(null),
});
export type SetTrust = z.input<typeof SetTrust>;

/** A change of trust, newest first. `trust` null: it was taken away. */
export const TrustChange = z.object({
  id: z.string(),
  at: z.string(),
  by: Person.nullable(),
  trust: Trust.nullable(),
  note: z.string(),
  expiresAt: z.string().nullable(),
});
export type TrustChange = z.infer<typeof TrustChange>;

/** `trust`: a person's first, then of files. `previous`: what undoes a change when it is sent. */
export const TrustView = z.object({
  entity: Entity,
  trust: z.array(TrustNote),
  history: z.array(TrustChange),
  previous: SetTrust.nullable(),
});
export type TrustView = z.infer<typeof TrustView>;

export const EntityAlert = AlertItem.pick({
  id: true,
  title: true,
  severity: true,
  status: true,
  disposition: true,
  rule: true,
  source: true,
  occurredAt: true,
  investigation: true,
});
export type EntityAlert = z.infer<typeof EntityAlert>;

export const EntityCase = InvestigationItem.pick({
  id: true,
  codename: true,
  title: true,
  status: true,
  classification: true,
  assessment: true,
  confidence: true,
  severity: true,
  assessedSeverity: true,
  openedAt: true,
  openedBy: true,
});
export type EntityCase = z.infer<typeof EntityCase>;

const Count = z.object({ count: z.number(), /** There are more than were counted. */ more: z.boolean() });

export const EntityView = z.object({
  /** The one name of the thing; `forms` are those that alerts and cases have. */
  entity: Entity,
  forms: z.array(Entity),
  formsOmitted: z.boolean(),
  /** By the times of the events: of the alerts that were received first and last, and of those of the first and the last case. */
  firstSeen: z.string().nullable(),
  lastSeen: z.string().nullable(),
  alertCount: Count,
  caseCount: Count,
  /** Alerts by day of the event (UTC), of the newest 2,000, in order. */
  days: z.array(z.object({ day: z.string(), alerts: z.number() })),
  /** Received last first; opened last first. */
  alerts: z.object({ items: z.array(EntityAlert), nextCursor: z.string().nullable() }),
  cases: z.object({ items: z.array(EntityCase), nextCursor: z.string().nullable() }),
  /** In the same alerts (of the newest 500) and cases (of the newest 200), the most frequent first. */
  related: z.array(Entity.extend({ alerts: z.number(), cases: z.number() })),
  /** The evidence records of the asked case that hold it, at most 20. */
  inEvidence: z.array(z.number()),
  trust: z.array(TrustNote),
  /** What public lists say of it; context like trust, and nobody of the team said it. */
  lists: z.array(PublicListNote),
  history: z.array(TrustChange),
  /** What can't be used in the store's known/. */
  knownProblems: z.array(z.string()),
});
export type EntityView = z.infer<typeof EntityView>;

/** Entities of an alert or a case, as it names them, with what the team and public lists say about them; those without are left out. */
export const EntityTrust = z.object({ entity: Entity, trust: z.array(TrustNote), lists: z.array(PublicListNote) });
export type EntityTrust = z.infer<typeof EntityTrust>;

/** What the team says something about. `trust`, `kind`: of that only. */
export const EntityListQuery = z.object({
  trust: Trust.optional(),
  kind: EntityKind.optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type EntityListQuery = z.infer<typeof EntityListQuery>;

/** An entity, or of a file also a network, with what is said about it. */
export const ListedEntity = z.object({ entity: Entity, note: TrustNote });
export type ListedEntity = z.infer<typeof ListedEntity>;

/** `items`: what people said, newest first, by page. `files`: the entries of the store's known/, at most 500, on the first page only. */
export const EntityListPage = z.object({
  items: z.array(ListedEntity),
  nextCursor: z.string().nullable(),
  files: z.array(ListedEntity),
  filesOmitted: z.number(),
});
export type EntityListPage = z.infer<typeof EntityListPage>;

export const ListFormat = z.enum(['csv', 'stix', 'txt']);

export const ENTITY_FORMATS = ['csv', 'stix'] as const;
export const EntityFormat = z.enum(ENTITY_FORMATS);
export type EntityFormat = z.infer<typeof EntityFormat>;

/** Events of the logs that hold an entity, newest first, within a week of when it was last seen. */
export const EntityLogs = z.object({
  from: z.string(),
  to: z.string(),
  /** The log sources that were searched. */
  sources: z.array(z.string()),
  rows: z.array(z.object({ source: z.string(), time: z.string(), event: z.string() })),
  truncated: z.boolean(),
});
export type EntityLogs = z.infer<typeof EntityLogs>;
