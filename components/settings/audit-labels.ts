import type { AuditItem } from '@/lib/audit/schema';

/** What an entry of the audit log says was done, in words. The ids stay in exports and in the address of a filter. */
const LABELS: Record<string, string> = {
  'account.add_passkey': 'Added a passkey',
  'account.disable_two_factor': 'Turned off two-factor sign-in',
  'account.enable_two_factor': 'Turned on two-factor sign-in',
  'account.link_sso': 'Linked single sign-on',
  'account.remove_passkey': 'Removed a passkey',
  'account.rename_passkey': 'Renamed a passkey',
  'account.renew_recovery_codes': 'Renewed recovery codes',
  'account.start_two_factor': 'Started to set up two-factor sign-in',
  'account.unlink_sso': 'Unlinked single sign-on',
  'alerts.comment': 'Commented on an alert',
  'alerts.configure': 'Changed the alert settings',
  'alerts.delete_view': 'Deleted a saved view',
  'alerts.ingest': 'Received alerts',
  'alerts.save_view': 'Saved a view',
  'alerts.triage': 'Triaged alerts',
  'audit.export': 'Exported the audit log',
  'auth.end_sessions': 'Ended sessions',
  'auth.sign_in': 'Signed in',
  'auth.sign_in_failed': 'Failed to sign in',
  'auth.sign_out': 'Signed out',
  'calls.allow': 'Allowed a tool call',
  'calls.refuse': 'Denied a tool call',
  'checks.dismiss': 'Dismissed a model’s finding',
  'checks.restore': 'Restored a model’s finding',
  'connections.add': 'Added a connection',
  'connections.change': 'Changed a connection',
  'connections.decide_tools': 'Set the classes of tools',
  'connections.remove': 'Removed a connection',
  'connections.sign_in': 'Signed in to a server',
  'connections.sign_in_ended': 'A server ended its sign-in',
  'connections.sign_out': 'Signed out of a server',
  'connections.test': 'Tested a connection',
  'dashboard.configure_report': 'Set the day of the weekly report',
  'dashboard.export': 'Exported the dashboard',
  'dashboard.report': 'Made a weekly report',
  'deliveries.body': 'Read the body of a delivery',
  'deliveries.replay': 'Replayed a delivery',
  'drafts.save': 'Saved a draft',
  'entities.trust': 'Set the trust of an entity',
  'evaluations.cancel': 'Cancelled an evaluation',
  'evaluations.export': 'Exported an evaluation',
  'evaluations.resume': 'Resumed an evaluation',
  'evaluations.start': 'Started an evaluation',
  'evidence.reveal': 'Revealed masked secrets',
  'intake.configure': 'Changed how alerts are received',
  'intake.confirm_sns': 'Confirmed an SNS subscription',
  'investigations.attach': 'Added alerts to a case',
  'investigations.merge': 'Merged two cases',
  'investigations.open': 'Opened a case',
  'investigations.undo_merge': 'Undid a merge of cases',
  'keys.create': 'Created an API key',
  'keys.new_address': 'Used an API key from a new address',
  'keys.revoke': 'Revoked an API key',
  'keys.rotate': 'Rotated an API key',
  'method.approve': 'Approved a change to the method',
  'method.propose': 'Proposed a change to the method',
  'method.reject': 'Rejected a change to the method',
  'method.withdraw': 'Withdrew a change to the method',
  'notifications.configure': 'Changed the team’s notifications',
  'notifications.own': 'Changed their own notifications',
  'proposals.create': 'Proposed changes',
  'proposals.decide': 'Decided on a proposal',
  'questions.answer': 'Received a reply to a question',
  'questions.ask': 'Asked a person',
  'reports.export': 'Exported a report',
  'retention.apply': 'Removed old data',
  'retention.configure': 'Changed data retention',
  'reviews.apply': 'Applied a suggestion',
  'reviews.approve': 'Approved a review',
  'reviews.comment': 'Commented on a review',
  'reviews.configure': 'Changed the review rules',
  'reviews.decide': 'Decided a review',
  'reviews.request': 'Requested a review',
  'reviews.request_changes': 'Requested changes',
  'reviews.resolve': 'Resolved a thread',
  'reviews.submit': 'Submitted a report for review',
  'reviews.unresolve': 'Reopened a thread',
  'runs.cancel': 'Cancelled a run',
  'runs.resume': 'Resumed a run',
  'runs.start': 'Started a run',
  'samples.load': 'Loaded the samples',
  'samples.remove': 'Removed the samples',
  'settings.models': 'Changed the model settings',
  'settings.session_limits': 'Changed when sessions end',
  'settings.sso': 'Changed single sign-on',
  'settings.two_factor': 'Changed who needs two-factor sign-in',
  'store.archive': 'Archived a day of reports',
  'store.import': 'Imported reports',
  'store.publish': 'Published to the store',
  'store.pull': 'Pulled from the remote store',
  'store.signing_key': 'Created a signing key',
  'store.unarchive': 'Restored a day of reports from its archive',
  'tasks.change': 'Changed a task',
  'tasks.create': 'Created tasks',
  'users.add': 'Added a person',
  'users.allow_sso_link': 'Allowed linking single sign-on',
  'users.change': 'Changed a person',
  'users.change_password': 'Changed their password',
  'users.hand_over': 'Handed over open work',
  'users.link': 'Created a one-time link',
  'users.remove_passkeys': 'Removed a person’s passkeys',
  'users.rename': 'Changed a name',
  'users.reset_password': 'Reset a password',
  'users.reset_two_factor': 'Reset two-factor sign-in',
  'users.set_password': 'Set a password by link',
  'write_backs.dismiss': 'Dismissed a write-back',
  'write_backs.failed': 'A write-back failed',
  'write_backs.send': 'Confirmed a write-back',
  'write_backs.sent': 'Wrote an outcome back',
};

