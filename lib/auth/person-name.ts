import { z } from 'zod';
import type { Tx } from '../db/client';
import { fieldError } from '../errors/app-error';
import { hasUnseen } from '../text/invisible-characters';

/** A person's name as reports, commits and reviews show it: one line, all of it visible. */
export const PersonName = z
  .string()
  .trim()
  .min(1, 'Enter a name.')
  .max(100, 'Use at most 100 characters.')
  .transform((name) => name.normalize('NFC'))
  .refine((name) => !hasUnseen(name) && !/\p{Cc}/u.test(name), {
    message: 'Use visible characters of one script, and single spaces.',
  })
  .refine((name) => !/ {2}/.test(name), { message: 'Use single spaces.' })
  .refine((name) => /\p{L}|\p{N}/u.test(name), { message: 'Use letters.' })
  .refine((name) => !/[<>]/.test(name), { message: 'Leave out < and >: commits put the address between them.' });

/**
 * No two people have one name, deactivated people included: it stands under decisions.
 * @throws AppError conflict, at the field `name`
 */
export async function requireFreeName(tx: Tx, name: string, exceptId?: string): Promise<void> {
  const people = await tx.user.findMany({
    where: { name: { equals: name, mode: 'insensitive' }, ...(exceptId ? { id: { not: exceptId } } : {}) },
    select: { id: true },
    take: 1,
  });
  if (people.length > 0)
    throw fieldError(
      'name_taken',
      'name',
      `There is already a person named ${name}. Add something to tell them apart.`,
    );
}
