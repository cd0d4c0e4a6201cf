import { parseTime } from '../../time/time';

/** How one leaf path behaves as a time, over the records looked at. */
export type TimeStat = {
  path: string[];
  seen: number;
  valid: number;
  distinct: number;
  rising: number;
  falling: number;
  numeric: number;
};

/**
 * Microseconds since 1970 of a foreign time, or undefined: what parseTime reads, with microseconds kept, and the forms of
 * Apache (`10/Jul/2023:11:42:18 +0000`), log4j (`…18,123`), basic ISO (`20230710T114218Z`), .NET (`/Date(1688989338000)/`)
 * and US exports with AM or PM.
 */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return fromDate(parseTime(value));
  if (typeof value !== 'string' || value.length < 8 || value.length > 40) return undefined;
  const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?\s?(Z|UTC|[+-]\d{2}:?(?:\d{2})?)?$/.exec(
    value,
  );
  if (iso) return fromIso(iso[1] ?? '', iso[2] ?? '', iso[3] ?? '', iso[4] ?? 'Z');
  const basic = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{4})?$/.exec(value);
  if (basic)
    return fromIso(
      `${basic[1]}-${basic[2]}-${basic[3]}`,
      `${basic[4]}:${basic[5]}:${basic[6]}`,
      basic[7] ?? '',
      basic[8] ?? 'Z',
    );
  const dotNet = /^\/Date\((-?\d{10,14})(?:[+-]\d{4})?\)\/$/.exec(value);
  if (dotNet) return Number(dotNet[1]) * 1000;
  const apache = /^\[?(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})\]?$/.exec(value);
  if (apache) return fromDate(parseTime(new Date(`${apache[1]} ${apache[2]} ${apache[3]} ${apache[4]} ${apache[5]}`)));
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}:\d{2}:\d{2}) ?([AP]M)$/i.exec(value);
  if (us) return fromDate(parseTime(new Date(`${us[1]}/${us[2]}/${us[3]} ${us[4]} ${us[5]} UTC`)));
  return fromDate(parseTime(value));
}

/** Looks at records in file order; `stats()` says which paths look like times. */
export function timeObserver(): { observe(record: Record<string, unknown>): void; stats(): TimeStat[] } {
  const seen = new Map<string, TimeStat & { last: number; values: Set<number> }>();
  const visit = (value: Record<string, unknown>, path: string[]): void => {
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null) {
        if (!Array.isArray(inner) && path.length < 4) visit(inner as Record<string, unknown>, [...path, key]);
      } else if (typeof inner === 'string' || typeof inner === 'number') note([...path, key], inner);
    }
  };
  const note = (path: string[], value: string | number): void => {
    const id = JSON.stringify(path);
    let stat = seen.get(id);
    const micros = readTime(value);
    if (!stat) {
      if (micros === undefined || seen.size > 2000) return;
      stat = {
        path,
        seen: 0,
        valid: 0,
        distinct: 0,
        rising: 0,
        falling: 0,
        numeric: 0,
        last: Number.NaN,
        values: new Set(),
      };
      seen.set(id, stat);
    }
    stat.seen += 1;
    if (micros === undefined) return;
    stat.valid += 1;
    if (typeof value === 'number' || /^[\d.]+$/.test(value)) stat.numeric += 1;
    if (micros >= stat.last) stat.rising += 1;
    if (micros <= stat.last) stat.falling += 1;
    stat.last = micros;
    if (stat.values.size < 1000) stat.values.add(micros);
  };
  return {
    observe: (record) => visit(record, []),
    stats: () => [...seen.values()].map(({ last: _last, values, ...stat }) => ({ ...stat, distinct: values.size })),
  };
}

/**
 * The path of the event's own time, then others that stand in when it is missing in a record; empty when nothing looks like one.
 * Judged by how many records have it, whether it moves with the order of the file, how many values it takes, and its name.
 */
