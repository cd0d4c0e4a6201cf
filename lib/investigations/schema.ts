import { z } from 'zod';
import { AlertItem, Entity, Moment, Person, Severity } from '../alerts/schema';
import { Classification, InvestigationStatus } from '../report/schema';

/** Whose an assessment is: a model's proposal, or set by a person. */
export const Assessment = z.enum(['proposed', 'set']);

export const InvestigationItem = z.object({
  id: z.string(),
  codename: z.string(),
  title: z.string(),
  path: z.string(),
  status: InvestigationStatus,
  classification: Classification.nullable(),
  /** Whose classification, confidence and assessed severity are; null: there are none. Only `set` ones count in filters. */
  assessment: Assessment.nullable(),
  confidence: z.number().nullable(),
  severity: Severity,
  assessedSeverity: Severity.nullable(),
  techniques: z.array(z.string()),
  entities: z.array(Entity), // the first 12 in lists, all in detail
  summary: z.string(),
  openedBy: Person,
  openedAt: z.string(),
  updatedAt: z.string(),
  approvedAt: z.string().nullable(),
  /** Who decided its last approved review. */
  approvedBy: Person.nullable(),
  sample: z.boolean(),
});
export type InvestigationItem = z.infer<typeof InvestigationItem>;

const CaseName = z.object({ id: z.string(), codename: z.string(), title: z.string() });
export type CaseName = z.infer<typeof CaseName>;

/** One case put into another. `undoable`: nothing was changed in the other since. */
export const CaseMerge = z.object({
  from: CaseName,
  into: CaseName,
  by: Person,
  at: z.string(),
  undoable: z.boolean(),
});
export type CaseMerge = z.infer<typeof CaseMerge>;

export const InvestigationDetail = InvestigationItem.extend({
  alerts: z.array(AlertItem),
  /** The newest run, if any, and the open review, if any. */
  run: z.object({ id: z.string(), status: z.string(), kind: z.string(), model: z.string() }).nullable(),
  review: z.object({ id: z.string(), status: z.string(), revision: z.string() }).nullable(),
  /** The review that asks for the changes which the case waits for, if any. */
  sentBack: z.object({ id: z.string() }).nullable(),
  /** The last approved revision, if any. */
  approved: z
    .object({ revision: z.string(), number: z.number(), commit: z.string().nullable(), approvedAt: z.string() })
    .nullable(),
  /** Who is asked about the next revision unless the submitter chooses others: user ids of those who reviewed the last one. */
  reviewers: z.array(z.string()),
  /** How many of its tasks are open. */
  openTasks: z.number(),
  /** Where the case was put, or which cases were put into it, newest first. */
  merges: z.array(CaseMerge),
  links: z.object({ self: z.string(), editor: z.string(), library: z.string() }),
});
export type InvestigationDetail = z.infer<typeof InvestigationDetail>;

export const OpenInvestigation = z.strictObject({ alertIds: z.array(z.uuid()).min(1).max(50) });
export type OpenInvestigation = z.infer<typeof OpenInvestigation>;

export const AttachAlerts = z.strictObject({ alertIds: z.array(z.uuid()).min(1).max(50) });
/** `attached`: how many the case did not have before. */
export const AttachedAlerts = z.object({ id: z.string(), codename: z.string(), attached: z.number() });
export type AttachedAlerts = z.infer<typeof AttachedAlerts>;

/** `versions`: of both drafts, as the preview gave them; the merge is refused when one has moved on. */
export const MergeCases = z.strictObject({
  from: z.uuid(),
  versions: z.strictObject({ into: z.number().int(), from: z.number().int() }).optional(),
});
export const MergedCases = z.object({
  into: CaseName,
  from: CaseName,
  /** How many alerts were moved and evidence records were copied. */
  alerts: z.number(),
  evidence: z.number(),
});
export type MergedCases = z.infer<typeof MergedCases>;

const MergeSide = CaseName.extend({
  status: InvestigationStatus,
  classification: Classification.nullable(),
  version: z.number(),
});

/** What merging `from` into `into` will do. */
export const MergePreview = z.object({
  into: MergeSide,
  from: MergeSide,
  alerts: z.number(),
  /** E1 of the emptied case becomes E(1 + offset). */
  evidence: z.object({ count: z.number(), offset: z.number() }),
  /** What becomes of each of its sections. */
  sections: z.array(z.object({ name: z.string(), change: z.enum(['whole', 'rows', 'below', 'same']) })),
  /** `kept`: the assessment stays that of `into`; `taken`: it has none, and gets that of `from`. */
  assessment: z.enum(['kept', 'taken']),
  /** An open review of `from` ends as superseded; open proposals stay with it. */
  endsReview: z.boolean(),
  openProposals: z.number(),
  /** The text of `into`, now and then. */
  before: z.string(),
  after: z.string(),
});
export type MergePreview = z.infer<typeof MergePreview>;

/**
 * Filters of the library, as in the URL. `entity` matches a whole or partial value, defanged or not. `openedFrom`, `openedTo`: when
 * the case was opened. `severity`: of its alerts, as they came. `source`: one of its alerts is from there. `proposed`: what `model`'s first run said.
 */
export const InvestigationQuery = z.object({
  q: z.string().trim().max(300).optional(),
  classification: Classification.optional(),
  status: InvestigationStatus.optional(),
  entity: z.string().trim().max(300).optional(),
  technique: z.string().trim().max(16).optional(),
  assessment: Assessment.optional(),
  openedFrom: Moment.optional(),
  openedTo: Moment.optional(),
  severity: Severity.optional(),
  source: z.string().max(32).optional(),
  proposed: Classification.optional(),
  model: z.string().max(200).optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export type InvestigationQuery = z.infer<typeof InvestigationQuery>;

/** A hit of the library's search: `snippet` is plain text, `marks` are [start, end) offsets of the words found. */
export const InvestigationHit = InvestigationItem.extend({
  snippet: z.object({ text: z.string(), marks: z.array(z.tuple([z.number(), z.number()])) }).nullable(),
});
export type InvestigationHit = z.infer<typeof InvestigationHit>;

/** One commit of an investigation's file, newest first. */
export const HistoryEntry = z.object({
  revision: z.string(),
  number: z.number(),
  commit: z.string().nullable(), // null: approved, not yet published
  author: Person,
  reviewer: Person.nullable(),
  approvedAt: z.string(),
  subject: z.string(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;
