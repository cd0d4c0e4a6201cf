import { among, identifier, jsonPath, literal } from '../sql';
import { isSpelledSo, namedListsOf, namesOf, ownPaths } from './fields';
import { ipv6Pattern } from './ipv6-pattern';
import { aliasOf, type CorrelationRule, type DetectionRule } from './rule';
import { formsOf } from './rule-forms';
import { type Reader, readersOf, replacementsOf } from './telemetry';
import { escapedRegex, type LikePart, likeRegex, type Node, type Test } from './test';

/** The columns of a source; everything else is looked up in the whole event. */
export type SqlSource = {
  name: string;
  fields: string[];
  /** JSON paths of fields too rare for a column, by their dotted names. */
  rare?: Map<string, string>;
  /** Those of the fields that are known to hold no numbers. */
  texts?: string[];
  /** What rules of any audit log ask for (`action`, `request`), as SQL. */
  aspects?: Record<string, string>;
};

/** A DuckDB condition for a rule over a source's own columns. Unknown fields are looked up in the raw event. Never NULL. */
export function toSql(rule: DetectionRule, source: SqlSource): string {
  const forms = formsOf(rule, columnsOf(source)).map(({ product, condition }) => nodeSql(condition, source, product));
  return forms.length === 1 ? (forms[0] as string) : `(${forms.join(' OR ')})`; // there is one
}

/** A condition in the names of one kind of telemetry, or of a product. Never NULL. */
export const conditionSql = (node: Node, source: SqlSource, product: string): string => nodeSql(node, source, product);

const columnsOf = ({ fields, rare }: SqlSource): string[] => [...fields, ...(rare?.keys() ?? [])];

function nodeSql(node: Node, source: SqlSource, product: string | null): string {
  const values = plainValues(node);
  if (values) {
    const text = columnSql(values.field, source, product);
    const texts = values.texts.map((value) => value.toLowerCase());
    const listed = `"(?:${texts.map((value) => escapedRegex(JSON.stringify(value).slice(1, -1))).join('|')})"`;
    const items = `starts_with(${text}, '[') AND regexp_matches(lower(${text}), ${literal(listed)})`;
    return `coalesce(${among(`lower(${text})`, texts)} OR (${items}), FALSE)`;
  }
  if (node.kind === 'and' || node.kind === 'or')
    return `(${node.items.map((item) => nodeSql(item, source, product)).join(node.kind === 'and' ? ' AND ' : ' OR ')})`;
  if (node.kind === 'not') return `NOT ${nodeSql(node.item, source, product)}`;
  const text = node.field === null ? 'CAST(raw AS VARCHAR)' : columnSql(node.field, source, product);
  // A keyword is looked for in the event's JSON text, where its own escapes are doubled.
  const test =
    node.field === null && node.test.kind === 'like' ? { ...node.test, parts: node.test.parts.map(inJson) } : node.test;
  return `coalesce(${testSql(test, text, source, product)}, FALSE)`;
}

const inJson = <T extends LikePart>(part: T): T | string =>
  typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part;

/** The texts of a list of plain values of one field: one look-up instead of a comparison each. */
function plainValues(node: Node): { field: string; texts: string[] } | null {
  if (node.kind !== 'or' || node.items.length < 2) return null;
  const leaves = node.items.flatMap((item) => {
    if (item.kind !== 'leaf' || item.field === null || item.test.kind !== 'like' || item.test.cased) return [];
    const [text] = item.test.parts;
    return item.test.parts.length === 1 && typeof text === 'string' ? [{ field: item.field, text }] : [];
  });
  const [first] = leaves;
  if (!first || leaves.length < node.items.length || leaves.some(({ field }) => field !== first.field)) return null;
  return { field: first.field, texts: leaves.map(({ text }) => text) };
}

