import {
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { clientAddress } from '../auth/front-door';
import { maySignInLocally } from '../auth/local-sign-in';
import { refuseOtherOrigin } from '../auth/session';
import { auditSession, deactivated, passwordsOff, recordFailure } from '../auth/sign-in';
import { countAttempt } from '../auth/sign-in-limit';
import { startSession } from '../auth/start-session';
import { useCode } from '../auth/two-factor';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { challengeCookie, endedChallengeCookie, readChallenge, siteOf } from './challenge';
import { Assertion } from './schema';

export const PasskeySignIn = z.strictObject({ response: Assertion });

/** What the browser asks its devices for, and the cookie that it must bring back. @throws AppError passkeys_unavailable */
export async function offerPasskeys(
  request: Request,
  origin: string,
): Promise<{ options: PublicKeyCredentialRequestOptionsJSON; cookie: string }> {
  refuseOtherOrigin(request);
  // No list of keys: who signs in is not known, and nobody learns who has a passkey.
  const options = await generateAuthenticationOptions({ rpID: siteOf(origin).id, userVerification: 'required' });
  return { options, cookie: challengeCookie(options.challenge, null) };
}

/**
 * Signs in the person whose passkey answered this browser's challenge; no code is asked for besides. Each challenge is answered
 * once. Where passwords are switched off for a person, so are passkeys.
 * @returns the answer with the cookies of the new session
 * @throws AppError passkey_refused, account_deactivated, passwords_off, too_many_attempts
 */
export async function signInByPasskey(
  request: Request,
  input: z.input<typeof PasskeySignIn>,
  origin: string,
): Promise<Response> {
  refuseOtherOrigin(request);
  const { response } = PasskeySignIn.parse(input);
  const address = clientAddress(request.headers);
  const challenge = readChallenge(request.headers, null);
  const attempt = await countAttempt(response.id, address, 'passkey');
  const passkey = await db().passkey.findUnique({ where: { credentialId: response.id }, include: { user: true } });
  if (!passkey) {
    await recordFailure('', 'passkey_refused', address);
    throw refused();
  }
  const { user } = passkey;
  try {
    const counter = await signatureCounter(response, challenge, origin, passkey);
    await useCode(user.id, challenge).catch((error: unknown) => {
      throw error instanceof AppError ? refused(error) : error;
    });
    if (user.disabledAt) throw deactivated();
    if (!(await maySignInLocally(user.id))) throw passwordsOff();
    await db().passkey.update({ where: { id: passkey.id }, data: { counter: BigInt(counter), usedAt: new Date() } });
  } catch (error) {
    if (error instanceof AppError) await recordFailure(user.email, error.reason, address);
    throw error;
  }
  const { cookies } = await startSession(user.id, request);
  await attempt.succeed();
  await auditSession('auth.sign_in', user.id, { address, passkey: passkey.name });
  const headers = new Headers({ 'cache-control': 'no-store' });
  for (const cookie of [...cookies, endedChallengeCookie()]) headers.append('set-cookie', cookie);
  return Response.json({ user: { id: user.id, name: user.name } }, { headers });
}

type Key = { credentialId: string; publicKey: Uint8Array; counter: bigint };

/** How often the device has signed by now. @throws AppError passkey_refused for an answer that is not this key's to this challenge */
async function signatureCounter(
  response: z.output<typeof Assertion>,
  expectedChallenge: string,
  origin: string,
  { credentialId: id, publicKey, counter }: Key,
): Promise<number> {
  const site = siteOf(origin);
  const result = await verifyAuthenticationResponse({
    response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
    expectedChallenge,
    expectedOrigin: site.origin,
    expectedRPID: site.id,
    credential: { id, publicKey: new Uint8Array(publicKey), counter: Number(counter) },
    requireUserVerification: true,
  }).catch((error: unknown) => {
    throw refused(error);
  });
  if (!result.verified) throw refused();
  return result.authenticationInfo.newCounter;
}

const refused = (cause?: unknown): AppError =>
  new AppError(
    'passkey_refused',
    'This passkey is unknown here, or its answer is not valid. Try another way to sign in.',
    { cause },
  );
