/** What may be written within a window. */
export type Limits = { windowMs: number; lines: number; bytes: number; linesPerMessage: number };

type Window = { start: number; lines: number; bytes: number; messages: Map<string, number>; suppressed: number };

/** How many messages are counted apart; callers can make up any number of them. */
const MAX_MESSAGES = 500;

/** A limit on log lines, by level: a flood of warnings must not keep an error out. */
export type Budget = {
  /** Whether nothing more may be written in this window, whatever it is; counts the line. Spares the work of preparing it. */
  isSpent(level: string, now?: number): boolean;
  /** Whether a line may be written now; counts it. `suppressed`: how many were not, in the window that just ended. */
  take(level: string, message: string, bytes: number, now?: number): { allowed: boolean; suppressed: number };
};

/** A budget that counts each level by itself, and starts again `windowMs` after a window’s first line. */
export function createBudget(limits: Limits): Budget {
  const windows = new Map<string, Window>();
  const isOver = ({ start }: Window, now: number) => now - start >= limits.windowMs || now < start;
  return {
    isSpent(level, now = Date.now()) {
      const window = windows.get(level);
      if (!window || isOver(window, now) || (window.lines < limits.lines && window.bytes < limits.bytes)) return false;
      window.suppressed += 1;
      return true;
    },
    take(level, message, bytes, now = Date.now()) {
      let window = windows.get(level);
      let suppressed = 0;
      if (!window || isOver(window, now)) {
        suppressed = window?.suppressed ?? 0;
        window = { start: now, lines: 0, bytes: 0, messages: new Map(), suppressed: 0 };
        windows.set(level, window);
      }
      const same = window.messages.get(message) ?? 0;
      const allowed =
        window.lines < limits.lines && window.bytes + bytes <= limits.bytes && same < limits.linesPerMessage;
      if (allowed) {
        window.lines += 1;
        window.bytes += bytes;
        if (same > 0 || window.messages.size < MAX_MESSAGES) window.messages.set(message, same + 1);
      } else {
        window.suppressed += 1;
      }
      return { allowed, suppressed };
    },
  };
}
