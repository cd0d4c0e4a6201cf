import type { z } from 'zod';
import type { EntityKind } from '../alerts/schema';
import { type Actor, authorize, personId } from '../auth/guard';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { endOf } from './end-of';
import { requireSubject } from './require-subject';
import { SetTrust, Trust, type TrustView } from './schema';
import { entityKey } from './subject';
import { trustHistory } from './trust-history';
import { trustOf } from './trust-of';

/** What a key of the index may hold. */
const MAX_VALUE_BYTES = 2000;

/**
 * Says what an entity is, for all its names; `none` takes it back. Audited with what it replaced. Saying known-good takes a reviewer.
 * @returns what holds now, and `previous`: what undoes this when it is sent
 * @throws AppError bad_request for a value that can't be of its kind or an expiry in the past
 */
export async function setTrust(
  actor: Actor,
  path: { kind: EntityKind; value: string },
  input: SetTrust,
): Promise<TrustView> {
  authorize(actor, 'entities.trust');
  const { trust, note, expiresAt } = SetTrust.parse(input);
  if (trust === 'known-good') authorize(actor, 'entities.trust_good');
  const setById = personId(actor);
  const subject = requireSubject(path);
  if (Buffer.byteLength(subject.value) > MAX_VALUE_BYTES) {
    throw new AppError('bad_request', `The value is longer than ${MAX_VALUE_BYTES} bytes. Use a part that names it.`);
  }
  const expires = expiresAt === null ? null : endOf(expiresAt);
  if (expires && expires.getTime() <= Date.now()) {
    throw new AppError('bad_request', 'The expiry is in the past. Enter a later day, or leave it empty.');
  }
  const previous = await db().$transaction(async (tx) => {
    // One at a time for each entity, so that what a change replaced is what its history says.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${entityKey(subject)}, 13))`;
    const where = { kind_value: subject };
    const before = await tx.entityTrust.findUnique({ where });
    const data = { trust, note, expiresAt: expires, setAt: new Date(), setById };
    if (trust === 'none') await tx.entityTrust.deleteMany({ where: subject });
    else await tx.entityTrust.upsert({ where, create: { ...subject, ...data }, update: data });
    const replaced = before && {
      trust: Trust.parse(before.trust),
      note: before.note,
      expiresAt: before.expiresAt?.toISOString() ?? null,
    };
    await tx.auditEntry.create({
      data: {
        actorId: setById,
        verb: 'entities.trust',
        subjectKind: 'entity',
        subjectId: entityKey(subject),
        data: { trust, note, expiresAt: expires?.toISOString() ?? null, previous: replaced },
      },
    });
    return replaced;
  });
  const [notes, history] = await Promise.all([trustOf([subject]), trustHistory(subject)]);
  return {
    entity: subject,
    trust: notes.get(entityKey(subject)) ?? [],
    history,
    previous: undoOf(previous),
  };
}

/** What has expired meanwhile can't be said again: undoing takes trust away then. */
type Said = z.output<typeof SetTrust>;

function undoOf(previous: Said | null): Said {
  const holds = previous && (previous.expiresAt === null || Date.parse(previous.expiresAt) > Date.now());
  return holds ? previous : { trust: 'none', note: '', expiresAt: null };
}
