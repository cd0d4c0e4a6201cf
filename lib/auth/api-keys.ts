import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError, notFound } from '../errors/app-error';
import { announceAccessChange } from './access';
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
  /** May approve reviews and request changes. */
  decidesReviews: z.boolean(),
});
export type KeyView = z.infer<typeof KeyView>;

/**
 * Creates a key that acts as its owner: oneself, or a service account. The key is in this answer only; the database has its
 * sha256 (a 256-bit random key needs no slow hash). `decideReviews`: it may approve and request changes as its owner, who must
 * be signed in to allow that; a key never creates a stronger one.
 * @throws AppError forbidden for another person's key, for a service account's key without users.manage, and for decideReviews
 *   without a session; not_found for an unknown owner.
 */
export async function createKey(
  actor: Actor,
  input: { userId: string; name: string; decideReviews?: boolean },
): Promise<{ id: string; key: string }> {
  authorize(actor, 'keys.manage');
  const decidesReviews = input.decideReviews ?? false;
  const isOwn = input.userId === actor.id;
  if (!isOwn) authorize(actor, 'users.manage');
  const owner = await db().user.findUnique({ where: { id: input.userId } });
  if (!owner || owner.disabledAt) throw notFound('user');
  // The command line belongs to whoever runs the server; everyone else would act as another person.
  if (!isOwn && !owner.service && actor.via !== 'system') {
    throw new AppError(
      'forbidden',
      "A key acts as its owner, so you can't create one for another person. Create a service account for the sender instead.",
    );
  }
  if (decidesReviews && (!isOwn || actor.via !== 'session')) {
    throw new AppError('forbidden', 'Only its owner, signed in in the browser, can allow a key to decide reviews.');
  }
  const key = `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
  const id = uuid();
  await db().$transaction([
    db().apiKey.create({
      data: {
        id,
        name: input.name,
        prefix: key.slice(0, KEY_PREFIX.length + 6),
        hash: hashOf(key),
        userId: owner.id,
        decidesReviews,
      },
    }),
    audit(db(), {
      actorId: actor.id,
      verb: 'keys.create',
      subjectKind: 'key',
      subjectId: id,
      data: { owner: owner.id, decidesReviews },
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
    decidesReviews: row.decidesReviews,
  }));
}

/** Ends a key at once, on all instances and in its open streams. */
export async function revokeKey(actor: Actor, id: string): Promise<void> {
  authorize(actor, 'keys.manage');
  const row = await db().apiKey.findUnique({ where: { id } });
  if (!row || (row.userId !== actor.id && actor.role !== 'admin')) throw notFound('key');
  await db().$transaction(async (tx) => {
    await tx.apiKey.update({ where: { id }, data: { revokedAt: row.revokedAt ?? new Date() } });
    await audit(tx, { actorId: actor.id, verb: 'keys.revoke', subjectKind: 'key', subjectId: id });
    await announceAccessChange(tx, row.userId);
  });
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
  return {
    id: row.userId,
    role: asRole(row.user.role),
    name: row.user.name,
    email: row.user.email,
    via: 'key',
    keyId: row.id,
    decidesReviews: row.decidesReviews,
  };
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
