import { z } from 'zod';

const MESSAGE = 'Enter a time in ISO 8601 after year 0, like 2026-04-20T21:51:13Z.';

/** An ISO time that PostgreSQL takes as well: it has no year 0, also not by an offset. */
export const DbTime = z.iso
  .datetime({ offset: true, error: MESSAGE })
  .refine((at) => !at.startsWith('0000') && new Date(at).getUTCFullYear() > 0, MESSAGE);
