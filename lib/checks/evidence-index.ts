import type { EvidenceRecord } from '../evidence/evidence-record';
import { type AddressRange, addressesIn, secondsOf } from './nearness';
import { DAY, isTimeText, type SaidTime, saysTime, timesIn } from './times';

/** `text` is all cells, squashed; `times` those that are times, UTC ms; `inside`: numbers within the text of its cells. */
export type EvidenceRow = { cells: unknown[]; text: string; times: number[]; inside: number[] };
/** `asked`: the call that it answers, squashed. A query that names somebody needs no column that does. */
export type EvidenceTable = { columns: string[]; rows: EvidenceRow[]; asked: string };

/** One evidence record, ready for looking things up. Each part is made when it is first asked for. */
export class EvidenceIndex {
  private readonly memo = new Map<string, unknown>();
  constructor(readonly call: EvidenceRecord) {}

  /** Whether all of the result is here: not truncated by its source, not cut for its size. What is missing from the rest may be there. */
  get isWhole(): boolean {
    return !this.call.truncated && !this.call.cut;
  }

  /** Whether a value is in the call or its result; a value that ends in "…" is a beginning. */
  has(value: string): boolean {
    const wanted = squash(value.replace(/…$/, ''));
    if (wanted === '') return true;
    return this.once('text', () => squash(this.raw())).includes(wanted);
  }

  /** Whether the call itself has a value. */
  asks(value: string): boolean {
    return this.once('asked', () => squash(readable(this.call.args))).includes(squash(value));
  }

  /** Whether the call or its result has parts of a name in their order, close to one another: `prod/` … `/database`. */
  hasPattern(parts: string[]): boolean {
    const text = this.once('text', () => squash(this.raw()));
    const [first = '', ...rest] = parts.map((part) => squash(part)).filter((part) => part !== '');
    for (let at = text.indexOf(first); at >= 0 && first !== ''; at = text.indexOf(first, at + 1)) {
      let end = at + first.length;
      const follows = rest.every((part) => {
        const next = text.indexOf(part, end);
        if (next < 0 || next - end > MAX_WILD) return false;
        end = next + part.length;
        return true;
      });
      if (follows) return true;
    }
    return false;
  }

  /** Whether an address of a range is in the call or its result. */
  hasAddressIn({ from, to }: AddressRange): boolean {
    return this.once('addresses', () => addressesIn(this.raw())).some((address) => address >= from && address <= to);
  }

  hasTime(said: SaidTime): boolean {
    return this.times().some((time) => saysTime(said, time));
  }

  /** Whether a name is in the call or its result as a whole: `root` is not in `rootkit`. */
  hasName(name: string): boolean {
    const key = name.toLowerCase();
    return (
      this.once('names', () => new Set(namesIn(this.raw()))).has(key) ||
      (/[^\p{L}\p{N}_]/u.test(name) && this.has(name))
    );
  }

  /** Whether a time is an end of the range that was asked for. */
  hasRangeEnd(said: SaidTime): boolean {
    // Until 13:59:59 is until 14:00.
    return this.rangeEnds().some(
      (time) =>
        saysTime(said, time) ||
        (time % 60_000 >= 59_000 && saysTime(said, time + 60_000 - (time % 60_000))) ||
        // Until midnight is until the day before.
        (time % DAY === 0 && said.to - said.from === DAY && saysTime(said, time - 1)),
    );
  }

  /** All times but those that only the question has. */
  rowTimes(): number[] {
    return this.once('row times', () => {
      const inRows = new Set(this.tables().flatMap(({ rows }) => rows.flatMap(({ times }) => times)));
      const ends = new Set(this.rangeEnds());
      return this.times().filter((time) => inRows.has(time) || !ends.has(time));
    });
  }

  private rangeEnds(): number[] {
    return this.once('ends', () => {
      const { timeFrom, timeTo, args } = this.call;
      return timesIn(`${timeFrom ?? ''} ${timeTo ?? ''} ${readable(args)}`);
    });
  }

