'use client';
import { Fragment, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Scrollable } from '@/components/ui/scrollable';
import { ShowMore } from '@/components/ui/show-more';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Unseen } from '@/components/ui/unseen';
import { useWidth } from '@/components/ui/use-width';
import type { CaseGraph, GraphEdge, GraphKind } from '@/lib/graph/schema';
import { formatUtc } from '@/lib/time/time';
import { type GraphLayout, layOutGraph } from './graph-layout';

const COLUMN: Record<GraphKind, string> = { actor: 'Who', key: 'Key', address: 'Address', target: 'Target or action' };

type EntityGraphProps = {
  graph: CaseGraph;
  /** Opens an evidence record. */
  onEvidence: (number: number) => void;
};

/** Who used which key from which address on what: a column for each. Choosing one shows what it is connected with; the table says the same. */
export function EntityGraph({ graph, onEvidence }: EntityGraphProps) {
  const [asTable, setAsTable] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<GraphKind>>(new Set());
  const { ref, width } = useWidth();
  const layout = useMemo(() => layOutGraph(graph, width, unfolded), [graph, width, unfolded]);
  const fold = (kind: GraphKind) =>
    setUnfolded((before) => {
      const next = new Set(before);
      if (!next.delete(kind)) next.add(kind);
      return next;
    });
  const near = graph.edges.filter(({ from, to }) => from === chosen || to === chosen);
  return (
    <figure aria-label="Entity graph of the case" className="rounded-lg border border-line bg-surface text-xs">
      <figcaption className="flex flex-wrap items-center gap-1.5 border-line border-b px-2 py-1.5">
        <span className="mr-auto font-medium text-sm">
          Who used which key from which address on what
          {graph.omitted > 0 && ` (${graph.omitted.toLocaleString('en')} less active ones left out)`}
        </span>
        <Button size="sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show graph' : 'Show table'}
        </Button>
      </figcaption>
      {asTable ? (
        <EdgeTable graph={graph} edges={graph.edges} onEvidence={onEvidence} />
      ) : (
        <>
          <Scrollable label="Entity graph" className="max-h-[32rem] p-2">
            <div ref={ref}>
              {width > 0 && (
                <Picture
                  layout={layout}
                  chosen={chosen}
                  unfolded={unfolded}
                  onChoose={(id) => setChosen(id === chosen ? null : id)}
                  onFold={fold}
                />
              )}
            </div>
          </Scrollable>
          {chosen !== null && <EdgeTable graph={graph} edges={near} onEvidence={onEvidence} />}
        </>
      )}
      <p className="px-2 pb-1.5 text-ink-3">
        {asTable ? 'From evidence of this case.' : 'Choose one to see what it is connected with. Dashed: some failed.'}
      </p>
    </figure>
  );
}

type PictureProps = {
  layout: GraphLayout;
  chosen: string | null;
  unfolded: ReadonlySet<GraphKind>;
  onChoose: (id: string) => void;
  onFold: (kind: GraphKind) => void;
};

/** Nodes are buttons, so the keyboard reaches them; the lines between them lie behind. */
function Picture({ layout, chosen, unfolded, onChoose, onFold }: PictureProps) {
  const { columns, nodes, edges, columnWidth, width, height } = layout;
  const touched = new Set(
    edges.filter(({ from, to }) => from === chosen || to === chosen).flatMap(({ from, to }) => [from, to]),
  );
  const dim = (id: string) => chosen !== null && id !== chosen && !touched.has(id);
  return (
    <div className="relative" style={{ width, height }}>
      <svg aria-hidden width={width} height={height} className="absolute inset-0">
        {edges.map((edge) => {
          const on = edge.from === chosen || edge.to === chosen;
          return (
            <path
              key={`${edge.from}\n${edge.to}`}
              d={edge.path}
              fill="none"
              stroke={on ? 'var(--accent)' : 'var(--line-strong)'}
              strokeWidth={edge.thickness}
              {...(edge.failures > 0 ? { strokeDasharray: '5 3' } : {})}
              opacity={on ? 0.9 : chosen === null ? 0.55 : 0.2}
            />
          );
        })}
      </svg>
      {columns.map(({ kind, x, more }) => (
        <Fragment key={kind}>
          <p aria-hidden className="absolute top-0 font-medium text-ink-2" style={{ left: x, width: columnWidth }}>
            {COLUMN[kind]}
          </p>
          <ul aria-label={COLUMN[kind]}>
            {nodes
              .filter((node) => node.kind === kind)
              .map(({ id, name, count, failures, y }) => (
                <li key={id}>
                  <button
                    type="button"
                    aria-pressed={id === chosen}
                    title={`${name}: ${events(count)}${failures > 0 ? `, ${failures} failed` : ''}`}
                    onClick={() => onChoose(id)}
                    className={cx(
                      'absolute flex h-7 items-center gap-1.5 rounded-md border bg-raised px-1.5 text-left hover:bg-hover',
                      id === chosen ? 'border-accent bg-selected' : 'border-line-strong',
                      dim(id) && 'text-ink-3',
                    )}
                    style={{ left: x, top: y, width: columnWidth }}
                  >
                    <span className="min-w-0 flex-1 truncate">
                      <Unseen text={name} />
                    </span>
                    <span className="shrink-0 text-ink-3 tabular-nums">{count}</span>
                  </button>
                </li>
              ))}
            {more > 0 && (
              <li>
                <button
                  type="button"
                  aria-expanded={unfolded.has(kind)}
                  onClick={() => onFold(kind)}
                  className="absolute h-7 rounded-md px-1.5 text-accent hover:underline"
                  style={{ left: x, top: height - 34, width: columnWidth }}
                >
                  {unfolded.has(kind) ? 'Show fewer' : `Show ${more} more`}
                </button>
              </li>
            )}
          </ul>
        </Fragment>
      ))}
    </div>
  );
}

const events = (count: number): string => (count === 1 ? '1 event' : `${count.toLocaleString('en')} events`);

const PAGE = 100;

type EdgeTableProps = { graph: CaseGraph; edges: GraphEdge[]; onEvidence: (number: number) => void };

/** The connections as rows. */
function EdgeTable({ graph, edges, onEvidence }: EdgeTableProps) {
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
