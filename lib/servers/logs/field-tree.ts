/** How often a leaf was which kind of value. */
export type Kinds = {
  /** Whole numbers that a double holds exactly; long: that 64 bits hold; huge: larger ones. */
  int: number;
  long: number;
  huge: number;
  float: number;
  bool: number;
  /** ISO times in UTC that a format made. */
  time: number;
  text: number;
  array: number;
};

export type FieldStat = { path: string[]; kinds: Kinds; samples: [string, number][] };
export const SQL_TYPES = ['BIGINT', 'HUGEINT', 'DOUBLE', 'BOOLEAN', 'TIMESTAMPTZ', 'VARCHAR', 'JSON'] as const;
export type SqlType = (typeof SQL_TYPES)[number];

const KINDS = ['int', 'long', 'huge', 'float', 'bool', 'time', 'text', 'array'] as const;
const noKinds = (): Kinds => ({ int: 0, long: 0, huge: 0, float: 0, bool: 0, time: 0, text: 0, array: 0 });

type Node = {
  children: Map<string, Node> | undefined;
  kinds: Kinds | undefined;
  samples: Map<string, number> | undefined;
};

const MAX_NODES = 20_000;
const MAX_DEPTH = 24;
const MAX_SAMPLES = 40;
const SAMPLE_LENGTH = 100;

/**
 * Every leaf path seen in the records, with its kinds and some values. Arrays are leaves. Memory is bounded: when there are
 * more than 20,000 paths (keys that are ids) the rest is not listed and `complete` is false.
 */
export class FieldTree {
  readonly #root: Node = { children: undefined, kinds: undefined, samples: undefined };
  #nodes = 0;
  #records = 0;
  complete = true;

  #textIsTyped = false;

  /** `textIsTyped`: texts that are numbers, booleans or times count as such (CSV has nothing else). */
  observe(record: Record<string, unknown>, textIsTyped = false): void {
    this.#records += 1;
    this.#textIsTyped = textIsTyped;
    // Values are sampled: all of the first records, then one in sixteen.
    this.#object(this.#root, record, 0, this.#records <= 500 || this.#records % 16 === 0);
  }

  fields(limit = 5000): FieldStat[] {
    const found: FieldStat[] = [];
    const visit = (node: Node, path: string[]): void => {
      if (node.kinds) {
        const samples = [...(node.samples ?? [])].sort((a, b) => b[1] - a[1]).slice(0, 8);
        found.push({ path, kinds: { ...node.kinds }, samples });
      }
      for (const [key, child] of node.children ?? []) visit(child, [...path, key]);
    };
    visit(this.#root, []);
    found.sort((a, b) => filledCount(b.kinds) - filledCount(a.kinds));
    if (found.length > limit) this.complete = false;
    return found.slice(0, limit);
  }

  #object(node: Node, value: Record<string, unknown>, depth: number, sample: boolean): void {
    for (const key in value) {
      const inner = value[key];
      if (inner === null || inner === undefined) continue;
      const child = this.#child(node, key);
      if (!child) continue;
      if (typeof inner === 'object' && !Array.isArray(inner)) {
        if (depth < MAX_DEPTH) this.#object(child, inner as Record<string, unknown>, depth + 1, sample);
      } else this.#leaf(child, inner, sample);
    }
  }

  #child(node: Node, key: string): Node | undefined {
    node.children ??= new Map();
    const known = node.children.get(key);
    if (known) return known;
    if (this.#nodes >= MAX_NODES) {
      this.complete = false;
      return undefined;
    }
    this.#nodes += 1;
    const created: Node = { children: undefined, kinds: undefined, samples: undefined };
    node.children.set(key, created);
    return created;
  }

  #leaf(node: Node, value: unknown, sample: boolean): void {
    node.kinds ??= noKinds();
    node.kinds[kindOf(value, this.#textIsTyped)] += 1;
    if (!sample) return;
    node.samples ??= new Map();
    const full = typeof value === 'string' ? value : JSON.stringify(value);
    const text = full.length > SAMPLE_LENGTH ? `${full.slice(0, SAMPLE_LENGTH)}…` : full;
    const count = node.samples.get(text);
    if (count !== undefined) node.samples.set(text, count + 1);
    else if (node.samples.size < MAX_SAMPLES) node.samples.set(text, 1);
  }
}

export const filledCount = (kinds: Kinds): number => KINDS.reduce((sum, kind) => sum + kinds[kind], 0);

/** The narrowest type that holds every value seen exactly; mixed values are text. */
export function sqlType(kinds: Kinds): SqlType {
  const whole = kinds.int + kinds.long + kinds.huge;
  const others = [kinds.array, kinds.text, kinds.time, kinds.bool, whole + kinds.float].filter((count) => count > 0);
  if (others.length !== 1 || kinds.text > 0) return 'VARCHAR';
  if (kinds.array > 0) return 'JSON';
  if (kinds.time > 0) return 'TIMESTAMPTZ';
  if (kinds.bool > 0) return 'BOOLEAN';
  // A double can't hold a number beyond 2^53: beside fractions such numbers stay text.
  if (kinds.float > 0) return kinds.long + kinds.huge > 0 ? 'VARCHAR' : 'DOUBLE';
  return kinds.huge > 0 ? 'HUGEINT' : 'BIGINT';
}

/** The same paths of several segments added up. */
export function mergeFields(parts: FieldStat[][]): FieldStat[] {
  const merged = new Map<string, { stat: FieldStat; samples: Map<string, number> }>();
  for (const field of parts.flat()) {
    const key = JSON.stringify(field.path);
    let entry = merged.get(key);
    if (!entry) {
      entry = {
        stat: { path: field.path, kinds: noKinds(), samples: [] },
        samples: new Map(),
      };
      merged.set(key, entry);
    }
    for (const kind of KINDS) entry.stat.kinds[kind] += field.kinds[kind];
    for (const [value, count] of field.samples) entry.samples.set(value, (entry.samples.get(value) ?? 0) + count);
  }
  const stats = [...merged.values()].map(({ stat, samples }) => ({
    ...stat,
    samples: [...samples].sort((a, b) => b[1] - a[1]).slice(0, 8),
  }));
  return stats.sort(
    (a, b) => filledCount(b.kinds) - filledCount(a.kinds) || (a.path.join('.') < b.path.join('.') ? -1 : 1),
  );
}

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(\d{3})?Z$/;

function kindOf(value: unknown, textIsTyped: boolean): keyof Kinds {
  switch (typeof value) {
    case 'number':
      if (!Number.isInteger(value) || Math.abs(value) >= 1.7e38) return 'float';
      if (Number.isSafeInteger(value)) return 'int';
      return Math.abs(value) < 2 ** 63 ? 'long' : 'huge';
    case 'boolean':
      return 'bool';
    case 'string':
      if (!textIsTyped) return 'text';
      if (/^-?(0|[1-9]\d{0,17})$/.test(value)) return 'int';
      if (/^-?(0|[1-9]\d{0,14})\.\d{1,15}$/.test(value)) return 'float';
      if (value === 'true' || value === 'false') return 'bool';
      return value.length <= 27 && ISO_UTC.test(value) ? 'time' : 'text';
    default:
      return 'array';
  }
}
