import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { type Actor, authorize } from './guard';
import { asRole } from './permissions';

export const KEY_PREFIX = 'socdown_';

/** A key as lists show it. */
export const KeyView = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  owner: z.object({ id: z.string(), name: z.string() }),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type KeyView = z.infer<typeof KeyView>;

/**
 * Makes a key that acts as its owner. The key itself is in this answer only; the database has its sha256
 * (a 256-bit random key needs no slow hash).
 * @throws AppError forbidden for another person's key without users.manage; not_found for an unknown owner.
 */
export async function createKey(
  actor: Actor,
  input: { userId: string; name: string },
): Promise<{ id: string; key: string }> {
  authorize(actor, 'keys.manage');
  if (input.userId !== actor.id) authorize(actor, 'users.manage');
  const owner = await db().user.findUnique({ where: { id: input.userId } });
  if (!owner) throw new AppError('not_found', 'There is no such user.');
  const key = `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
  const id = uuid();
  await db().$transaction([
    db().apiKey.create({
      data: { id, name: input.name, prefix: key.slice(0, KEY_PREFIX.length + 6), hash: hashOf(key), userId: owner.id },
    }),
    db().auditEntry.create({
      data: { actorId: actor.id, verb: 'keys.create', subjectKind: 'key', subjectId: id, data: { owner: owner.id } },
    }),
  ]);
  return { id, key };
}

/** One's own keys; all of them for who manages users. Revoked ones are left out. */
export async function listKeys(actor: Actor): Promise<KeyView[]> {
  authorize(actor, 'keys.manage');
  const rows = await db().apiKey.findMany({
    where: { revokedAt: null, ...(actor.role === 'admin' ? {} : { userId: actor.id ?? '' }) },
    include: { user: true },
    orderBy: { createdAt: 'desc' },
    take: 200,
  });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    owner: { id: row.userId, name: row.user.name },
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }));
}

/** Ends a key at once, on all instances. */
export async function revokeKey(actor: Actor, id: string): Promise<void> {
  authorize(actor, 'keys.manage');
  const row = await db().apiKey.findUnique({ where: { id } });
  if (!row || (row.userId !== actor.id && actor.role !== 'admin'))
    throw new AppError('not_found', 'There is no such key.');
  await db().$transaction([
    db().apiKey.update({ where: { id }, data: { revokedAt: row.revokedAt ?? new Date() } }),
    db().auditEntry.create({ data: { actorId: actor.id, verb: 'keys.revoke', subjectKind: 'key', subjectId: id } }),
  ]);
}

/** @throws AppError unauthenticated, the same for a wrong, revoked or orphaned key. */
export async function actorOfKey(key: string): Promise<Actor> {
  const row = await db().apiKey.findUnique({ where: { hash: hashOf(key) }, include: { user: true } });
  if (!row || row.revokedAt || row.user.disabledAt) {
    throw new AppError(
      'invalid_api_key',
      'This API key is not valid. Make a new one in Settings, or with "keys create".',
    );
  }
  // At most one write a minute and key: intake must not pay for bookkeeping.
  if (!row.lastUsedAt || Date.now() - row.lastUsedAt.getTime() > 60_000) {
    await db().apiKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date() } });
  }
  return { id: row.userId, role: asRole(row.user.role), name: row.user.name, email: row.user.email, via: 'key' };
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
