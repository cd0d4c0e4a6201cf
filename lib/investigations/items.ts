import { z } from 'zod';
import { Entity, Person, severityOf } from '../alerts/schema';
import { pool } from '../db/client';
import { Classification, InvestigationStatus } from '../report/schema';
import { Assessment, type InvestigationItem } from './schema';

const IN_LISTS = 12;

const Row = z.object({
  id: z.string(),
  codename: z.string(),
  title: z.string(),
  path: z.string(),
  status: InvestigationStatus,
  classification: Classification.nullable().catch(null),
  assessment: Assessment.nullable().catch(null),
  confidence: z.number().nullable(),
  severity: z.number(),
  assessed_severity: z.number().nullable(),
  techniques: z.array(z.string()),
  summary: z.string(),
  opened_by_id: z.string(),
  opened_by_name: z.string(),
  opened_at: z.date(),
  updated_at: z.date(),
  approved_at: z.date().nullable(),
  approved_by: Person.nullable(),
  sample: z.boolean(),
  entities: z.array(Entity),
});

/** Investigations as lists show them, in the order of the ids; unknown ids are left out. */
export async function itemsOf(ids: string[], options: { allEntities?: boolean } = {}): Promise<InvestigationItem[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool().query(
    `SELECT i.id, i.codename, i.title, i.path, i.status, i.classification, i.assessment, i.confidence, i.severity, i.assessed_severity,
            COALESCE(i.techniques, '{}') AS techniques, i.summary, i.opened_by_id, u.name AS opened_by_name, i.opened_at, i.updated_at, i.approved_at,
            a.by AS approved_by, i.sample, COALESCE(e.entities, '[]'::jsonb) AS entities
     FROM investigations i JOIN users u ON u.id = i.opened_by_id
     LEFT JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_object('kind', x.kind, 'value', x.value) ORDER BY x.id) AS entities
       FROM (SELECT e.id, e.kind, e.value FROM investigation_entities ie JOIN entities e ON e.id = ie.entity_id
             WHERE ie.investigation_id = i.id ORDER BY ie.entity_id LIMIT $2) x) e ON true
     LEFT JOIN LATERAL (
       SELECT jsonb_build_object('id', d.id, 'name', d.name) AS by FROM reviews r JOIN users d ON d.id = r.decided_by_id
       WHERE r.investigation_id = i.id AND r.status = 'approved' ORDER BY r.submitted_at DESC LIMIT 1) a ON true
     WHERE i.id = ANY($1::uuid[])`,
    [ids, options.allEntities ? 2000 : IN_LISTS],
  );
  const byId = new Map(
    Row.array()
      .parse(rows)
      .map((row) => [row.id, toItem(row)]),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function toItem(row: z.infer<typeof Row>): InvestigationItem {
  return {
    id: row.id,
    codename: row.codename,
    title: row.title,
    path: row.path,
    status: row.status,
    classification: row.classification,
    assessment: row.assessment,
    confidence: row.confidence,
    severity: severityOf(row.severity),
    assessedSeverity: row.assessed_severity === null ? null : severityOf(row.assessed_severity),
    techniques: row.techniques,
    entities: row.entities,
    summary: row.summary,
    openedBy: { id: row.opened_by_id, name: row.opened_by_name },
    openedAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    approvedAt: row.approved_at?.toISOString() ?? null,
    approvedBy: row.approved_by,
    sample: row.sample,
  };
}
