import { findEntities } from '../alerts/entities';
import type { Entity, EntityKind } from '../alerts/schema';
import { pool } from '../db/client';
import { listedSources } from '../evidence/coverage';
import { asksSource, namesSource } from '../evidence/source-calls';
import { parseReport } from '../report/report';

/** What one entity was asked of one source: by name, only seen in an answer, or not at all. */
type Pivot = { state: 'asked' | 'seen' | 'open'; evidence: number[] };
export type Pivots = { sources: string[]; rows: { kind: EntityKind; value: string; cells: Pivot[] }[] };

/** Kinds that are followed from source to source, those that say most first. */
const KINDS: EntityKind[] = [
  'access_key',
  'user',
  'email',
  'ip',
  'role',
  'arn',
  'host',
  'instance',
  'domain',
  'hash',
  'bucket',
];
const MAX_ENTITIES = 40;
const MAX_SOURCES = 20;
const MAX_CITED = 4;

/**
 * Each entity of the alerts and of the report with each log source: whether a query named it. What is open was not looked at, whatever
 * the report says.
 */
export async function readPivots(
  investigationId: string,
  { entities, markdown }: { entities: Entity[]; markdown: string },
): Promise<Pivots> {
  const listed = (await listedSources(investigationId)).slice(0, MAX_SOURCES);
  const followed = pivotalEntities([...entities, ...findEntities(parseReport(markdown).body.slice(0, 200_000))]);
  if (listed.length === 0 || followed.length === 0) return { sources: listed.map(({ source }) => source), rows: [] };
  const { rows: calls } = await pool().query<{
    number: number;
    tool: string;
    server: string;
    args: unknown;
    held: string[];
  }>(
    `SELECT e.number, e.tool, e.server, e.args,
       ARRAY(SELECT value FROM unnest($2::text[]) AS value WHERE position(lower(value) IN lower(e.result::text)) > 0) AS held
     FROM evidence e WHERE e.investigation_id = $1 AND e.status = 'ok' ORDER BY e.number`,
    [investigationId, followed.map(({ value }) => value)],
  );
  const queries = calls.filter(({ tool }) => asksSource(tool));
  return {
    sources: listed.map(({ source }) => source),
    rows: followed.map(({ kind, value }) => ({
      kind,
      value,
      cells: listed.map(({ source }) => {
        const own = queries.filter(({ args }) => namesSource(args, source));
        const asked = own.filter(({ args }) => isNamed(args, value));
        const seen = own.filter(({ held }) => held.includes(value));
        const [state, from]: [Pivot['state'], typeof own] =
          asked.length > 0 ? ['asked', asked] : seen.length > 0 ? ['seen', seen] : ['open', []];
        return { state, evidence: from.slice(0, MAX_CITED).map(({ number }) => number) };
      }),
    })),
  };
}

/** Pivots as the model reads them: one line an entity, one column a source. */
export function pivotsText({ sources, rows }: Pivots): string {
  if (sources.length === 0) return 'No log source is listed in this case: call list_sources first, or name the gap.';
  if (rows.length === 0) return 'The case names no entity that can be followed.';
  const open = rows.flatMap(({ cells }) => cells).filter(({ state }) => state === 'open').length;
  const word = ({ state, evidence }: Pivot) =>
    state === 'open' ? 'NOT ASKED' : `${state} ${evidence.map((number) => `E${number}`).join(' ')}`;
  return [
    `${open} of ${rows.length * sources.length} not asked. asked: a query of the source names it; seen: it only stands in an answer.`,
    ['entity', ...sources].join(','),
    ...rows.map(({ kind, value, cells }) => [`${kind} ${value}`, ...cells.map(word)].join(',')),
  ].join('\n');
}

function pivotalEntities(entities: Entity[]): Entity[] {
  const rank = ({ kind }: Entity) => KINDS.indexOf(kind);
  const found = new Map<string, Entity>();
  for (const entity of entities) {
    const isNetwork = entity.kind === 'ip' && /^(?:0\.0\.0\.0|::)(?:\/0)?$/.test(entity.value);
    if (rank(entity) >= 0 && !isNetwork && !found.has(entity.value.toLowerCase()))
      found.set(entity.value.toLowerCase(), entity);
  }
  return [...found.values()].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_ENTITIES);
}

/** A query names an entity by its value, an ARN by its last part, an address by what stands before the @. */
function isNamed(args: unknown, value: string): boolean {
  const text = (JSON.stringify(args) ?? '').toLowerCase();
  const name = value.startsWith('arn:') ? (value.split(/[/:]/).at(-1) ?? value) : value;
  const local = /^([^@\s]{5,})@/.exec(value)?.[1];
  return [value, name.length > 2 ? name : value, local ?? value].some((one) => text.includes(one.toLowerCase()));
}
