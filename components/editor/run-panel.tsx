'use client';
import {
  ChevronRight,
  CircleAlert,
  CircleCheck,
  FileText,
  GitPullRequestArrow,
  Hourglass,
  Play,
  RotateCw,
  Square,
} from 'lucide-react';
import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import { isLive, type RunStatus, type RunUsage, type RunView } from '@/lib/agent/events';
import { formatUtc } from '@/lib/time/time';
import { ApprovalCard } from './approval-card';
import type { Start } from './coach-box';
import type { RunItem, RunState } from './fold-run';
import { PromptDialog } from './prompt-dialog';
import { RunNote } from './run-note';
import { Args, byteWords, durationWords } from './values';

type RunPanelProps = {
  runs: RunView[];
  selected: RunView | null;
  state: RunState;
  connected: boolean;
  onSelect: (id: string) => void;
  onStop: () => void;
  onResume: (id: string) => Promise<void>;
  stopping: boolean;
  onEvidence: (number: number) => void;
  onProposals: () => void;
  onStart: Start;
  /** Numbers that a note may cite. */
  evidence: ReadonlySet<number>;
  /** The box below, to say what to do next. */
  coach: ReactNode;
  /** What a run may use, the default first. */
  models: { id: string; label: string }[];
  /** The one that the next run uses; null: the default. */
  model: string | null;
  onModel: (id: string) => void;
};

/** What a run does and did, and the box to tell it what to do next. */
export function RunPanel({
  runs,
  selected,
  state,
  connected,
  onSelect,
  onStop,
  onResume,
  stopping,
  onEvidence,
  onProposals,
  onStart,
  evidence,
  coach,
  models,
  model,
  onModel,
}: RunPanelProps) {
  const status = selected && state.seq > 0 ? state.status : (selected?.status ?? null);
  const parked = (state.seq > 0 ? state.parked : selected?.parked) ?? null;
  const live = status !== null && isLive(status);
  const anyLive = runs.some((run) => isLive(run.status)) || live;
  return (
    <div className="flex h-full min-h-0 flex-col">
      {selected && status ? (
        <>
          <div className="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b px-3 py-2 text-xs">
            <RunStatusTag status={status} parked={parked !== null} />
            <Elapsed from={state.startedAt ?? selected.startedAt} to={state.finishedAt ?? selected.finishedAt} />
            <UsageFigures usage={state.seq > 0 ? state.usage : selected.usage} />
            {live && !connected && <span className="text-high">Connection lost, trying again</span>}
            <span className="ml-auto flex items-center gap-1.5">
              {runs.length > 1 && (
                <Select
                  size="sm"
                  label="Run"
                  value={selected.id}
                  onChange={onSelect}
                  options={runs.map((run, index) => ({
                    value: run.id,
                    label: `${runs.length - index} · ${KINDS[run.kind]}`,
                  }))}
                />
              )}
              {live && (
                <Button size="sm" variant="danger" busy={stopping} onClick={onStop}>
                  <Square aria-hidden className="size-3" /> Stop
                </Button>
              )}
            </span>
            <span className="flex w-full items-center justify-between gap-2 text-model">
              {state.label ?? selected.label}
              <PromptDialog key={selected.id} runId={selected.id} />
            </span>
            {selected.instruction && (
              <p className="w-full rounded bg-sunken px-2 py-1 text-ink-2 [overflow-wrap:anywhere]">
                <span className="text-ink-3">{selected.requestedBy.name}: </span>
                {selected.instruction}
                {selected.quote && (
                  <q className="mt-1 line-clamp-3 block border-line border-l-2 pl-2 text-ink-3 [quotes:none]">
                    {selected.quote.text}
                  </q>
                )}
              </p>
            )}
          </div>
          <Items
            runId={selected.id}
            items={state.items}
            live={live}
            onEvidence={onEvidence}
            onProposals={onProposals}
            ended={state.message ?? selected.error}
            note={selected.kind === 'ask' ? evidence : null}
            status={status}
            stage={state.stage}
            parked={parked}
            onResume={
              parked || (!anyLive && selected.id === runs[0]?.id && (status === 'failed' || status === 'cancelled'))
                ? () => onResume(selected.id)
                : null
            }
          />
        </>
      ) : (
        <div className="min-h-0 flex-1 overflow-auto px-4 py-8 text-center">
          <h2 className="font-semibold">Nobody has investigated this yet</h2>
          <p className="mx-auto mt-1 mb-3 max-w-72 text-ink-2 text-sm">
            A run looks at past cases and logs, records each query as evidence, and writes the report while you watch.
          </p>
          <BusyButton variant="primary" onClick={() => onStart()}>
            Investigate
          </BusyButton>
        </div>
      )}
      {models.length > 1 && (
        <div className="flex shrink-0 items-center gap-2 border-line border-t bg-sunken px-3 py-1.5 text-ink-2 text-xs">
          <Select
            size="sm"
            label="Model of the next run"
            showLabel
            value={model ?? models[0]?.id ?? null}
            onChange={onModel}
            options={models.map(({ id, label }) => ({ value: id, label }))}
          />
        </div>
      )}
      {coach}
    </div>
  );
}

