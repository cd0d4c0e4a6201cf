import { z } from 'zod';

/** An ISO time that PostgreSQL takes as well: it has no year 0. */
export const DbTime = z.iso
  .datetime({ offset: true })
  .refine((at) => !at.startsWith('0000'), 'Enter a time after year 0.');