/** A field as text: its column by any of its names, else its path in the event. */
export function columnSql(field: string, source: SqlSource, product: string | null): string {
  const aspect = product === 'any' ? source.aspects?.[field] : undefined;
  if (aspect) return `(${aspect})`;
  const readers = readersOf(product, field) ?? namesOf(field, product);
  const texts = readers.flatMap((reader) => readerSql(reader, source));
  const distinct = [...new Set(texts)].slice(0, 6);
  if (distinct.length > 0) return distinct.length === 1 ? (distinct[0] as string) : `coalesce(${distinct.join(', ')})`; // there is one
  const names = readers.filter((reader) => typeof reader === 'string').slice(0, 4);
  const paths = [
    ...listedValues(field, source, product),
    ...names.flatMap((name) => [...inLists(name, source), `(raw->>${literal(jsonPath(name))})`]),
  ];
  return paths.length > 1 ? `coalesce(${paths.join(', ')})` : (paths[0] ?? 'CAST(NULL AS VARCHAR)');
}

/** The columns of a name, each as text: those called so, else those whose last part is. */
function columnTexts(name: string, source: SqlSource): string[] {
  const wanted = name.toLowerCase();
  const known = columnsOf(source);
  const whole = known.filter((column) => column.toLowerCase() === wanted);
  const ends = whole.length > 0 ? whole : known.filter((column) => column.toLowerCase().endsWith(`.${wanted}`));
  const own = ownPaths(ends, (column) => column);
  const found =
    ends.length > 0
      ? [...own, ...ends.filter((column) => !own.includes(column))]
      : known.filter((column) => isSpelledSo(column, name));
  return found.map((column) => {
    const path = source.rare?.get(column);
    return path === undefined ? `CAST(${identifier(column)} AS VARCHAR)` : `(raw->>${literal(path)})`;
  });
}

/** A way to read a field as SQL, NULL where the event has none of it; none when the source has no such column. */
function readerSql(reader: Reader, source: SqlSource): string[] {
  if (typeof reader === 'string') return columnTexts(reader, source);
  const parts =
    'json' in reader
      ? columnTexts(reader.json, source).map(
          (text) => `json_extract_string(TRY_CAST(${text} AS JSON), ${literal(jsonPath(reader.key))})`,
        )
      : reader.join.flatMap((part) => {
          const { before, field, isList } =
            typeof part === 'string' ? { before: '', field: part, isList: false } : part;
          const [text] = columnTexts(field, source);
          if (text === undefined) return [];
          const own = isList ? `array_to_string(from_json(TRY_CAST(${text} AS JSON), '["VARCHAR"]'), ' ')` : text;
          return [before ? `${literal(before)} || nullif(${own}, '')` : `nullif(${own}, '')`];
        });
  if (parts.length === 0) return [];
  const joined =
    'join' in reader && parts.length > 1
      ? `concat_ws(${literal(reader.with)}, ${parts.join(', ')})`
      : (parts[0] as string); // there is one
  const replaced = replacementsOf(reader.replace).reduce(
    (text, [pattern, by]) => `regexp_replace(${text}, ${literal(pattern)}, ${literal(by)}, 'i')`,
    joined,
  );
  return [`nullif(${replaced}, '')`];
}

/** A name in a list of names and values: what the list has under it, as the JSON text of a list. */
function listedValues(field: string, source: SqlSource, product: string | null): string[] {
  const named = namedListsOf(product);
  if (!named) return [];
  const columns = columnsOf(source).map((column) => column.toLowerCase());
  const isThere = (path: string): boolean => {
    const start = path.slice(0, path.indexOf('[*]')).toLowerCase();
    return columns.some((column) => column === start || column.startsWith(`${start}.`));
  };
  const value = named.values.map((key) => `item->>${literal(`$.${key}`)}`).join(', ');
  return named.lists.filter(isThere).map((path) => {
    const items = `list_filter(CAST(raw->${literal(`$.${path}`)} AS JSON[]), lambda item: lower(item->>${literal(`$.${named.name}`)}) = ${literal(field.toLowerCase())})`;
    return `nullif(CAST(to_json(list_transform(${items}, lambda item: coalesce(${value}))) AS VARCHAR), '[]')`;
  });
}

const MAX_PATHS = 16;

