import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { env } from '../env/env';
import { AppError } from '../errors/app-error';
import { seal, unseal } from '../secrets/secret-box';

/** How long a person has at the provider. */
const LASTS_S = 600;
const OWNER = 'sso-flow';
const COOKIE = 'socdown.sso';
const IN_HEADER = /(?:^|;\s*)socdown\.sso=([A-Za-z0-9+/=_-]+)/;

/** A sign-in that is under way. It lies sealed in the browser's own cookie: anonymous visitors fill no table. */
const Flow = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUrl: z.string(),
  next: z.string(),
  /** Who links their account, in which session; absent: a sign-in. */
  link: z.object({ userId: z.string(), sessionId: z.string() }).optional(),
  until: z.number(),
});
export type Flow = z.infer<typeof Flow>;

export function newFlow(values: Pick<Flow, 'redirectUrl' | 'next' | 'link'>): Flow {
  const random = () => randomBytes(32).toString('base64url');
  return { ...values, state: random(), nonce: random(), verifier: random(), until: Date.now() + LASTS_S * 1000 };
}

export function flowCookie(flow: Flow): string {
  return cookie(seal(JSON.stringify(flow), OWNER), LASTS_S);
}

/** Takes the cookie away: a flow ends once. */
export const endedFlowCookie = (): string => cookie('', 0);

/** The flow of this browser that an answer's `state` belongs to. @throws AppError sso_expired */
export function readFlow(headers: Headers, state: string): Flow {
  const [, sealed] = IN_HEADER.exec(headers.get('cookie') ?? '') ?? [];
  const flow = sealed === undefined ? null : open(sealed);
  if (!flow || flow.state !== state || flow.until < Date.now())
    throw new AppError('sso_expired', 'This sign-in took too long, or was begun in another browser. Sign in again.');
  return flow;
}

function open(sealed: string): Flow | null {
  try {
    return Flow.safeParse(JSON.parse(unseal(sealed, OWNER))).data ?? null;
  } catch {
    return null;
  }
}

function cookie(value: string, seconds: number): string {
  const secure = env().PUBLIC_URL?.startsWith('https://') ? '; Secure' : '';
  return `${COOKIE}=${value}; Max-Age=${seconds}; Path=/api/sso; HttpOnly; SameSite=Lax${secure}`;
}
