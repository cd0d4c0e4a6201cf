import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Actor } from '@/lib/auth/guard';
import { actorOfHeaders, enrolleeOfHeaders } from '@/lib/auth/session';
import { ADDRESS_HEADER } from './address-header';

/** The signed-in person of the page being rendered, or null. Read once per request. */
export const currentActor = cache(async (): Promise<Actor | null> => actorOfHeaders(await headers()));

/**
 * The signed-in person of a page; others sign in first and come back to the same address, query included.
 * Call it first in every page: a layout is no guard, since it is not rendered again on each visit.
 */
export async function requireActor(): Promise<Actor> {
  const actor = await currentActor();
  if (actor) return actor;
  const given = await headers();
  const address = given.get(ADDRESS_HEADER);
  const page = (await enrolleeOfHeaders(given)) ? '/set-up-two-factor' : '/sign-in';
  return redirect(address ? `${page}?next=${encodeURIComponent(address)}` : page);
}
