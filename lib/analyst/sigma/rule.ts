import { type Document, isMap, LineCounter, parseAllDocuments, visit } from 'yaml';
import { isTechnique } from '../../attack/techniques';
import { readAggregation } from './aggregation';
import { ConditionError, readCondition } from './condition';
import { inOwnWords, ownProduct } from './fields';
import type { RuleFilter } from './filters';
import { readSelection, SelectionError } from './selection';
import type { Node } from './test';

export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type SigmaLevel = (typeof LEVELS)[number];
export const CORRELATIONS = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_median',
  'value_percentile',
  'temporal',
  'temporal_ordered',
] as const;
const OPERATORS = ['lt', 'lte', 'gt', 'gte', 'eq', 'neq'] as const;
export type LogSourceOf = { product: string | null; category: string | null; service: string | null };

type Common = {
  id: string;
  /** What other rules call it: `name`, else its id. */
  name: string;
  title: string;
  level: SigmaLevel;
  description: string;
  techniques: string[];
  falsepositives: string[];
  /** Past tense after a subject, for reports: "stopped the logging of a trail". Null: the title is used. */
  summary: string | null;
  /** The same for single events of a rule about several, by the event's name: "deleted objects" of `DeleteObject`. */
  summaries: Record<string, string>;
  /** The same where who acts is who is acted on: "removed their own second factor". Null: it is told like any other. */
  own: { summary: string; level: SigmaLevel } | null;
  remediation: string | null;
  /** A command of the system itself that takes it back; `{target}`, `{actor}`, `{address}` and titles of details are filled in. */
  undo: string | null;
  /** What keeps it from happening again, for the long-term recommendations. */
  prevention: string | null;
  /** From this many hits of one identity on, the level is this one. */
  many: { count: number; level: SigmaLevel } | null;
  /** Events as a log has them, on which it must fire and must not. */
  tests: { hits: unknown[]; misses: unknown[] };
  file: string;
  line: number;
};
export type DetectionRule = Common & { kind: 'detection'; logsource: LogSourceOf; condition: Node };
export type CorrelationRule = Common & {
  kind: 'correlation';
  type: (typeof CORRELATIONS)[number];
  /** Of a value_percentile, 0–100. */
  percentile: number;
  rules: string[];
  groupBy: string[];
  seconds: number;
  /** All must hold; empty for a temporal correlation that wants each of its rules. */
  limits: { operator: (typeof OPERATORS)[number]; threshold: number }[];
  field: string | null;
  aliases: Record<string, Record<string, string>>;
  /** Its rules count on their own too. */
  generates: boolean;
};
export type SigmaRule = DetectionRule | CorrelationRule;

/** A rule that can't be used: file, line and what is wrong. */
export class SigmaError extends Error {
  constructor(
    readonly file: string,
    readonly line: number,
    readonly problem: string,
  ) {
    super(`${file}:${line}: ${problem}`);
  }
}

/**
 * The rules of a Sigma file.
 * @throws SigmaError on the first that can't be used
 */
export function readRules(text: string, file: string): SigmaRule[] {
  const { rules, problems } = readRuleFile(text, file);
  if (problems[0]) throw problems[0];
  return rules;
}

/** What a Sigma file holds that can be used, and what is wrong with the rest. */
type RuleFile = { rules: SigmaRule[]; filters: RuleFilter[]; problems: SigmaError[] };

/**
 * Reads a Sigma file (several YAML documents; `action: global`, `repeat` and `reset` as in rule collections). One mistake must not cost
 * the rules beside it.
 */
export function readRuleFile(text: string, file: string): RuleFile {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const list: Document[] = Array.isArray(documents) ? [...documents] : [];
  let global: Record<string, unknown> = {};
  let last: Record<string, unknown> = {};
  const rules: SigmaRule[] = [];
  const filters: RuleFilter[] = [];
  const problems: SigmaError[] = [];
  for (const document of list) {
    try {
      const value = readDocument(document, file, lines);
      const { action, ...own } = value ?? {};
      if (value === null) continue;
      if (action === 'reset') global = {};
      else if (action === 'global') global = merged(global, own);
      else {
        last = merged(action === 'repeat' ? last : global, own);
        const line: LineOf = (path) => lineAt(document, lines, path);
        if (isRecord(last.filter)) filters.push(readFilter(last, file, line));
        else for (const one of withCorrelation(last)) rules.push(readRule(one, file, line));
      }
    } catch (error) {
      if (!(error instanceof SigmaError)) throw error;
      problems.push(error);
    }
  }
  if (rules.length + filters.length + problems.length === 0)
    problems.push(new SigmaError(file, 1, 'The file holds no rule.'));
  return { rules, filters, problems };
}

/** A rule that counts in its condition as Sigma writes it now: a rule for the events, and a correlation that counts them. */
function withCorrelation(value: Record<string, unknown>): Record<string, unknown>[] {
  const detection = isRecord(value.detection) ? value.detection : {};
  const name = `${value.id ?? value.title}:events`;
  const counted =
    typeof detection.condition === 'string' ? readAggregation(detection.condition, detection.timeframe, name) : null;
  if (!counted) return [value];
  const { logsource, socdown: _own, ...described } = value;
  return [
    {
      title: value.title,
      id: name,
      level: value.level,
      logsource,
      detection: { ...detection, condition: counted.condition },
    },
    { ...described, detection: undefined, correlation: counted.correlation },
  ];
}

