import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Actor } from '@/lib/auth/guard';
import { actorOfHeaders } from '@/lib/auth/session';

/** The signed-in person of the page being rendered, or null. Asked once a request. */
export const currentActor = cache(async (): Promise<Actor | null> => actorOfHeaders(await headers()));

/**
 * The signed-in person of a page; others are sent to sign in and come back to `next`.
 * Call it first in every page: a layout is no guard, since it isn't rendered anew on each visit.
 */
export async function requireActor(next?: string): Promise<Actor> {
  const actor = await currentActor();
  return actor ?? redirect(next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in');
}
