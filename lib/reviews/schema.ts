import { z } from 'zod';
import { AlertStatus, Moment, Person, Severity } from '../alerts/schema';
import { CHECK_RULES } from '../checks/finding';
import { DraftVersion } from '../drafts/schema';
import { Assessment } from '../investigations/schema';
import { Classification } from '../report/schema';
import { readableLength } from '../text/invisible-characters';

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
    assessment: Assessment.nullable(),
    confidence: z.number().nullable(),
    severity: z.string(),
    /** Of the demo organization. */
    sample: z.boolean(),
  }),
  submittedBy: Person,
  submittedAt: z.string(),
  decidedBy: Person.nullable(),
  decidedAt: z.string().nullable(),
  decisionNote: z.string().nullable(),
  comments: z.number(),
  /** Threads that nobody resolved. */
  openThreads: z.number(),
  /** Words of the revision, front matter and all. */
  words: z.number(),
  /** How much the checks found in the revision; null until they were counted. Those of decided reviews may never be. */
  checks: z.object({ errors: z.number(), warnings: z.number() }).nullable(),
});
export type ReviewItem = z.infer<typeof ReviewItem>;

export const CommentView = z.object({
  id: z.string(),
  author: Person,
  body: z.string(),
  /** What a ```suggestion block in it would put in the place of the lines; '' takes them out. */
  suggestion: z.string().nullable(),
  /** Not sent yet: only its author sees it. */
  pending: z.boolean(),
  createdAt: z.string(),
});
export type CommentView = z.infer<typeof CommentView>;

/** A thread on lines of the frozen text (`new`), of the approved text before it (`old`), or on the whole (line null). */
export const ThreadView = z.object({
  /** Its first comment's. */
  id: z.string(),
  /** The first and last line where they stand in this review's text; null also when they stand no more (`outdated`). */
  line: z.number().nullable(),
  lineEnd: z.number().nullable(),
  side: z.enum(['new', 'old']),
  outdated: z.boolean(),
  /** The lines as they were commented, and in which revision. */
  quote: z.string().nullable(),
  revision: z.number(),
  resolved: z.object({ by: Person.nullable(), at: z.string() }).nullable(),
  /** When its suggestion was taken into the draft. */
  applied: z.string().nullable(),
  comments: z.array(CommentView),
});
export type ThreadView = z.infer<typeof ThreadView>;

/** An error of the checks that an approval overrides, and why. `key` names it within the text that was approved. */
export const OverriddenFinding = z.object({
  key: z.string(),
  rule: z.enum(CHECK_RULES),
  line: z.number(),
  message: z.string(),
  reason: z.string(),
});
export type OverriddenFinding = z.infer<typeof OverriddenFinding>;

export const Approval = z.object({ by: Person, at: z.string(), carriedFrom: z.number().nullable() });

export const ReviewDetail = ReviewItem.extend({
  /** The frozen text, and the last approved text it is compared with ('' the first time). */
  markdown: z.string(),
  baseMarkdown: z.string(),
  baseRevision: z.object({ id: z.string(), number: z.number() }).nullable(),
  /** The last earlier revision that the asking person saw: opened, commented or decided on. */
  seenRevision: z.object({ id: z.string(), number: z.number() }).nullable(),
  threads: z.array(ThreadView),
  /** Approvals given, and how many it takes. `carriedFrom`: of earlier versions of Socdown only, the revision that was read. */
  approvals: z.object({ given: z.array(Approval), needed: z.number() }),
  requested: z.array(Person),
  /** People of this investigation's revision who may not decide (they wrote in it). */
  writers: z.array(Person),
  /** Errors of the checks that an approval overrides, each with its reason; and all of them in one line, as the commit has it. */
  overrides: z.array(OverriddenFinding),
  overrideReason: z.string().nullable(),
  /** Revisions of the investigation, newest first, to compare with. */
  revisions: z.array(
    z.object({
      id: z.string(),
      review: z.string(),
      number: z.number(),
      status: ReviewStatus,
      submittedAt: z.string(),
    }),
  ),
  /** What the asking person may do now, and why not. */
  decision: z.object({ allowed: z.boolean(), reason: z.string().nullable() }),
  /** The investigation's alerts that nobody has closed: deciding closes none, a person does. */
  openAlerts: z.array(z.object({ id: z.string(), title: z.string(), severity: Severity, status: AlertStatus })),
  /** How many tasks of the case are open; deciding changes none. */
  openTasks: z.number(),
});
export type ReviewDetail = z.infer<typeof ReviewDetail>;

