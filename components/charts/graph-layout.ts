import { type CaseGraph, GRAPH_KINDS, type GraphEdge, type GraphKind, type GraphNode } from '@/lib/graph/schema';

/** Nodes of a column before it is unfolded. */
const FOLDED = 8;
/** Pixels: of a node with the room below it, of the head of a column, between columns. */
const ROW = 48;
export const NODE = 40;
const HEAD = 24;
const GAP = 44;
const MIN_COLUMN = 112;

export const COLUMN: Record<GraphKind, string> = {
  actor: 'Who',
  key: 'Key',
  address: 'Address',
  target: 'Target or action',
};

export type Placed = GraphNode & { x: number; y: number };
export type Column = { kind: GraphKind; x: number; more: number };
export type GraphLayout = {
  columns: Column[];
  nodes: Placed[];
  /** With the path that is drawn for it, as SVG writes one, and its width in pixels. */
  edges: (GraphEdge & { path: string; thickness: number })[];
  columnWidth: number;
  width: number;
  height: number;
};

/**
 * Places the nodes in a column for each kind: the busiest first in the first column, in the others near what they are joined with, so that
 * few lines cross. Of a folded column only the busiest eight. Pure.
 */
export function layOutGraph(graph: CaseGraph, room: number, unfolded: ReadonlySet<GraphKind>): GraphLayout {
  const kinds = GRAPH_KINDS.filter((kind) => graph.nodes.some((node) => node.kind === kind));
  const gaps = GAP * Math.max(0, kinds.length - 1);
  const columnWidth = Math.max(MIN_COLUMN, Math.floor((room - gaps) / Math.max(1, kinds.length)));
  const nodes: Placed[] = [];
  const columns = kinds.map((kind, index): Column => {
    const all = graph.nodes.filter((node) => node.kind === kind);
    const busiest = unfolded.has(kind) ? all : all.slice(0, FOLDED);
    const shown = index === 0 ? busiest : nearest(busiest, nodes, graph.edges);
    const x = index * (columnWidth + GAP);
    nodes.push(...shown.map((node, row) => ({ ...node, x, y: HEAD + row * ROW })));
    return { kind, x, more: all.length - FOLDED };
  });
  const places = new Map(nodes.map((node) => [node.id, node]));
  const most = Math.max(1, ...graph.edges.map(({ count }) => count));
  const edges = graph.edges.flatMap((edge) => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (!from || !to) return [];
    const [x1, y1, x2, y2] = [from.x + columnWidth, from.y + NODE / 2, to.x, to.y + NODE / 2];
    const bend = Math.max(20, (x2 - x1) / 2);
    const thickness = 1 + 4 * (Math.log2(edge.count + 1) / Math.log2(most + 1));
    return [{ ...edge, path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, thickness }];
  });
  const rows = (kind: GraphKind) => nodes.filter((node) => node.kind === kind).length;
  // One row more for the button that unfolds a column.
  const tallest = Math.max(0, ...columns.map(({ kind, more }) => rows(kind) + (more > 0 ? 1 : 0)));
  return {
    columns,
    nodes,
    edges,
    columnWidth,
    width: columns.length * columnWidth + gaps,
    height: HEAD + tallest * ROW,
  };
}

/** By the middle of the placed nodes that each is joined with, by how much; what is joined with none goes last. */
function nearest(column: GraphNode[], placed: Placed[], edges: GraphEdge[]): GraphNode[] {
  const heights = new Map(placed.map(({ id, y }) => [id, y]));
  const middle = (id: string): number => {
    let [sum, weight] = [0, 0];
    for (const { from, to, count } of edges) {
      const y = to === id ? heights.get(from) : undefined;
      if (y === undefined) continue;
      sum += y * count;
      weight += count;
    }
    return weight === 0 ? Number.POSITIVE_INFINITY : sum / weight;
  };
  const middles = new Map(column.map(({ id }) => [id, middle(id)]));
  const of = ({ id }: GraphNode): number => middles.get(id) ?? 0;
  // Infinity minus itself is no number: those keep their order.
  return [...column].sort((a, b) => (of(a) === of(b) ? 0 : of(a) - of(b)));
}
