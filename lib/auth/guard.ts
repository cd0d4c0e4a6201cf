import { z } from 'zod';
import { AppError } from '../errors/app-error';
import { can, ROLES, type Role, type Verb } from './permissions';

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
  /** The key or session that was presented: what must still hold while an answer streams (lib/auth/access). */
  keyId?: string;
  sessionId?: string;
};

export const SYSTEM: Actor = { id: null, role: 'admin', name: 'Socdown', email: 'socdown@localhost', via: 'system' };

/**
 * The permission check at the head of every verb.
 * @throws AppError forbidden, naming the verb and the actor's role.
 */
export function authorize(actor: Actor, verb: Verb): void {
  if (verb === 'reviews.decide' && !keyMayDecide(actor)) throw new AppError('forbidden', KEY_DECIDES_NOT);
  if (!can(actor.role, verb)) {
    throw new AppError('forbidden', `Your role (${actor.role}) may not do this (${verb}). Ask a lead or an admin.`);
  }
}

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