/** The label of an action; of an unknown one its id. */
export const auditLabel = (action: string): string => LABELS[action] ?? action;

const KINDS: Record<string, string> = { investigation: 'case', user: 'person', key: 'API key', view: 'saved view' };

/** `case "Console login without MFA"`, or the id of what has no name; what an entry did to whom. */
export function objectLabel({ kind, id }: { kind: string; id: string }, names: Record<string, string>): string {
  const name = names[`${kind}:${id}`];
  const word = KINDS[kind] ?? kind.replaceAll('_', ' ');
  if (name === undefined) return `${word} ${id}`;
  return kind === 'user' ? name : `${OF_CASE.has(kind) ? `${word} of case` : word} “${name}”`;
}

/** What has no name of its own goes by that of its case (lib/audit/name-objects). */
const OF_CASE = new Set(['run', 'review', 'proposal', 'evidence']);

/** An entry's data with its case named instead of numbered, and left out where the object's label names it. */
export function withoutIds(
  { object, data }: Pick<AuditItem, 'object' | 'data'>,
  names: Record<string, string>,
): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const { investigationId, ...rest } = data as { investigationId?: unknown };
  const name = names[`investigation:${investigationId}`];
  if (name === undefined) return data;
  return names[`${object.kind}:${object.id}`] === name ? rest : { ...rest, case: `“${name}”` };
}

/** "accepted 1 · role admin": an entry's data on one line, empty values left out. Null: it doesn't fit on one line. */
export function plainData(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  const entries = Object.entries(data).filter(([, value]) => !isNothing(value));
  if (entries.some(([, value]) => typeof value === 'object')) return null;
  const text = entries.map(([name, value]) => `${spaced(name)} ${value}`).join(' · ');
  return text.length <= MOST ? text : null;
}

const MOST = 160;
const isNothing = (value: unknown): boolean =>
  value === null || value === false || value === 0 || value === '' || (Array.isArray(value) && value.length === 0);
const spaced = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
