import { z } from 'zod';
import { AppError } from '../errors/app-error';
import { can, type KeyScope, ROLES, type Role, scopeAllows, type Verb } from './permissions';
import { VERB_PHRASES, whoCan } from './verb-phrases';

/** The caller, as the API shows it. */
export const Me = z.object({ id: z.string().nullable(), name: z.string(), role: z.enum(ROLES), email: z.string() });

/** Who acts. `id` is null only for the system itself (worker, seeding, command line without a user). */
export type Actor = {
  id: string | null;
  role: Role;
  name: string;
  email: string;
  via: 'session' | 'key' | 'cli' | 'system';
  /** Of a key: its owner allowed it to decide reviews. */
  decidesReviews?: boolean;
  /** Of a key: what it may do of what its owner may; absent: everything. */
  scope?: KeyScope;
  /** Of an intake key: the one source that it sends for. */
  source?: string;
  /** The key or session that was presented: what must still hold while an answer streams (lib/auth/access). */
  keyId?: string;
  sessionId?: string;
};

export const SYSTEM: Actor = { id: null, role: 'admin', name: 'Socdown', email: 'socdown@localhost', via: 'system' };

/**
 * The permission check at the head of every verb.
 * @throws AppError forbidden, saying who can do it; key_scope. Both name the verb to the log and to programs, in `data`.
 */
export function authorize(actor: Actor, verb: Verb): void {
  if (actor.scope && !scopeAllows(actor.scope, verb)) {
    const words = `${KEY_MAY_ONLY[actor.scope]}, so it can’t ${VERB_PHRASES[verb]}. Use a key with another scope.`;
    throw new AppError('key_scope', words, { data: { verb } });
  }
  if (verb === 'reviews.decide' && !keyMayDecide(actor)) throw new AppError('forbidden', KEY_DECIDES_NOT);
  if (!can(actor.role, verb)) {
    const words = `Only ${whoCan(verb)} can ${VERB_PHRASES[verb]}, and your role is ${actor.role}. Ask one of them.`;
    throw new AppError('forbidden', words, { data: { verb } });
  }
}

const KEY_MAY_ONLY: Record<KeyScope, string> = {
  intake: 'This API key may only send alerts',
  audit: 'This API key may only read the audit log',
  read: 'This API key may only read',
  full: 'This API key may do what its owner may',
};

/** A reviewer's decision is the reviewer's own act: a key takes part in it only where its owner allowed that. */
export function keyMayDecide(actor: Actor): boolean {
  return actor.via !== 'key' || actor.decidesReviews === true;
}

export const KEY_DECIDES_NOT =
  "This API key can't decide reviews. Decide in the browser, or create a key that may decide under Settings, API keys.";

/** The id of a person; a verb that records authorship can't be done by the system. */
export function personId(actor: Actor): string {
  if (actor.id === null)
    throw new AppError('person_required', 'This needs a person. Sign in, or use a person’s API key.');
  return actor.id;
}