/** A path through a column that holds a list: the values of all its items, as the JSON text of a list. */
function inLists(name: string, source: SqlSource): string[] {
  const segments = name.split('.');
  // Rules and logs differ in the case of their names.
  const columns = segments.slice(0, -1).map((_, index) => {
    const wanted = segments
      .slice(0, index + 1)
      .join('.')
      .toLowerCase();
    return columnsOf(source).find((column) => column.toLowerCase() === wanted);
  });
  const at = columns.findIndex((column) => column !== undefined);
  const head = columns[at];
  if (head === undefined) return [];
  const rest = segments.slice(at + 1);
  // Each object on the way may be a list of its own; which, only the event says.
  const paths = rest
    .slice(0, -1)
    .reduce((known, key) => known.flatMap((path) => [`${path}.${key}`, `${path}.${key}[*]`]), [`${head}[*]`]);
  return paths
    .slice(0, MAX_PATHS)
    .map((path) => `${path}.${rest.at(-1)}`)
    .map((path) => `nullif(CAST(to_json(raw->>${literal(jsonPath(path))}) AS VARCHAR), '[]')`);
}

const isPlain = (parts: LikePart[]): parts is [string] | [] =>
  parts.length === 0 || (parts.length === 1 && typeof parts[0] === 'string');

function testSql(test: Test, text: string, source: SqlSource, product: string | null): string {
  switch (test.kind) {
    case 'exists':
      return test.wanted ? `${text} IS NOT NULL` : `${text} IS NULL`;
    case 'null':
      return `${text} IS NULL`;
    case 'like':
      return likeSql(test.parts, test.cased, text);
    case 'regex':
      // RE2 reads flags in the pattern as JavaScript does; as options of the function `m` undoes `s`.
      return `regexp_matches(${text}, ${literal(test.flags ? `(?${test.flags})${test.source}` : test.source)})`;
    case 'compare':
      return `TRY_CAST(${text} AS DOUBLE) ${COMPARE[test.operator]} ${test.number}`;
    case 'time':
      return `date_part('${test.part}', timezone('UTC', TRY_CAST(${text} AS TIMESTAMPTZ))) ${COMPARE[test.operator]} ${test.number}`;
    case 'cidr':
      return cidrSql(text, test.network, test.bits);
    case 'other-account': {
      const own = `nullif(${columnSql(test.field, source, product)}, '')`;
      return `(${own} IS NOT NULL AND regexp_matches(replace(${text}, ${own}, ''), '\\b[0-9]{12}\\b'))`;
    }
    case 'field': {
      const fold = (sql: string): string => (test.cased ? sql : `lower(${sql})`);
      const [own, other] = [fold(text), fold(`nullif(${columnSql(test.field, source, product)}, '')`)];
      if (test.where === 'whole') return `${own} = ${other}`;
      return `${{ start: 'starts_with', end: 'ends_with', any: 'contains' }[test.where]}(${own}, ${other})`;
    }
  }
}

/** Lists come as JSON text: an exact value may be one of their items. */
function likeSql(parts: LikePart[], cased: boolean, text: string): string {
  const own = cased ? text : `lower(${text})`;
  const fold = (value: string): string => literal(cased ? value : value.toLowerCase());
  const [first, middle, last] = parts;
  if (isPlain(parts)) {
    const value = parts[0] ?? '';
    return `(${own} = ${fold(value)} OR (starts_with(${text}, '[') AND contains(${own}, ${fold(JSON.stringify(value))})))`;
  }
  if (parts.length === 3 && isAny(first) && typeof middle === 'string' && isAny(last))
    return `contains(${own}, ${fold(middle)})`;
  const item = (value: string): string => `(starts_with(${text}, '[') AND contains(${own}, ${fold(value)}))`;
  if (parts.length === 2 && typeof first === 'string' && isAny(middle))
    return `(starts_with(${own}, ${fold(first)}) OR ${item(`"${inJson(first)}`)})`;
  if (parts.length === 2 && isAny(first) && typeof middle === 'string')
    return `(ends_with(${own}, ${fold(middle)}) OR ${item(`${inJson(middle)}"`)})`;
  return `regexp_matches(${text}, ${literal(likeRegex(parts))}, ${cased ? "'c'" : "'i'"})`;
}

const isAny = (part: LikePart | undefined): boolean => typeof part === 'object' && 'any' in part;

