import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { can } from '../auth/permissions';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, fieldError, notFound } from '../errors/app-error';
import { AlertQuery, Person } from './schema';

/** A named list of the queue. `query`: its filters as in the URL. */
export const AlertView = z.object({
  id: z.string(),
  name: z.string(),
  query: z.string(),
  shared: z.boolean(),
  owner: Person,
});
export type AlertView = z.infer<typeof AlertView>;

export const NewAlertView = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'Enter a name.')
    .max(60, 'At most 60 characters.')
    .refine((text) => !text.includes('\0'), 'There is a NUL character in this name. Remove it.'),
  query: z.string().max(4000).refine(isQuery, 'These are not filters of the queue. Save the view from the queue.'),
  shared: z.boolean().default(false),
});

const MAX_OWN = 50;

/** One's own views and those that others share, by name. */
export async function listViews(actor: Actor): Promise<AlertView[]> {
  authorize(actor, 'alerts.read');
  const rows = await db().alertView.findMany({
    where: { OR: [{ ownerId: actor.id ?? '' }, { shared: true }] },
    include: { owner: { select: { id: true, name: true } } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  });
  return rows.map(({ id, name, query, shared, owner }) => ({ id, name, query, shared, owner }));
}

/** @throws AppError bad_request for an invalid filter; conflict for a name that one has already, or too many views */
export async function saveView(actor: Actor, input: z.input<typeof NewAlertView>): Promise<AlertView> {
  authorize(actor, 'alerts.read');
  const ownerId = personId(actor);
  const view = NewAlertView.parse(input);
  const own = await db().alertView.findMany({ where: { ownerId }, select: { name: true } });
  if (own.some(({ name }) => name.toLowerCase() === view.name.toLowerCase())) {
    throw fieldError('name_taken', 'name', 'You have a view with this name. Choose another one.');
  }
  if (own.length >= MAX_OWN) throw new AppError('bad_request', `You have ${MAX_OWN} views. Delete one first.`);
  const row = await db().$transaction(async (tx) => {
    const made = await tx.alertView.create({ data: { id: uuid(), ownerId, ...view } });
    const data = { name: view.name, shared: view.shared };
    await audit(tx, { actorId: ownerId, verb: 'alerts.save_view', subjectKind: 'view', subjectId: made.id, data });
    return made;
  });
  return { id: row.id, name: row.name, query: row.query, shared: row.shared, owner: { id: ownerId, name: actor.name } };
}

/** One's own; a lead may delete shared ones. @throws AppError not_found, forbidden */
export async function deleteView(actor: Actor, id: string): Promise<void> {
  authorize(actor, 'alerts.read');
  const row = isUuid(id) ? await db().alertView.findUnique({ where: { id } }) : null;
  if (!row || (row.ownerId !== actor.id && !row.shared)) throw notFound('view');
  if (row.ownerId !== actor.id && !can(actor.role, 'alerts.configure')) {
    throw new AppError('forbidden', 'This view belongs to another person. Ask them or a lead to delete it.');
  }
  await db().$transaction([
    db().alertView.deleteMany({ where: { id } }),
    audit(db(), {
      actorId: actor.id,
      verb: 'alerts.delete_view',
      subjectKind: 'view',
      subjectId: id,
      data: { name: row.name, shared: row.shared },
    }),
  ]);
}

function isQuery(text: string): boolean {
  return AlertQuery.safeParse(Object.fromEntries(new URLSearchParams(text))).success;
}
