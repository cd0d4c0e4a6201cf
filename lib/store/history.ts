import { z } from 'zod';
import { Person } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { db, pool } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, notFound } from '../errors/app-error';
import { HistoryEntry } from '../investigations/schema';
import { commitSubject, reportFacts } from './commit-message';

/** More approvals of one case than a person lists; older ones are in git. */
const MAX_ENTRIES = 200;
/** Enough for any front matter; the subject needs no more of the text. */
const HEAD_CHARACTERS = 32_768;

/** A name can be changed and need not be unique; the address says who it was. */
const PersonWithEmail = Person.extend({ email: z.string() });

/** One approved revision, whole. */
export const RevisionView = HistoryEntry.extend({
  author: PersonWithEmail,
  reviewer: PersonWithEmail.nullable(),
  markdown: z.string(),
  contentHash: z.string(),
});
export type RevisionView = z.infer<typeof RevisionView>;

type Row = {
  id: string;
  number: number;
  markdown: string;
  content_hash: string;
  approved_at: Date;
  commit_oid: string | null;
  author_id: string;
  author: string;
  author_email: string;
  reviewer_id: string | null;
  reviewer: string | null;
  reviewer_email: string | null;
};

/**
 * The approved revisions of an investigation, newest first, from the database; `commit` is null until the store has it.
 * @throws AppError not_found
 */
export async function listHistory(actor: Actor, investigationId: string): Promise<{ items: HistoryEntry[] }> {
  authorize(actor, 'investigations.read');
  const investigation = await requireInvestigation(investigationId);
  const rows = await readRows(investigation.id, null, HEAD_CHARACTERS, MAX_ENTRIES);
  return { items: rows.map((row) => toEntry(row, investigation)) };
}

/**
 * The text that was approved as a revision.
 * @throws AppError not_found, also for a revision of another investigation or one that was never approved.
 */
export async function readRevision(actor: Actor, investigationId: string, revisionId: string): Promise<RevisionView> {
  authorize(actor, 'investigations.read');
  const investigation = await requireInvestigation(investigationId);
  const [row] = isUuid(revisionId) ? await readRows(investigation.id, revisionId, 100_000_000, 1) : [];
  if (!row) throw new AppError('not_found', 'This investigation has no such approved revision.');
  const { author, reviewer, ...entry } = toEntry(row, investigation);
  return {
    ...entry,
    author: { ...author, email: row.author_email },
    reviewer: reviewer && { ...reviewer, email: row.reviewer_email ?? '' },
    markdown: row.markdown,
    contentHash: row.content_hash,
  };
}

async function readRows(
  investigationId: string,
  revisionId: string | null,
  characters: number,
  limit: number,
): Promise<Row[]> {
  const { rows } = await pool().query<Row>(
    `SELECT r.id, r.number, left(r.markdown, $3) AS markdown, r.content_hash, r.approved_at, r.commit_oid,
       r.author_id, a.name AS author, a.email AS author_email,
       v.decided_by_id AS reviewer_id, d.name AS reviewer, d.email AS reviewer_email
     FROM revisions r
     JOIN users a ON a.id = r.author_id
     LEFT JOIN LATERAL (
       SELECT decided_by_id FROM reviews WHERE investigation_id = r.investigation_id AND revision_id = r.id AND status = 'approved'
       ORDER BY submitted_at DESC LIMIT 1) v ON true
     LEFT JOIN users d ON d.id = v.decided_by_id
     WHERE r.investigation_id = $1::uuid AND ($2::uuid IS NULL OR r.id = $2::uuid) AND r.approved_at IS NOT NULL
     ORDER BY r.number DESC LIMIT $4`,
    [investigationId, revisionId, characters, limit],
  );
  return rows;
}

async function requireInvestigation(id: string) {
  const found = isUuid(id)
    ? await db().investigation.findUnique({
        where: { id },
        select: { id: true, codename: true, title: true, classification: true, confidence: true },
      })
    : null;
  if (!found) throw notFound('investigation');
  return found;
}

function toEntry(row: Row, investigation: Parameters<typeof reportFacts>[1]): HistoryEntry {
  return {
    revision: row.id,
    number: row.number,
    commit: row.commit_oid,
    author: { id: row.author_id, name: row.author },
    reviewer: row.reviewer_id ? { id: row.reviewer_id, name: row.reviewer ?? '' } : null,
    approvedAt: row.approved_at.toISOString(),
    subject: commitSubject(reportFacts(row.markdown, investigation)),
  };
}
