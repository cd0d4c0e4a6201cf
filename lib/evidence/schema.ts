import { z } from 'zod';

export const EvidenceItem = z.object({
  number: z.number(),
  runId: z.string(),
  server: z.string(),
  tool: z.string(),
  args: z.unknown(),
  /** What the call was to find out, in words. */
  question: z.string().nullable(),
  timeFrom: z.string().nullable(),
  timeTo: z.string().nullable(),
  startedAt: z.string(),
  durationMs: z.number(),
  status: z.enum(['running', 'ok', 'failed']),
  error: z.string().nullable(),
  rows: z.number().nullable(),
  bytes: z.number(),
  truncated: z.boolean(),
  sha256: z.string(),
  /** When the retention settings removed the result; the hash is that of the whole. */
  removedAt: z.string().optional(),
});
export type EvidenceItem = z.infer<typeof EvidenceItem>;

/** A result as a table when it is one ({columns, rows}); otherwise as text. At most 500 rows are shown at once. */
export const EvidenceDetail = EvidenceItem.extend({
  table: z
    .object({
      columns: z.array(z.string()),
      rows: z.array(z.array(z.unknown())),
      total: z.number(),
      offset: z.number(),
    })
    .nullable(),
  text: z.string().nullable(),
  /** There are secrets in this part of the result, and marks in their place. */
  masked: z.boolean(),
});
export type EvidenceDetail = z.infer<typeof EvidenceDetail>;