const KINDS = { investigate: 'investigation', coach: 'coaching', ask: 'question' } as const;

function BusyButton({
  onClick,
  ...props
}: Omit<ComponentProps<typeof Button>, 'onClick'> & { onClick: () => Promise<unknown> }) {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      {...props}
      busy={busy}
      onClick={async () => {
        setBusy(true);
        await onClick();
        setBusy(false);
      }}
    />
  );
}

/** Tokens and, where the price is known, the cost. */
function UsageFigures({ usage }: { usage: Partial<RunUsage> | null }) {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, cost = null } = usage ?? {};
  const sent = inputTokens + cacheReadTokens + cacheWriteTokens;
  if (sent + outputTokens === 0) return null;
  const known = cost !== null;
  return (
    <span className="text-ink-3" data-testid="run-usage">
      {compact(sent)} in{cacheReadTokens > 0 && ` (${Math.round((100 * cacheReadTokens) / sent)} % cached)`} ·{' '}
      {compact(outputTokens)} out
      {known && ` · $${cost < 0.1 ? cost.toFixed(3) : cost.toFixed(2)}`}
    </span>
  );
}

const STATUS: Record<RunStatus, { word: string; tone: 'accent' | 'good' | 'bad' | 'neutral' | 'high' }> = {
  queued: { word: 'Waiting for a worker', tone: 'neutral' },
  running: { word: 'Running', tone: 'accent' },
  waiting: { word: 'Waiting for a person', tone: 'high' },
  succeeded: { word: 'Finished', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  cancelled: { word: 'Stopped', tone: 'neutral' },
};

function RunStatusTag({ status, parked }: { status: RunStatus; parked: boolean }) {
  const { word, tone } = STATUS[status];
  return (
    <Badge tone={tone} data-testid="run-status" data-status={status}>
      {status === 'waiting' ? <Hourglass aria-hidden className="size-3" /> : isLive(status) && <Spinner />}
      {parked ? 'Waiting to try again' : word}
    </Badge>
  );
}

type ItemsProps = {
  runId: string;
  items: RunItem[];
  live: boolean;
  stage: string | null;
  status: RunStatus;
  parked: RunView['parked'];
  ended: string | null;
  /** The end is an answer: words with receipts, of these numbers. */
  note: ReadonlySet<number> | null;
  onEvidence: (number: number) => void;
  onProposals: () => void;
  /** Goes on from where it ended; of a parked run: at once. null: there is nothing to go on from. */
  onResume: (() => Promise<void>) | null;
};

function Items({
  runId,
  items,
  live,
  stage,
  status,
  parked,
  ended,
  note,
  onEvidence,
  onProposals,
  onResume,
}: ItemsProps) {
  const list = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  // An answer is shown as a note; the words that streamed are the same.
  const answered = !live && note !== null && status === 'succeeded' ? ended : null;
  const shown = items.filter((item) => item.kind !== 'text' || item.text.trim() !== answered?.trim());
  // biome-ignore lint/correctness/useExhaustiveDependencies: new items are what moves the list
  useEffect(() => {
    const element = list.current;
    if (element && live && stick.current) element.scrollTop = element.scrollHeight;
  }, [items, live]);
  return (
    <div
      ref={list}
      className="min-h-0 flex-1 overflow-auto px-3 py-2"
      onScroll={({ currentTarget }) => {
        stick.current = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 40;
      }}
    >
      <ol aria-label="What the run did" className="space-y-1">
        {shown.map((item) => (
          <li key={item.key}>
            <Item runId={runId} live={live} item={item} onEvidence={onEvidence} onProposals={onProposals} />
          </li>
        ))}
      </ol>
      {parked && (
        <p
          className="mt-2 rounded bg-high-soft px-2 py-1.5 text-ink text-xs [overflow-wrap:anywhere]"
          data-testid="parked"
        >
          Waiting: {parked.reason}. It tries again by itself at{' '}
          <time dateTime={parked.until}>{formatUtc(parked.until).slice(11, 19)} UTC</time>; what is done is kept and is
          not done again.
        </p>
      )}
      {live && !parked && (
        <p className="mt-2 flex items-center gap-2 text-ink-2 text-xs">
          {status === 'waiting' ? <Hourglass aria-hidden className="size-3.5" /> : <Spinner />}{' '}
          {stage ?? (status === 'queued' ? 'A worker takes it up in a moment' : 'Working')}
        </p>
      )}
      {answered && note ? (
        <RunNote text={answered} evidence={note} onEvidence={onEvidence} />
      ) : !live && ended ? (
        <p
          className={`mt-2 rounded px-2 py-1.5 text-xs [overflow-wrap:anywhere] ${status === 'failed' ? 'bg-bad-soft text-bad' : 'bg-sunken text-ink-2'}`}
        >
          {ended}
        </p>
      ) : null}
      {onResume && (
        <BusyButton size="sm" className="mt-2" onClick={onResume} title="Nothing is asked or called again">
          {parked ? (
            <>
              <RotateCw aria-hidden className="size-3" /> Try again now
            </>
          ) : (
            <>
              <Play aria-hidden className="size-3" /> Go on from here
            </>
          )}
        </BusyButton>
      )}
    </div>
  );
}

function Item({
  runId,
  live,
  item,
  onEvidence,
  onProposals,
}: {
  runId: string;
  live: boolean;
  item: RunItem;
  onEvidence: (number: number) => void;
  onProposals: () => void;
}) {
  switch (item.kind) {
    case 'approval':
      return <ApprovalCard runId={runId} item={item} open={live} />;
    case 'stage':
      return <p className="pt-2 font-medium text-ink text-xs">{item.text}</p>;
    case 'text':
      return (
        <p className="whitespace-pre-wrap text-ink-2 text-xs leading-relaxed [overflow-wrap:anywhere]">
          {item.text.trim()}
        </p>
      );
    case 'thinking':
      return (
        <details className="text-xs">
          <summary className="cursor-pointer py-1 text-ink-3">Thinking</summary>
          <p className="whitespace-pre-wrap border-line border-l-2 pl-2 text-ink-3 leading-relaxed [overflow-wrap:anywhere]">
            {item.text.trim()}
          </p>
        </details>
      );
    case 'section':
      return (
        <p className="flex items-center gap-1.5 text-ink-2 text-xs">
          <FileText aria-hidden className="size-3.5 text-model" /> Wrote “{item.section}”
        </p>
      );
    case 'proposal':
      return (
        <button
          type="button"
          onClick={onProposals}
          className="flex min-h-[24px] items-center gap-1.5 text-accent text-xs hover:underline"
        >
          <GitPullRequestArrow aria-hidden className="size-3.5" /> Offered {item.hunks}{' '}
          {item.hunks === 1 ? 'change' : 'changes'}: look at {item.hunks === 1 ? 'it' : 'them'}
        </button>
      );
    case 'tool':
      return <ToolCall item={item} onEvidence={onEvidence} />;
  }
}

function ToolCall({
  item,
  onEvidence,
}: {
  item: Extract<RunItem, { kind: 'tool' }>;
  onEvidence: (number: number) => void;
}) {
  const { call, result } = item;
  return (
    <details className="group rounded border border-line bg-surface text-xs">
      <summary className="flex min-h-7 cursor-pointer list-none items-center gap-1.5 px-1.5 py-1">
        <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3 group-open:rotate-90" />
        {result === null ? (
          <Spinner />
        ) : result.ok ? (
          <CircleCheck aria-label="succeeded" className="size-3.5 shrink-0 text-good" />
        ) : (
          <CircleAlert aria-label="failed" className="size-3.5 shrink-0 text-bad" />
        )}
        <span className="min-w-0 truncate font-mono text-ink">
          <span className="text-ink-3">{call.server}.</span>
          {call.tool}
        </span>
        <span className="min-w-0 flex-1 truncate text-ink-3">{gist(call.args)}</span>
        {result && (
          <span className="shrink-0 whitespace-nowrap text-ink-3">
            {result.rows === null ? byteWords(result.bytes) : `${result.rows} rows`}
          </span>
        )}
        {result?.truncated && <Badge tone="high">cut</Badge>}
        {call.evidence !== null && (
          <span className="shrink-0 rounded bg-accent-soft px-1 font-mono text-accent">E{call.evidence}</span>
        )}
      </summary>
      <div className="space-y-1.5 border-line border-t px-2 py-1.5">
        <Args args={call.args} />
        {result?.message && <p className={result.ok ? 'text-ink-2' : 'text-bad'}>{result.message}</p>}
        <p className="flex flex-wrap items-center gap-2 text-ink-3">
          <time dateTime={item.at}>{formatUtc(item.at)}</time>
          {result && <span>{durationWords(result.durationMs)}</span>}
          {call.evidence !== null && (
            <Button size="sm" onClick={() => onEvidence(call.evidence ?? 0)}>
              Show evidence E{call.evidence}
            </Button>
          )}
        </p>
      </div>
    </details>
  );
}

/** The part of the arguments that tells calls apart. */
function gist(args: unknown): string {
  if (typeof args !== 'object' || args === null) return '';
  const values = args as Record<string, unknown>;
  const told =
    values.sql ??
    values.query ??
    values.field ??
    values.source ??
    values.section ??
    values.id ??
    Object.values(values)[0];
  return typeof told === 'string' ? told.replace(/\s+/g, ' ').slice(0, 160) : '';
}

function Elapsed({ from, to }: { from: string | null; to: string | null }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (to || !from) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [from, to]);
  if (!from) return null;
  const ms = Math.max(0, (to ? Date.parse(to) : now) - Date.parse(from));
  return (
    <span className="text-ink-3 tabular-nums" suppressHydrationWarning>
      {durationWords(ms < 1000 ? ms : Math.round(ms / 1000) * 1000)}
    </span>
  );
}

const compact = (count: number): string =>
  count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)}k`;
