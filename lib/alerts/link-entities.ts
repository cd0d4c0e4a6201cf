import type pg from 'pg';
import type { Tx } from '../db/client';
import type { Entity } from './schema';
import { storable } from './sources/parse-documents';

/**
 * Links entities to an alert or an investigation inside the caller's transaction; new ones are added.
 * Sorted, so that two transactions that add the same entities can't wait for each other in a circle.
 * Links that are there already stay; none is taken away.
 */
export async function linkEntities(
  tx: Tx,
  target: { alertId: string } | { investigationId: string },
  entities: readonly Entity[],
): Promise<void> {
  if (entities.length === 0) return;
  const json = JSON.stringify(storable(entities));
  await tx.$executeRawUnsafe(ADD_ENTITIES, json);
  if ('alertId' in target) await tx.$executeRawUnsafe(LINK_ALERT, json, target.alertId);
  else await tx.$executeRawUnsafe(LINK_INVESTIGATION, json, target.investigationId);
}

const ADD_ENTITIES = `
  INSERT INTO entities (kind, value)
  SELECT DISTINCT x.kind, x.value FROM jsonb_to_recordset($1::jsonb) AS x(kind text, value text)
  WHERE NOT EXISTS (SELECT FROM entities e WHERE e.kind = x.kind AND e.value = x.value)
  ORDER BY x.kind, x.value
  ON CONFLICT (kind, value) DO NOTHING`;
const linkTo = (table: string, column: string): string => `
  INSERT INTO ${table} (${column}, entity_id)
  SELECT DISTINCT $2::uuid, e.id FROM jsonb_to_recordset($1::jsonb) AS x(kind text, value text)
  JOIN entities e ON e.kind = x.kind AND e.value = x.value
  ON CONFLICT DO NOTHING`;
const LINK_ALERT = linkTo('alert_entities', 'alert_id');
const LINK_INVESTIGATION = linkTo('investigation_entities', 'investigation_id');

/** Links entities to several alerts; new ones are added. The alerts' rows are locked by the caller already. */
export async function linkAlertEntities(
  client: pg.PoolClient,
  links: ({ alert_id: string } & Entity)[],
): Promise<void> {
  if (links.length === 0) return;
  const json = JSON.stringify(storable(links));
  await client.query(ADD_ENTITIES, [json]);
  await client.query(
    `INSERT INTO alert_entities (alert_id, entity_id)
     SELECT DISTINCT x.alert_id, e.id FROM jsonb_to_recordset($1::jsonb) AS x(alert_id uuid, kind text, value text)
     JOIN entities e ON e.kind = x.kind AND e.value = x.value
     ON CONFLICT DO NOTHING`,
    [json],
  );
}