/** Two documents of a rule collection as one: maps are joined, anything else is replaced. */
function merged(base: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const joined = Object.entries(own).map(([key, value]) => {
    const before = base[key];
    return [key, isRecord(before) && isRecord(value) ? merged(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(joined) };
}

function readDocument(document: Document, file: string, lines: LineCounter): Record<string, unknown> | null {
  const [error] = document.errors;
  if (error)
    throw new SigmaError(file, lines.linePos(error.pos[0]).line, error.message.split('\n')[0] ?? 'Invalid YAML.');
  // Logs write such a number as the rule does: 0x0 is no 0.
  visit(document, {
    Scalar: (_key, node) => {
      if (node.format === 'HEX' && node.source) node.value = node.source;
    },
  });
  const value: unknown = document.toJS({ maxAliasCount: 50 });
  if (value !== null && !isRecord(value))
    throw new SigmaError(
      file,
      lineAt(document, lines, []),
      'A rule is a YAML map with title, logsource and detection.',
    );
  return value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function lineAt(document: Document, lines: LineCounter, path: (string | number)[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const parent: unknown = length < 2 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (length > 0 && isMap(parent)) {
      const pair = parent.items.find((item) => String(item.key) === String(path[length - 1]));
      const start = (pair?.key as { range?: [number, number, number] } | undefined)?.range?.[0];
      if (start !== undefined) return lines.linePos(start).line;
    }
    const range = (node as { range?: [number, number, number] } | null)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

type LineOf = (path: (string | number)[]) => number;

function readRule(value: Record<string, unknown>, file: string, line: LineOf): SigmaRule {
  const fail = (path: string[], problem: string): never => {
    throw new SigmaError(file, line(path), problem);
  };
  const text = (key: string): string | null => (typeof value[key] === 'string' ? (value[key] as string).trim() : null);
  const title = text('title') ?? fail([], 'Title is required.');
  const level = (text('level') ?? 'medium') as SigmaLevel; // checked on the next line
  if (!LEVELS.includes(level)) fail(['level'], `"${level}" is not a level. Levels: ${LEVELS.join(', ')}.`);
  const tags = Array.isArray(value.tags) ? value.tags.map(String) : [];
  const techniques = tags
    .flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? [])
    .filter((id) => isTechnique(id));
  const id = text('id') ?? title;
  const custom = isRecord(value.socdown) ? value.socdown : {};
  const many = isRecord(custom.many)
    ? { count: Number(custom.many.count), level: custom.many.level as SigmaLevel }
    : null; // checked on the next lines
  if (many && !(many.count > 1 && LEVELS.includes(many.level)))
    fail(['socdown', 'many'], `"many" needs a count above 1 and a level: ${LEVELS.join(', ')}.`);
  const common: Common = {
    id,
    name: text('name') ?? id,
    title,
    level,
    description: text('description') ?? '',
    techniques,
    falsepositives: Array.isArray(value.falsepositives) ? value.falsepositives.map(String) : [],
    summary: typeof custom.summary === 'string' ? custom.summary : null,
    summaries: summariesOf(custom.summaries),
    own: ownOf(custom.own, level, fail),
    remediation: typeof custom.remediation === 'string' ? custom.remediation : null,
    undo: typeof custom.undo === 'string' ? custom.undo : null,
    prevention: typeof custom.prevention === 'string' ? custom.prevention : null,
    many,
    tests: testsOf(custom.tests),
    file,
    line: line([]),
  };
  if (value.correlation !== undefined) return readCorrelation(value.correlation, common, fail);
  const logsource = readLogsource(value.logsource, fail);
  return {
    ...common,
    kind: 'detection',
    logsource,
    condition: inOwnWords(readDetection(value.detection, fail), logsource),
  };
}

function readLogsource(value: unknown, fail: Fail): LogSourceOf {
  if (!isRecord(value)) return fail(['logsource'], 'Logsource is required: product, category or service.');
  const { product, category, service } = value;
  const name = (part: unknown): string | null => (typeof part === 'string' ? part.toLowerCase() : null);
  const logsource = ownProduct({ product: name(product), category: name(category), service: name(service) });
  if (!logsource.product && !logsource.category && !logsource.service)
    fail(['logsource'], 'Logsource needs a product, a category or a service.');
  return logsource;
}

/** A filter of rules that others write: https://sigmahq.io/docs/meta/filters.html */
function readFilter(value: Record<string, unknown>, file: string, line: LineOf): RuleFilter {
  const fail: Fail = (path, problem) => {
    throw new SigmaError(file, line(path), problem);
  };
  const title = typeof value.title === 'string' ? value.title.trim() : fail([], 'Title is required.');
  const logsource = readLogsource(value.logsource, fail);
  const { rules: wanted, ...detection } = isRecord(value.filter) ? value.filter : {};
  const rules = [wanted].flat().filter((item) => typeof item === 'string');
  if (rules.length === 0) fail(['filter'], 'A filter names its rules: a list of ids or names, or "any".');
  return {
    title,
    rules: rules.includes('any') ? null : rules,
    logsource,
    condition: inOwnWords(readDetection(detection, fail), logsource),
    file,
    line: line([]),
  };
}

function ownOf(value: unknown, level: SigmaLevel, fail: Fail): Common['own'] {
  if (!isRecord(value) || typeof value.summary !== 'string') return null;
  const own = (value.level ?? level) as SigmaLevel; // checked on the next line
  if (!LEVELS.includes(own)) fail(['socdown', 'own'], `"${own}" is not a level. Levels: ${LEVELS.join(', ')}.`);
  return { summary: value.summary, level: own };
}

const summariesOf = (value: unknown): Record<string, string> =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, summary]) => [name, String(summary)])) : {};

function testsOf(tests: unknown): Common['tests'] {
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  return isRecord(tests) ? { hits: list(tests.hits), misses: list(tests.misses) } : { hits: [], misses: [] };
}

type Fail = (path: string[], problem: string) => never;

function readDetection(detection: unknown, fail: Fail): Node {
  if (!isRecord(detection)) return fail(['detection'], 'Detection is required: selections and a condition.');
  const selections = new Map<string, Node>();
  for (const [name, selection] of Object.entries(detection)) {
    if (name === 'condition' || name === 'timeframe') continue;
    try {
      selections.set(name, readSelection(selection));
    } catch (error) {
      if (!(error instanceof SelectionError)) throw error;
      fail(['detection', name], `Selection "${name}": ${error.message}`);
    }
  }
  if (selections.size === 0) fail(['detection'], 'Detection has no selection.');
  const given = Array.isArray(detection.condition) ? detection.condition : [detection.condition];
  const nodes = given.map((condition) => {
    if (typeof condition !== 'string') return fail(['detection', 'condition'], 'Condition is required, as a text.');
    try {
      return readCondition(condition, selections);
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      return fail(['detection', 'condition'], `Condition: ${error.message}`);
    }
  });
  return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'or', items: nodes }; // there is one
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, M: 2_592_000, y: 31_536_000 };

