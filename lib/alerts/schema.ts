import { z } from 'zod';

/** Index + 1 is what the database stores, so that an index can order by it. */
export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity) + 1;
export const severityOf = (rank: number): Severity => SEVERITIES[rank - 1] ?? 'medium';

export const AlertStatus = z.enum(['new', 'open', 'closed']);
export type AlertStatus = z.infer<typeof AlertStatus>;
export const Disposition = z.enum(['true_positive', 'benign', 'false_positive', 'undetermined']);
export type Disposition = z.infer<typeof Disposition>;

export const ALERT_SOURCES = [
  'guardduty',
  'securityhub',
  'elastic',
  'splunk',
  'scanner',
  'panther',
  'crowdstrike',
  'defender',
  'sentinel',
  'ocsf',
  'wazuh',
  'okta',
  'entra',
  'suricata',
  'falco',
  'sysdig',
  'gcp-scc',
  'azure-monitor',
  'cloudwatch',
  'alertmanager',
  'thehive',
  'cloudflare',
  'github',
  'datadog',
  'sentinelone',
  'carbonblack',
  'wiz',
  'prowler',
  'generic',
] as const;

/** Kinds of things an alert is about. `other` never occurs: what has no kind is no entity. */
export const ENTITY_KINDS = [
  'user', // a name or login, as the source writes it
  'email',
  'role', // an IAM or directory role name
  'arn', // any AWS ARN
  'account', // cloud account, tenant or subscription id
  'access_key', // AWS access key id (AKIA…/ASIA…), never a secret
  'host',
  'instance', // cloud machine id (i-…)
  'ip',
  'domain',
  'url',
  'hash', // md5, sha1, sha256
  'process',
  'file',
  'bucket',
  'resource', // any other named resource (repository, cluster, database …)
] as const;
export const EntityKind = z.enum(ENTITY_KINDS);
export type EntityKind = z.infer<typeof EntityKind>;
export const Entity = z.object({ kind: EntityKind, value: z.string().min(1).max(2048) });
export type Entity = z.infer<typeof Entity>;

export const TechniqueId = z.string().regex(/^T\d{4}(\.\d{3})?$/);

/** What an adapter yields: everything but our own bookkeeping. */
export const CanonicalAlert = z.object({
  source: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  sourceRef: z.string().min(1).max(1024),
  title: z.string().min(1).max(1000),
  description: z.string().max(20_000).default(''),
  rule: z.string().max(1000).nullable().default(null),
  severity: Severity,
  /** `guess`: the sender gives none, or on a scale whose direction is unknown; `severity` is medium then. */
  severitySource: z.enum(['sender', 'guess']).default('sender'),
  occurredAt: z.date(),
  /** `receipt`: the document holds no time; `occurredAt` is when it was received. */
  timeSource: z.enum(['sender', 'receipt']).default('sender'),
  /** When the sender says that the condition ended; null while it lasts. */
  resolvedAt: z.date().nullable().default(null),
  /** Firing and resolved messages of one condition share the id, and a condition can fire again. */
  series: z.boolean().default(false),
  techniques: z.array(TechniqueId).default([]),
  entities: z.array(Entity).default([]),
  link: z.string().max(4096).nullable().default(null),
  raw: z.unknown(),
});
export type CanonicalAlert = z.infer<typeof CanonicalAlert>;

export const Person = z.object({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof Person>;

/** The newest case of an alert. `assessment`: a model `proposed` the classification, or a person `set` it. */
export const AlertCase = z.object({
  id: z.string(),
  codename: z.string(),
  status: z.string(),
  classification: z.string().nullable(),
  assessment: z.enum(['proposed', 'set']).nullable(),
  owner: z.string(),
});
export type AlertCase = z.infer<typeof AlertCase>;

/** An alert in lists: everything but description and raw. Times are ISO 8601 in UTC. */
export const AlertItem = z.object({
  id: z.string(),
  source: z.string(),
  sourceRef: z.string(),
  title: z.string(),
  rule: z.string().nullable(),
  severity: Severity,
  status: AlertStatus,
  disposition: Disposition.nullable(),
  /** Why it was closed, in the words of who closed it. */
  closeReason: z.string().nullable(),
  assignee: Person.nullable(),
  occurredAt: z.string(),
  receivedAt: z.string(),
  /** `receipt`: the document holds no time, so `occurredAt` is when it was received. */
  timeSource: z.enum(['sender', 'receipt']),
  /** `guess`: the sender gives no severity, or on a scale whose direction is unknown. */
  severitySource: z.enum(['sender', 'guess']),
  /** When the sender said that the condition is over; null while it lasts. */
  resolvedAt: z.string().nullable(),
  entities: z.array(Entity),
  techniques: z.array(z.string()),
  link: z.string().nullable(),
  count: z.number(),
  sample: z.boolean(),
  investigation: AlertCase.nullable(),
});
export type AlertItem = z.infer<typeof AlertItem>;

/** A later message about an alert whose content differs from the first. */
export const AlertUpdate = z.object({
  id: z.string(),
  title: z.string(),
  severity: Severity,
  resolved: z.boolean(),
  occurredAt: z.string(),
  receivedAt: z.string(),
  raw: z.unknown(),
});
export type AlertUpdate = z.infer<typeof AlertUpdate>;

/** `updates`: the newest 50, newest first. */
export const AlertDetail = AlertItem.extend({
  description: z.string(),
  updates: z.array(AlertUpdate),
  raw: z.unknown(),
});
export type AlertDetail = z.infer<typeof AlertDetail>;

/** How the other alerts of a rule were closed that came in within 90 days. `rule` null: the alert names none. */
export const RuleHistory = z.object({
  rule: z.string().nullable(),
  closed: z.number(),
  counts: z.record(Disposition, z.number()),
  closures: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      disposition: Disposition,
      reason: z.string().nullable(),
      /** Alerts that were closed so for this reason, and when the first and the last of them; `id` and `title` are one of them. */
      count: z.number(),
      firstClosedAt: z.string(),
      closedAt: z.string(),
      /** How many of them share an entity with the alert that is asked about, and whether any does. */
      sharing: z.number(),
      sharesEntity: z.boolean(),
    }),
  ),
});
export type RuleHistory = z.infer<typeof RuleHistory>;

