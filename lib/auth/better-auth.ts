import { randomBytes } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError } from 'better-auth/api';
import { nextCookies } from 'better-auth/next-js';
import { db } from '../db/client';
import { env } from '../env/env';

type Auth = Awaited<ReturnType<typeof build>>;
const shared = globalThis as unknown as { socdownAuth?: Promise<Auth> };

/** The sign-in library on our database. Built once a process, on first use, since its secret is in the database. */
export function auth(): Promise<Auth> {
  shared.socdownAuth ??= build();
  return shared.socdownAuth;
}

async function build() {
  const publicUrl = env().PUBLIC_URL;
  return betterAuth({
    appName: 'Socdown',
    secret: await sharedSecret(),
    ...(publicUrl ? { baseURL: publicUrl } : {}),
    // A page's origin must be the host that the request itself names: behind PUBLIC_URL, or reached directly.
    trustedOrigins: (request) => {
      const host = request?.headers.get('x-forwarded-host') ?? request?.headers.get('host');
      return [...(publicUrl ? [publicUrl] : []), ...(host ? [`http://${host}`, `https://${host}`] : [])];
    },
    basePath: '/api/auth',
    database: prismaAdapter(db(), { provider: 'postgresql' }),
    user: { additionalFields: { role: { type: 'string', input: false, required: false, defaultValue: 'analyst' } } },
    // Accounts are made by an admin (lib/auth/users), never by whoever finds the page.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 256 },
    session: { expiresIn: 60 * 60 * 24 * 7, updateAge: 60 * 60 * 24 },
    rateLimit: { enabled: true, window: 60, max: 600, customRules: { '/sign-in/email': { window: 60, max: 10 } } },
    advanced: { useSecureCookies: publicUrl?.startsWith('https://') ?? false, cookiePrefix: 'socdown' },
    // Asked after the password was right, so that it tells a stranger nothing.
    databaseHooks: { session: { create: { before: ({ userId }) => refuseDeactivated(userId) } } },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    plugins: [nextCookies()],
  });
}

async function refuseDeactivated(userId: string): Promise<void> {
  const user = await db().user.findUnique({ where: { id: userId }, select: { disabledAt: true } });
  if (user?.disabledAt) throw new APIError('FORBIDDEN', { message: 'This account is deactivated. Ask an admin.' });
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
