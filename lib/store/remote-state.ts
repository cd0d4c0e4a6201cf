import { z } from 'zod';
import { db } from '../db/client';
import { env } from '../env/env';

const STATE = 'store.remote';

/**
 * How it went the last time, on whichever host. `head`: the last commit that the remote acknowledged.
 * `foreign`: files of cases that commits from elsewhere changed, without an approval here.
 */
const State = z.object({
  at: z.string(),
  head: z.string().nullable(),
  error: z.string().nullable(),
  foreign: z.array(z.string()),
});
export type RemoteState = z.infer<typeof State>;

/** The last outcome, or null when there never was one or no remote is set any more. */
export async function remoteState(): Promise<RemoteState | null> {
  if (!env().STORE_REMOTE) return null;
  const row = await db().setting.findUnique({ where: { key: STATE } });
  return State.safeParse(row?.value).data ?? null;
}

export async function rememberRemote(state: Omit<RemoteState, 'at'>): Promise<RemoteState> {
  const value = { ...state, at: new Date().toISOString() };
  await db().setting.upsert({ where: { key: STATE }, create: { key: STATE, value }, update: { value } });
  return value;
}