/** IPv4 by arithmetic, IPv6 by its text. */
function cidrSql(text: string, network: string, bits: number): string {
  if (network.includes(':')) return `regexp_matches(lower(${text}), ${literal(ipv6Pattern(network, bits))})`;
  const octet = (at: number): string => `TRY_CAST(split_part(${text}, '.', ${at}) AS BIGINT)`;
  const number = `(${octet(1)} * 16777216 + ${octet(2)} * 65536 + ${octet(3)} * 256 + ${octet(4)})`;
  const base = network.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  const from = Math.floor(base / size) * size;
  return `(regexp_matches(${text}, '^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$') AND ${number} BETWEEN ${from} AND ${from + size - 1})`;
}

/** A field of a rule, by the names that the forms of the rule have for it. */
function ruleField(rule: DetectionRule, field: string, source: SqlSource): string {
  const texts = formsOf(rule, columnsOf(source)).map(({ product }) => columnSql(field, source, product));
  const distinct = [...new Set(texts)];
  return distinct.length === 1 ? (distinct[0] as string) : `coalesce(${distinct.join(', ')})`; // there is one
}

const COMPARE = { lt: '<', lte: '<=', gt: '>', gte: '>=', eq: '=', neq: '<>' };

/**
 * A query for a correlation rule: one row for each group that reaches its threshold within the timespan.
 * @param rules the detection rules it names, in its own order
 */
export function correlationSql(rule: CorrelationRule, rules: DetectionRule[], source: SqlSource): string {
  const [first] = rules;
  const keySql = (field: string): string => (first ? ruleField(first, field, source) : columnSql(field, source, null));
  const keys = rule.groupBy.map((field, index) => {
    // An alias is a field of another name in each of the rules.
    const own = rules.flatMap((item, at) => {
      const named = aliasOf(rule, field, item);
      return named === null ? [] : [`WHEN sigma_rule = ${at} THEN ${ruleField(item, named, source)}`];
    });
    const plain = keySql(field);
    return `${own.length > 0 ? `CASE ${own.join(' ')} ELSE ${plain} END` : plain} AS k${index}`;
  });
  const names = rule.groupBy.map((_, index) => `k${index}`);
  const which = rules.map((item, index) => `CASE WHEN ${toSql(item, source)} THEN ${index} END`).join(', ');
  // One event may be what two rules of a sequence wait for, but counts once.
  const hits = rule.type.startsWith('temporal') ? `unnest(list_distinct([${which}]))` : `coalesce(${which})`;
  const value = rule.field ? keySql(rule.field) : 'NULL';
  const over = `OVER (${names.length > 0 ? `PARTITION BY ${names.join(', ')} ` : ''}ORDER BY t RANGE BETWEEN INTERVAL ${rule.seconds} SECOND PRECEDING AND CURRENT ROW)`;
  const number = 'TRY_CAST(value AS DOUBLE)';
  const counted = {
    value_sum: `sum(${number})`,
    value_avg: `avg(${number})`,
    value_median: `median(${number})`,
    value_percentile: `quantile_cont(${number}, ${Math.min(1, Math.max(0, rule.percentile / 100))})`,
    event_count: 'count(*)',
    value_count: 'count(DISTINCT value)',
    temporal: 'count(DISTINCT rule)',
    temporal_ordered: 'count(DISTINCT rule)',
  }[rule.type];
  const limits = rule.limits.map(({ operator, threshold }) => `n ${COMPARE[operator]} ${threshold}`);
  if (rule.type.startsWith('temporal') && limits.length === 0) limits.push(`n >= ${rules.length}`);
  const isOrdered = rule.type === 'temporal_ordered';
  if (isOrdered) limits.push(`regexp_matches(seen, ${literal(rules.map((_, index) => `<${index}>`).join('.*'))})`);
  const seen = isOrdered ? `, string_agg('<' || rule || '>', '') ${over} AS seen` : '';
  return `SELECT ${[...names, 'max(n) AS n', 'min(t) AS first', 'max(t) AS last'].join(', ')} FROM (
  SELECT *, ${counted} ${over} AS n${seen} FROM (
    SELECT _time AS t, ${[...keys, 'sigma_rule AS rule', `${value} AS value`].join(', ')} FROM (SELECT *, ${hits} AS sigma_rule FROM ${identifier(source.name)}) WHERE sigma_rule IS NOT NULL))
WHERE ${limits.join(' AND ')}${names.length > 0 ? ` GROUP BY ${names.join(', ')}` : ' HAVING count(*) > 0'}`;
}