/** A list as a query has it: values by comma. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').filter(Boolean) : value),
      z.array(item).max(20),
    )
    .optional();

/** The state of an alert's newest case; `none`: it has no case. */
export const CaseState = z.enum(['none', 'draft', 'in_review', 'changes_requested', 'approved']);
export type CaseState = z.infer<typeof CaseState>;

/** A time or a day that PostgreSQL can hold: it has no year 0, and no offset of a day. */
export const Moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .refine((text) => !text.startsWith('0000') && !Number.isNaN(Date.parse(text)), 'Enter a time in ISO 8601.');

/**
 * The queue's filters, as they stand in the URL (lists by comma). `assignee`: a user id, `me` or `none`. `from` and `to` are about
 * the time of the event; `within` is the same up to now. `receivedFrom` and `receivedTo` are about when it came in; `sla`: closed, or
 * still open, before (`met`) or after (`late`) it was due.
 */
export const AlertFilter = z.object({
  status: listOf(AlertStatus), // absent: everything not closed
  severity: listOf(Severity),
  source: listOf(z.string().max(32)),
  assignee: z.string().max(64).optional(),
  disposition: listOf(Disposition),
  /** The exact name of a rule. */
  rule: z.string().max(1000).optional(),
  /** A technique has its sub-techniques with it. */
  technique: listOf(TechniqueId),
  /** One whole entity, defanged or not. */
  entity: z.string().trim().max(2048).optional(),
  from: Moment.optional(),
  to: Moment.optional(),
  within: z.enum(['1h', '24h', '7d', '30d']).optional(),
  receivedFrom: Moment.optional(),
  receivedTo: Moment.optional(),
  sla: z.enum(['met', 'late']).optional(),
  case: listOf(CaseState),
  q: z.string().trim().max(300).optional(),
});
export type AlertFilter = z.infer<typeof AlertFilter>;

/** Sorts by a value that many alerts share; newest first within it. */
export const VALUE_SORTS = ['status', 'assignee', 'source'] as const;
export type ValueSort = (typeof VALUE_SORTS)[number];
export const ALERT_SORTS = ['severity', 'time', 'received', 'age', 'sla', ...VALUE_SORTS] as const;

/**
 * `age`: received longest ago first. `sla`: due first. `status`: new, open, closed. `assignee`: by name, nobody's last. `source`: by its id.
 */
export const AlertQuery = AlertFilter.extend({
  sort: z.enum(ALERT_SORTS).default('severity'),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AlertQuery = z.infer<typeof AlertQuery>;

/** What a person writes about an alert. PostgreSQL has no U+0000 in text. */
const remark = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `At most ${max} characters.`)
    .refine((text) => !text.includes('\0'), 'There is a NUL character in this text. Remove it.');

/** null clears assignee; a disposition and a reason are only taken together with (or after) status closed. */
export const AlertPatch = z
  .strictObject({
    status: AlertStatus.optional(),
    assignee: z.string().max(64).nullable().optional(), // user id or 'me'
    severity: Severity.optional(),
    disposition: Disposition.nullable().optional(),
    /** Why it is closed. */
    reason: remark(2000)
      .transform((text) => text || null)
      .nullable()
      .optional(),
  })
  .refine(
    (patch) => Object.keys(patch).length > 0,
    'Send at least one of status, assignee, severity, disposition, reason.',
  );
export type AlertPatch = z.infer<typeof AlertPatch>;

export const NewAlertComment = z.strictObject({ body: remark(5000).min(1, 'Enter a comment.') });

/** What happened to an alert, newest first. `by` null: Socdown itself, or somebody whose account is gone. */
export const AlertEvent = z.object({
  id: z.string(),
  at: z.string(),
  by: Person.nullable(),
  /** `changed`: `changes` has each field with its new value, by name where it is a person. */
  kind: z.enum(['received', 'updated', 'changed', 'case_opened', 'case_attached', 'case_merged', 'comment']),
  changes: z.record(z.string(), z.string().nullable()),
  /** The comment, or the reason of a closing. */
  text: z.string().nullable(),
  case: z.object({ id: z.string(), codename: z.string() }).nullable(),
});
export type AlertEvent = z.infer<typeof AlertEvent>;
