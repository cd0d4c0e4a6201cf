import type { Actor } from '../auth/guard';
import { authorize } from '../auth/guard';
import { requireSession } from '../auth/person-account';
import { returnPath } from '../auth/return-path';
import { AppError } from '../errors/app-error';
import { type Flow, flowCookie, newFlow } from './flow';
import { authorizationUrl, discover } from './provider';
import { requireSso } from './settings';

/** Where the browser goes, and the cookie that it must bring back. */
export type Started = { url: string; cookie: string };

/**
 * Begins a sign-in at the provider. @param next the page to open afterwards
 * @throws AppError sso_off, sso_failed
 */
export async function startSso(next: unknown, redirectUrl: string): Promise<Started> {
  return start(newFlow({ redirectUrl, next: returnPath(next) }));
}

/** The same, to link one's account: in one's own session, which must still be there when the browser comes back. */
export async function startSsoLink(actor: Actor, redirectUrl: string): Promise<Started> {
  authorize(actor, 'account.manage');
  const userId = requireSession(actor);
  if (actor.sessionId === undefined) throw new AppError('forbidden', 'Sign in first.');
  const link = { userId, sessionId: actor.sessionId };
  return start(newFlow({ redirectUrl, next: '/settings/profile', link }));
}

async function start(flow: Flow): Promise<Started> {
  const sso = await requireSso();
  return { url: authorizationUrl(await discover(sso), sso, flow), cookie: flowCookie(flow) };
}
