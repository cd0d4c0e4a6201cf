import { mergeEntities } from '../alerts/entities';
import type { Entity } from '../alerts/schema';
import { partsOf } from '../report/plain-text';

/** Each entity once, in its one form, at most `most`. */
export function distinctEntities(entities: Entity[], most: number): Entity[] {
  const seen = new Map<string, Entity>();
  // One at a time: mergeEntities brings a value to its one form, but is bounded for single alerts.
  for (const entity of entities) {
    const [one] = mergeEntities([entity]);
    if (one && partsOf(one.value).length > 0) seen.set(`${one.kind}\n${one.value}`, one);
    if (seen.size >= most) break;
  }
  return [...seen.values()];
}
