import { z } from 'zod';
import { AppError } from '../../errors/app-error';
import { allowedFunctions, isAllowedFunction } from './allowed-functions';
import { nearest } from './sql-text';

const MAX_SQL = 60_000;

const Parsed = z.union([
  z.object({ error: z.literal(true), error_type: z.string().optional(), error_message: z.string() }),
  z.object({ error: z.literal(false), statements: z.array(z.object({ node: z.record(z.string(), z.unknown()) })) }),
]);

/** What a node of DuckDB's tree may be. Anything not named here is refused, whatever a later version adds. */
const QUERY_NODES = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'CTE_NODE']);
const TABLE_REFS = new Set(['BASE_TABLE', 'JOIN', 'SUBQUERY', 'TABLE_FUNCTION', 'EMPTY', 'EXPRESSION_LIST', 'PIVOT']);
const TABLE_FUNCTIONS = new Set(['unnest', 'json_each', 'json_tree']);
const EXPRESSIONS = new Set(
  'CONSTANT COLUMN_REF FUNCTION OPERATOR COMPARISON CONJUNCTION CAST CASE BETWEEN SUBQUERY STAR WINDOW LAMBDA LAMBDA_REF COLLATE AGGREGATE POSITIONAL_REFERENCE TYPE'.split(
    ' ',
  ),
);

export type CheckedSql = { sources: string[] };

/**
 * Decides by DuckDB's own parse tree whether the text is one SELECT over known sources with harmless functions.
 * @param parse gives DuckDB's json_serialize_sql of a text.
 * @param whySkipped says why there is no source of a name, when its file was skipped.
 * @throws AppError that tells a language model what to do instead.
 */
export async function checkSql(
  sql: string,
  sources: string[],
  parse: (sql: string) => Promise<unknown>,
  whySkipped: (name: string) => string | undefined = () => undefined,
): Promise<CheckedSql> {
  if (sql.length > MAX_SQL) throw refused(`The SQL is longer than ${MAX_SQL} characters.`);
  if (sql.includes('\0')) throw refused('The SQL contains a NUL character.');
  const parsed = Parsed.parse(await parse(sql));
  if (parsed.error) {
    if (/only select/i.test(parsed.error_message))
      throw refused(
        'Only one SELECT (or WITH … SELECT) is allowed; nothing can be changed, set, attached, copied or described.',
      );
    throw refused(`The SQL could not be parsed: ${firstLines(parsed.error_message)}${aliasHint(parsed.error_message)}`);
  }
  if (parsed.statements.length !== 1)
    throw refused(`Send exactly one SELECT; this text has ${parsed.statements.length} statements.`);
  const checker = new Checker(sources, whySkipped);
  checker.query(parsed.statements[0]?.node);
  return { sources: [...checker.used] };
}

type Node = Record<string, unknown>;

class Checker {
  readonly used = new Set<string>();
  readonly #sources: Map<string, string>;
  /** Names of WITH queries anywhere in the text. A source of the same name would be ambiguous: refused. */
  readonly #ctes = new Set<string>();

  readonly #whySkipped: (name: string) => string | undefined;

  constructor(sources: string[], whySkipped: (name: string) => string | undefined) {
    this.#whySkipped = whySkipped;
    this.#sources = new Map(sources.map((name) => [name.toLowerCase(), name]));
  }

  query(node: unknown): void {
    this.#collectCtes(node);
    for (const name of this.#ctes) {
      // Outside its scope such a name would be looked up as a file or a system view.
      if (!/^[a-z_][a-z0-9_]*$/.test(name) || /^(duckdb|pg|sqlite|pragma)_/.test(name)) {
        throw refused(
          `Give the WITH query ${name} a plain name: letters, digits and _, not starting with duckdb_, pg_ or sqlite_.`,
        );
      }
      if (this.#sources.has(name))
        throw refused(`A WITH query can't have the name of a source (${name}). Give it another name.`);
    }
    this.#visit(node);
  }

  #collectCtes(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.#collectCtes(item);
    else if (isNode(value)) {
      const map = isNode(value.cte_map) ? value.cte_map.map : undefined;
      if (Array.isArray(map))
        for (const entry of map) if (isNode(entry)) this.#ctes.add(String(entry.key).toLowerCase());
      if (typeof value.cte_name === 'string') this.#ctes.add(value.cte_name.toLowerCase());
      for (const inner of Object.values(value)) this.#collectCtes(inner);
    }
  }

