import type { z } from 'zod';
import { db, type Prisma, type Tx } from './client';

/** A setting of the installation; undefined where it was never set, or what is there doesn't have this form. */
export async function readSetting<T>(key: string, form: z.ZodType<T>, tx: Tx = db()): Promise<T | undefined> {
  const row = await tx.setting.findUnique({ where: { key } });
  return form.safeParse(row?.value).data;
}

/** Sets it, new or over the value that was there. Call it with the transaction of its audit row. */
export function writeSetting(tx: Tx, key: string, value: Prisma.InputJsonValue): Prisma.PrismaPromise<unknown> {
  return tx.setting.upsert({ where: { key }, create: { key, value }, update: { value } });
}
