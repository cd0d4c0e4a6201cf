import type { Entity } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { distinctEntities } from '../investigations/distinct-entities';
import { itemsOf } from '../investigations/items';
import type { InvestigationItem } from '../investigations/schema';

/**
 * What a case may tell another one about its verdict: the classification and confidence that were approved. A verdict that a
 * model proposed, or that no reviewer has approved, is no precedent.
 */
export function precedentVerdict(
  item: Pick<InvestigationItem, 'status' | 'assessment' | 'classification' | 'confidence'>,
): Pick<InvestigationItem, 'classification' | 'confidence'> {
  const approved = item.status === 'approved' && item.assessment === 'set';
  return approved
    ? { classification: item.classification, confidence: item.confidence }
    : { classification: null, confidence: null };
}

/**
 * `shared`: the entities that both have, the rarest first. `score`: the sum of their weights, comparable within one answer.
 * `digest`: key moments and decisions of the last approved text, '' when there is none.
 */
export type RelatedInvestigation = InvestigationItem & { shared: Entity[]; score: number; digest: string };

/** What is in more cases than this (the company's own account, a resolver) says nothing and would cost the most. */
const TOO_COMMON = 2000;
const MAX_ENTITIES = 200;
/** More may be asked for: not every kind that a name could be has an entity. */
const MAX_ASKED = 1000;

/**
 * Other investigations that share entities with one, or that have some of the given ones: a shared rare entity weighs
 * more than a shared common one (inverse document frequency). Best first.
 */
export async function relatedInvestigations(
  actor: Actor,
  subject: { entities: Entity[] } | { investigationId: string },
  limit: number,
  options: { exclude?: string } = {},
): Promise<RelatedInvestigation[]> {
  authorize(actor, 'library.search');
  const self = 'investigationId' in subject ? subject.investigationId : (options.exclude ?? null);
  const ids = await entityIds(subject);
  if (ids.length === 0) return [];
  const { rows } = await pool().query<{ id: string; score: number; shared: Entity[]; digest: string }>(
    `WITH counted AS MATERIALIZED (
       SELECT a.id, (SELECT count(*) FROM (SELECT FROM investigation_entities ie WHERE ie.entity_id = a.id LIMIT ${TOO_COMMON + 1}) c) AS cases
       FROM unnest($1::int[]) AS a(id)),
     useful AS MATERIALIZED (
       SELECT c.id, e.kind, e.value,
              ln(1 + (SELECT greatest(reltuples, ${TOO_COMMON}) FROM pg_class WHERE oid = 'investigations'::regclass) / c.cases) AS weight
       FROM counted c JOIN entities e ON e.id = c.id WHERE c.cases BETWEEN 1 AND ${TOO_COMMON}),
     best AS (
       SELECT ie.investigation_id AS id, sum(u.weight)::float8 AS score
       FROM useful u JOIN investigation_entities ie ON ie.entity_id = u.id
       WHERE ie.investigation_id IS DISTINCT FROM $2::uuid
       GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT $3)
     SELECT b.id, b.score, (SELECT digest FROM investigations i WHERE i.id = b.id) AS digest, (
       SELECT jsonb_agg(jsonb_build_object('kind', u.kind, 'value', u.value) ORDER BY u.weight DESC, u.id)
       FROM useful u JOIN investigation_entities ie ON ie.entity_id = u.id AND ie.investigation_id = b.id) AS shared
     FROM best b ORDER BY b.score DESC, b.id DESC`,
    [ids, self, Math.max(1, Math.min(limit, 100))],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const items = await itemsOf(rows.map((row) => row.id));
  return items.map((item) => {
    const row = found.get(item.id);
    return { ...item, shared: (row?.shared ?? []).slice(0, 50), score: row?.score ?? 0, digest: row?.digest ?? '' };
  });
}

async function entityIds(subject: { entities: Entity[] } | { investigationId: string }): Promise<number[]> {
  if ('investigationId' in subject) {
    const { rows } = await pool().query<{ id: number }>(
      'SELECT entity_id AS id FROM investigation_entities WHERE investigation_id = $1 ORDER BY entity_id LIMIT $2',
      [subject.investigationId, MAX_ENTITIES],
    );
    return rows.map((row) => row.id);
  }
  const asked = distinctEntities(subject.entities, MAX_ASKED);
  const { rows } = await pool().query<{ id: number }>(
    `SELECT e.id FROM jsonb_to_recordset($1::jsonb) AS x(kind text, value text)
     JOIN entities e ON e.kind = x.kind AND e.value = x.value LIMIT ${MAX_ENTITIES}`,
    [JSON.stringify(asked)],
  );
  return rows.map((row) => row.id);
}
