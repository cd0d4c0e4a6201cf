'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Scrollable } from '@/components/ui/scrollable';
import { ShowMore } from '@/components/ui/show-more';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Unseen } from '@/components/ui/unseen';
import type { CaseGraph, GraphEdge } from '@/lib/graph/schema';
import { formatUtc } from '@/lib/time/time';
import { COLUMN } from './graph-layout';

const PAGE = 100;

type ConnectionTableProps = { graph: CaseGraph; edges: GraphEdge[]; onEvidence: (number: number) => void };

/** The connections as rows. */
export function ConnectionTable({ graph, edges, onEvidence }: ConnectionTableProps) {
  const [shown, setShown] = useState(PAGE);
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const named = (id: string) => {
    const node = nodes.get(id);
    return node ? (
      <>
        <span className="text-ink-3">{COLUMN[node.kind]}</span> <Unseen text={node.name} />
      </>
    ) : null;
  };
  return (
    <Scrollable label="Connections" className="max-h-96">
      <Table aria-label="Connections">
        <TableHead>
          <tr>
            {['From', 'To', 'Events', 'Failed', 'Actions', 'First (UTC)', 'Last (UTC)', 'Evidence'].map((name) => (
              <HeaderCell key={name}>{name}</HeaderCell>
            ))}
          </tr>
        </TableHead>
        <tbody>
          {edges.slice(0, shown).map((edge) => (
            <TableRow key={`${edge.from}\n${edge.to}`} className="text-xs">
              <Cell>{named(edge.from)}</Cell>
              <Cell>{named(edge.to)}</Cell>
              <Cell className="tabular-nums">{edge.count}</Cell>
              <Cell className="tabular-nums">{edge.failures}</Cell>
              <Cell>
                <Unseen text={edge.actions.join(', ')} />
              </Cell>
              <Cell className="whitespace-nowrap font-mono">
                {edge.first === null ? '' : formatUtc(new Date(edge.first))}
              </Cell>
              <Cell className="whitespace-nowrap font-mono">
                {edge.last === null ? '' : formatUtc(new Date(edge.last))}
              </Cell>
              <Cell>
                {edge.evidence.map((number) => (
                  <Button key={number} size="sm" variant="quiet" onClick={() => onEvidence(number)}>
                    E{number}
                  </Button>
                ))}
              </Cell>
            </TableRow>
          ))}
        </tbody>
      </Table>
      <ShowMore total={edges.length} shown={shown} page={PAGE} onShow={setShown} />
    </Scrollable>
  );
}
