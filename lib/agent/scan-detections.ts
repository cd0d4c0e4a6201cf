import { z } from 'zod';
import { writtenName } from '../analyst/queries';
import { applicableRules } from '../analyst/sigma/applicable';
import { loadDetections } from '../analyst/sigma/load-rules';
import { type CorrelationRule, type DetectionRule, LEVELS, type SigmaLevel } from '../analyst/sigma/rule';
import { correlationSql, type SqlSource, toSql } from '../analyst/sigma/to-sql';
import { mapSource } from '../analyst/sources';
import { pathsOf, rareFields, textColumns } from '../analyst/sources/mapping';
import { identifier, literal } from '../analyst/sql';
import type { CallResult, ToolInfo } from '../connections/schema';
import type { Toolbox } from './tools';

const Scan = z.strictObject({
  source: z.string().trim().min(1).max(200),
  from: z.string().max(60),
  to: z.string().max(60),
  entity: z.string().trim().min(1).max(500).optional(),
});
type Scan = z.infer<typeof Scan>;

/** The tool as models see it; it is there where logs can be queried. */
export const SCAN: ToolInfo = {
  server: 'detections',
  tool: 'scan',
  class: 'read',
  description:
    "Runs the team's Sigma rules (the store's detections/) over one log source in a time range and gives the rules that hit: level, rule, ATT&CK techniques, hits, how many of them were refused or failed, first and last, who and from where. " +
    'A rule is named after what was tried: where all hits were refused, nothing was done. `entity`: only events that name it. A rule that does not hit shows nothing about what it does not look for. ' +
    'Example: {"source": "cloudtrail", "from": "2023-07-10T11:00:00Z", "to": "2023-07-10T13:00:00Z", "entity": "bert-jan"}',
  inputSchema: { ...z.toJSONSchema(Scan, { io: 'input' }), $schema: undefined },
};

/** A toolbox that also scans with the team's rules: its queries go through the logs server as any. */
export function withDetections(toolbox: Toolbox): Toolbox {
  return {
    async tools() {
      const infos = await toolbox.tools();
      const canQuery = ['query', 'describe_source'].every((tool) =>
        infos.some((info) => info.server === 'logs' && info.tool === tool && info.class === 'read'),
      );
      return canQuery ? [...infos, SCAN] : infos;
    },
    async call(server, tool, args, options) {
      if (server !== SCAN.server || tool !== SCAN.tool) return toolbox.call(server, tool, args, options);
      const start = performance.now();
      const result = await scan(args, (name, input) =>
        // A signal of its own for each query: they are many.
        toolbox.call('logs', name, input, { ...options, signal: AbortSignal.any([options.signal]) }),
      );
      const text = result.ok ? JSON.stringify(result.structured) : result.text;
      const durationMs = Math.round(performance.now() - start);
      return { ...result, text, bytes: Buffer.byteLength(text), durationMs };
    },
    close: () => toolbox.close(),
  };
}

type Ask = (tool: 'query' | 'describe_source', args: Record<string, unknown>) => Promise<CallResult>;
type Answer = Pick<CallResult, 'ok' | 'text' | 'structured' | 'truncated'>;

const COLUMNS = ['level', 'rule', 'techniques', 'hits', 'refused', 'first', 'last', 'who', 'from_address'];
const failed = (text: string): Answer => ({ ok: false, text, structured: null, truncated: false });

