import { type Actor, authorize } from '../auth/guard';
import { db, type Prisma } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError } from '../errors/app-error';
import { ALERT_SOURCES } from './schema';

/**
 * The ids of the alerts that a reference names exactly: Socdown's own id, SOURCE:ID as the sender names it, or the sender's id
 * alone, which several senders may have given.
 */
export async function alertsNamed(actor: Actor, reference: string, most = 5): Promise<string[]> {
  authorize(actor, 'alerts.read');
  const name = reference.trim();
  if (name === '' || name.length > 1100 || name.includes('\0')) return [];
  // With the sources named, the index over source and id answers.
  const ways: Prisma.AlertWhereInput[] = [{ source: { in: [...ALERT_SOURCES] }, sourceRef: name }];
  if (isUuid(name)) ways.push({ id: name });
  const [, source, sourceRef] = /^([a-z0-9-]{1,32}):(.+)$/s.exec(name) ?? [];
  if (source && sourceRef) ways.push({ source, sourceRef });
  const rows = await db().alert.findMany({ where: { OR: ways }, select: { id: true }, take: most });
  return rows.map(({ id }) => id);
}

/** The one alert that a reference names. @throws AppError not_found; bad_request when several senders use this id */
export async function findAlert(actor: Actor, reference: string): Promise<string> {
  const [id, second] = await alertsNamed(actor, reference);
  const shown = reference.trim().slice(0, 100);
  if (id === undefined)
    throw new AppError(
      'not_found',
      `There is no alert ${shown}. Name it by its id in Socdown, or as SOURCE:ID by the id that its sender gave it.`,
    );
  if (second !== undefined)
    throw new AppError(
      'bad_request',
      `Several senders have an alert ${shown}. Put the source before it: SOURCE:${shown}.`,
    );
  return id;
}
