import type { Connection } from './connect-stdio';

/** A server that is started on first use, and again when it died; callers at the same moment share one start. */
export type Restartable = { connect(): Promise<Connection>; close(): Promise<void> };

export function restartable(start: () => Promise<Connection>): Restartable {
  let current: Promise<Connection> | undefined;
  return {
    async connect() {
      const seen = current;
      if (seen) {
        const open = await seen.catch(() => undefined);
        if (open?.alive()) return open;
      }
      // Only the first that found it dead starts a new one; `current` has then changed for the others.
      if (current === seen) current = start();
      return current ?? start();
    },
    async close() {
      const open = current;
      current = undefined;
      await (await open?.catch(() => undefined))?.close();
    },
  };
}