async function scan(args: unknown, ask: Ask): Promise<Answer> {
  const parsed = Scan.safeParse(args);
  if (!parsed.success)
    return failed(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const described = await ask('describe_source', { source: parsed.data.source });
  if (!described.ok) return failed(described.text);
  const { fields, rare: listed } = Fields.parse(described.structured);
  // How rare they are makes no difference to the rules.
  const rare = rareFields(listed, Number.MAX_SAFE_INTEGER);
  const mapping = mapSource([...fields, ...rare]);
  const source: SqlSource = {
    name: parsed.data.source,
    fields: fields.map(({ name }) => name),
    rare: pathsOf(rare),
    texts: textColumns(fields),
  };
  const { rules, correlations, problems } = await loadDetections();
  const { identity: who, ip: from, outcome } = mapping.expressions;
  const hits = new Hits(ask, parsed.data, source, { who, from, outcome });
  const fitting = applicableRules([...rules.values()], source, await hits.eventNames(writtenName(mapping, source)));
  const isGeneral = ({ logsource }: DetectionRule) => logsource.product === 'any';
  for (const batch of inBatches(
    fitting.filter((rule) => !isGeneral(rule)),
    source,
  ))
    await hits.find(batch);
  for (const batch of inBatches(fitting.filter(isGeneral), source)) await hits.find(batch);
  for (const { rule, parts } of correlations)
    if (applicableRules(parts, source, null).length === parts.length) await hits.correlate(rule, parts);
  if (hits.failure && hits.rows.length === 0) return failed(hits.failure);
  const notes = [
    `${fitting.length} of ${rules.size} rules fit this source.`,
    ...hits.notes,
    ...(hits.skipped > 0 ? [`${hits.skipped} rules could not be run here.`] : []),
    ...(problems.length > 0 ? [`${problems.length} rules of the store can't be used.`] : []),
  ];
  const rows = hits.rows.sort(
    (a, b) =>
      LEVELS.indexOf(b[0] as SigmaLevel) - LEVELS.indexOf(a[0] as SigmaLevel) ||
      Number(b[3]) - Number(a[3]) ||
      `${a[5]} ${a[1]}`.localeCompare(`${b[5]} ${b[1]}`), // the same order each time
  );
  const structured = {
    columns: COLUMNS.map((name) => ({ name })),
    rows,
    rowCount: rows.length,
    from: parsed.data.from,
    to: parsed.data.to,
    notes,
  };
  return { ok: true, text: '', structured, truncated: hits.isCut };
}

const Fields = z.object({
  fields: z.array(z.object({ name: z.string(), type: z.string(), filled: z.number(), samples: z.array(z.string()) })),
  rare: z.unknown(),
});
const Table = z.object({
  columns: z.array(z.object({ name: z.string() })),
  rows: z.array(z.array(z.unknown())),
  truncated: z.boolean().optional(),
  notes: z.array(z.string()).optional(),
});

const MOST_ROWS = 1000;
/** Characters of the conditions of one query, well below what the logs server takes. */
const MAX_CONDITIONS = 15_000;

function inBatches(rules: DetectionRule[], source: SqlSource): DetectionRule[][] {
  const batches: DetectionRule[][] = [];
  let room = 0;
  for (const rule of rules) {
    const { length } = toSql(rule, source);
    if (length > room || batches.length === 0) {
      batches.push([]);
      room = MAX_CONDITIONS;
    }
    batches.at(-1)?.push(rule);
    room -= length + 30;
  }
  return batches;
}

/** What rules hit, found query by query. A rule that the logs can't answer costs only itself. */
class Hits {
  rows: unknown[][] = [];
  notes: string[] = [];
  skipped = 0;
  isCut = false;
  failure: string | null = null;
  /** Rules of the source's own product that hit something. */
  readonly #own: DetectionRule[] = [];

  constructor(
    readonly ask: Ask,
    readonly range: Scan,
    readonly source: SqlSource,
    readonly event: { who: string; from: string; outcome: string },
  ) {}

  /** The names of the events there are, so that rules about others need not be asked; null: too many, or not known. */
  async eventNames(written: string): Promise<string[] | null> {
    const name = identifier(this.source.name);
    const rows = await this.#query(
      `SELECT DISTINCT name FROM (SELECT ${written} AS name FROM ${name}${this.#where()})`,
    );
    return rows && rows.length < MOST_ROWS ? rows.map(([one]) => String(one ?? '')) : null;
  }

  async find(rules: DetectionRule[]): Promise<void> {
    const cases = rules.map((rule, index) => `CASE WHEN ${this.#condition(rule)} THEN ${index} END`);
    const rows = await this.#query(
      `SELECT rule, count(*) AS hits, count(*) FILTER (outcome IN ('denied', 'failed')) AS refused, min(t) AS first, max(t) AS last,
         string_agg(DISTINCT who, '; ') AS who, string_agg(DISTINCT ip, '; ') AS ip
       FROM (SELECT t, who, ip, outcome, unnest(hits) AS rule FROM (
         SELECT _time AS t, ${this.event.who} AS who, ${this.event.from} AS ip, ${this.event.outcome} AS outcome, [${cases.join(', ')}] AS hits
         FROM ${identifier(this.source.name)}${this.#where()})) WHERE rule IS NOT NULL GROUP BY rule`,
    );
    if (rows) {
      for (const [index, ...hit] of rows) this.#add(rules[Number(index)], hit);
    } else if (rules.length > 1) {
      const half = Math.ceil(rules.length / 2);
      await this.find(rules.slice(0, half));
      await this.find(rules.slice(half));
    } else this.skipped += rules.length;
  }

  /** What a rule for any audit log guesses by words says nothing about an event that a rule of the product knows, at least as serious. */
  #condition(rule: DetectionRule): string {
    const condition = toSql(rule, this.source);
    const known = this.#own.filter(({ level }) => LEVELS.indexOf(level) >= LEVELS.indexOf(rule.level));
    if (rule.logsource.product !== 'any' || known.length === 0) return condition;
    return `(${condition}) AND NOT coalesce(${known.map((one) => `(${toSql(one, this.source)})`).join(' OR ')}, false)`;
  }

  async correlate(rule: CorrelationRule, of: DetectionRule[]): Promise<void> {
    const rows = await this.#query(correlationSql(rule, of, this.source));
    if (!rows) this.skipped += 1;
    for (const row of rows ?? []) {
      const [n, first, last] = row.slice(-3);
      this.#add(rule, [n, null, first, last, row.slice(0, -3).join('; '), null]);
    }
  }

  #add(rule: DetectionRule | CorrelationRule | undefined, [hits, refused, first, last, who, from]: unknown[]): void {
    if (rule && 'logsource' in rule && rule.logsource.product !== 'any') this.#own.push(rule);
    if (rule)
      this.rows.push([
        rule.level,
        rule.title,
        rule.techniques.join('; '),
        hits,
        refused,
        first,
        last,
        cutList(who),
        cutList(from),
      ]);
  }

  #where(): string {
    const { entity } = this.range;
    if (!entity) return '';
    const text = JSON.stringify(entity.toLowerCase()).slice(1, -1);
    return ` WHERE contains(lower(CAST(raw AS VARCHAR)), ${literal(text)})`;
  }

  /** Rows, or null when the query failed. */
  async #query(sql: string): Promise<unknown[][] | null> {
    const { from, to } = this.range;
    const result = await this.ask('query', { sql, from, to, limit: MOST_ROWS });
    if (!result.ok) {
      this.failure = result.text;
      return null;
    }
    const { rows, notes = [], truncated } = Table.parse(result.structured);
    for (const note of notes) if (!this.notes.includes(note)) this.notes.push(note);
    this.isCut ||= truncated === true;
    return rows;
  }
}

const MAX_CELL = 300;

/** A list of names cut between two of them, with how many are left out: half a name is cited and then stands in no log. */
function cutList(value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= MAX_CELL) return value;
  const names = value.split('; ');
  const last = value.lastIndexOf('; ', MAX_CELL);
  if (last < 0) return `${value.slice(0, MAX_CELL)}…`;
  const shown = value.slice(0, last).split('; ').length;
  return `${value.slice(0, last)}; and ${names.length - shown} more`;
}
