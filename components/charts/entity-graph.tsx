'use client';
import { type ReactNode, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Scrollable } from '@/components/ui/scrollable';
import { Unseen } from '@/components/ui/unseen';
import { useWidth } from '@/components/ui/use-width';
import type { CaseGraph, GraphKind } from '@/lib/graph/schema';
import { ConnectionTable } from './connection-table';
import { COLUMN, type Column, type GraphLayout, layOutGraph, NODE, type Placed } from './graph-layout';

type EntityGraphProps = {
  graph: CaseGraph;
  /** Opens an evidence record. */
  onEvidence: (number: number) => void;
  /** At the end of its buttons. */
  action?: ReactNode;
  /** As tall as it gets, instead of with a scroll bar of its own. */
  tall?: boolean;
};

/** Who used which key from which address on what: a column for each. Choosing one shows what it is connected with; the table says the same. */
export function EntityGraph({ graph, onEvidence, action, tall = false }: EntityGraphProps) {
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
        {action}
      </figcaption>
      {asTable ? (
        <ConnectionTable graph={graph} edges={graph.edges} onEvidence={onEvidence} />
      ) : (
        <>
          <Scrollable label="Entity graph" className={cx('p-2', !tall && 'max-h-[32rem]')}>
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
          {chosen !== null && <ConnectionTable graph={graph} edges={near} onEvidence={onEvidence} />}
        </>
      )}
      <p className="px-2 pb-1.5 text-ink-3">
        {asTable
          ? 'From evidence of this case.'
          : 'Point at a node to see its connections; select it to list them with their evidence. Dashed: some failed.'}
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
  const { columns, nodes, edges, width, height } = layout;
  const [pointed, setPointed] = useState<string | null>(null);
  const active = pointed ?? chosen;
  const touched = new Set(
    edges.filter(({ from, to }) => from === active || to === active).flatMap(({ from, to }) => [from, to]),
  );
  return (
    <div className="relative" style={{ width, height }}>
      <Lines layout={layout} active={active} />
      {columns.map((column) => (
        <ul key={column.kind} aria-label={COLUMN[column.kind]}>
          <li
            aria-hidden
            className="absolute top-0 font-medium text-ink-2"
            style={{ left: column.x, width: layout.columnWidth }}
          >
            {COLUMN[column.kind]}
          </li>
          {nodes
            .filter((node) => node.kind === column.kind)
            .map((node) => (
              <Node
                key={node.id}
                node={node}
                width={layout.columnWidth}
                chosen={node.id === chosen}
                dim={active !== null && node.id !== active && !touched.has(node.id)}
                onChoose={onChoose}
                onPoint={setPointed}
              />
            ))}
          <Fold column={column} layout={layout} unfolded={unfolded} onFold={onFold} />
        </ul>
      ))}
    </div>
  );
}

function Lines({ layout: { edges, width, height }, active }: { layout: GraphLayout; active: string | null }) {
  return (
    <svg aria-hidden width={width} height={height} className="absolute inset-0">
      {edges.map((edge) => {
        const on = edge.from === active || edge.to === active;
        return (
          <path
            key={`${edge.from}\n${edge.to}`}
            d={edge.path}
            fill="none"
            stroke={on ? 'var(--accent)' : 'var(--line-strong)'}
            strokeWidth={edge.thickness}
            {...(edge.failures > 0 ? { strokeDasharray: '5 3' } : {})}
            opacity={on ? 0.9 : active === null ? 0.45 : 0.08}
          />
        );
      })}
    </svg>
  );
}

type NodeProps = {
  node: Placed;
  width: number;
  chosen: boolean;
  dim: boolean;
  onChoose: (id: string) => void;
  onPoint: (id: string | null) => void;
};

function Node({ node: { id, name, count, failures, x, y }, width, chosen, dim, onChoose, onPoint }: NodeProps) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        title={name}
        onClick={() => onChoose(id)}
        onPointerEnter={({ pointerType }) => pointerType === 'mouse' && onPoint(id)}
        onPointerLeave={() => onPoint(null)}
        className={cx(
          'absolute flex flex-col justify-center rounded-md border bg-raised px-1.5 text-left leading-4 hover:bg-hover',
          chosen ? 'border-accent bg-selected' : 'border-line-strong',
          dim && 'text-ink-3',
        )}
        style={{ left: x, top: y, width, height: NODE }}
      >
        <span className="w-full truncate">
          <Unseen text={name} />
        </span>
        <span className="w-full truncate text-2xs text-ink-3 tabular-nums">
          {events(count)}
          {failures > 0 && <span className="text-high"> · {failures.toLocaleString('en')} failed</span>}
        </span>
      </button>
    </li>
  );
}

type FoldProps = Pick<PictureProps, 'layout' | 'unfolded' | 'onFold'> & { column: Column };

function Fold({ column: { kind, x, more }, layout, unfolded, onFold }: FoldProps) {
  if (more <= 0) return null;
  return (
    <li>
      <button
        type="button"
        aria-expanded={unfolded.has(kind)}
        onClick={() => onFold(kind)}
        className="absolute h-7 rounded-md px-1.5 text-accent hover:underline"
        style={{ left: x, top: layout.height - 34, width: layout.columnWidth }}
      >
        {unfolded.has(kind) ? 'Show fewer' : `Show ${more} more`}
      </button>
    </li>
  );
}

const events = (count: number): string => (count === 1 ? '1 event' : `${count.toLocaleString('en')} events`);
