import { type Actor, authorize, personId } from '../auth/guard';
import { db } from '../db/client';
import { notFound } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import { readRecommendations } from '../report/recommendations';
import { toTask, WITH_PEOPLE } from './read-task';
import type { CaseTasks, Task } from './schema';

const MOST = 200;

/** A case's tasks, and what its report recommends that is none yet. @throws AppError not_found */
export async function listCaseTasks(actor: Actor, investigationId: string): Promise<CaseTasks> {
  authorize(actor, 'tasks.read');
  const found = await db().investigation.findUnique({
    where: { id: requireId(investigationId, 'investigation') },
    select: { draft: { select: { markdown: true } } },
  });
  if (!found) throw notFound('investigation');
  const rows = await db().task.findMany({
    where: { investigationId },
    include: WITH_PEOPLE,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const known = new Set(rows.map(({ text }) => text));
  const recommendations = readRecommendations(found.draft?.markdown ?? '').filter(({ text }) => !known.has(text));
  return { items: rows.map(toTask), recommendations };
}

/** The acting person's open tasks, those due first, then the oldest; at most 200. */
export async function listOwnTasks(actor: Actor): Promise<Task[]> {
  authorize(actor, 'tasks.read');
  const rows = await db().task.findMany({
    where: { ownerId: personId(actor), state: 'open' },
    include: WITH_PEOPLE,
    orderBy: [{ dueOn: { sort: 'asc', nulls: 'last' } }, { createdAt: 'asc' }, { id: 'asc' }],
    take: MOST,
  });
  return rows.map(toTask);
}
