import { z } from 'zod';

/** JSON Schema, as far as Zod writes it. */
type Schema = {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  minLength?: number;
  minimum?: number;
  minItems?: number;
  items?: Schema | boolean;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  default?: unknown;
};

const LONG = 'a'.repeat(70_000);

/** Texts that break what is careless: encodings, lengths, numbers and dates out of range, the languages a text may end up in. */
export const HOSTILE_TEXTS = [
  '',
  'a\0b',
  '\ud800',
  'a\udc00b',
  '\ufffe\u202e\u2066x\u200b',
  LONG,
  '𝒳'.repeat(600),
  '%ZZ',
  '%E0%A4%A',
  '../../../etc/passwd',
  '__proto__',
  'toString',
  '1e309',
  '9223372036854775808',
  `1${'0'.repeat(400)}`,
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999Z',
  '+275760-09-13T00:00:00.001Z',
  '01890000-0000-7000-8000-000000000000',
  '{01890000-0000-7000-8000-000000000000}',
  Buffer.from('["0000-01-01T00:00:00Z","01890000-0000-7000-8000-000000000000"]').toString('base64url'),
  Buffer.from('{"__proto__":1,"at":"0000-01-01T00:00:00Z","id":null,"skip":1e9}').toString('base64url'),
  "' OR 1=1 --",
  '\\',
  '(((((((',
  '!&|:*<->',
  '\n\r\n---\n```\n',
  'http://[::1]:99999/\\@',
];

/** Texts for what is to be a number, an id or a time in an address. */
export const HOSTILE_FIGURES = ['-1', '0', '1.5', 'NaN', 'Infinity', '0x10', '2147483648', '2026-02-30T00:00:00Z'];

/** JSON texts of every type, and of the extremes of a type. */
const HOSTILE_TYPES = [
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e400',
  '-1e400',
  '2147483648',
  '9007199254740993',
  '1e21',
  '[]',
  '[null]',
  '[[]]',
  '{}',
  '{"__proto__":{"role":"admin"},"constructor":1}',
  '{"":""}',
  '"a\\u0000b"',
  '"\\ud800"',
];

/** Whole query strings: broken percent-coding, names of every object, a name without end. */
export const HOSTILE_QUERIES = [
  '?%',
  '?q=%ZZ',
  '?q=%E0%A4%A',
  '?q=%00',
  '?q=%ED%A0%80',
  '?__proto__=x&constructor=y&hasOwnProperty=z',
  `?${'a='.repeat(3000)}`,
  '?q=1&q=2&q[]=3&q[a]=4',
];

/** Whole bodies: no JSON, the wrong type, too deep, too large a list, names of every object. */
export const HOSTILE_BODIES = [
  '',
  ' ',
  '{',
  'null',
  '[]',
  '"x"',
  '5',
  '{"__proto__":null,"hasOwnProperty":1}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `[${'{},'.repeat(2000)}{}]`,
  `{${Array.from({ length: 500 }, (_, n) => `"k${n}":${n}`).join(',')}}`,
  '\ufeff{}',
];

/** A value that the schema may well take, with every optional field, for each alternative of a union. */
export function samplesOf(type: z.ZodType): unknown[] {
  return variants(z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema);
}

/** The names of an object's fields. */
export const fieldsOf = (type: z.ZodObject): string[] => Object.keys(type.shape);

/**
 * Bodies with one hostile value each: at every place of every sample, of several samples with that place the first; places of
 * the least sample (the last one) again, where nothing else may hide what becomes of the value.
 */
export function* hostileBodies(samples: unknown[]): Generator<{ at: string; body: string }> {
  const done = new Set<string>();
  for (const sample of samples) {
    for (const path of placesOf(sample)) {
      const at = path.join('.');
      if (done.has(at) && sample !== samples.at(-1)) continue;
      done.add(at);
      const isText = typeof valueAt(sample, path) === 'string';
      const texts = isText ? HOSTILE_TEXTS.map((text) => JSON.stringify(text)) : [];
      for (const text of [...HOSTILE_TYPES, ...texts]) yield { at, body: write(sample, path, text) };
    }
  }
}

const valueAt = (sample: unknown, path: string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], sample);

function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => placesOf(one, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

/** JSON.stringify can write neither 1e400 nor an own `__proto__`, so texts are put in place of a mark. */
function write(sample: unknown, path: string[], text: string): string {
  const mark = '@@here@@';
  const copy = structuredClone(sample) as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as typeof at, copy);
  parent[last] = mark;
  return JSON.stringify(copy).replace(JSON.stringify(mark), () => text);
}

function variants(schema: Schema): unknown[] {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return [schema.enum[0]];
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.flatMap(variants);
  if (schema.allOf) return [Object.assign({}, ...schema.allOf.map((part) => variants(part)[0]))];
  switch (schema.type) {
    case 'object':
      return objects(schema);
    case 'array':
      return [
        schema.prefixItems?.map((item) => variants(item)[0]) ??
          Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => variants(itemOf(schema))[0]),
      ];
    case 'integer':
    case 'number':
      return [Math.max(1, schema.minimum ?? 1)];
    case 'boolean':
      return [true];
    case 'null':
      return [null];
    case 'string':
      return [textOf(schema)];
    default:
      return [{ a: ['b', 1, null] }];
  }
}

const itemOf = ({ items }: Schema): Schema => (typeof items === 'object' ? items : {});

/** The whole object, the least one, and one for each further alternative of a field. */
function objects({ properties = {}, required = [] }: Schema): unknown[] {
  const fields = Object.entries(properties).map(([name, field]) => ({ name, values: variants(field) }));
  const whole = Object.fromEntries(fields.map(({ name, values }) => [name, values[0]]));
  const least = Object.fromEntries(Object.entries(whole).filter(([name]) => required.includes(name)));
  const others = fields.flatMap(({ name, values }) => values.slice(1).map((value) => ({ ...whole, [name]: value })));
  return [whole, ...others, ...(required.length < fields.length ? [least] : [])];
}

function textOf({ format, minLength = 0 }: Schema): string {
  const formats: Record<string, string> = {
    uuid: '01890000-0000-7000-8000-000000000000',
    'date-time': '2026-01-02T03:04:05Z',
    email: 'ann@example.com',
    uri: 'https://tools.example.com/mcp',
  };
  return formats[format ?? ''] ?? 'word'.padEnd(minLength, 'x');
}
