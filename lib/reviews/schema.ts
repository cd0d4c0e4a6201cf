import { z } from 'zod';
import { AlertStatus, Person, Severity } from '../alerts/schema';

export const ReviewStatus = z.enum(['open', 'approved', 'changes_requested', 'superseded']);
export type ReviewStatus = z.infer<typeof ReviewStatus>;

export const ReviewItem = z.object({
  id: z.string(),
  status: ReviewStatus,
  revision: z.object({ id: z.string(), number: z.number(), contentHash: z.string() }),
  investigation: z.object({
    id: z.string(),
    codename: z.string(),
    title: z.string(),
    classification: z.string().nullable(),
    confidence: z.number().nullable(),
    severity: z.string(),
  }),
  submittedBy: Person,
  submittedAt: z.string(),
  decidedBy: Person.nullable(),
  decidedAt: z.string().nullable(),
  decisionNote: z.string().nullable(),
  comments: z.number(),
});
export type ReviewItem = z.infer<typeof ReviewItem>;

export const CommentView = z.object({
  id: z.string(),
  author: Person,
  line: z.number().nullable(),
  side: z.enum(['new', 'old']),
  body: z.string(),
  createdAt: z.string(),
});
export type CommentView = z.infer<typeof CommentView>;

export const ReviewDetail = ReviewItem.extend({
  /** The frozen text, and the last approved text it is compared with ('' the first time). */
  markdown: z.string(),
  baseMarkdown: z.string(),
  baseRevision: z.object({ id: z.string(), number: z.number() }).nullable(),
  thread: z.array(CommentView),
  /** What the asking person may do now, and why not. */
  decision: z.object({ allowed: z.boolean(), reason: z.string().nullable() }),
  /** The investigation's alerts that nobody has closed: deciding closes none, a person does. */
  openAlerts: z.array(z.object({ id: z.string(), title: z.string(), severity: Severity, status: AlertStatus })),
});
export type ReviewDetail = z.infer<typeof ReviewDetail>;

/** PostgreSQL has no U+0000 in text. */
const words = z
  .string()
  .trim()
  .max(10_000)
  .refine((text) => !text.includes('\0'), 'There is a NUL character in this text. Remove it.');

/** Without a status: all of them. */
export const ReviewQuery = z.object({
  status: ReviewStatus.optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export type ReviewQuery = z.infer<typeof ReviewQuery>;

export const AddComment = z.strictObject({
  body: words.min(1, 'Write something.'),
  line: z.number().int().min(1).nullable().default(null),
  side: z.enum(['new', 'old']).default('new'),
});

export const DecideReview = z.strictObject({
  decision: z.enum(['approve', 'request_changes']),
  /** Revision id, as shown to the reviewer: another one is refused. */
  revision: z.uuid(),
  note: words.optional(),
});

/** Submitting names the draft version that was seen, so that what is frozen is what was read. Absent: the current one. */
export const SubmitReview = z.strictObject({ version: z.number().int().min(1).optional() });