export function chooseTimeFields(files: { records: number; times: TimeStat[] }[]): string[][] {
  const records = files.reduce((sum, file) => sum + file.records, 0);
  const merged = new Map<string, TimeStat>();
  for (const stat of files.flatMap((file) => file.times)) {
    const known = merged.get(JSON.stringify(stat.path));
    if (!known) merged.set(JSON.stringify(stat.path), { ...stat });
    else
      for (const key of ['seen', 'valid', 'distinct', 'rising', 'falling', 'numeric'] as const) known[key] += stat[key];
  }
  const scored = [...merged.values()]
    .map((stat) => ({ stat, name: nameScore(stat.path), score: timeScore(stat, records) }))
    .filter((item) => item.score > 0)
    .sort((a, b) => b.score - a.score || a.stat.path.join('.').localeCompare(b.stat.path.join('.')));
  const [best, ...others] = scored;
  if (!best) return [];
  const standIns = others.filter((item) => item.name >= 1 && item.stat.path.length === 1).slice(0, 3);
  return [best, ...standIns].map((item) => item.stat.path);
}

function timeScore(stat: TimeStat, records: number): number {
  const fill = stat.valid / records;
  const purity = stat.valid / stat.seen;
  if (purity < 0.8 || fill < 0.05) return 0;
  const name = nameScore(stat.path);
  const steps = Math.max(1, stat.valid - 1);
  const order = stat.valid > 3 ? Math.max(stat.rising, stat.falling) / steps : 0.8;
  const variety = Math.min(1, stat.distinct / Math.min(stat.valid, 20));
  // A bare number is a time only when its name says so, or when it counts up through all of the file.
  if (stat.numeric > stat.valid / 2 && name <= 0 && (order < 0.98 || fill < 0.95 || stat.valid < 5 || variety < 0.5))
    return 0;
  return fill * 2 + Math.min(1, order) * 0.7 + variety * 0.5 + name - (stat.path.length - 1) * 0.25;
}

const EVENT_WORDS = /^(time|timestamp|ts|datetime|published|occurred|generated|logged|observed|when|date|at)$/;
const OTHER_WORDS =
  /^(expir\w*|expiry|expiration|modified|updated?|last|first|received?|ingest\w*|processed|alarm|end|ended|until|before|after|issued|launch\w*|birth\w*|auth|session|start|started|attributes|cert\w*|valid|delivery|index\w*|password|previous|old|new|next)$/;

function nameScore(path: string[]): number {
  const last = path.at(-1) ?? '';
  const words = last
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  if (words.some((word) => OTHER_WORDS.test(word))) return -0.6;
  const about = path
    .slice(0, -1)
    .join(' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  const nested = about.some((word) => OTHER_WORDS.test(word)) ? 0.6 : 0;
  const known = words.some((word) => EVENT_WORDS.test(word) || /time(stamp)?$|date$/.test(word));
  const exact =
    /^(@timestamp|_time|event_?time|timestamp|time|ts|published|creation_?time|time_?generated|event ?date ?time)$/i.test(
      last,
    );
  if (exact) return 1.3 - nested;
  if (known) return 1 - nested;
  return words.some((word) => /^creat/.test(word)) ? 0.4 - nested : 0;
}

/** Date.UTC on the parts is ten times faster than parsing the text, and this runs once a record. */
function fromIso(date: string, time: string, fraction: string, zone: string): number | undefined {
  const month = Number(date.slice(5, 7));
  const day = Number(date.slice(8, 10));
  const hour = Number(time.slice(0, 2));
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24) return undefined;
  let ms = Date.UTC(Number(date.slice(0, 4)), month - 1, day, hour, Number(time.slice(3, 5)), Number(time.slice(6, 8)));
  if (zone !== 'Z' && zone !== 'UTC') {
    const digits = zone.replace(':', '');
    const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5) || 0);
    ms -= (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
  }
  return ms * 1000 + (fraction ? Number(fraction.padEnd(6, '0').slice(0, 6)) : 0);
}

function fromDate(date: Date | undefined): number | undefined {
  return date && !Number.isNaN(date.getTime()) ? date.getTime() * 1000 : undefined;
}
