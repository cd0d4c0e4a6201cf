import { randomBytes } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { nextCookies } from 'better-auth/next-js';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { z } from 'zod';
import { db } from '../db/client';
import { env } from '../env/env';
import { log } from '../log/log';
import { maySignInLocally } from './local-sign-in';

type Auth = Awaited<ReturnType<typeof build>>;
const shared = globalThis as unknown as { socdownAuth?: Promise<Auth> };

/** The sign-in library on our database. Built once a process, on first use, since its secret is in the database. */
export function auth(): Promise<Auth> {
  shared.socdownAuth ??= build();
  return shared.socdownAuth;
}

/** The code of the library's refusal to start a session for a deactivated person. */
export const DEACTIVATED = 'ACCOUNT_DEACTIVATED';

/** The same for a right password where passwords are switched off for this person. */
export const PASSWORDS_OFF = 'PASSWORDS_OFF';
const START_PATH = '/start-session';

/** How long a right password waits for its code. */
const CODE_SECONDS = 600;

/**
 * Its endpoints are not served: lib/auth/sign-in calls the few functions that we use, under our own limits and checks of
 * the origin. So whatever an update of the library adds is not open either.
 */
async function build() {
  const publicUrl = env().PUBLIC_URL;
  return betterAuth({
    appName: 'Socdown',
    secret: await sharedSecret(),
    ...(publicUrl ? { baseURL: publicUrl } : {}),
    basePath: '/api/auth',
    database: prismaAdapter(db(), { provider: 'postgresql' }),
    user: { additionalFields: { role: { type: 'string', input: false, required: false, defaultValue: 'analyst' } } },
    // Accounts are made by an admin (lib/auth/users), never by whoever finds the page.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 256 },
    session: { expiresIn: 60 * 60 * 24 * 7, updateAge: 60 * 60 * 24 },
    databaseHooks: { session: { create: { before: refuseSession } } },
    advanced: { useSecureCookies: publicUrl?.startsWith('https://') ?? false, cookiePrefix: 'socdown' },
    telemetry: { enabled: false },
    // It logs what callers send, as it is.
    logger: {
      level: 'warn',
      log: (level, message, ...args) => log[level]({ source: 'better-auth', args }, '%s', message),
    },
    plugins: [
      // Its own lock-out is off: guesses are limited by lib/auth/sign-in-limit, as those at passwords are.
      twoFactor({
        issuer: 'Socdown',
        twoFactorCookieMaxAge: CODE_SECONDS,
        accountLockout: { enabled: false },
        backupCodeOptions: { customBackupCodesGenerate: recoveryCodes },
      }),
      sessionsWithoutPassword(),
      cookiesOfSessions(),
    ],
  });
}

/**
 * Renews a session's cookie in Next's answers, but leaves the cookie of an ended one: by it the sign-in page tells why.
 * Signing out removes it (lib/auth/sign-in).
 */
function cookiesOfSessions() {
  const plugin = nextCookies();
  const renews = ({ context }: { context: { responseHeaders?: Headers | undefined } }) =>
    !/session_token=;/.test(context.responseHeaders?.get('set-cookie') ?? '');
  return {
    ...plugin,
    hooks: { ...plugin.hooks, after: plugin.hooks.after.map((hook) => ({ ...hook, matcher: renews })) },
  };
}

/** Ten of 50 bits, in letters and digits that nobody mistakes for each other. */
function recoveryCodes(): string[] {
  const letters = 'abcdefghjkmnpqrstuvwxyz123456789';
  const code = () => Array.from(randomBytes(10), (byte) => letters[byte % 32]).join('');
  return Array.from({ length: 10 }, code).map((text) => `${text.slice(0, 5)}-${text.slice(5)}`);
}

/** Begins a session without a password, for lib/auth/start-session alone: no endpoint of the library is served. */
function sessionsWithoutPassword() {
  const startSession = createAuthEndpoint(
    START_PATH,
    { method: 'POST', body: z.object({ userId: z.string() }) },
    async (context) => {
      const { internalAdapter } = context.context;
      const user = await internalAdapter.findUserById(context.body.userId);
      if (!user) throw new APIError('NOT_FOUND');
      const session = await internalAdapter.createSession(user.id);
      await setSessionCookie(context, { session, user });
      return context.json({});
    },
  );
  return { id: 'socdown-sessions', endpoints: { startSession } };
}

/** After the password was found right, so that a guess learns nothing. */
async function refuseSession({ userId }: { userId: string }, context: { path?: string } | null): Promise<void> {
  const user = await db().user.findUnique({ where: { id: userId }, select: { disabledAt: true } });
  if (!user || user.disabledAt) throw new APIError('FORBIDDEN', { code: DEACTIVATED, message: 'deactivated' });
  if (context?.path !== START_PATH && !(await maySignInLocally(userId)))
    throw new APIError('FORBIDDEN', { code: PASSWORDS_OFF, message: 'passwords are off' });
}

/** One secret for all instances on a database; made by whichever comes first. */
async function sharedSecret(): Promise<string> {
  const key = 'auth.secret';
  await db().$executeRaw`
    INSERT INTO settings (key, value, updated_at) VALUES (${key}, to_jsonb(${randomBytes(32).toString('base64url')}::text), now())
    ON CONFLICT (key) DO NOTHING`;
  const row = await db().setting.findUniqueOrThrow({ where: { key } });
  return String(row.value);
}
