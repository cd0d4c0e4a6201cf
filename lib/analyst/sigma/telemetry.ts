import { z } from 'zod';
import { readSelection } from './selection';
import carbonBlack from './telemetry/carbon-black.json';
import cortex from './telemetry/cortex.json';
import defender from './telemetry/defender.json';
import elastic from './telemetry/elastic.json';
import falcon from './telemetry/falcon.json';
import normalized from './telemetry/normalized.json';
import openSource from './telemetry/open-source.json';
import operatingSystems from './telemetry/operating-systems.json';
import replacementData from './telemetry/replacements.json';
import sentinelOne from './telemetry/sentinelone.json';
import type { Node } from './test';

const Part = z.union([
  z.string(),
  z.strictObject({
    /** Written before a value that is there: the backslash before a bare file name, `MD5=` before a hash. */
    before: z.string().default(''),
    field: z.string(),
    /** The items of a list, with blanks between them. */
    isList: z.boolean().default(false),
  }),
]);
const Computed = z.union([
  z.strictObject({ join: z.array(Part), with: z.string().default(' '), replace: z.string().optional() }),
  /** A key of a text that holds JSON. */
  z.strictObject({ json: z.string(), key: z.string(), replace: z.string().optional() }),
]);
const FieldMap = z.record(z.string(), z.array(z.union([z.string(), Computed])));
const Values = z.record(z.string(), z.record(z.string(), z.array(z.string()))).default({});
const Dialect = z.strictObject({
  /** Another dialect, which this one changes in part. */
  extends: z.string().optional(),
  products: z.array(z.string()),
  /** Fields of which a source in this dialect has one; those of the extended dialect when it names none. */
  marks: z.array(z.string()).optional(),
  fields: FieldMap,
  values: Values,
  /** What events of a category are, as a Sigma selection, and what their fields are called. */
  categories: z.record(z.string(), z.strictObject({ when: z.unknown(), fields: FieldMap, values: Values })),
});
type Dialect = z.infer<typeof Dialect>;

/** A way to read a field: by the name of a column, or made of several. */
export type Reader = string | z.infer<typeof Computed>;

/** How one kind of telemetry writes events of one category of Sigma's. */
export type EventKind = {
  /** Names these rules in the place of a product, for the names of fields. */
  id: string;
  marks: string[];
  products: string[];
  when: Node;
  fields: Map<string, Reader[]>;
  values: Record<string, Record<string, string[]>>;
};

const DIALECTS: Record<string, Dialect> = z.record(z.string(), Dialect).parse({
  ...defender,
  ...falcon,
  ...sentinelOne,
  ...elastic,
  ...carbonBlack,
  ...cortex,
  ...normalized,
  ...openSource,
  ...operatingSystems,
});

const REPLACEMENTS = z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))).parse(replacementData);

/** By category, and by id. */
const kinds = new Map<string, EventKind[]>();
const byId = new Map<string, EventKind>();
for (const [name, dialect] of Object.entries(DIALECTS)) {
  const base = dialect.extends === undefined ? undefined : DIALECTS[dialect.extends];
  for (const category of new Set([...Object.keys(base?.categories ?? {}), ...Object.keys(dialect.categories)])) {
    const [own, shared] = [dialect.categories[category], base?.categories[category]];
    const fields = { ...base?.fields, ...shared?.fields, ...dialect.fields, ...own?.fields };
    const kind: EventKind = {
      id: `${name}/${category}`,
      marks: dialect.marks ?? base?.marks ?? [],
      products: dialect.products,
      when: readSelection(own?.when ?? shared?.when),
      fields: new Map(Object.entries(fields)),
      values: { ...base?.values, ...shared?.values, ...dialect.values, ...own?.values },
    };
    kinds.set(category, [...(kinds.get(category) ?? []), kind]);
    byId.set(kind.id, kind);
  }
}

/** The kinds of telemetry that write events of a category, of a product's systems where one is named. */
export const kindsOf = (category: string | null, product: string | null): EventKind[] =>
  (kinds.get(category ?? '') ?? []).filter(({ products }) => product === null || products.includes(product));

/** How a kind of telemetry writes a field; null: it says nothing of it, or `id` is a product. */
export const readersOf = (id: string | null, field: string): Reader[] | null =>
  byId.get(id ?? '')?.fields.get(field) ?? null;

/** The replacements of a name, made one after the other without regard to case; `\1` stands for a group. */
export const replacementsOf = (name: string | undefined): [pattern: string, text: string][] =>
  name === undefined ? [] : (REPLACEMENTS[name] ?? []);
