import { z } from 'zod';

/** One call of a tool, as it will be made. */
export const WriteCall = z.object({ tool: z.string(), args: z.record(z.string(), z.unknown()) });
export type WriteCall = z.infer<typeof WriteCall>;

export const WRITE_BACK_STATES = ['proposed', 'queued', 'sent', 'failed', 'dismissed'] as const;

/** What a case writes back about one alert. `error`: why the last attempt failed; a queued one is tried again. */
export const WriteBack = z.object({
  id: z.string(),
  alert: z.object({ id: z.string(), title: z.string(), source: z.string(), sourceRef: z.string() }),
  connection: z.string(),
  calls: z.array(WriteCall),
  state: z.enum(WRITE_BACK_STATES),
  error: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  sentAt: z.string().nullable(),
  /** Whether whoever reads it may send or dismiss it. */
  mayDecide: z.boolean(),
});
export type WriteBack = z.infer<typeof WriteBack>;

export const DecideWriteBack = z.strictObject({ decision: z.enum(['send', 'dismiss']) });
export type DecideWriteBack = z.infer<typeof DecideWriteBack>;
