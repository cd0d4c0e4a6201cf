import { z } from 'zod';

export const APPROVAL_STATUSES = ['waiting', 'allowed', 'denied', 'expired', 'used'] as const;

/** A call that waits, or waited, for a person. `args` are exactly what is sent if it is allowed. */
export const ApprovalView = z.object({
  runId: z.string(),
  investigationId: z.string(),
  callId: z.string(),
  server: z.string(),
  tool: z.string(),
  class: z.enum(['egress', 'write']),
  args: z.unknown(),
  argsHash: z.string(),
  status: z.enum(APPROVAL_STATUSES),
  requestedAt: z.string(),
  expiresAt: z.string(),
  decidedBy: z.string().nullable(),
  /** Whether who asks may allow it. */
  mayAllow: z.boolean(),
});
export type ApprovalView = z.infer<typeof ApprovalView>;

export const DecideCall = z.strictObject({ allow: z.boolean() });
