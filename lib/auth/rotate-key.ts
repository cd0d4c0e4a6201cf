import { z } from 'zod';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError, notFound } from '../errors/app-error';
import { insertKey, type NewKey } from './api-keys';
import { type Actor, authorize } from './guard';
import { newSigningSecret } from './signing-secret';

/** How long the old key keeps working, in hours. */
export const Rotation = z.strictObject({
  graceHours: z
    .number()
    .int()
    .min(0)
    .max(24 * 30)
    .default(24),
});

/**
 * Replaces a key by one with the same name, owner and limits, and another secret; the old one works for a while longer. Its
 * lifetime begins again. A key that decides reviews passes that on only when its owner rotates it, signed in.
 * @throws AppError not_found, also for another person's key; conflict when it was replaced or has expired
 */
export async function rotateKey(actor: Actor, id: string, input: z.input<typeof Rotation>): Promise<NewKey> {
  authorize(actor, 'keys.manage');
  const { graceHours } = Rotation.parse(input);
  return db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM api_keys WHERE id = ${id}::uuid FOR UPDATE`; // two rotations at once make one key
    const row = await tx.apiKey.findUnique({ where: { id }, include: { user: true } });
    const isOwn = row?.userId === actor.id;
    // The new key is shown to whoever rotates: nobody gets one that acts as another person.
    if (!row || row.revokedAt || row.user.disabledAt || !(isOwn || (row.user.service && actor.role === 'admin')))
      throw notFound('key');
    const now = new Date();
    if (row.replacedById !== null || (row.expiresAt && row.expiresAt <= now))
      throw new AppError(
        'key_replaced',
        'This key was replaced or has expired. Rotate the newer one, or create a key.',
      );
    const lifetime = row.expiresAt ? row.expiresAt.getTime() - row.createdAt.getTime() : null;
    // A key in the hands of a stranger must not renew itself.
    const renews = lifetime !== null && actor.keyId === undefined;
    const made = await insertKey(tx, {
      name: row.name,
      userId: row.userId,
      decidesReviews: row.decidesReviews && isOwn && actor.via === 'session',
      scope: row.scope,
      source: row.source,
      expiresAt: renews ? new Date(now.getTime() + lifetime) : row.expiresAt,
      signingSecret: row.signingSecret === null ? null : newSigningSecret(),
    });
    const end = new Date(now.getTime() + graceHours * 3_600_000);
    const expiresAt = row.expiresAt && row.expiresAt < end ? row.expiresAt : end;
    await tx.apiKey.update({ where: { id }, data: { replacedById: made.id, expiresAt } });
    const data = { by: made.id, graceHours };
    await audit(tx, { actorId: actor.id, verb: 'keys.rotate', subjectKind: 'key', subjectId: id, data });
    return made;
  });
}
