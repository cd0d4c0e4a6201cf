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

/** The keys that sign what is committed, the current one first. `publicKey` as in a public key file of SSH. */
export const SigningView = z.object({
  keys: z.array(
    z.object({
      publicKey: z.string(),
      fingerprint: z.string(),
      createdAt: z.string(),
      retiredAt: z.string().nullable(),
    }),
  ),
  /** The whole file for `gpg.ssh.allowedSignersFile`; null before the first key. */
  allowedSigners: z.string().nullable(),
});
export type SigningView = z.infer<typeof SigningView>;
