import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { drawCodename, isCodename } from '../investigations/codename';
import { storeCodenames } from './store-codenames';

const MAX = 1000;

/** `count` different codenames that neither the database nor the store has. They are not reserved: opening a case takes one. */
export async function freeCodenames(actor: Actor, count: number): Promise<string[]> {
  authorize(actor, 'investigations.open');
  if (!Number.isInteger(count) || count < 1 || count > MAX)
    throw new AppError('bad_request', `Enter a whole number from 1 to ${MAX}.`);
  const inStore = await storeCodenames();
  const free = new Set<string>();
  while (free.size < count) {
    const drawn = Array.from({ length: count - free.size }, drawCodename).filter((name) => !inStore.has(name));
    const taken = await db().investigation.findMany({ where: { codename: { in: drawn } }, select: { codename: true } });
    for (const name of drawn) if (!taken.some(({ codename }) => codename === name)) free.add(name);
  }
  return [...free];
}

/** Whether a name can be a case's: `taken` by one in the database or in the store, or no codename of ours at all. */
export async function checkCodename(actor: Actor, name: string): Promise<'free' | 'taken' | 'not a codename'> {
  authorize(actor, 'investigations.read');
  if (!/^[\w-]{1,100}$/.test(name)) return 'not a codename'; // also what PostgreSQL can't be asked for
  if (await db().investigation.findFirst({ where: { codename: name }, select: { id: true } })) return 'taken';
  if ((await storeCodenames()).has(name)) return 'taken';
  return isCodename(name) ? 'free' : 'not a codename';
}
