/** `2023-07-10 11:57:16Z`: how reports, evidence and tables show a time. */
export function formatUtc(time: Date | string): string {
  const date = typeof time === 'string' ? new Date(time) : time;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** A length of time in ms, rounded down: `< 1 min`, `5 min`, `4 h`, `12 d`, `3 mo`, `2 y`. */
export function spanOf(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return '< 1 min';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 60 * 24) return `${Math.floor(minutes / 60)} h`;
  const days = Math.floor(minutes / 60 / 24);
  if (days < 60) return `${days} d`;
  return days < 730 ? `${Math.floor(days / 30.44)} mo` : `${Math.floor(days / 365.25)} y`;
}

/**
 * A time from a foreign document: ISO 8601, or seconds, milliseconds, microseconds or nanoseconds since 1970,
 * as number or digits (told apart by size; years 1980–2100).
 * A text without offset is taken as UTC. Answers undefined for what is no time.
 */
export function parseTime(value: unknown): Date | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value;
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return fromEpoch(Number(text));
  if (!/^\d{4}-\d{2}-\d{2}|^[A-Z][a-z]{2},? /.test(text)) return undefined;
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2}|GMT|UTC)$/i.test(text);
  const withTime = /\d{2}:\d{2}/.test(text);
  const date = new Date(hasZone || !withTime ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function fromEpoch(value: number): Date | undefined {
  for (const unit of [1000, 1, 1e-3, 1e-6]) {
    const ms = value * unit;
    if (ms >= 315_532_800_000 && ms < 4_102_444_800_000) return new Date(Math.floor(ms));
  }
  return undefined;
}

export const HALF_MINUTE = 30_000;

/** When the half minute of this moment began, in ms: ages are drawn by it. */
export const halfMinuteOf = (ms: number): number => Math.floor(ms / HALF_MINUTE) * HALF_MINUTE;
