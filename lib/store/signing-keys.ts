import { createPrivateKey, type KeyObject } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { type Actor, authorize, SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { seal, unseal } from '../secrets/secret-box';
import { type AllowedSigners, writeSigners } from './allowed-signers';
import type { SigningView } from './schema';
import { fingerprintOf, newKeyPair } from './ssh-signature';

/*
 * The installation's signing keys. The private halves lie sealed in the database, so that every worker of the installation signs
 * with the same key; what opens them is the key below DATA_DIR (or SOCDOWN_SECRET_KEY), so the database or a backup alone signs
 * nothing. A host with another secret key makes a signing key of its own: publication never waits for an administrator.
 */

/**
 * The key that signs on this host; made at the first use, with an entry in the audit log.
 * @param head where the branch is: what lies before the first key is unsigned
 */
export async function signingKey(head: string | null): Promise<KeyObject> {
  for (const row of await currentRows(db())) {
    const key = openKey(row);
    if (key) return key;
  }
  return db().$transaction((tx) => makeKey(tx, SYSTEM, head).then(({ privateKey }) => privateKey));
}

/** All keys and the beginning, for the store's list; null before the first key. */
export async function allowedSigners(tx: Tx = db()): Promise<AllowedSigners | null> {
  const rows = await tx.signingKey.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  const [first] = rows;
  if (!first) return null;
  const signers = rows.map(({ publicKey, retiredAt }) => ({ publicKey, validBefore: retiredAt }));
  return { signers, after: first.afterCommit };
}

/** What Settings and the command line show: public halves only. */
export async function readSigning(actor: Actor): Promise<SigningView> {
  authorize(actor, 'settings.read');
  const rows = await db().signingKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
  const list = await allowedSigners();
  return {
    keys: rows.map(({ publicKey, createdAt, retiredAt }) => ({
      publicKey: `ssh-ed25519 ${publicKey} ${SYSTEM.email}`,
      fingerprint: fingerprintOf(publicKey),
      createdAt: createdAt.toISOString(),
      retiredAt: retiredAt?.toISOString() ?? null,
    })),
    allowedSigners: list ? writeSigners(list) : null,
  };
}

/**
 * Retires every key and makes a new one, inside the caller's transaction. The private halves of the old ones are deleted.
 * @param retiredAt after everything that the old ones signed
 * @returns an old key, to sign the commit that brings the new one; null when this host can't open any
 */
export async function replaceKey(
  tx: Tx,
  actor: Actor,
  { retiredAt, head }: { retiredAt: Date; head: string | null },
): Promise<{ old: KeyObject | null; fingerprint: string }> {
  const old = (await currentRows(tx)).map(openKey).find((key) => key !== null) ?? null;
  await tx.signingKey.updateMany({ where: { retiredAt: null }, data: { retiredAt, sealedKey: null } });
  const { publicKey } = await makeKey(tx, actor, head);
  return { old, fingerprint: fingerprintOf(publicKey) };
}

type Row = { id: string; sealedKey: string | null };

const currentRows = (tx: Tx): Promise<Row[]> =>
  tx.signingKey.findMany({ where: { retiredAt: null }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });

async function makeKey(tx: Tx, actor: Actor, head: string | null) {
  const pair = newKeyPair();
  const id = uuid();
  const sealedKey = seal(pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'), ownerOf(id));
  await tx.signingKey.create({ data: { id, publicKey: pair.publicKey, sealedKey, afterCommit: head } });
  const data = { fingerprint: fingerprintOf(pair.publicKey) };
  await audit(tx, { actorId: actor.id, verb: 'store.signing_key', subjectKind: 'signing_key', subjectId: id, data });
  return pair;
}

/** null: it was sealed with another secret key than this host's. */
function openKey({ id, sealedKey }: Row): KeyObject | null {
  try {
    const der = Buffer.from(unseal(sealedKey ?? '', ownerOf(id)), 'base64');
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

const ownerOf = (id: string): string => `signing-key:${id}`;
