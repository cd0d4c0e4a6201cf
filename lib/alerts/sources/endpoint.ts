import type { Entity } from '../schema';
import { at, type Doc, text } from './fields';

/**
 * The entities of an endpoint's alert, by the paths of their texts. A host may come with its domain (`CORP\\WS-7`) and a process with its
 * path: their names are taken.
 */
export function endpointEntities(doc: Doc, paths: Record<'host' | 'user' | 'process' | 'file', string>): Entity[] {
  return (['host', 'user', 'process', 'file'] as const).flatMap((kind) => {
    const value = typeof at(doc, paths[kind]) === 'string' ? text(doc, paths[kind]) : undefined;
    if (!value) return [];
    const name = value.slice(Math.max(value.lastIndexOf('\\'), value.lastIndexOf('/')) + 1);
    return [{ kind, value: kind === 'host' || kind === 'process' ? name || value : value }];
  });
}
