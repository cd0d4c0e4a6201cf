import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors/app-error';
import { sealedCookie } from '../secrets/sealed-cookie';

/** How long a person has at the provider. */
const LASTS_S = 600;

/** A sign-in that is under way. */
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

const cookie = sealedCookie('socdown.sso', Flow, {
  owner: 'sso-flow',
  path: '/api/sso',
  sameSite: 'Lax',
  seconds: LASTS_S,
});
export const flowCookie = cookie.write;

/** Takes the cookie away: a flow ends once. */
export const endedFlowCookie = cookie.end;

/** The flow of this browser that an answer's `state` belongs to. @throws AppError sso_expired */
export function readFlow(headers: Headers, state: string): Flow {
  const flow = cookie.read(headers);
  if (!flow || flow.state !== state || flow.until < Date.now())
    throw new AppError('sso_expired', 'This sign-in took too long, or was started in another browser. Sign in again.');
  return flow;
}
