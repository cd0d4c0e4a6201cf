import { z } from 'zod';
import { Person } from '../alerts/schema';

export const MethodKind = z.enum(['method', 'template', 'detection', 'runbook', 'known', 'command']);
export type MethodKind = z.infer<typeof MethodKind>;

export const MethodStatus = z.enum(['open', 'approved', 'rejected', 'withdrawn', 'conflicted']);

/** Longer files belong elsewhere; the detections of AWS have 60,000 characters. */
const MAX_TEXT = 200_000;
const Path = z.string().min(1, 'Enter the path of a file.').max(300);
const Text = z.string().max(MAX_TEXT, `Enter at most ${MAX_TEXT} characters.`);

export const CheckText = z.strictObject({ path: Path, text: Text });
export const ProposeChange = z.strictObject({
  path: Path,
  text: Text,
  /** sha256 of the text that the change is based on; '' for a new file. */
  base: z.string().regex(/^(?:[0-9a-f]{64})?$/, 'Enter the hash of the text that was read.'),
  note: z.string().trim().min(1, 'Enter why the file should change.').max(1000, 'Enter at most 1,000 characters.'),
  /** Of a detection's exclusion: the rule of the alerts that it is about; its effect is counted on them. */
  alertRule: z.string().trim().min(1).max(500).optional(),
});
export const DecideChange = z.strictObject({
  decision: z.enum(['approve', 'reject', 'withdraw']),
  /** sha256 of the text that was read. */
  hash: z.string().max(64),
  note: z.string().trim().max(1000, 'Enter at most 1,000 characters.').default(''),
});

export const MethodChangeItem = z.object({
  id: z.string(),
  path: z.string(),
  kind: MethodKind,
  note: z.string(),
  status: MethodStatus,
  author: Person,
  createdAt: z.string(),
  /** The rule of the alerts that it is about, as their sender calls it. */
  alertRule: z.string().nullable(),
  decidedBy: Person.nullable(),
  decidedAt: z.string().nullable(),
  decisionNote: z.string().nullable(),
  /** null until the store has it. */
  commit: z.string().nullable(),
});
export type MethodChangeItem = z.infer<typeof MethodChangeItem>;

export const MethodChange = MethodChangeItem.extend({
  before: z.string(),
  text: z.string(),
  hash: z.string(),
  /** Whether the file has, or had when it was decided, the text that this is based on. */
  isCurrent: z.boolean(),
  /** `runbooks/x.md:5: what is wrong`; an open change can't be approved with one. */
  problems: z.array(z.string()),
});
export type MethodChange = z.infer<typeof MethodChange>;

export const MethodFileItem = z.object({
  path: z.string(),
  kind: MethodKind,
  /** `store`: the team's own. `socdown`: the store has none, ours is used. */
  from: z.enum(['store', 'socdown']),
  /** It is there and empty: taken out. */
  isOff: z.boolean(),
});
export type MethodFileItem = z.infer<typeof MethodFileItem>;

export const MethodOverview = z.object({
  files: z.array(MethodFileItem),
  /** Open ones first, then the newest. */
  changes: z.array(MethodChangeItem),
  /** What can't be used of the files as they are. */
  problems: z.array(z.string()),
});
export type MethodOverview = z.infer<typeof MethodOverview>;

/** An earlier text that can be proposed again. */
export const EarlierText = z.object({
  /** The change that brought it, or `shipped`. */
  id: z.string(),
  title: z.string(),
  by: z.string(),
  at: z.string().nullable(),
  commit: z.string().nullable(),
  text: z.string(),
});

export const MethodFile = MethodFileItem.extend({
  text: z.string(),
  hash: z.string(),
  problems: z.array(z.string()),
  /** Newest first: approved changes, then what comes with Socdown. */
  history: z.array(EarlierText),
  /** Open ones. */
  changes: z.array(MethodChangeItem),
});
export type MethodFile = z.infer<typeof MethodFile>;
