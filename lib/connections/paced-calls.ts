import { hashOf } from '../text/canonical-json';
import { sleep } from '../time/sleep';
import type { Connection } from './connection';
import type { CallResult } from './schema';

const MINUTE_MS = 60_000;
/** A call that would wait longer fails, so that its run can do something else. */
const MAX_WAIT_MS = 45_000;
const MAX_CACHED = 500;

export type Pace = {
  perMinute?: number | undefined;
  cacheMinutes?: number | undefined;
  /** Tools whose answer is valid for the whole session. */
  oncePerSession?: string[] | undefined;
};

export type PacedCalls = {
  /** An answer that is still valid. */
  known(connection: Connection, tool: string, args: Record<string, unknown>): CallResult | undefined;
  /** Waits for its turn. Returns null, or why the wait would be too long. */
  turn(signal: AbortSignal): Promise<string | null>;
  keep(connection: Connection, tool: string, args: Record<string, unknown>, result: CallResult): void;
};

/** Respects a system's rate limit, and caches answers for a while. One for each connection and process. */
export function pacedCalls({ perMinute, cacheMinutes = 0, oncePerSession = [] }: Pace): PacedCalls {
  const cached = new Map<string, { result: CallResult; until: number }>();
  const ofSession = new WeakMap<Connection, Map<string, CallResult>>();
  const turns: number[] = [];
  const keyOf = (tool: string, args: Record<string, unknown>) => `${tool} ${hashOf(args)}`;
  return {
    known(connection, tool, args) {
      if (oncePerSession.includes(tool)) return ofSession.get(connection)?.get(keyOf(tool, args));
      const entry = cached.get(keyOf(tool, args));
      return entry && entry.until > Date.now() ? entry.result : undefined;
    },
    async turn(signal) {
      if (perMinute === undefined) return null;
      const now = Date.now();
      while (turns.length > 0 && (turns[0] ?? 0) <= now - MINUTE_MS) turns.shift();
      const at = Math.max(now, (turns[turns.length - perMinute] ?? 0) + MINUTE_MS);
      if (at - now > MAX_WAIT_MS)
        return `only ${perMinute} calls a minute are allowed here. Try again in ${Math.ceil((at - now) / 1000)} s.`;
      turns.push(at);
      if (at > now) await sleep(at - now, signal);
      return null;
    },
    keep(connection, tool, args, result) {
      if (!result.ok) return;
      if (oncePerSession.includes(tool)) {
        const known = ofSession.get(connection) ?? new Map<string, CallResult>();
        ofSession.set(connection, known.set(keyOf(tool, args), result));
        return;
      }
      if (cacheMinutes === 0) return;
      for (const key of [...cached.keys()].slice(0, Math.max(0, cached.size - MAX_CACHED))) cached.delete(key);
      cached.set(keyOf(tool, args), { result, until: Date.now() + cacheMinutes * MINUTE_MS });
    },
  };
}
