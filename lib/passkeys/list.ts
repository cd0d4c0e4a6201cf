import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { requireSession } from '../auth/person-account';
import { audit } from '../db/audit';
import { db } from '../db/client';
import type { Passkey as Row } from '../db/generated/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { type Passkey, PasskeyName } from './schema';

export const PasskeyChange = z.strictObject({ name: PasskeyName });

export const viewOf = ({ id, name, synced, createdAt, usedAt }: Row): Passkey => ({
  id,
  name,
  synced,
  createdAt: createdAt.toISOString(),
  usedAt: usedAt?.toISOString() ?? null,
});

/** One's passkeys, the newest first. */
export async function listPasskeys(actor: Actor): Promise<Passkey[]> {
  authorize(actor, 'account.manage');
  const where = { userId: requireSession(actor) };
  return (await db().passkey.findMany({ where, orderBy: { createdAt: 'desc' } })).map(viewOf);
}

/** @throws AppError not_found, also for another person's */
export async function renamePasskey(actor: Actor, id: string, input: z.input<typeof PasskeyChange>): Promise<Passkey> {
  authorize(actor, 'account.manage');
  const userId = requireSession(actor);
  const { name } = PasskeyChange.parse(input);
  if (!isUuid(id)) throw notFound('passkey');
  return db().$transaction(async (tx) => {
    const before = await tx.passkey.findFirst({ where: { id, userId } });
    if (!before) throw notFound('passkey');
    const row = await tx.passkey.update({ where: { id }, data: { name } });
    const data = { before: before.name, name };
    await audit(tx, { actorId: userId, verb: 'account.rename_passkey', subjectKind: 'user', subjectId: userId, data });
    return viewOf(row);
  });
}

/** From now on it signs nobody in; sessions that it began go on. @throws AppError not_found, also for another person's */
export async function removePasskey(actor: Actor, id: string): Promise<void> {
  authorize(actor, 'account.manage');
  const userId = requireSession(actor);
  if (!isUuid(id)) throw notFound('passkey');
  await db().$transaction(async (tx) => {
    const row = await tx.passkey.findFirst({ where: { id, userId } });
    if (!row) throw notFound('passkey');
    await tx.passkey.delete({ where: { id } });
    const data = { name: row.name };
    await audit(tx, { actorId: userId, verb: 'account.remove_passkey', subjectKind: 'user', subjectId: userId, data });
  });
}

/** For a person whose device was lost or whose account was taken over. @throws AppError not_found */
export async function removePasskeysOf(actor: Actor, userId: string): Promise<{ removed: number }> {
  authorize(actor, 'users.manage');
  return db().$transaction(async (tx) => {
    if ((await tx.user.count({ where: { id: userId } })) === 0) throw notFound('user');
    const { count: removed } = await tx.passkey.deleteMany({ where: { userId } });
    const data = { removed };
    await audit(tx, { actorId: actor.id, verb: 'users.remove_passkeys', subjectKind: 'user', subjectId: userId, data });
    return { removed };
  });
}