  /** All times of the call and its result, UTC ms. */
  times(): number[] {
    return this.once('times', () => {
      const { timeFrom, timeTo } = this.call;
      const epochs = this.tables().flatMap(({ columns, rows }) =>
        rows.flatMap(({ cells }) =>
          cells.flatMap((cell, index) => [...epochOf(columns[index] ?? '', cell), ...epochsIn(cell)]),
        ),
      );
      const lasting = this.tables().flatMap(({ columns, rows }) =>
        rows.flatMap((row) => {
          const lengths = lengthsOf(columns, row);
          const begun =
            lengths.length === 0 || row.times.length > 0 ? row.times : timesIn(row.cells.join(' ').slice(0, MAX_CELL));
          return lengths.flatMap((length) => begun.map((time) => time + length));
        }),
      );
      return [
        ...new Set([...lasting, ...timesIn(this.raw()), ...timesIn(`${timeFrom ?? ''} ${timeTo ?? ''}`), ...epochs]),
      ];
    });
  }

  /** Lists in the result, as tables; {columns, rows} or a list of objects under any key, also when it came as text. */
  tables(): EvidenceTable[] {
    return this.once('tables', () => {
      const { structured, text, args } = this.call;
      const value = structured ?? parse(text);
      return value === undefined
        ? []
        : tablesOf(value, squash(readable(args)), 0).map((table) => withField(table, args));
    });
  }

  /** How many rows came back, and how many were asked for at most. */
  rowCounts(): Set<number> {
    const { rows, args } = this.call;
    const limits =
      typeof args === 'object' && args !== null ? Object.values(args).filter((value) => typeof value === 'number') : [];
    return new Set([...(rows === null ? [] : [rows]), ...limits, ...this.tables().map((table) => table.rows.length)]);
  }

  /** Numbers outside its tables: single fields, what was asked for, size, duration, and numbers within sentences. */
  loose(): Set<number> {
    return this.once('loose', () => {
      const { rows, durationMs, args, structured, text } = this.call;
      const timed = isBox(structured) && 'elapsedMs' in structured;
      const found = new Set<number>([...(timed ? [] : [durationMs]), ...(rows === null ? [] : [rows])]);
      walk({ args: withoutQueries(args), result: structured ?? parse(text) ?? text }, (value) => {
        if (typeof value === 'number') found.add(value);
        else for (const number of numbersIn(value)) found.add(number);
      });
      return found;
    });
  }

  /** Whether a long number is anywhere in the call or its result, whatever stands around it: `51234` of `198.51.100.130:51234`. */
  hasDigits(digits: string): boolean {
    return this.once('digits', () => new Set(this.raw().match(/\d{4,}/g))).has(digits);
  }

  private raw(): string {
    return this.once('raw', () => {
      const { server, tool, args, structured, text } = this.call;
      return `${server}__${tool} ${server}.${tool} ${server}/${tool}\n${readable(args)}\n${structured ? readable(structured) : ''}\n${text}`;
    });
  }

  private once<T>(key: string, make: () => T): T {
    if (!this.memo.has(key)) this.memo.set(key, make());
    return this.memo.get(key) as T; // the value that this key's only caller made
  }
}

/** Characters that a wildcard stands for at most. */
const MAX_WILD = 80;

