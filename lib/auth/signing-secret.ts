import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { seal, unseal } from '../secrets/secret-box';

const PREFIX = 'whsec_';
/** As https://www.standardwebhooks.com wants it: 24 to 64 random bytes. */
const isStandard = (text: string): boolean => {
  const base64 = text.slice(PREFIX.length);
  const { length } = Buffer.from(base64, 'base64');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && length >= 24 && length <= 64;
};

/** A secret that a sender signs with, as the sender shows it: `whsec_` and base64, or any text (GitHub). */
export const SigningSecret = z
  .string()
  .regex(/^[\x21-\x7e]{16,200}$/, 'Enter the sender’s secret: 16 to 200 characters without spaces.')
  .refine((text) => !text.startsWith(PREFIX) || isStandard(text), {
    message: 'After whsec_ there must be base64 of 24 to 64 bytes. Copy the secret again from its sender.',
  });

export const newSigningSecret = (): string => `${PREFIX}${randomBytes(32).toString('base64')}`;

/** For the database, bound to the key. */
export const sealSigningSecret = (secret: string, keyId: string): string => seal(secret, `signing:${keyId}`);
export const openSigningSecret = (sealed: string, keyId: string): string => unseal(sealed, `signing:${keyId}`);

/** Whether one of the signatures in a `webhook-signature` header ("v1,<base64> v1,<base64>") is this secret's of this message. */
export function isStandardSignature(secret: string, message: Message, header: string): boolean {
  const expected = standardDigest(secret, message);
  return header
    .split(' ')
    .slice(0, MAX_SIGNATURES)
    .some((one) => one.startsWith('v1,') && isSame(expected, Buffer.from(one.slice(3), 'base64')));
}

type Message = { id: string; timestamp: string; body: string };

/** The `webhook-signature` header of a message of ours. */
export const standardSignature = (secret: string, message: Message): string =>
  `v1,${standardDigest(secret, message).toString('base64')}`;

function standardDigest(secret: string, { id, timestamp, body }: Message): Buffer {
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : secret;
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
}

/** Whether a `x-hub-signature-256` header ("sha256=<hex>") is this secret's of this body. */
export function isHubSignature(secret: string, body: string, header: string): boolean {
  const [, hex = ''] = /^sha256=([0-9a-f]{64})$/i.exec(header.trim()) ?? [];
  return isSame(createHmac('sha256', secret).update(body).digest(), Buffer.from(hex, 'hex'));
}

/** A sender has several while it changes its secret. */
const MAX_SIGNATURES = 10;

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
