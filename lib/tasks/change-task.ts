import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { notFound } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import { dayOf, toTask, WITH_PEOPLE } from './read-task';
import { requireOwner } from './require-owner';
import { ChangeTask, type Task } from './schema';

/**
 * Gives a task to somebody, sets its due day, or ends or reopens it. Only a declined task has a reason. The same again changes nothing.
 * @throws AppError not_found; unknown_assignee; invalid input for a task that is declined without a reason
 */
export async function changeTask(actor: Actor, id: string, input: z.input<typeof ChangeTask>): Promise<Task> {
  authorize(actor, 'tasks.change');
  const userId = personId(actor);
  const { state, reason, owner, dueOn } = ChangeTask.parse(input);
  requireId(id, 'task');
  return db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM tasks WHERE id = ${id}::uuid FOR UPDATE`;
    const before = await tx.task.findUnique({ where: { id } });
    if (!before) throw notFound('task');
    const ownerId = owner === undefined ? before.ownerId : await requireOwner(tx, actor, owner);
    const next = {
      state: state ?? before.state,
      reason: state === undefined ? before.reason : state === 'declined' ? (reason ?? null) : null,
      ownerId,
      dueOn: dueOn === undefined ? dayOf(before.dueOn) : dueOn,
    };
    const now = { ...before, dueOn: dayOf(before.dueOn) };
    const changed = (['state', 'reason', 'ownerId', 'dueOn'] as const).filter((field) => next[field] !== now[field]);
    if (changed.length > 0) {
      await tx.task.update({
        where: { id },
        data: {
          ...next,
          dueOn: next.dueOn === null ? null : new Date(next.dueOn),
          ...(next.state === before.state ? {} : { endedAt: next.state === 'open' ? null : new Date() }),
          ...(ownerId === before.ownerId ? {} : { assignedById: userId, assignedAt: new Date() }),
        },
      });
      await audit(tx, {
        actorId: userId,
        verb: 'tasks.change',
        subjectKind: 'investigation',
        subjectId: before.investigationId,
        data: {
          task: id,
          text: before.text.slice(0, 200),
          ...Object.fromEntries(changed.map((field) => [field, next[field]])),
        },
      });
    }
    return toTask(await tx.task.findUniqueOrThrow({ where: { id }, include: WITH_PEOPLE }));
  });
}
