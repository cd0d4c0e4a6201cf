import { z } from 'zod';

export const CORRECTION_KINDS = ['verdict', 'coaching', 'override', 'rejection'] as const;
export const CorrectionKind = z.enum(CORRECTION_KINDS);
export type CorrectionKind = z.infer<typeof CorrectionKind>;

/** Something that people corrected in several cases. */
export const Correction = z.object({
  /** The same as long as it is the same correction. */
  id: z.string(),
  kind: CorrectionKind,
  /** What it is about: the rule of the alerts, the words of the coaching, the check, the section. */
  subject: z.string(),
  /** `MALICIOUS`, `BENIGN`: of a verdict only, what was said first and what people set. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** How often, and in how many cases. */
  times: z.number(),
  cases: z.number(),
  /** The newest of the cases. */
  examples: z.array(z.object({ id: z.string(), codename: z.string(), title: z.string() })),
  /** What people wrote: reasons, other wordings; the newest first. */
  words: z.array(z.string()),
  lastAt: z.string(),
});
export type Correction = z.infer<typeof Correction>;

export const CorrectionQuery = z.object({ days: z.coerce.number().int().min(1).max(92).default(90) });
export type CorrectionQuery = z.infer<typeof CorrectionQuery>;

/** A change of the method to look at, complete and propose. */
export const CorrectionDraft = z.object({
  correction: Correction,
  path: z.string(),
  text: z.string(),
  note: z.string(),
});
export type CorrectionDraft = z.infer<typeof CorrectionDraft>;

/** Fewer cases are no habit. */
export const MIN_CASES = 2;
export const MAX_EXAMPLES = 5;
export const MAX_WORDS = 5;