/** PostgreSQL has no U+0000 in text. */
const words = z
  .string()
  .trim()
  .max(10_000)
  .refine((text) => !text.includes('\0'), 'There is a NUL character in this text. Remove it.')
  .refine((text) => text === '' || readableLength(text) > 0, 'This text has no readable character. Write something.');

/** Without a status: all of them. The others filter by the case. `waiting=me`: what the asking person has to do, to review or as author to change. */
export const ReviewQuery = z.object({
  status: ReviewStatus.optional(),
  waiting: z.literal('me').optional(),
  classification: Classification.optional(),
  severity: Severity.optional(),
  /** Users by id: asked for by name; who decided, and when. */
  requested: z.string().max(64).optional(),
  decidedBy: z.string().max(64).optional(),
  decidedFrom: Moment.optional(),
  decidedTo: Moment.optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export type ReviewQuery = z.infer<typeof ReviewQuery>;

/**
 * A new thread on lines `line` to `lineEnd` (absent: the one line) or on the whole, or with `parent` an answer in one.
 * `pending`: kept until the review is sent.
 */
export const AddComment = z.strictObject({
  body: words.min(1, 'Write something.'),
  line: z.number().int().min(1).nullable().default(null),
  lineEnd: z.number().int().min(1).nullable().default(null),
  side: z.enum(['new', 'old']).default('new'),
  parent: z.uuid().nullable().default(null),
  pending: z.boolean().default(false),
});

export const ResolveThread = z.strictObject({ resolved: z.boolean() });

/** The draft version that was read, as for every save; and the text that a person made of both, when they don't fit. */
export const ApplySuggestion = z.strictObject({
  version: DraftVersion,
  markdown: z.string().optional(),
});

export const RequestReviewers = z.strictObject({ users: z.array(z.string().max(64)).max(20) });

export const ReviewPolicy = z.strictObject({ twoForMalicious: z.boolean() });
export type ReviewPolicy = z.infer<typeof ReviewPolicy>;

const findingKeys = z.string().min(1).max(200);
const reason = words.max(1000);

/**
 * Errors of the checks by their keys, and the one reason that they are overridden for: one error, or those of the same name.
 * `finding` is short for a list of one.
 */
const OverrideFindings = z.union([
  z.strictObject({ findings: z.array(findingKeys).min(1).max(500), reason }),
  z.strictObject({ finding: findingKeys, reason }).transform(({ finding, reason: why }) => ({
    findings: [finding],
    reason: why,
  })),
]);

export const DecideReview = z.strictObject({
  decision: z.enum(['approve', 'request_changes']),
  /** The revision that was read, by its id or as the review shows it: another one is refused. */
  revision: z.union([z.uuid(), z.object({ id: z.uuid() }).transform(({ id }) => id)]),
  note: words.optional(),
  /** Why it is approved although the checks found an error, or several of one name; kept in the audit and in the commit. */
  override: reason.optional(),
  /** The same for several errors, each named by its key. */
  overrides: z.array(OverrideFindings).max(500).optional(),
});

/** Submitting names the draft version that was seen, so that what is frozen is what was read. Absent: the current one. */
export const SubmitReview = z.strictObject({ version: DraftVersion.optional() });
