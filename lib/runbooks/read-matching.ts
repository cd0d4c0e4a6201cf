import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { loadRunbooks } from './load-runbooks';
import { matchRunbooks } from './match-runbooks';
import type { MatchedRunbook } from './schema';

/** Alerts of a case that are looked at. */
const MAX_ALERTS = 50;
/** Entities of its report, which say what system it is about. */
export const MAX_ENTITIES = 100;
const ALERT = { title: true, rule: true, source: true, techniques: true, raw: true } as const;

/** The runbooks that fit a case, with the reason, best first. @throws AppError not_found */
export async function runbooksOfCase(actor: Actor, id: string): Promise<MatchedRunbook[]> {
  authorize(actor, 'investigations.read');
  const found = isUuid(id)
    ? await db().investigation.findUnique({
        where: { id },
        select: {
          techniques: true,
          entities: { select: { entity: { select: { value: true } } }, take: MAX_ENTITIES },
          alerts: { select: { alert: { select: ALERT } }, orderBy: { alertId: 'asc' }, take: MAX_ALERTS },
        },
      })
    : null;
  if (!found) throw notFound('investigation');
  const { runbooks } = await loadRunbooks();
  return matchRunbooks(runbooks, {
    techniques: found.techniques,
    entities: found.entities.map(({ entity }) => entity.value),
    alerts: found.alerts.map(({ alert }) => alert),
  });
}
