'use client';
import { ChevronRight, CircleAlert, RotateCw } from 'lucide-react';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { CopyButton } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/field';
import { scrollWithin } from '@/components/ui/scroll-within';
import { Spinner } from '@/components/ui/spinner';
import type { EvidenceItem } from '@/lib/evidence/schema';
import { sourceLabel } from '@/lib/evidence/source-calls';
import { formatUtc } from '@/lib/time/time';
import { AskPerson } from './ask-person';
import { CoverageTable } from './coverage-table';
import { EvidenceResult } from './evidence-result';
import { filterEvidence } from './filter-evidence';
import { Args, formatBytes, formatDuration } from './format';

type EvidencePanelProps = {
  investigationId: string;
  items: EvidenceItem[];
  /** The record to show; `n` grows, so that the same one can be shown again. */
  target: { number: number; n: number } | null;
  /** Changes with the text: citations may have changed. */
  textVersion: number;
  onEvidence: (number: number) => void;
  /** Puts an instruction into the coach box, to re-run a query. null: there is no coach box. */
  onSuggest: ((instruction: string) => void) | null;
};

const VIEWS = ['records', 'coverage'] as const;
const LABEL = { records: 'Records', coverage: 'Coverage gaps' };

/** The evidence records, and beside them the coverage: what was not queried. */
export function EvidencePanel(props: EvidencePanelProps) {
  const { investigationId, items, target, textVersion, onEvidence } = props;
  const [view, setView] = useQueryState('evidence', parseAsStringLiteral(VIEWS).withDefault('records'));
  // A citation opens its record.
  useEffect(() => {
    if (target) void setView('records');
  }, [target, setView]);
  return (
    <div>
      <fieldset className="sticky top-0 z-10 flex gap-1 border-line border-b bg-surface px-3 py-1.5">
        <legend className="sr-only">Evidence view</legend>
        {VIEWS.map((one) => (
          <Button
            key={one}
            size="sm"
            variant={view === one ? 'default' : 'quiet'}
            aria-pressed={view === one}
            onClick={() => void setView(one)}
          >
            {LABEL[one]}
          </Button>
        ))}
        {props.onSuggest && <AskPerson investigationId={investigationId} />}
      </fieldset>
      {view === 'coverage' ? (
        <CoverageTable
          investigationId={investigationId}
          version={`${items.length} ${textVersion}`}
          onEvidence={onEvidence}
        />
      ) : (
        <Records {...props} />
      )}
    </div>
  );
}

/** From here on a list is longer than what one sees at once. */
const FILTER_FROM = 12;

