import { Entity } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { db, pool } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { publicLists } from '../public-lists/match';
import type { EntityTrust } from './schema';
import { entityKey, subjectOf } from './subject';
import { trustOf } from './trust-of';

/** A case has at most so many. */
const MAX_ENTITIES = 2000;

/** What the team says about the entities of an alert. @throws AppError not_found */
export async function trustOfAlert(actor: Actor, id: string): Promise<EntityTrust[]> {
  authorize(actor, 'entities.read');
  const alert = isUuid(id) ? await db().alert.findUnique({ where: { id }, select: { entities: true } }) : null;
  if (!alert) throw notFound('alert');
  return withTrust(Entity.array().parse(alert.entities));
}

/** What the team says about the entities of a case. @throws AppError not_found */
export async function trustOfCase(actor: Actor, id: string): Promise<EntityTrust[]> {
  authorize(actor, 'entities.read');
  if (!isUuid(id) || !(await db().investigation.count({ where: { id } }))) throw notFound('investigation');
  const { rows } = await pool().query(
    `SELECT e.kind, e.value FROM investigation_entities ie JOIN entities e ON e.id = ie.entity_id
     WHERE ie.investigation_id = $1 ORDER BY ie.entity_id LIMIT $2`,
    [id, MAX_ENTITIES],
  );
  return withTrust(Entity.array().parse(rows));
}

async function withTrust(entities: Entity[]): Promise<EntityTrust[]> {
  const notes = await trustOf(entities);
  return entities.flatMap((entity) => {
    const subject = subjectOf(entity.kind, entity.value);
    const trust = (subject && notes.get(entityKey(subject))) ?? [];
    const lists = subject ? publicLists(subject) : [];
    return trust.length + lists.length > 0 ? [{ entity, trust, lists }] : [];
  });
}
