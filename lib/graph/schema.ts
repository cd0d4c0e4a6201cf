import { z } from 'zod';

/** The columns of the graph, in the order they are drawn: who, with which key, from where, on what. */
export const GRAPH_KINDS = ['actor', 'key', 'address', 'target'] as const;
export const GraphKind = z.enum(GRAPH_KINDS);
export type GraphKind = z.infer<typeof GraphKind>;

/** `count`: events that it took part in, `failures`: those of them that failed. */
export const GraphNode = z.object({
  id: z.string(),
  kind: GraphKind,
  name: z.string(),
  count: z.number(),
  failures: z.number(),
});
export type GraphNode = z.infer<typeof GraphNode>;

/** Two that took part in the same events. Times in ms since 1970, null where the evidence has none. */
export const GraphEdge = z.object({
  from: z.string(),
  to: z.string(),
  count: z.number(),
  failures: z.number(),
  /** What was done most, at most five. */
  actions: z.array(z.string()),
  evidence: z.array(z.number()),
  first: z.number().nullable(),
  last: z.number().nullable(),
});
export type GraphEdge = z.infer<typeof GraphEdge>;

/** Busiest first. `omitted`: nodes that did not fit, with their edges. */
export const CaseGraph = z.object({ nodes: z.array(GraphNode), edges: z.array(GraphEdge), omitted: z.number() });
export type CaseGraph = z.infer<typeof CaseGraph>;
