import { type Actor, personId } from '../auth/guard';
import type { Tx } from '../db/client';
import { fieldError } from '../errors/app-error';

/** The id of who is to own a task: a person, `me`, or nobody. @throws AppError unknown_assignee for who can't own one */
export async function requireOwner(tx: Tx, actor: Actor, owner: string | null): Promise<string | null> {
  if (owner === null) return null;
  if (owner === 'me') return personId(actor);
  const found = owner.includes('\0') ? null : await tx.user.findUnique({ where: { id: owner } });
  if (!found || found.disabledAt || found.service) {
    throw fieldError('unknown_assignee', 'owner', 'Choose an active person.');
  }
  return found.id;
}
