import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError } from '../errors/app-error';
import { actorOfKeyRow, findKey, hashOfKey } from './api-keys';
import { clientAddress } from './front-door';
import type { Actor } from './guard';
import { presentedKey } from './session';
import { isHubSignature, isStandardSignature, openSigningSecret } from './signing-secret';

/** How far a message's time may be from ours, and how long a copy of it is recognized. */
const TOLERANCE_S = 300;
const REMEMBER_S = 2 * TOLERANCE_S;

/**
 * What a request says about its signer before its body is read. The actor counts only after `verify`.
 * `verify`: answers whether the message is a copy of one that was taken (`remember` it afterwards).
 */
export type SignatureClaim = {
  actor: Actor;
  verify: (body: string) => Promise<{ isCopy: boolean }>;
  /** After the message was taken: a copy of it is recognized from then on. */
  remember: () => Promise<void>;
};

/**
 * The signer that a webhook request names: by `?signed=<id of a key>`, or by a key that has a signing secret. Null: the request
 * has no such key, and is identified like any other. Signatures: Standard Webhooks, or GitHub's X-Hub-Signature-256.
 * @throws AppError invalid_signature: unknown key, no signature, or a time out of tolerance; as actorOfKey
 */
export async function readSignatureClaim(request: Request, now = Date.now()): Promise<SignatureClaim | null> {
  const url = new URL(request.url);
  if (request.method !== 'POST' || !url.pathname.startsWith('/api/webhooks/')) return null;
  const named = url.searchParams.get('signed');
  const key = presentedKey(request);
  if (named === null && key === null) return null;
  if (named !== null && !isUuid(named)) throw refused('The parameter `signed` is not the id of a key.');
  const row = await findKey(named === null ? { hash: hashOfKey(key ?? '') } : { id: named });
  if (!row?.signingSecret) {
    if (named === null) return null;
    throw refused('No key with a signing secret has this id. Copy the address again from Settings, API keys.');
  }
  const actor = await actorOfKeyRow(row, clientAddress(request.headers));
  const secret = openSigningSecret(row.signingSecret, row.id);
  const { headers } = request;
  const hub = headers.get('x-hub-signature-256');
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) => headers.get(`webhook-${name}`));
  if (!id || !timestamp || !signature) {
    if (hub === null)
      throw refused('The message is not signed. Send webhook-id, webhook-timestamp and webhook-signature.');
    const verify = async (body: string) => {
      if (!isHubSignature(secret, body, hub)) throw refused(WRONG);
      return { isCopy: false }; // its time is not signed: nothing tells a copy from a redelivery
    };
    return { actor, verify, remember: async () => {} };
  }
  checkTime(id, timestamp, now);
  return {
    actor,
    async verify(body) {
      if (!isStandardSignature(secret, { id, timestamp, body }, signature)) throw refused(WRONG);
      const known = { keyId_messageId: { keyId: row.id, messageId: id } };
      return { isCopy: (await db().signedMessage.findUnique({ where: known })) !== null };
    },
    async remember() {
      await db().signedMessage.createMany({ data: [{ keyId: row.id, messageId: id }], skipDuplicates: true });
      await db().signedMessage.deleteMany({ where: { at: { lt: new Date(now - REMEMBER_S * 1000) } } });
    },
  };
}

const WRONG =
  'The signature does not match. Check that sender and key have the same secret, and that no proxy changes the body.';

function checkTime(id: string, timestamp: string, now: number): void {
  if (!/^[\x21-\x7e]{1,200}$/.test(id)) throw refused('webhook-id must be 1 to 200 printable characters.');
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(now / 1000 - seconds) <= TOLERANCE_S)) {
    throw refused(
      'webhook-timestamp is more than 5 minutes from the server’s time. Check both clocks and send it again.',
    );
  }
}

const refused = (message: string) => new AppError('invalid_signature', message);
