import { AppError } from '../errors/app-error';
import type { Connection } from './connection';

/** A server that is started on first use, and again when it died; callers at the same moment share one start. */
export type Restartable = { connect(): Promise<Connection>; close(): Promise<void> };

export function restartable(start: () => Promise<Connection>): Restartable {
  let current: Promise<Connection> | undefined;
  let closed = false;
  return {
    async connect() {
      const seen = current;
      if (seen) {
        const open = await seen.catch(() => undefined);
        if (open?.alive()) return open;
      }
      // Closed while we waited: nothing would end a server that starts now.
      if (closed) throw new AppError('server_unreachable', 'The server was closed.');
      // Only the first that found it dead starts a new one; `current` has then changed for the others.
      if (current === seen || current === undefined) current = start();
      return current;
    },
    async close() {
      closed = true;
      const open = current;
      current = undefined;
      await (await open?.catch(() => undefined))?.close();
    },
  };
}
