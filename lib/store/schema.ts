import { z } from 'zod';

export const StoreHealth = z.object({
  /** failing: something was tried and did not work; approved text is safe in the database and is tried again. */
  status: z.enum(['ok', 'publishing', 'failing']),
  /** Approved revisions that are not commits yet, and since when the oldest waits. */
  pending: z.number(),
  oldest: z.string().nullable(),
  /** For people; names no path of the machine. */
  lastError: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
});
export type StoreHealth = z.infer<typeof StoreHealth>;
