import type { Entity } from '../alerts/schema';
import { trustOf } from './trust-of';

/** What a run is told about one entity: only what holds now. */
export type TrustLine = Entity & { trust: string; note: string; expiresAt: string | null; from: string };

/** More says nothing that an investigator keeps in mind. */
const MAX_LINES = 40;

/** What people and reviewed files say about entities of a case, without what has expired. The caller has checked the permission. */
export async function trustLines(entities: readonly Entity[]): Promise<TrustLine[]> {
  const notes = await trustOf(entities);
  return [...notes]
    .flatMap(([key, list]) => {
      const at = key.indexOf(':');
      const entity = { kind: key.slice(0, at) as Entity['kind'], value: key.slice(at + 1) }; // as entityKey writes it
      return list
        .filter(({ expired }) => !expired)
        .map(({ trust, note, expiresAt, by, file }) => ({
          ...entity,
          trust,
          note,
          expiresAt,
          from: file ?? by?.name ?? 'a deleted user',
        }));
    })
    .slice(0, MAX_LINES);
}