/** Each tool call with its arguments and its result. */
function Records({ investigationId, items, target, onSuggest }: EvidencePanelProps) {
  const [filter, setFilter] = useState('');
  const { open, toggle, list } = useOpenRecords(target, () => setFilter(''));
  const shown = useMemo(() => filterEvidence(items, filter), [items, filter]);
  if (items.length === 0) {
    return (
      <EmptyState title="No evidence yet">
        Start a run in the editor. Each of its queries is recorded here with its result, as E1, E2 and so on, and the
        report cites it.
      </EmptyState>
    );
  }
  return (
    <>
      {items.length >= FILTER_FROM && <RecordFilter value={filter} onChange={setFilter} />}
      <ul ref={list} aria-label="Evidence" className="divide-y divide-line">
        {target && !items.some((item) => item.number === target.number) && (
          <li className="px-3 py-2 text-bad text-xs" role="alert">
            This case has no evidence E{target.number}.
          </li>
        )}
        {shown.map((item) => (
          <li
            key={item.number}
            data-evidence={item.number}
            className={cx('scroll-mt-10', target?.number === item.number && 'bg-selected')}
          >
            <RecordHead item={item} open={open.has(item.number)} onToggle={() => toggle(item.number)} />
            {open.has(item.number) && (
              <EvidenceRecord investigationId={investigationId} item={item} onSuggest={onSuggest} />
            )}
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="px-3 py-2 text-ink-3 text-xs">No records match the filter.</p>}
    </>
  );
}

/** Which records are unfolded. The one that a citation asks for is unfolded, in view and has the focus; `onTarget`: before that. */
function useOpenRecords(target: EvidencePanelProps['target'], onTarget: () => void) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const list = useRef<HTMLUListElement>(null);
  const before = useEffectEvent(onTarget);
  useEffect(() => {
    if (!target) return;
    before();
    setOpen((opened) => new Set(opened).add(target.number));
    const frame = requestAnimationFrame(() => {
      const row = list.current?.querySelector<HTMLElement>(`[data-evidence="${target.number}"]`);
      if (row) scrollWithin(row);
      row?.querySelector('button')?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [target]);
  const toggle = (number: number) =>
    setOpen((opened) => {
      const next = new Set(opened);
      if (!next.delete(number)) next.add(number);
      return next;
    });
  return { open, toggle, list };
}

function RecordFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <div className="px-3 py-1.5">
      <Input
        type="search"
        aria-label="Filter records"
        placeholder="Filter: E7, a word, failed…"
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-7 text-xs"
      />
    </div>
  );
}

function RecordHead({ item, open, onToggle }: { item: EvidenceItem; open: boolean; onToggle: () => void }) {
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={onToggle}
      className="flex w-full items-center gap-2 px-3 py-1.5 text-left text-xs hover:bg-hover focus-visible:-outline-offset-2"
    >
      <ChevronRight aria-hidden className={cx('size-3.5 shrink-0 text-ink-3', open && 'rotate-90')} />
      <span className="w-8 shrink-0 font-mono font-semibold text-accent">E{item.number}</span>
      <span className="min-w-0 flex-1">
        {item.question ? (
          <span className="block text-ink">{item.question}</span>
        ) : (
          <span className="block truncate font-mono text-ink">
            <span className="text-ink-3">{item.server}.</span>
            {item.tool}
          </span>
        )}
        <span className="block truncate text-ink-3">
          {item.question ? (sourceLabel(item.args) ?? `${item.server}.${item.tool}`) : summary(item)}
        </span>
      </span>
      <Marks item={item} />
    </button>
  );
}

function Marks({ item }: { item: EvidenceItem }) {
  return (
    <span className="flex shrink-0 items-center gap-1.5 text-ink-3">
      {item.status === 'running' && <Spinner />}
      {item.status === 'failed' && (
        <Badge tone="bad">
          <CircleAlert aria-hidden className="size-3" /> failed
        </Badge>
      )}
      {item.truncated && <Badge tone="high">truncated</Badge>}
      {(item.rows !== null || item.bytes > 0) && (
        <span className="tabular-nums">
          {item.rows === null ? formatBytes(item.bytes) : `${item.rows} ${item.rows === 1 ? 'row' : 'rows'}`}
        </span>
      )}
    </span>
  );
}

function EvidenceRecord({
  investigationId,
  item,
  onSuggest,
}: Pick<EvidencePanelProps, 'investigationId' | 'onSuggest'> & { item: EvidenceItem }) {
  const facts: [string, string][] = [
    ['Queried', formatUtc(item.startedAt)],
    ['Duration', formatDuration(item.durationMs)],
    ['Size', formatBytes(item.bytes)],
  ];
  if (item.timeFrom || item.timeTo) {
    facts.unshift([
      'Time range',
      `${item.timeFrom ? formatUtc(item.timeFrom) : 'open'} to ${item.timeTo ? formatUtc(item.timeTo) : 'open'}`,
    ]);
  }
  return (
    <div className="space-y-2 px-3 pt-0.5 pb-3 text-xs">
      <Args args={item.args} />
      <dl className="flex flex-wrap gap-x-3 gap-y-0.5">
        {facts.map(([name, value]) => (
          <div key={name} className="flex gap-1">
            <dt className="text-ink-3">{name}</dt>
            <dd className="text-ink-2">{value}</dd>
          </div>
        ))}
        {item.sha256 && (
          <div className="flex items-center gap-1">
            <dt className="text-ink-3">sha256</dt>
            <dd className="flex items-center gap-1 font-mono text-ink-2" title={item.sha256}>
              {item.sha256.slice(0, 12)}
              <CopyButton text={item.sha256} label="Copy sha256" />
            </dd>
          </div>
        )}
      </dl>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-3">
        <span className="inline-flex items-center gap-1">
          Call <CopyButton text={callText(item)} label={`Copy the call of E${item.number} as JSON`} />
        </span>
        {onSuggest && (
          <Button size="sm" onClick={() => onSuggest(`Re-run the query of E${item.number} and report what changed.`)}>
            <RotateCw aria-hidden className="size-3" /> Re-run
          </Button>
        )}
        <span>Works in any MCP client connected to {item.server}.</span>
      </p>
      {item.truncated && (
        <p className="text-high">The result was truncated at a size or row limit. Narrow the query to see the rest.</p>
      )}
      {item.error && <p className="rounded bg-bad-soft px-2 py-1 text-bad [overflow-wrap:anywhere]">{item.error}</p>}
      {item.status === 'ok' && <EvidenceResult investigationId={investigationId} number={item.number} />}
    </div>
  );
}

/** The call as an MCP client sends it. */
function callText({ server, tool, args }: EvidenceItem): string {
  return JSON.stringify({ server, method: 'tools/call', params: { name: tool, arguments: args } }, null, 2);
}

function summary(item: EvidenceItem): string {
  const args = typeof item.args === 'object' && item.args !== null ? (item.args as Record<string, unknown>) : {};
  const told = args.sql ?? args.query ?? args.field ?? args.source ?? args.id ?? Object.values(args)[0];
  return typeof told === 'string' ? told.replace(/\s+/g, ' ').slice(0, 200) : JSON.stringify(args).slice(0, 200);
}
