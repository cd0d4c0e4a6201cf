import type { z } from 'zod';
import { AppError } from '../errors/app-error';

/** A keyset page. `nextCursor` is opaque; null on the last page. */
export type Page<T> = { items: T[]; nextCursor: string | null };

/** The cursors of one list. `key` describes what the list is ordered by, which is what a cursor holds. */
export function keyset<Key>(key: z.ZodType<Key>) {
  const write = (last: Key) => Buffer.from(JSON.stringify(last)).toString('base64url');
  return {
    write,
    /** @returns null without a cursor. @throws AppError invalid_cursor for one that this list never returned. */
    read(cursor: string | undefined): Key | null {
      if (cursor === undefined) return null;
      try {
        return key.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
      } catch (cause) {
        throw new AppError('invalid_cursor', 'Invalid cursor. Start from the first page.', { cause });
      }
    },
    /** The page of `limit` items; `items` has one more when there is a next page. */
    page<Item>(items: Item[], limit: number, keyOf: (item: Item) => Key): Page<Item> {
      const shown = items.slice(0, limit);
      const last = shown.at(-1);
      return { items: shown, nextCursor: items.length > limit && last !== undefined ? write(keyOf(last)) : null };
    },
  };
}
