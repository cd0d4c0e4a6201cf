import { z } from 'zod';
import { Severity, TechniqueId } from '../alerts/schema';
import { Classification } from '../report/schema';

export const MAX_DRAFT_BYTES = 2_000_000;
/** A draft as JSON: escapes take more bytes than the text itself. */
export const MAX_DRAFT_BODY_BYTES = 5_000_000;

/** A draft's version, as a caller names it: no more than the database's integer holds. */
export const DraftVersion = z.number().int().min(1).max(2_147_483_647);

export const DraftView = z.object({
  markdown: z.string(),
  version: z.number(),
  humanTouched: z.boolean(),
  updatedAt: z.string(),
  updatedBy: z.object({ id: z.string(), name: z.string() }).nullable(), // null: a model
  /** True while a review is open: the revision is frozen, the draft may go on. */
  inReview: z.boolean(),
});
export type DraftView = z.infer<typeof DraftView>;

/** The size is checked in the verb (in bytes, answered with 413). The version comes as If-Match. */
export const SaveDraft = z.strictObject({ markdown: z.string() });

/** Fields of the assessment; what is left out stays. `severity` is the assessed one. */
export const ChangeAssessment = z
  .strictObject({
    classification: Classification.nullable(),
    confidence: z.number().int().min(0).max(100).nullable(),
    severity: Severity.nullable(),
    techniques: z.array(TechniqueId).max(100),
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'Enter a classification, confidence, severity or techniques.');
export type ChangeAssessment = z.infer<typeof ChangeAssessment>;

/**
 * The answer to a stale save (412, in error.data): the text now, its version, who wrote it,
 * and the three-way merge of base (what the caller edited), caller and current. `conflicts` > 0: `merged` has marked both sides.
 */
export type StaleDraft = { current: DraftView; merged: string; conflicts: number };

export const HunkView = z.object({
  id: z.string(),
  status: z.enum(['open', 'accepted', 'rejected']),
  /** 1-based line in the current draft where it would go in; null: the text there is no longer to be found. */
  line: z.number().nullable(),
  before: z.string(), // the base's lines, '' for a pure insertion
  after: z.string(),
  /** Two lines of context around it, from the base. */
  contextBefore: z.string(),
  contextAfter: z.string(),
  /** It takes out or rewrites words that a person wrote. */
  touchesHuman: z.boolean(),
});
export type HunkView = z.infer<typeof HunkView>;

export const ProposalView = z.object({
  id: z.string(),
  runId: z.string(),
  instruction: z.string().nullable(),
  status: z.enum(['open', 'resolved']),
  createdAt: z.string(),
  hunks: z.array(HunkView),
});
export type ProposalView = z.infer<typeof ProposalView>;

const hunkChoice = z.union([z.literal('all'), z.array(z.string().max(64)).max(2000)]).optional();
export const DecideProposal = z
  .strictObject({ accept: hunkChoice, reject: hunkChoice })
  .refine(
    (body) => body.accept !== undefined || body.reject !== undefined,
    'Send accept or reject (hunk IDs or "all").',
  );
export type DecideProposal = z.infer<typeof DecideProposal>;
