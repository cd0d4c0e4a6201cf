/** Roles, least to most. A role may do whatever the roles before it may. */
export const ROLES = ['analyst', 'reviewer', 'lead', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The one table: the least role that may do a verb. */
export const PERMISSIONS = {
  'alerts.ingest': 'analyst',
  'alerts.read': 'analyst',
  'alerts.triage': 'analyst',
  'alerts.comment': 'analyst',
  'alerts.configure': 'lead', // how long alerts of each severity may stay open
  'deliveries.read': 'analyst',
  'deliveries.body': 'lead', // as it was sent; it may hold more than its alerts show
  'deliveries.replay': 'lead',
  'intake.configure': 'admin',
  'investigations.open': 'analyst',
  'investigations.attach': 'analyst', // alerts to a case, or one case into another
  'investigations.read': 'analyst',
  'tasks.read': 'analyst',
  'tasks.change': 'analyst', // create them, give them to somebody, end them
  'library.search': 'analyst',
  'entities.read': 'analyst',
  'entities.trust': 'analyst', // what the team says about an entity
  'entities.trust_good': 'reviewer', // that it is known to be good
  'dashboard.read': 'lead',
  'dashboard.report': 'lead', // the weekly report: make one now, and on which day it is made
  'evaluations.read': 'lead',
  'evaluations.run': 'lead', // it spends a model's budget
  'drafts.read': 'analyst',
  'drafts.save': 'analyst',
  'proposals.read': 'analyst',
  'proposals.create': 'analyst', // what a program of one's own offers; a person decides
  'proposals.decide': 'analyst',
  'runs.start': 'analyst',
  'runs.read': 'analyst',
  'runs.cancel': 'analyst',
  'calls.allow_egress': 'analyst', // a call that sends something out; refusing any call needs this too
  'calls.allow_write': 'reviewer', // a call that changes something
  'logs.search': 'analyst', // nothing is recorded
  'evidence.read': 'analyst',
  'evidence.record': 'analyst', // a query to a source, kept as evidence of a case
  'evidence.reveal': 'lead', // secrets in results, masked for everyone otherwise
  'checks.read': 'analyst',
  'checks.dismiss': 'analyst', // what a model found wrong with a report
  'reviews.read': 'analyst',
  'reviews.submit': 'analyst',
  'reviews.comment': 'analyst',
  'reviews.request': 'analyst',
  'reviews.decide': 'reviewer',
  'inbox.read': 'analyst', // one's own
  'notifications.own': 'analyst', // where one's own go
  'notifications.configure': 'admin', // the installation's channels
  'reports.export': 'analyst',
  'reviews.configure': 'lead',
  'people.list': 'analyst',
  'users.manage': 'admin',
  'audit.read': 'admin', // who did what from where; it holds addresses of people and of attackers
  'account.manage': 'analyst', // one's own name, password and sessions
  'keys.manage': 'analyst', // one's own; another person's needs users.manage (lib/auth/api-keys)
  'metrics.read': 'lead', // queues, latencies, cost of models; METRICS_TOKEN does it too
  'samples.load': 'admin',
  'samples.remove': 'admin',
  'store.maintain': 'admin',
  'method.read': 'analyst', // the store's own files: method, templates, detections, runbooks, known lists, commands
  'method.propose': 'analyst',
  'method.decide': 'reviewer', // never of one's own change
  'settings.read': 'analyst',
  'settings.models': 'admin',
  'retention.configure': 'admin', // how long data is kept, and what goes
  'connections.read': 'analyst', // names, tools and classes; how they are reached needs connections.manage
  'connections.manage': 'admin',
} as const satisfies Record<string, Role>;

export type Verb = keyof typeof PERMISSIONS;

/** Whether a role may do a verb. Pure, so that the interface can hide what would be refused anyway. */
export function can(role: Role, verb: Verb): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(PERMISSIONS[verb]);
}

/** An unknown role is the least one, never more. */
export function asRole(text: string): Role {
  return ROLES.find((role) => role === text) ?? 'analyst';
}

/** What an API key may do of what its owner may, least to most. */
export const KEY_SCOPES = ['intake', 'audit', 'read', 'full'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** Verbs that change nothing and reveal nothing that is masked. */
const READS: ReadonlySet<Verb> = new Set<Verb>([
  'alerts.read',
  'deliveries.read',
  'deliveries.body',
  'investigations.read',
  'library.search',
  'entities.read',
  'dashboard.read',
  'evaluations.read',
  'drafts.read',
  'tasks.read',
  'proposals.read',
  'runs.read',
  'logs.search',
  'evidence.read',
  'checks.read',
  'reviews.read',
  'reports.export',
  'people.list',
  'method.read',
  'settings.read',
  'connections.read',
  'audit.read',
  'metrics.read',
]);

/** Whether a key of this scope may do a verb, if its owner may. */
export function scopeAllows(scope: KeyScope, verb: Verb): boolean {
  if (scope === 'intake') return verb === 'alerts.ingest';
  if (scope === 'audit') return verb === 'audit.read';
  return scope === 'full' || READS.has(verb);
}

/** An unknown scope allows the least. */
export function asScope(text: string): KeyScope {
  return KEY_SCOPES.find((scope) => scope === text) ?? 'intake';
}
