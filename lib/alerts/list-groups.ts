import type { Actor } from '../auth/guard';
import type { Page } from '../db/keyset';
import { type AlertGroup, groupAlerts } from './group-alerts';
import { listAlerts } from './list-alerts';
import type { AlertItem, AlertQuery } from './schema';

/** Related alerts are looked for among so many. */
const PAGES = 3;
const PER_PAGE = 200;

/** The queue's first 600 alerts from the cursor on with related ones together, and the groups. @throws AppError as listAlerts */
export async function listGroups(actor: Actor, query: AlertQuery): Promise<Page<AlertItem> & { groups: AlertGroup[] }> {
  const found: AlertItem[] = [];
  let cursor = query.cursor;
  for (let page = 0; page < PAGES; page += 1) {
    const { items, nextCursor } = await listAlerts(actor, { ...query, cursor, limit: PER_PAGE });
    found.push(...items);
    cursor = nextCursor ?? undefined;
    if (nextCursor === null) break;
  }
  const groups = groupAlerts(found);
  const byId = new Map(found.map((alert) => [alert.id, alert]));
  const items = groups.flatMap(({ ids }) => ids.flatMap((id) => byId.get(id) ?? []));
  return { items, nextCursor: cursor ?? null, groups };
}
