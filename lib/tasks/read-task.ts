import type { Prisma } from '../db/client';
import { type Task, TaskState } from './schema';

const PERSON = { select: { id: true, name: true } };

/** What a task is read with. */
export const WITH_PEOPLE = {
  owner: PERSON,
  createdBy: PERSON,
  investigation: { select: { id: true, codename: true, title: true } },
} satisfies Prisma.TaskInclude;

export function toTask(row: Prisma.TaskGetPayload<{ include: typeof WITH_PEOPLE }>): Task {
  const { id, text, heading, reason, dueOn, owner, createdBy, investigation } = row;
  return {
    id,
    text,
    heading,
    reason,
    dueOn: dayOf(dueOn),
    owner,
    createdBy,
    investigation,
    state: TaskState.parse(row.state),
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** A day of the database as a text. */
export const dayOf = (day: Date | null): string | null => day?.toISOString().slice(0, 10) ?? null;
