import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { DbTime } from '../db/db-time';
import { AppError, fieldError, notFound } from '../errors/app-error';
import { announceAccessChange } from './access';
import { type Actor, authorize } from './guard';
import { noteKeyAddress } from './key-addresses';
import { asRole, asScope, KEY_SCOPES } from './permissions';
import { newSigningSecret, SigningSecret, sealSigningSecret } from './signing-secret';

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
  scope: z.enum(KEY_SCOPES),
  /** Of an intake key: the one source that it sends for. */
  source: z.string().nullable(),
  expiresAt: z.string().nullable(),
  /** The key that replaced it; this one works until it expires. */
  replacedById: z.string().nullable(),
  /** Its sender signs what it sends. */
  signed: z.boolean(),
  /** Whether the asking person may replace it by a new one (lib/auth/rotate-key). */
  mayRotate: z.boolean(),
});
export type KeyView = z.infer<typeof KeyView>;

/** `signing`: the sender signs with a secret, ours (`new`) or one that the sender made. */
export const KeyLimits = z.object({
  scope: z.enum(KEY_SCOPES).default('full'),
  source: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'Choose a source from the list.')
    .optional(),
  expiresAt: DbTime.optional(),
  signing: z.union([z.literal('new'), SigningSecret]).optional(),
});
export type KeyLimits = z.input<typeof KeyLimits>;

/** A key, and the secret to sign with, as they are shown once. */
export const NewKey = z.object({ id: z.string(), key: z.string(), signingSecret: z.string().optional() });
export type NewKey = z.infer<typeof NewKey>;

/**
 * Creates a key that acts as its owner: oneself, or a service account. The key is in this answer only; the database has its
 * sha256 (a 256-bit random key needs no slow hash). `decideReviews`: it may approve and request changes as its owner, who must
 * be signed in to allow that; a key never creates a stronger one, or one that lives longer.
 * @throws AppError forbidden for another person's key, for a service account's key without users.manage, and for decideReviews
 *   without a session; not_found for an unknown owner; invalid_fields.
 */
export async function createKey(
  actor: Actor,
  input: { userId: string; name: string; decideReviews?: boolean } & KeyLimits,
): Promise<NewKey> {
  authorize(actor, 'keys.manage');
  const limits = KeyLimits.parse(input);
  checkLimits(limits, input.decideReviews ?? false);
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
  const expiresAt = await earliest(actor, limits.expiresAt ? new Date(limits.expiresAt) : null);
  const signingSecret = limits.signing === 'new' ? newSigningSecret() : (limits.signing ?? null);
  const { name } = input;
  return db().$transaction(async (tx) => {
    const values = { name, userId: owner.id, decidesReviews, ...limits, expiresAt, signingSecret };
    const made = await insertKey(tx, values);
    const { scope, source } = limits;
    const data = { owner: owner.id, decidesReviews, scope, source, expiresAt, signed: signingSecret !== null };
    await audit(tx, { actorId: actor.id, verb: 'keys.create', subjectKind: 'key', subjectId: made.id, data });
    return made;
  });
}

function checkLimits({ scope, source, expiresAt, signing }: z.output<typeof KeyLimits>, decides: boolean): void {
  if (expiresAt && Date.parse(expiresAt) <= Date.now())
    throw fieldError('invalid_fields', 'expiresAt', 'Choose a time in the future.');
  if (scope !== 'intake' && (source || signing))
    throw fieldError('invalid_fields', source ? 'source' : 'signing', 'Only keys with the scope intake can have this.');
  if (scope !== 'full' && decides)
    throw fieldError('invalid_fields', 'decideReviews', 'A key that decides reviews needs the scope full.');
}

/** A key that expires creates none that lives longer. */
async function earliest(actor: Actor, wanted: Date | null): Promise<Date | null> {
  if (actor.keyId === undefined) return wanted;
  const row = await db().apiKey.findUnique({ where: { id: actor.keyId }, select: { expiresAt: true } });
  const limit = row?.expiresAt ?? null;
  return limit && (!wanted || wanted > limit) ? limit : wanted;
}

/** `signingSecret` in the clear; sealed for this key's id. */
export async function insertKey(
  tx: Tx,
  values: {
    name: string;
    userId: string;
    decidesReviews: boolean;
    scope: string;
    source?: string | null | undefined;
    expiresAt: Date | null;
    signingSecret: string | null;
  },
): Promise<NewKey> {
  const key = `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
  const id = uuid();
  const { name, userId, decidesReviews, scope, source = null, expiresAt, signingSecret } = values;
  const sealed = signingSecret === null ? null : sealSigningSecret(signingSecret, id);
  const prefix = key.slice(0, KEY_PREFIX.length + 6);
  const hash = hashOfKey(key);
  await tx.apiKey.create({
    data: { id, name, prefix, hash, userId, decidesReviews, scope, source, expiresAt, signingSecret: sealed },
  });
  return { id, key, ...(signingSecret === null ? {} : { signingSecret }) };
}

/** One's own keys; all of them for who manages users. Revoked ones, and those expired for a month, are left out. */
export async function listKeys(actor: Actor): Promise<KeyView[]> {
  authorize(actor, 'keys.manage');
  const lately = new Date(Date.now() - 30 * 86_400_000);
  const rows = await db().apiKey.findMany({
    where: {
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: lately } }],
      ...(actor.role === 'admin' ? {} : { userId: actor.id ?? '' }),
    },
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
    scope: asScope(row.scope),
    source: row.source,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    replacedById: row.replacedById,
    signed: row.signingSecret !== null,
    mayRotate: row.replacedById === null && (row.userId === actor.id || (row.user.service && actor.role === 'admin')),
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

/**
 * @param address of who presents it; null: not known
 * @throws AppError unauthenticated, the same for a wrong, revoked or orphaned key; key_expired; invalid_signature.
 */
export async function actorOfKey(key: string, address: string | null = null): Promise<Actor> {
  const row = await findKey({ hash: hashOfKey(key) });
  const actor = await actorOfKeyRow(row, address);
  if (row?.signingSecret) throw new AppError('invalid_signature', 'This key takes only signed webhooks.');
  return actor;
}

export const findKey = (where: { hash: string } | { id: string }) =>
  db().apiKey.findUnique({ where, include: { user: true } });

/** Who a key's row acts as; notes its use. @throws AppError as actorOfKey */
export async function actorOfKeyRow(row: Awaited<ReturnType<typeof findKey>>, address: string | null): Promise<Actor> {
  if (!row || row.revokedAt || row.user.disabledAt) {
    throw new AppError(
      'invalid_api_key',
      'This API key is not valid. Create a new one in Settings, or with "keys create".',
    );
  }
  if (row.expiresAt && row.expiresAt <= new Date()) {
    const day = row.expiresAt.toISOString().slice(0, 10);
    throw new AppError('key_expired', `This API key expired on ${day}. Create a new one in Settings.`);
  }
  // At most one write a minute and key: intake must not pay for bookkeeping.
  if (!row.lastUsedAt || Date.now() - row.lastUsedAt.getTime() > 60_000) {
    await db().apiKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date() } });
  }
  if (address !== null) await noteKeyAddress(row, address);
  const scope = asScope(row.scope);
  return {
    id: row.userId,
    role: asRole(row.user.role),
    name: row.user.name,
    email: row.user.email,
    via: 'key',
    keyId: row.id,
    decidesReviews: row.decidesReviews,
    ...(scope === 'full' ? {} : { scope }),
    ...(row.source === null ? {} : { source: row.source }),
  };
}

/** What is stored of a key: SHA-256, hex. Keys are random and long, so nothing slower is needed. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
