import { z } from 'zod';
import { refang } from '../alerts/fang';
import { alertsNamed } from '../alerts/find-alert';
import { listAlerts } from '../alerts/list-alerts';
import { AlertQuery, AlertStatus, Entity, Person, Severity } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { db, pool } from '../db/client';
import { InvestigationItem } from '../investigations/schema';
import { AlertReference, whereToFetch } from '../polling/fetch-alert';
import { searchInvestigations } from './search-investigations';

export const EverythingQuery = z.object({ q: z.string().trim().min(1, 'Enter what to search for.').max(300) });

export const Everything = z.object({
  alerts: z.array(z.object({ id: z.string(), title: z.string(), severity: Severity, status: AlertStatus })),
  /** Those that the text names exactly: by their id here, SOURCE:ID, or their sender's id. */
  named: z.array(z.object({ id: z.string(), title: z.string() })),
  /** What the text names as SOURCE:ID, when it is not here and a connection could fetch it. */
  fetchable: AlertReference.extend({ connection: z.string() }).nullable(),
  cases: z.array(InvestigationItem.pick({ id: true, title: true, codename: true, status: true })),
  entities: z.array(Entity),
  people: z.array(Person),
});
export type Everything = z.infer<typeof Everything>;

const MOST = 5;
/** The trigram index finds no shorter ones. */
const MIN_ENTITY = 3;

/** One box for all: alerts (closed ones too), cases, entities and people; the five best of each. */
export async function searchEverything(actor: Actor, { q }: z.infer<typeof EverythingQuery>): Promise<Everything> {
  authorize(actor, 'library.search');
  const [alerts, named, cases, entities, people] = await Promise.all([
    listAlerts(actor, AlertQuery.parse({ q, status: AlertStatus.options, sort: 'time', limit: MOST })),
    alertsNamed(actor, q).then((ids) =>
      db().alert.findMany({ where: { id: { in: ids } }, select: { id: true, title: true } }),
    ),
    searchInvestigations(actor, { q, limit: MOST }),
    findEntities(q),
    db().user.findMany({
      where: { name: { contains: q, mode: 'insensitive' }, disabledAt: null },
      select: { id: true, name: true },
      orderBy: { name: 'asc' },
      take: MOST,
    }),
  ]);
  return {
    alerts: alerts.items.map(({ id, title, severity, status }) => ({ id, title, severity, status })),
    named,
    fetchable: named.length === 0 ? await whereToFetch(q) : null,
    cases: cases.items.map(({ id, title, codename, status }) => ({ id, title, codename, status })),
    entities,
    people,
  };
}

async function findEntities(q: string): Promise<Entity[]> {
  const value = refang(q);
  if (value.length < MIN_ENTITY) return [];
  const { rows } = await pool().query<Entity>(
    `SELECT kind, value FROM (SELECT * FROM entities WHERE value ILIKE $1 LIMIT 200) found ORDER BY length(value), value LIMIT $2`,
    [`%${value.replace(/[\\%_]/g, '\\$&')}%`, MOST],
  );
  return Entity.array().parse(rows);
}
