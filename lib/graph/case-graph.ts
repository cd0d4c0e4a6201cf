import { findEntities } from '../alerts/entities';
import type { Entity } from '../alerts/schema';
import { countOf, type EvidenceEvent, eventsOf } from '../checks/events';
import { EvidenceIndex } from '../checks/evidence-index';
import { personNames } from '../entities/person-names';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { type CaseGraph, GRAPH_KINDS, type GraphEdge, type GraphKind, type GraphNode } from './schema';

/** Of one kind; the busiest are kept. */
const MAX_NODES = 60;
const MAX_ROWS = 20_000;
const MAX_ACTIONS = 5;
const MAX_EVIDENCE = 12;
/** What an event may be about, the most telling first. */
const TARGETS: Entity['kind'][] = ['bucket', 'resource', 'instance', 'role', 'host', 'file', 'domain'];

type Parts = Partial<Record<GraphKind, string>>;
type Counted = Omit<GraphEdge, 'actions' | 'evidence'> & { actions: Map<string, number>; evidence: Set<number> };

/**
 * Who used which key from which address on what, as a case's evidence has it: each event joins those of the four that it names. Without
 * something it was done to, an event leads to what was done. An event that several queries returned counts once. Pure.
 */
export function caseGraph(records: readonly EvidenceRecord[]): CaseGraph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, Counted>();
  const seen = new Set<string>();
  const found = records
    .filter(({ status }) => status === 'ok')
    .flatMap((record) =>
      eventsOf(new EvidenceIndex(record)).map((event) => ({ event, parts: partsOf(event), number: record.number })),
    )
    .slice(0, MAX_ROWS);
  const nameOf = personNames(new Set(found.flatMap(({ parts }) => parts.actor ?? [])));
  for (const { event, parts, number } of found) {
    const ids = GRAPH_KINDS.flatMap((kind) => {
      const name = parts[kind];
      return name === undefined ? [] : [{ kind, name: kind === 'actor' ? nameOf(name) : name }];
    });
    const key = [event.times[0], event.actions[0], ...ids.map(({ name }) => name)].join('\n');
    if (ids.length < 2 || seen.has(key)) continue;
    seen.add(key);
    addEvent({ nodes, edges }, ids, event, number);
  }
  return trimmed([...nodes.values()], [...edges.values()]);
}

const idOf = ({ kind, name }: { kind: GraphKind; name: string }): string => `${kind}:${name}`;

function addEvent(
  { nodes, edges }: { nodes: Map<string, GraphNode>; edges: Map<string, Counted> },
  ids: { kind: GraphKind; name: string }[],
  event: EvidenceEvent,
  evidence: number,
): void {
  const count = Math.max(1, Math.round(countOf(event) ?? 1));
  const failures = event.outcome === 'failure' ? count : 0;
  for (const one of ids) {
    const node = nodes.get(idOf(one)) ?? { id: idOf(one), ...one, count: 0, failures: 0 };
    nodes.set(node.id, { ...node, count: node.count + count, failures: node.failures + failures });
  }
  for (const [index, to] of ids.entries()) {
    const from = ids[index - 1];
    if (!from) continue;
    const key = `${idOf(from)}\n${idOf(to)}`;
    const edge = edges.get(key) ?? {
      from: idOf(from),
      to: idOf(to),
      count: 0,
      failures: 0,
      first: null,
      last: null,
      actions: new Map<string, number>(),
      evidence: new Set<number>(),
    };
    edges.set(key, edge);
    edge.count += count;
    edge.failures += failures;
    edge.evidence.add(evidence);
    const action = actionOf(event);
    if (action) edge.actions.set(action, (edge.actions.get(action) ?? 0) + count);
    const [first, last] = [event.times[0], event.times.at(-1)];
    if (first !== undefined) edge.first = Math.min(edge.first ?? first, first);
    if (last !== undefined) edge.last = Math.max(edge.last ?? last, last);
  }
}

/** A column of times is called after events too. */
const actionOf = ({ actions }: EvidenceEvent): string | undefined =>
  actions.find((name) => name.trim() !== '' && !/^\d{4}-\d\d-\d\d/.test(name))?.slice(0, 120);

function partsOf(event: EvidenceEvent): Parts {
  const { columns, row, actors } = event;
  const cells = Object.fromEntries(columns.map((name, index) => [name, row.cells[index]]));
  const entities = findEntities(cells);
  const valueOfKind = (kind: Entity['kind']) => entities.find((one) => one.kind === kind)?.value.slice(0, 300);
  const actor = shortest(actors);
  const key = valueOfKind('access_key');
  const target = TARGETS.map(valueOfKind).find((value) => value && !actors.includes(value.toLowerCase()));
  const what = target ?? actionOf(event);
  const address = valueOfKind('ip');
  return {
    ...(actor ? { actor } : {}),
    ...(key ? { key } : {}),
    ...(address ? { address } : {}),
    ...(what ? { target: what } : {}),
  };
}

/** Of an ARN and its parts, the name that people use. */
const shortest = (names: string[]): string | undefined =>
  names.filter((name) => !name.startsWith('arn:')).at(-1) ?? names[0]?.split('/').at(-1);

function trimmed(nodes: GraphNode[], edges: Counted[]): CaseGraph {
  const busiest = [...nodes].sort((a, b) => b.count - a.count || a.id.localeCompare(b.id));
  const kept = GRAPH_KINDS.flatMap((kind) => busiest.filter((node) => node.kind === kind).slice(0, MAX_NODES));
  const ids = new Set(kept.map(({ id }) => id));
  return {
    nodes: kept,
    edges: edges
      .filter(({ from, to }) => ids.has(from) && ids.has(to))
      .sort((a, b) => b.count - a.count || a.from.localeCompare(b.from) || a.to.localeCompare(b.to))
      .map(({ actions, evidence, ...edge }) => ({
        ...edge,
        actions: [...actions]
          .sort((a, b) => b[1] - a[1])
          .slice(0, MAX_ACTIONS)
          .map(([name]) => name),
        evidence: [...evidence].sort((a, b) => a - b).slice(0, MAX_EVIDENCE),
      })),
    omitted: nodes.length - kept.length,
  };
}
