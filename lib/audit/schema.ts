import { z } from 'zod';
import { DbTime } from '../db/db-time';

/** A row of the audit log. `actor` null: Socdown itself, or somebody who has not signed in. */
export const AuditItem = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  action: z.string(),
  object: z.object({ kind: z.string(), id: z.string() }),
  data: z.unknown(),
});
export type AuditItem = z.infer<typeof AuditItem>;

/** A day counts from its first moment, or as `to` until its last (UTC). */
const From = z.union([z.iso.date().transform((day) => `${day}T00:00:00Z`), DbTime]);
const To = z.union([z.iso.date().transform((day) => `${day}T23:59:59.999Z`), DbTime]);

export const AuditFilter = z.object({
  /** A person's id, or `system`. */
  who: z.string().max(200).optional(),
  /** `users.change`, or all of a group: `users.*`. */
  action: z
    .string()
    .regex(/^[a-z_]{1,40}\.(?:[a-z_]{1,40}|\*)$/, 'Enter an action like users.change, or a group like users.*.')
    .optional(),
  /** A kind (`user`), one object (`user:ID`), or an id of any kind. */
  object: z.string().max(300).optional(),
  from: From.optional(),
  to: To.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditQuery = AuditFilter.extend({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
