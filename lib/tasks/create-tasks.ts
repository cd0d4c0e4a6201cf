import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { refuseMerged } from '../investigations/record-edit';
import { requireId } from '../investigations/require-id';
import { listCaseTasks } from './list-tasks';
import { requireOwner } from './require-owner';
import { type CaseTasks, CreateTasks } from './schema';

/** Characters of a task's words in the audit log. */
const MAX_AUDITED = 200;

/**
 * Makes recommendations tasks of a case. Words that are a task of it already are left as they are, so doing it twice does no harm.
 * @throws AppError not_found; invalid_fields for an owner who can't take them; wrong_investigation_status for a merged case
 */
export async function createTasks(
  actor: Actor,
  investigationId: string,
  input: z.input<typeof CreateTasks>,
): Promise<CaseTasks> {
  authorize(actor, 'tasks.change');
  const userId = personId(actor);
  const { tasks, owner } = CreateTasks.parse(input);
  requireId(investigationId, 'investigation');
  await db().$transaction(async (tx) => {
    await refuseMerged(tx, investigationId);
    const ownerId = await requireOwner(tx, actor, owner);
    const there = await tx.task.findMany({ where: { investigationId }, select: { text: true } });
    const known = new Set(there.map(({ text }) => text));
    const fresh = [...new Map(tasks.map((task) => [task.text, task])).values()].filter(({ text }) => !known.has(text));
    if (fresh.length === 0) return;
    const rows = fresh.map(({ text, heading }) => ({
      id: uuid(),
      investigationId,
      text,
      heading,
      ownerId,
      assignedById: userId,
      createdById: userId,
    }));
    await tx.task.createMany({ data: rows });
    await audit(tx, {
      actorId: userId,
      verb: 'tasks.create',
      subjectKind: 'investigation',
      subjectId: investigationId,
      data: { owner: ownerId, tasks: rows.map(({ id, text }) => ({ id, text: text.slice(0, MAX_AUDITED) })) },
    });
  });
  return listCaseTasks(actor, investigationId);
}
