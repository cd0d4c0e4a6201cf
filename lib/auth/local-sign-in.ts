import { z } from 'zod';
import type { Tx } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';

const KEY = 'auth.local_sign_in';

/** Whose passwords work; null: everyone's. */
const Policy = z.strictObject({ onlyFor: z.array(z.string()).nullable() });

/** Whether a person may sign in with a password. */
export async function maySignInLocally(userId: string): Promise<boolean> {
  const onlyFor = await readLocalSignIn();
  return onlyFor === null || onlyFor.includes(userId);
}

/** Whose passwords work; null: everyone's. Something unreadable lets nobody out. */
export async function readLocalSignIn(): Promise<string[] | null> {
  return (await readSetting(KEY, Policy))?.onlyFor ?? null;
}

/** For lib/sso, which checks who may and audits it. */
export async function writeLocalSignIn(tx: Tx, onlyFor: string[] | null): Promise<void> {
  const value = { onlyFor };
  await writeSetting(tx, KEY, value);
}
