import { expect, it } from 'vitest';
import type { CaseGraph, GraphKind } from '@/lib/graph/schema';
import { layOutGraph, NODE } from './graph-layout';

const node = (kind: GraphKind, name: string, count: number) => ({
  id: `${kind}:${name}`,
  kind,
  name,
  count,
  failures: 0,
});
const edge = (from: string, to: string, count = 1) => ({
  from,
  to,
  count,
  failures: 0,
  first: null,
  last: null,
  actions: [],
  evidence: [],
});

it('places a column near what it is joined with, and what is joined with nothing last', () => {
  const graph: CaseGraph = {
    nodes: [
      ...['a', 'b', 'c'].map((name, index) => node('actor', name, 9 - index)),
      ...['alone', 'of c', 'of b', 'of a'].map((name, index) => node('address', name, 9 - index)),
    ],
    edges: ['a', 'b', 'c'].map((name) => edge(`actor:${name}`, `address:of ${name}`)),
    omitted: 0,
  };
  const { nodes } = layOutGraph(graph, 800, new Set());
  const column = (kind: GraphKind) =>
    nodes
      .filter((one) => one.kind === kind)
      .sort((x, y) => x.y - y.y)
      .map(({ name }) => name);
  expect(column('actor')).toEqual(['a', 'b', 'c']);
  expect(column('address')).toEqual(['of a', 'of b', 'of c', 'alone']);
});

it('has room for 60 entities without one over another, and folds a column to its busiest eight', () => {
  const graph: CaseGraph = {
    nodes: (['actor', 'address', 'target'] as const).flatMap((kind) =>
      Array.from({ length: 20 }, (_, index) => node(kind, String(index), 100 - index)),
    ),
    edges: Array.from({ length: 20 }, (_, index) => edge(`actor:${index}`, `address:${(index * 7) % 20}`)),
    omitted: 0,
  };
  const folded = layOutGraph(graph, 700, new Set());
  expect(folded.columns.map(({ more }) => more)).toEqual([12, 12, 12]);
  expect(folded.nodes.filter(({ kind }) => kind === 'address').map(({ count }) => count)).toContain(93);
  expect(folded.nodes.filter(({ kind }) => kind === 'address').every(({ count }) => count > 92)).toBe(true);

  const { nodes, height } = layOutGraph(graph, 700, new Set(['actor', 'address', 'target']));
  expect(nodes).toHaveLength(60);
  for (const one of nodes) {
    expect(one.y + NODE).toBeLessThanOrEqual(height);
    const under = nodes.filter((other) => other !== one && other.x === one.x && Math.abs(other.y - one.y) < NODE);
    expect(under).toEqual([]);
  }
});
