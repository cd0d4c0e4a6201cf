import type { Entity } from '../alerts/schema';
import { pool } from '../db/client';
import { entityKey, formPatterns, subjectOf } from './subject';

/** A role may have a session for each deployment. */
const MAX_FORMS = 300;

export type Forms = { ids: number[]; forms: Entity[]; omitted: boolean };

/** The stored rows of a subject, under each of its names; none when no alert and no case has it. */
export async function findForms(subject: Entity): Promise<Forms> {
  const patterns = formPatterns(subject);
  const exact = await pool().query<Entity & { id: number }>(
    'SELECT id, kind, value FROM entities WHERE kind = $1 AND value = $2',
    [subject.kind, subject.value],
  );
  // The trigram index finds the others.
  const { rows } =
    patterns.length === 1
      ? { rows: [] }
      : await pool().query<Entity & { id: number }>(
          `SELECT e.id, e.kind, e.value FROM jsonb_to_recordset($1::jsonb) AS x(kind text, pattern text)
           CROSS JOIN LATERAL (SELECT * FROM entities e WHERE e.value ILIKE x.pattern AND e.kind = x.kind LIMIT $2) e
           ORDER BY e.id DESC`,
          [JSON.stringify(patterns), MAX_FORMS + 1],
        );
  const key = entityKey(subject);
  const same = rows.filter(({ kind, value }) => {
    const one = subjectOf(kind, value);
    return one !== null && entityKey(one) === key;
  });
  const all = [...new Map([...exact.rows, ...same].map((row) => [row.id, row])).values()];
  const forms = all.slice(0, MAX_FORMS);
  return {
    ids: forms.map(({ id }) => id),
    forms: forms.map(({ kind, value }) => ({ kind, value })),
    omitted: all.length > MAX_FORMS,
  };
}
