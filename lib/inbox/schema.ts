import { z } from 'zod';
import { Person } from '../alerts/schema';

export const INBOX_KINDS = [
  'review_requested',
  'changes_requested',
  'approved',
  'mention',
  'comment',
  'run_ended',
  'run_failed',
  'approval_pending',
  'task_assigned',
  'watched',
] as const;
export const InboxKind = z.enum(INBOX_KINDS);
export type InboxKind = z.infer<typeof InboxKind>;

/** `by` null: Socdown itself. `text`: the comment or the note; `title`: of the case or the alert. `watched`: `text` is the entity, defanged. */
export const InboxItem = z.object({
  id: z.string(),
  kind: InboxKind,
  at: z.string(),
  by: Person.nullable(),
  title: z.string(),
  text: z.string().nullable(),
  href: z.string(),
  unread: z.boolean(),
});
export type InboxItem = z.infer<typeof InboxItem>;

/** The newest 100 of the last 30 days. */
export const Inbox = z.object({ items: z.array(InboxItem), unread: z.number() });
export type Inbox = z.infer<typeof Inbox>;

/** `ids`: of items; absent: all of them. */
export const MarkRead = z.object({ ids: z.string().min(1).max(200).array().min(1).max(100).optional() });
export type MarkRead = z.infer<typeof MarkRead>;
