import { z } from 'zod';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { auth, DEACTIVATED, PASSWORDS_OFF } from './better-auth';
import { tokenIn } from './end-sessions';
import { clientAddress } from './front-door';
import { refuseOtherOrigin } from './session';
import {
  auditSession,
  deactivated,
  libraryErrorCode,
  passwordsOff,
  recordFailure,
  TWO_FACTOR_COOKIE,
  withCookies,
} from './sign-in';
import { countAttempt } from './sign-in-limit';
import { useCode, wrongCode } from './two-factor';

export const SecondStep = z.strictObject({ code: z.string().trim().min(1, 'Enter the code.').max(40) });

/**
 * The second step of a sign-in: a code of the app, or a recovery code, for the sign-in that the request's cookie names. Before it
 * there is no session. Each code is taken once; five wrong ones end the sign-in, and guesses are limited per account.
 * @throws AppError wrong_code, code_expired, account_deactivated, too_many_attempts; forbidden for another site's request
 */
export async function verifySecondStep(request: Request, input: z.input<typeof SecondStep>): Promise<Response> {
  refuseOtherOrigin(request);
  const { code } = SecondStep.parse(input);
  const waiting = await waitingSignIn(request.headers);
  if (!waiting) throw expired();
  const { user, headers } = waiting;
  const address = clientAddress(request.headers);
  const attempt = await countAttempt(user.email, address, 'code');
  const plain = code.replace(/[\s-]/g, '').toLowerCase();
  const secondFactor = /^\d{6}$/.test(plain) ? 'app' : 'recovery_code';
  const answer = await verify(user, secondFactor, plain, headers);
  if (!answer?.ok) {
    const error = answer ? await refusal(answer) : wrongCode();
    await recordFailure(user.email, error.reason, address);
    throw error;
  }
  await attempt.succeed();
  await auditSession('auth.sign_in', user.id, { address, secondFactor });
  return withCookies(answer, { user: { id: user.id, name: user.name } });
}

/** Null: a code that was tried before. */
async function verify(
  user: { id: string },
  secondFactor: 'app' | 'recovery_code',
  plain: string,
  headers: Headers,
): Promise<Response | null> {
  const { api } = await auth();
  if (secondFactor === 'recovery_code') {
    const code = `${plain.slice(0, 5)}-${plain.slice(5)}`;
    return api.verifyBackupCode({ body: { code }, headers, asResponse: true });
  }
  const isFresh = await useCode(user.id, plain).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError) return false;
      throw error;
    },
  );
  return isFresh ? api.verifyTOTP({ body: { code: plain }, headers, asResponse: true }) : null;
}

/**
 * Who entered a right password in this browser. `headers` have the cookie of this sign-in alone: with a session's beside it the
 * library would check the code of that session's person.
 */
async function waitingSignIn(given: Headers) {
  const [, name, value] = TWO_FACTOR_COOKIE.exec(given.get('cookie') ?? '') ?? [];
  if (name === undefined || value === undefined) return null;
  const row = await db().verification.findFirst({
    where: { identifier: tokenIn(value), expiresAt: { gt: new Date() } },
  });
  const user = row && (await db().user.findUnique({ where: { id: row.value } }));
  if (!user) return null;
  const headers = new Headers(given);
  headers.set('cookie', `${name}=${value}`);
  return { user, headers };
}

async function refusal(answer: Response): Promise<AppError> {
  const code = await libraryErrorCode(answer);
  if (code === DEACTIVATED) return deactivated();
  if (code === PASSWORDS_OFF) return passwordsOff();
  if (code === 'INVALID_CODE' || code === 'INVALID_BACKUP_CODE') return wrongCode();
  if (answer.status < 500) return expired();
  return new AppError('unavailable', 'Signing in is not possible at the moment. Try again in a minute.');
}

const expired = (): AppError =>
  new AppError('code_expired', 'This sign-in took too long or had too many wrong codes. Sign in again.');
