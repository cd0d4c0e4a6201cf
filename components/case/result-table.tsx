'use client';
import { ArrowDown, ArrowUp, Copy, Maximize2 } from 'lucide-react';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { copyText } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Scrollable } from '@/components/ui/scrollable';
import { Spinner } from '@/components/ui/spinner';
import { cellText } from './format';
import { arranged, type Sort, toCsv } from './result-rows';

/** Rows on a page; more than one answer of the server holds are fetched when they are needed, up to a limit. */
const SHOWN = 50;
const MAX_ROWS = 10_000;
const SHOWN_CHARS = 80;

type ResultTableProps = {
  investigationId: string;
  number: number;
  revealed: boolean;
  columns: string[];
  total: number;
  /** The rows that came with the record. */
  first: unknown[][];
};

/** A result with sorting, a filter, a copy as CSV, and the whole screen. */
export function ResultTable(props: ResultTableProps) {
  const { number, columns, total } = props;
  const { rows, all, loading, problem } = useRows(props);
  const [sort, setSort] = useState<Sort>(null);
  const [filter, setFilter] = useState('');
  const [page, setPage] = useState(0);
  const [large, setLarge] = useState(false);
  const wanted = useDeferredValue(filter);
  const found = useMemo(() => arranged(rows, wanted, sort), [rows, wanted, sort]);
  const needsAll = (then: () => void) => {
    then();
    setPage(0);
    void all();
  };
  const count = wanted.trim() === '' ? total : found.length;
  const from = page * SHOWN;
  const turn = (to: number) => {
    setPage(to);
    if ((to + 1) * SHOWN > rows.length) void all();
  };
  const copy = async () => {
    const every = await all();
    if (await copyText(toCsv(columns, arranged(every, filter, sort)))) announce('Copied as CSV.');
  };
  const body = (
    <>
      <Tools
        number={number}
        filter={filter}
        loading={loading}
        onFilter={(text) => needsAll(() => setFilter(text))}
        onCopy={() => void copy()}
        onEnlarge={large ? null : () => setLarge(true)}
      />
      <Problem>{problem}</Problem>
      <Rows
        number={number}
        columns={columns}
        rows={found.slice(from, from + SHOWN)}
        sort={sort}
        large={large}
        onSort={(next) => needsAll(() => setSort(next))}
      />
      <p className="mt-1 flex flex-wrap items-center gap-2 text-ink-3">
        {count === 0 ? 'No rows match the filter' : `Rows ${from + 1}–${Math.min(from + SHOWN, count)} of ${count}`}
        {total > MAX_ROWS && (filter !== '' || sort !== null) && `, of the first ${MAX_ROWS.toLocaleString('en')}`}
        {count > SHOWN && <Pages page={page} last={from + SHOWN >= Math.min(count, MAX_ROWS)} onTurn={turn} />}
      </p>
    </>
  );
  if (!large) return body;
  return (
    <Dialog open onOpenChange={setLarge} title={`Result of E${number}`} size="full">
      <div className="text-xs">{body}</div>
    </Dialog>
  );
}

type ToolsProps = {
  number: number;
  filter: string;
  loading: boolean;
  onFilter: (text: string) => void;
  onCopy: () => void;
  /** null: it fills the screen already. */
  onEnlarge: (() => void) | null;
};

function Tools({ number, filter, loading, onFilter, onCopy, onEnlarge }: ToolsProps) {
  return (
    <div className="mb-1 flex flex-wrap items-center gap-1.5">
      <Input
        type="search"
        aria-label={`Filter the rows of E${number}`}
        placeholder="Filter rows…"
        value={filter}
        onChange={(event) => onFilter(event.target.value)}
        className="h-7 min-w-24 flex-1 text-xs"
      />
      {loading && <Spinner />}
      <Button size="sm" onClick={onCopy}>
        <Copy aria-hidden className="size-3.5" /> Copy as CSV
      </Button>
      {onEnlarge && (
        <Button size="sm" onClick={onEnlarge}>
          <Maximize2 aria-hidden className="size-3.5" /> Full screen
        </Button>
      )}
    </div>
  );
}