  /** Every object of the tree that has a class or a type is judged by it; all others are only walked through. */
  #visit(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#visit(item);
      return;
    }
    if (!isNode(value)) return;
    if (value.class !== undefined) this.#expression(value);
    else if (typeof value.type === 'string') this.#typed(value, value.type);
    if (value.class === 'CONSTANT') return; // its value holds a type and data, no more tree
    for (const inner of Object.values(value)) this.#visit(inner);
  }

  #expression(node: Node): void {
    const kind = String(node.class);
    if (!EXPRESSIONS.has(kind)) throw refused(`This kind of expression isn't allowed (${kind.toLowerCase()}).`);
    if (node.function_name === undefined) return;
    const name = String(node.function_name);
    const foreign = [node.schema, node.catalog].some(
      (place) => place && !['main', 'system', 'pg_catalog'].includes(String(place)),
    );
    if (foreign || !(isAllowedFunction(name) || TABLE_FUNCTIONS.has(name.toLowerCase()))) {
      const like = nearest(name, allowedFunctions(), 4);
      throw refused(
        `The function ${name} isn't allowed here.${like.length ? ` Near it: ${like.join(', ')}.` : ''} Allowed are pure functions on text, numbers, times, JSON and lists, aggregates and window functions.`,
      );
    }
  }

  #typed(node: Node, type: string): void {
    if (type.endsWith('_NODE')) {
      if (type === 'RECURSIVE_CTE_NODE') throw refused('Recursive queries are not available.');
      if (!QUERY_NODES.has(type)) throw refused(`This kind of query isn't allowed (${type}).`);
    } else if ('table_name' in node && type === 'BASE_TABLE') this.#table(node);
    else if (type === 'SHOW_REF')
      throw refused(
        'DESCRIBE, SHOW and SUMMARIZE are not available in SQL. Use the tools list_sources and describe_source.',
      );
    else if ('sample' in node && 'query_location' in node && !TABLE_REFS.has(type))
      throw refused(`This kind of table isn't allowed (${type.toLowerCase()}).`);
    else if (type === 'TABLE_FUNCTION') this.#tableFunction(node);
  }

  #table(node: Node): void {
    const name = String(node.table_name);
    if (node.schema_name || node.catalog_name) {
      throw refused(
        `Write the source's name alone: ${[node.catalog_name, node.schema_name, name].filter(Boolean).join('.')} isn't a source. ${this.#list()}`,
      );
    }
    if (node.at_clause) throw refused('AT is not available.');
    const lower = name.toLowerCase();
    if (this.#ctes.has(lower)) return;
    const source = this.#sources.get(lower);
    if (!source) throw unknownSource(name, [...this.#sources.values()], this.#whySkipped(name));
    this.used.add(source);
  }

  #tableFunction(node: Node): void {
    const call = isNode(node.function) ? node.function : {};
    const name = String(call.function_name ?? '').toLowerCase();
    if (!TABLE_FUNCTIONS.has(name)) {
      throw refused(
        `The table function ${name || '?'} isn't allowed: SQL can read the sources only, no files, settings or generated rows. ${this.#list()}`,
      );
    }
  }

  #list(): string {
    return `Sources: ${[...this.#sources.values()].join(', ') || 'none'}.`;
  }
}

/** @param skipped why the file of that name is no source. */
export function unknownSource(name: string, sources: string[], skipped?: string): AppError {
  const reason = skipped ?? (sources.length ? '' : 'no log files were found');
  const list = sources.length ? ` Sources: ${sources.join(', ')}.` : '';
  return refused(`There is no source named ${name}${reason ? `: ${reason}` : ''}.${list}`);
}

function refused(message: string): AppError {
  return new AppError('bad_request', message);
}

/** `min(_time) first`: DuckDB takes most keywords for an alias only after AS, and doesn't say so. */
function aliasHint(message: unknown): string {
  const word = /syntax error at or near "(\w+)"/.exec(String(message))?.[1];
  return word ? `\nIf ${word} is an alias, write AS ${word}; if it is a column, "${word}".` : '';
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 6).join('\n').slice(0, 600);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
