import type { Nodes, Root, TableRow } from 'mdast';

/** A copy in which each row has as many cells as the longest of its table: a row with too many shows all of its words. */
export function withEvenTables(root: Root): Root {
  const even = (node: Nodes): Nodes => {
    if (!('children' in node)) return node;
    const children = node.children.map(even);
    if (node.type !== 'table') return { ...node, children } as Nodes;
    const rows = children as TableRow[];
    const columns = rows.reduce((most, row) => Math.max(most, row.children.length), 1);
    return {
      ...node,
      align: Array.from({ length: columns }, (_, index) => node.align?.[index] ?? null),
      children: rows.map((row) => ({
        ...row,
        children: Array.from({ length: columns }, (_, at) => row.children[at] ?? { type: 'tableCell', children: [] }),
      })),
    };
  };
  return even(root) as Root;
}
