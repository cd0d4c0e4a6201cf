import { z } from 'zod';
import { severityOf, severityRank } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { can } from '../auth/permissions';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { DbTime } from '../db/db-time';
import { isUuid } from '../db/is-uuid';
import { keyset, type Page } from '../db/keyset';
import { notFound } from '../errors/app-error';
import { Assessment } from '../investigations/schema';
import { type ReviewItem, ReviewQuery, ReviewStatus } from './schema';

type Row = {
  id: string;
  status: string;
  submitted_at: Date;
  decided_at: Date | null;
  decision_note: string | null;
  submitted_by_id: string;
  submitted_by: string;
  decided_by_id: string | null;
  decided_by: string | null;
  revision_id: string;
  number: number;
  content_hash: string;
  investigation_id: string;
  codename: string;
  title: string;
  classification: string | null;
  assessment: string | null;
  confidence: number | null;
  severity: number;
  comments: number;
  open_threads: number;
  words: number;
  sample: boolean;
  check_errors: number | null;
  check_warnings: number | null;
};

/** Words as a reader counts them: without the front matter and the rules of tables. */
const WORDS = String.raw`regexp_count(regexp_replace(v.markdown, '^---\n.*?\n---\n', ''), '\S*[[:alnum:]]\S*')`;

const FIELDS = `r.id, r.status, r.submitted_at, r.decided_at, r.decision_note,
  r.submitted_by_id, s.name AS submitted_by, r.decided_by_id, d.name AS decided_by,
  r.revision_id, v.number, v.content_hash, v.check_errors, v.check_warnings, r.investigation_id, i.codename, i.title, i.sample, i.classification, i.assessment, i.confidence,
  coalesce(i.assessed_severity, i.severity) AS severity,
  (SELECT count(*)::int FROM review_comments c WHERE c.review_id = r.id AND NOT c.pending) AS comments,
  (SELECT count(*)::int FROM review_comments c WHERE c.review_id = r.id AND NOT c.pending AND c.parent_id IS NULL AND c.resolved_at IS NULL) AS open_threads,
  ${WORDS} AS words`;
const JOINS = `JOIN revisions v ON v.id = r.revision_id JOIN investigations i ON i.id = r.investigation_id
  JOIN users s ON s.id = r.submitted_by_id LEFT JOIN users d ON d.id = r.decided_by_id`;

const cursors = keyset(z.tuple([DbTime, z.uuid()]));

/** Reviews, newest submission first: of one status, or of all. One index range a status, merged. */
export async function listReviews(
  actor: Actor,
  input: ReviewQuery | Partial<ReviewQuery> = {},
): Promise<Page<ReviewItem>> {
  authorize(actor, 'reviews.read');
  const query = ReviewQuery.parse(input);
  const { status, waiting, cursor, limit, classification, severity } = query;
  const after = cursors.read(cursor);
  const statuses = waiting ? ['open', 'changes_requested'] : status ? [status] : ReviewStatus.options;
  const people = new Conditions([
    statuses,
    after?.[0] ?? null,
    after?.[1] ?? null,
    limit + 1,
    waiting ? (actor.id ?? '') : null,
    classification ?? null,
    severity ? severityRank(severity) : null,
  ]);
  addPeople(people, query);
  const { rows } = await pool().query<Row>(
    `WITH page AS (
       SELECT p.id, p.submitted_at FROM unnest($1::text[]) AS wanted(status)
       CROSS JOIN LATERAL (
         SELECT id, submitted_at FROM reviews
         WHERE status = wanted.status AND ${waiting ? waitsFor('reviews', '$5', actor) : '$5::text IS NULL'} AND ($2::timestamptz IS NULL OR (submitted_at, id) < ($2::timestamptz, $3::uuid))
           AND ($6::text IS NULL AND $7::smallint IS NULL OR EXISTS (SELECT FROM investigations i WHERE i.id = reviews.investigation_id
             AND ($6::text IS NULL OR i.classification = $6) AND ($7::smallint IS NULL OR coalesce(i.assessed_severity, i.severity) = $7)))
           AND ${people.where()}
         ORDER BY submitted_at DESC, id DESC LIMIT $4) p
       ORDER BY p.submitted_at DESC, p.id DESC LIMIT $4)
     SELECT ${FIELDS} FROM page JOIN reviews r ON r.id = page.id ${JOINS} ORDER BY r.submitted_at DESC, r.id DESC`,
    people.values,
  );
  return cursors.page(rows.map(toItem), limit, ({ submittedAt, id }) => [submittedAt, id]);
}

