import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { clientAddress } from '../auth/front-door';
import { type Actor, authorize } from '../auth/guard';
import { maySignInLocally } from '../auth/local-sign-in';
import { confirmPassword, requireSession } from '../auth/person-account';
import { passwordsOff } from '../auth/sign-in';
import { PasswordAgain } from '../auth/two-factor';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { challengeCookie, readChallenge, type Site, siteOf } from './challenge';
import { viewOf } from './list';
import { type Passkey, PasskeyName, Registration } from './schema';

const MOST = 20;

export const NewPasskey = z.strictObject({ name: PasskeyName, response: Registration });

/**
 * Begins to add a passkey, by the password: what the browser asks the device for, and the cookie that it must bring back.
 * @param origin where people reach this installation
 * @throws AppError wrong_password, passwords_off, passkeys_unavailable, passkey_limit
 */
export async function startPasskey(
  actor: Actor,
  input: z.input<typeof PasswordAgain>,
  { headers }: Request,
  origin: string,
): Promise<{ options: PublicKeyCredentialCreationOptionsJSON; cookie: string }> {
  authorize(actor, 'account.manage');
  const userId = requireSession(actor);
  const site = siteOf(origin);
  const { currentPassword } = PasswordAgain.parse(input);
  await confirmPassword(actor, currentPassword, clientAddress(headers));
  if (!(await maySignInLocally(userId))) throw passwordsOff();
  const present = await db().passkey.findMany({ where: { userId }, select: { credentialId: true, transports: true } });
  if (present.length >= MOST) throw tooMany();
  const options = await generateRegistrationOptions({
    rpName: 'Socdown',
    rpID: site.id,
    userID: new TextEncoder().encode(userId),
    userName: actor.email,
    userDisplayName: actor.name,
    attestationType: 'none',
    excludeCredentials: present.map(({ credentialId: id }) => ({ id })),
    // Found without an address, and used by nobody who merely holds the device.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { options, cookie: challengeCookie(options.challenge, userId) };
}

/** Keeps the passkey that the device made. @throws AppError passkey_refused, passkey_exists, passkey_limit */
export async function addPasskey(
  actor: Actor,
  input: z.input<typeof NewPasskey>,
  { headers }: Request,
  origin: string,
): Promise<Passkey> {
  authorize(actor, 'account.manage');
  const userId = requireSession(actor);
  const { name, response } = NewPasskey.parse(input);
  const { credential, credentialBackedUp: synced } = await verified(
    response,
    readChallenge(headers, userId),
    siteOf(origin),
  );
  return db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`passkeys:${userId}`}))`;
    if ((await tx.passkey.count({ where: { credentialId: credential.id } })) > 0)
      throw new AppError('passkey_exists', 'This device’s passkey is already added.');
    if ((await tx.passkey.count({ where: { userId } })) >= MOST) throw tooMany();
    const { id: credentialId, publicKey, counter, transports = [] } = credential;
    const data = { userId, credentialId, publicKey, counter: BigInt(counter), transports, synced, name };
    const row = await tx.passkey.create({ data: { id: uuid(), ...data } });
    const line = { verb: 'account.add_passkey', subjectKind: 'user', subjectId: userId, data: { name } };
    await audit(tx, { actorId: userId, ...line });
    return viewOf(row);
  });
}

type Made = NonNullable<VerifiedRegistrationResponse['registrationInfo']>;

async function verified(response: z.output<typeof Registration>, challenge: string, site: Site): Promise<Made> {
  const result = await verifyRegistrationResponse({
    response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.id,
    requireUserVerification: true,
  }).catch((error: unknown) => {
    throw new AppError('passkey_refused', 'The device’s answer is not valid. Try again.', { cause: error });
  });
  if (!result.verified || !result.registrationInfo)
    throw new AppError('passkey_refused', 'The device’s answer is not valid. Try again.');
  return result.registrationInfo;
}

const tooMany = (): AppError => new AppError('passkey_limit', `You have ${MOST} passkeys. Remove one first.`);