const LONGEST_PATH = 160;
/** What stands before a backslash that begins no escape: `C:`, `%TEMP%`, `\\\\fs-02`, or the domain of an account. */
const PATH = /(?:^|["'`\s,;=(])(?:[A-Za-z]:|%\w+%|\\|[A-Z][A-Z0-9_.-]{1,15}(?=\\|$))[^\s"'`|<>,;=()]*$/;
/** Whether `\n` after a text begins a name (`CONTOSO\nora`, `C:\temp\notes`) and is no line break of a JSON text. */
const isInPath = (before: string): boolean => /(?:^|["'`])$/.test(before) || PATH.test(before);

/** Escapes, quotes and line breaks make no difference between a quote and its source. */
export function squash(text: string): string {
  return text
    .normalize('NFC')
    .replace(/(\d{4}-\d{2}-\d{2})T/g, '$1 ')
    .replace(/\[([.@:])\]/g, '$1') // a value that is written so that nobody clicks it
    .replace(/U\+[0-9A-F]{4,6}|[\p{Cc}\p{Cf}\p{Co}]/gu, '')
    .replace(/\\+([nrt])|\\+["/]?/g, (_, letter: string | undefined, at: number, whole: string) =>
      letter && isInPath(whole.slice(Math.max(0, at - LONGEST_PATH), at)) ? letter : '',
    )
    .replace(/["'`¦|\s]+/g, '')
    .toLowerCase();
}

export function numbersIn(text: string): number[] {
  const bare = text
    .replace(/":(?=-?\d)/g, '": ')
    .replace(/\d{4}-\d{2}-\d{2}[T ]?[\d:.Z+-]*|\d{1,2}:\d{2}(?::\d{2})?/g, ' ');
  return [...bare.matchAll(NUMBER)].map((match) => Number(match[0].replaceAll(',', '')));
}

/** A number by itself, or with a unit that is written onto it: `(88123b)`, `250ms`. */
const NUMBER =
  /(?<![\p{L}\p{N}_.:/@-])-?\d+(?:,\d{3})*(?:\.\d+)?(?=(?:[kmgt]i?b|b|bytes|[mun]?s|sec|min|h)?(?![\p{L}\p{N}_@:/-]|\.\d))/giu;

const NAME = /[\p{L}\p{N}_][\p{L}\p{N}_.@$-]*/gu;

/** Words of a text as names are written, in lower case, with their parts: `user/bert-jan` has `user` and `bert-jan`. */
export function namesIn(text: string): string[] {
  return (text.toLowerCase().match(NAME) ?? []).flatMap((name) => {
    const bare = name.replace(/[.@$-]+$/, '');
    return /[.@]/.test(bare) && bare.length < 200 ? [bare, ...bare.split(/[.@]/)] : [bare];
  });
}

/** A number, also when it came as text (DuckDB's BIGINT, a CSV). */
export function numberOf(cell: unknown): number | null {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' && /^-?\d{1,15}(?:\.\d+)?$/.test(cell) ? Number(cell) : null;
}

const LENGTH = /^(?:dur(?:ation)?|elapsed|took|uptime|gap|interval|age)(?:_?(ms|s|sec|seconds|min|minutes|h|hours))?$/i;
const LENGTH_WITHIN = /"duration"\s?:\s?([\d.]{1,15})/g;

/** How long a row says that it lasted, ms: in a column or an event that a cell holds; in seconds, where the name says nothing else. */
export function lengthsOf(columns: string[], { cells }: EvidenceRow): number[] {
  return cells.flatMap((cell, at) => {
    if (typeof cell === 'string' && cell.startsWith('{') && cell.length <= MAX_CELL)
      return [...cell.matchAll(LENGTH_WITHIN)].map(([, seconds]) => 1000 * Number(seconds));
    const unit = LENGTH.exec(columns[at] ?? '');
    const number = unit && numberOf(cell);
    return number ? [1000 * (secondsOf(unit[1]?.toLowerCase() ?? 's') ?? 1) * number] : [];
  });
}

function tablesOf(value: unknown, asked: string, depth: number): EvidenceTable[] {
  if (typeof value !== 'object' || value === null || depth > 6) return [];
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    if (value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) {
      const columns = [...new Set(value.flatMap((item) => Object.keys(item)))];
      const rows = value.map((item) => rowOf(columns.map((name) => (item as Record<string, unknown>)[name])));
      return [
        { columns, rows, asked },
        ...value.flatMap((item) => tablesOf(Object.values(item).filter(isBox), asked, depth + 1)),
      ];
    }
    return value.flatMap((item) => tablesOf(item, asked, depth + 1));
  }
  const { columns, rows } = value as { columns?: unknown; rows?: unknown };
  if (Array.isArray(columns) && Array.isArray(rows) && rows.every(Array.isArray)) {
    const names = columns.map((column) => (isBox(column) && 'name' in column ? String(column.name) : String(column)));
    return [{ columns: names, rows: rows.map(rowOf), asked }];
  }
  return Object.values(value).flatMap((item) => tablesOf(item, asked, depth + 1));
}

/** `count_by` calls its column "value": the field that it counts by says more. */
function withField(table: EvidenceTable, args: unknown): EvidenceTable {
  const field = isBox(args) && 'field' in args && typeof args.field === 'string' ? args.field : null;
  if (!field || !table.columns.includes('value')) return table;
  return { ...table, columns: table.columns.map((name) => (name === 'value' ? field : name)) };
}

const isBox = (value: unknown): value is object => typeof value === 'object' && value !== null;
const rowOf = (cells: unknown[]): EvidenceRow => ({
  cells,
  text: squash(cells.map((cell) => readable(cell)).join('\n')),
  times: cells.flatMap((cell) =>
    typeof cell === 'string' && (/^\d{4}-\d{2}-\d{2}[T ]\d/.test(cell) || isTimeText(cell)) ? timesIn(cell) : [],
  ),
  inside: cells.flatMap((cell) =>
    typeof cell === 'string'
      ? cell.length <= MAX_CELL && /\d/.test(cell)
        ? numbersIn(cell)
        : []
      : isBox(cell)
        ? numbersIn(readable(cell))
        : [],
  ),
});

/** Characters of a cell that are searched for numbers. */
const MAX_CELL = 20_000;

function epochOf(column: string, cell: unknown): number[] {
  const value = numberOf(cell);
  if (value === null || !/time|date|first|last|epoch|_at$|^t$|^ts$/i.test(column)) return [];
  if (value > 3e8 && value < 4.2e9) return [value * 1000];
  return value > 3e11 && value < 4.2e12 ? [value] : [];
}

const EPOCH = /"[@\w.]{0,30}(?:time|date|_at|ts|epoch)[\w.]{0,20}"\s?:\s?"?(\d{10}(?:\d{3})?)(?![\d.])/gi;

/** Times that an event in a cell has as numbers. */
function epochsIn(cell: unknown): number[] {
  if (typeof cell !== 'string' || !cell.startsWith('{') || cell.length > MAX_CELL) return [];
  return [...cell.matchAll(EPOCH)].map(([, digits = '']) => Number(digits.padEnd(13, '0')));
}

/** JSON, with texts as they are. */
function readable(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function parse(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A query's constants prove nothing about its result. */
function withoutQueries(args: unknown): unknown {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args;
  return Object.fromEntries(
    Object.entries(args).filter(([, value]) => !(typeof value === 'string' && value.length > 200)),
  );
}

/** Single fields: of lists only their length, since their rows are looked up as rows. */
function walk(value: unknown, see: (value: number | string) => void, depth = 0): void {
  if (typeof value === 'number' || typeof value === 'string') see(value);
  else if (Array.isArray(value)) {
    see(value.length);
    if (!value.some(isBox)) for (const item of value) walk(item, see, depth + 1);
  } else if (isBox(value) && depth < 8) {
    const isTable = 'columns' in value && 'rows' in value && Array.isArray(value.rows);
    for (const [key, item] of Object.entries(value)) {
      if (isTable && (key === 'columns' || key === 'rows'))
        see(Array.isArray(item) && key === 'rows' ? item.length : 0);
      else walk(item, see, depth + 1);
    }
  }
}