/** Who was asked, and who decided when. */
function addPeople(sql: Conditions, { requested, decidedBy, decidedFrom, decidedTo }: ReviewQuery): void {
  if (requested)
    sql.and(
      `EXISTS (SELECT FROM review_requests q WHERE q.review_id = reviews.id AND q.user_id = ${sql.value(requested)})`,
    );
  if (decidedBy) sql.and(`decided_by_id = ${sql.value(decidedBy)}`);
  sql.between('decided_at', decidedFrom, decidedTo);
}

/** How many reviews need the asking person: to decide, or as author to change the report. Counted up to 100. */
export async function countWaiting(actor: Actor): Promise<number> {
  authorize(actor, 'reviews.read');
  if (actor.id === null) return 0;
  const { rows } = await pool().query<{ n: number }>(
    `SELECT count(*)::int AS n FROM (
       SELECT 1 FROM reviews r WHERE status IN ('open', 'changes_requested') AND ${waitsFor('r', '$1', actor)} LIMIT 100) found`,
    [actor.id],
  );
  return rows[0]?.n ?? 0;
}

/** What a person has to do: decide on an open review, or change a report that was sent back. */
function waitsFor(review: string, person: string, { role }: Actor): string {
  const toChange = `(${review}.status = 'changes_requested' AND ${review}.submitted_by_id = ${person}::text
      AND EXISTS (SELECT FROM investigations i WHERE i.id = ${review}.investigation_id AND i.status = 'changes_requested')
      AND NOT EXISTS (SELECT FROM reviews later WHERE later.investigation_id = ${review}.investigation_id
        AND later.submitted_at > ${review}.submitted_at))`;
  return can(role, 'reviews.decide') ? `(${toChange} OR ${toDecide(review, person)})` : toChange;
}

/** Open, requested by name or from nobody by name and not one's own, and not approved by this person already. */
const toDecide = (review: string, person: string) => `(${review}.status = 'open'
    AND NOT EXISTS (SELECT FROM review_approvals a WHERE a.review_id = ${review}.id AND a.user_id = ${person}::text)
    AND (EXISTS (SELECT FROM review_requests q WHERE q.review_id = ${review}.id AND q.user_id = ${person}::text)
      OR (${review}.submitted_by_id <> ${person}::text
        AND NOT EXISTS (SELECT FROM review_requests q WHERE q.review_id = ${review}.id))))`;

/** One review as lists show it. No permission check: for the verbs of this folder. @throws AppError not_found */
export async function readItem(id: string): Promise<ReviewItem> {
  const { rows } = isUuid(id)
    ? await pool().query<Row>(`SELECT ${FIELDS} FROM reviews r ${JOINS} WHERE r.id = $1::uuid`, [id])
    : { rows: [] };
  if (!rows[0]) throw notFound('review');
  return toItem(rows[0]);
}

function toItem(row: Row): ReviewItem {
  return {
    id: row.id,
    status: ReviewStatus.parse(row.status),
    revision: { id: row.revision_id, number: row.number, contentHash: row.content_hash },
    investigation: {
      id: row.investigation_id,
      codename: row.codename,
      title: row.title,
      classification: row.classification,
      assessment: Assessment.nullable().catch(null).parse(row.assessment),
      confidence: row.confidence,
      severity: severityOf(row.severity),
      sample: row.sample,
    },
    submittedBy: { id: row.submitted_by_id, name: row.submitted_by },
    submittedAt: row.submitted_at.toISOString(),
    decidedBy: row.decided_by_id ? { id: row.decided_by_id, name: row.decided_by ?? '' } : null,
    decidedAt: row.decided_at?.toISOString() ?? null,
    decisionNote: row.decision_note,
    comments: row.comments,
    openThreads: row.open_threads,
    words: row.words,
    checks: row.check_errors === null ? null : { errors: row.check_errors, warnings: row.check_warnings ?? 0 },
  };
}
