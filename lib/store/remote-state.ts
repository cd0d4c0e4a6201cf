import { z } from 'zod';
import { db } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';
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
  return (await readSetting(STATE, State)) ?? null;
}

/** Stores how the last exchange with the remote went, as of now. */
export async function rememberRemote(state: Omit<RemoteState, 'at'>): Promise<RemoteState> {
  const value = { ...state, at: new Date().toISOString() };
  await writeSetting(db(), STATE, value);
  return value;
}