function readCorrelation(value: unknown, common: Common, fail: Fail): CorrelationRule {
  if (!isRecord(value)) return fail(['correlation'], 'Correlation is a map with type, rules and timespan.');
  const at = (key: string): string[] => ['correlation', key];
  const type = value.type as CorrelationRule['type']; // checked on the next line
  if (!CORRELATIONS.includes(type))
    fail(at('type'), `"${String(value.type)}" is not a correlation type. Types: ${CORRELATIONS.join(', ')}.`);
  const rules = (Array.isArray(value.rules) ? value.rules : [value.rules]).filter((item) => typeof item === 'string');
  if (rules.length === 0) fail(at('rules'), 'Correlation needs the names or ids of its rules.');
  const span = /^(\d+)([smhdwMy])$/.exec(String(value.timespan ?? ''));
  if (!span) fail(at('timespan'), `"${String(value.timespan ?? '')}" is not a timespan such as 10m.`);
  if (typeof value.condition === 'string')
    fail(at('condition'), 'A condition over rules ("a and not b") is not supported. Name a number: {gte: 2}.');
  const condition = isRecord(value.condition) ? value.condition : {};
  const unknown = Object.keys(condition).find(
    (key) => key !== 'field' && key !== 'percentile' && !OPERATORS.some((operator) => operator === key),
  );
  if (unknown) fail(at('condition'), `"${unknown}" is not an operator. Operators: ${OPERATORS.join(', ')}.`);
  const limits = OPERATORS.flatMap((operator) =>
    condition[operator] === undefined ? [] : [{ operator, threshold: Number(condition[operator]) }],
  );
  if (limits.some(({ threshold }) => !Number.isFinite(threshold))) fail(at('condition'), 'Condition needs numbers.');
  if (!type.startsWith('temporal') && limits.length === 0)
    fail(at('condition'), `Condition needs one of ${OPERATORS.join(', ')}.`);
  const field = typeof condition.field === 'string' ? condition.field : null;
  if (type.startsWith('value_') && !field) fail(at('condition'), `A ${type} names the field whose values it is about.`);
  return {
    ...common,
    kind: 'correlation',
    type,
    rules,
    groupBy: [value['group-by'] ?? []].flat().map(String),
    seconds: Number(span?.[1] ?? 0) * (UNITS[span?.[2] ?? 's'] ?? 1),
    limits,
    field,
    percentile: Number(condition.percentile ?? value.percentile ?? 50),
    generates: value.generate === true,
    aliases: isRecord(value.aliases) ? (value.aliases as CorrelationRule['aliases']) : {}, // names of fields by rule
  };
}

/** What a rule calls a field that a correlation groups by under another name; null: it has the same name there. */
export const aliasOf = ({ aliases }: CorrelationRule, field: string, { name, id }: DetectionRule): string | null =>
  aliases[field]?.[name] ?? aliases[field]?.[id] ?? null;