type RowsProps = {
  number: number;
  columns: string[];
  rows: unknown[][];
  sort: Sort;
  large: boolean;
  onSort: (sort: Sort) => void;
};

function Rows({ number, columns, rows, sort, large, onSort }: RowsProps) {
  return (
    <Scrollable
      label={`Result of E${number}`}
      className={cx('rounded border border-line', large ? 'max-h-[76vh]' : 'max-h-96')}
    >
      <table className="w-full border-collapse font-mono text-2xs">
        <thead className="sticky top-0 bg-sunken text-ink-2">
          <tr>
            {columns.map((column, at) => (
              <HeadCell key={at} name={column} at={at} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index} className="border-line border-t align-top">
              {columns.map((_, at) => (
                <Value key={at} value={row[at]} whole={large} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

function Pages({ page, last, onTurn }: { page: number; last: boolean; onTurn: (to: number) => void }) {
  return (
    <span className="ml-auto flex gap-1">
      <Button size="sm" disabled={page === 0} onClick={() => onTurn(page - 1)}>
        Previous
      </Button>
      <Button size="sm" disabled={last} onClick={() => onTurn(page + 1)}>
        Next
      </Button>
    </span>
  );
}

/** The rows, and a way to have all of them: block by block, each once. */
function useRows({ investigationId, number, revealed, total, first }: ResultTableProps) {
  const [rows, setRows] = useState(first);
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState('');
  const running = useRef<Promise<unknown[][]> | null>(null);
  const load = async (): Promise<unknown[][]> => {
    const found = [...rows];
    const wanted = Math.min(total, MAX_ROWS);
    setLoading(true);
    setProblem('');
    try {
      while (found.length < wanted) {
        const answer = await api.get('/api/investigations/{id}/evidence/{number}', {
          params: { id: investigationId, number: String(number) },
          query: { offset: found.length, ...(revealed ? { reveal: 'true' } : {}) },
        });
        const more = answer.table?.rows ?? [];
        if (more.length === 0) break;
        found.push(...more);
      }
    } catch (error) {
      setProblem(errorMessage(error));
    }
    setRows(found);
    setLoading(false);
    running.current = null;
    return found;
  };
  const all = async (): Promise<unknown[][]> => {
    if (rows.length >= Math.min(total, MAX_ROWS)) return rows;
    running.current ??= load();
    return running.current;
  };
  return { rows, all, loading, problem };
}

type HeadCellProps = { name: string; at: number; sort: Sort; onSort: (sort: Sort) => void };

/** Sorts up, then down, then as the query returned them. */
function HeadCell({ name, at, sort, onSort }: HeadCellProps) {
  const own = sort?.column === at ? sort : null;
  const Icon = own?.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={own ? (own.descending ? 'descending' : 'ascending') : 'none'}
      className="whitespace-nowrap px-1.5 text-left font-medium"
    >
      <button
        type="button"
        className="inline-flex min-h-6 items-center gap-1 hover:text-ink"
        onClick={() =>
          onSort(
            own === null ? { column: at, descending: false } : own.descending ? null : { column: at, descending: true },
          )
        }
      >
        {name}
        {own && <Icon aria-hidden className="size-3" />}
      </button>
    </th>
  );
}

/** A cell holds no control: in the panel a long value is cut and whole in its title; on the full screen it is whole. */
function Value({ value, whole }: { value: unknown; whole: boolean }) {
  const text = cellText(value);
  const none = value === null || value === undefined;
  const cut = !whole && text.length > SHOWN_CHARS;
  return (
    <td
      className={cx(
        'px-1.5 py-0.5',
        whole && text.length > SHOWN_CHARS
          ? 'min-w-72 whitespace-pre-wrap [overflow-wrap:anywhere]'
          : 'whitespace-nowrap',
        none ? 'text-ink-3 italic' : 'text-ink',
        typeof value === 'number' && 'text-right tabular-nums',
      )}
      title={cut ? text.slice(0, 2000) : undefined}
    >
      {cut ? `${text.slice(0, SHOWN_CHARS)}…` : text.slice(0, 20_000)}
    </td>
  );
}
