'use client';
import { Hourglass, Square } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { formatDuration } from '@/components/case/format';
import { UsageFigures } from '@/components/case/usage-figures';
import { Badge } from '@/components/ui/badge';
import { BusyButton, Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import type { RunStatus, RunUsage, RunView } from '@/lib/agent/events';
import type { OfferedModel } from '@/lib/agent/model/choose-model';
import { isLive } from '@/lib/agent/run-status';
import type { Start } from './coach-box';
import { PromptDialog } from './prompt-dialog';
import { RunItems } from './run-items';
import type { RunState } from './run-state';

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
  models: OfferedModel[];
  /** The one that the next run uses; null: the default. */
  model: string | null;
  onModel: (id: string) => void;
  /** Whether the next run may open sub-investigations. */
  parallel: boolean;
  onParallel: (parallel: boolean) => void;
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
  parallel,
  onParallel,
}: RunPanelProps) {
  const status = selected && state.seq > 0 ? state.status : (selected?.status ?? null);
  const suspended = (state.seq > 0 ? state.suspended : selected?.suspended) ?? null;
  const live = status !== null && isLive(status);
  const anyLive = runs.some((run) => isLive(run.status)) || live;
  return (
    <div className="flex h-full min-h-0 flex-col">
      {selected && status ? (
        <>
          <RunHeader
            runs={runs}
            selected={selected}
            state={state}
            status={status}
            isSuspended={suspended !== null}
            connected={connected}
            stopping={stopping}
            onSelect={onSelect}
            onStop={onStop}
          />
          <RunItems
            runId={selected.id}
            items={state.items}
            live={live}
            // A run whose steps were deleted has none to wait for: its stream closes at once.
            loading={state.seq === 0 && connected}
            onEvidence={onEvidence}
            onProposals={onProposals}
            ended={state.message ?? selected.error}
            evidence={evidence}
            note={selected.kind === 'ask' || selected.kind === 'coach' ? evidence : null}
            status={status}
            stage={state.stage}
            suspended={suspended}
            onResume={
              suspended || (!anyLive && selected.id === runs[0]?.id && (status === 'failed' || status === 'cancelled'))
                ? () => onResume(selected.id)
                : null
            }
          />
        </>
      ) : (
        <NotInvestigated onStart={onStart} />
      )}
      {!anyLive && (
        <NextRun models={models} model={model} onModel={onModel} parallel={parallel} onParallel={onParallel} />
      )}
      {coach}
    </div>
  );
}

type RunHeaderProps = Pick<RunPanelProps, 'runs' | 'state' | 'connected' | 'stopping' | 'onSelect' | 'onStop'> & {
  selected: RunView;
  status: RunStatus;
  isSuspended: boolean;
};

/** How far the chosen run is, what it cost, what it was told, and what can be done about it. */
function RunHeader({
  runs,
  selected,
  state,
  status,
  isSuspended,
  connected,
  stopping,
  onSelect,
  onStop,
}: RunHeaderProps) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b px-3 py-2 text-xs">
      <RunStatusTag status={status} suspended={isSuspended} />
      <Elapsed from={state.startedAt ?? selected.startedAt} to={state.finishedAt ?? selected.finishedAt} />
      <RunUsageFigures usage={state.seq > 0 ? state.usage : selected.usage} />
      {isLive(status) && !connected && <span className="text-high">Connection lost, reconnecting</span>}
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
        {isLive(status) && (
          <Button size="sm" variant="danger" busy={stopping} onClick={onStop}>
            <Square aria-hidden className="size-3" /> Stop
          </Button>
        )}
      </span>
      <span className="flex w-full items-center justify-between gap-2 text-model">
        <span className="flex min-w-0 flex-wrap items-center gap-1.5">
          {state.label ?? selected.label}
          {selected.fresh && <Badge tone="neutral">re-run</Badge>}
          {selected.withoutPrecedents && <Badge tone="neutral">without precedents</Badge>}
          {selected.parallel && <Badge tone="neutral">parallel</Badge>}
        </span>
        <PromptDialog key={selected.id} runId={selected.id} />
      </span>
      <Instruction run={selected} />
    </div>
  );
}

function Instruction({ run }: { run: RunView }) {
  if (!run.instruction) return null;
  return (
    <p className="w-full rounded bg-sunken px-2 py-1 text-ink-2 [overflow-wrap:anywhere]">
      <span className="text-ink-3">{run.requestedBy.name}: </span>
      {run.instruction}
      {run.quote && (
        <q className="mt-1 line-clamp-3 block border-line border-l-2 pl-2 text-ink-3 [quotes:none]">{run.quote.text}</q>
      )}
    </p>
  );
}

function NotInvestigated({ onStart }: { onStart: Start }) {
  return (
    <div className="min-h-0 flex-1 overflow-auto px-4 py-8 text-center">
      <h2 className="font-semibold">Not investigated yet</h2>
      <p className="mx-auto mt-1 mb-3 max-w-72 text-ink-2 text-sm">
        A run looks at past cases and logs, records each query as evidence, and writes the report while you watch.
      </p>
      <BusyButton variant="primary" onClick={() => onStart()}>
        Investigate
      </BusyButton>
    </div>
  );
}

type NextRunProps = Pick<RunPanelProps, 'models' | 'model' | 'onModel' | 'parallel' | 'onParallel'>;

/** Which model the next run uses and whether it may open sub-investigations, where there is a choice. */
function NextRun({ models, model, onModel, parallel, onParallel }: NextRunProps) {
  if (models.length < 2) return null;
  const chosen = models.find(({ id }) => id === model) ?? models[0];
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-t bg-sunken px-3 py-1.5 text-ink-2 text-xs">
      <Select
        size="sm"
        label="Model for the next run"
        showLabel
        value={chosen?.id ?? null}
        onChange={(id) => {
          onModel(id);
          onParallel(false);
        }}
        options={models.map(({ id, label }) => ({ value: id, label }))}
      />
      {chosen?.isLanguageModel && (
        <label
          className="flex min-h-6 cursor-pointer items-center gap-1.5"
          title="For cases with several actors or log sources. They only read, and use the budget of the run."
        >
          <input
            type="checkbox"
            className="accent-accent"
            checked={parallel}
            onChange={(event) => onParallel(event.target.checked)}
          />
          Allow parallel sub-investigations
        </label>
      )}
    </div>
  );
}

const KINDS = {
  investigate: 'investigation',
  coach: 'coaching',
  ask: 'question',
  client: 'MCP client',
  fact_check: 'fact check',
} as const;

function RunUsageFigures({ usage }: { usage: Partial<RunUsage> | null }) {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, cost = null } = usage ?? {};
  const sent = inputTokens + cacheReadTokens + cacheWriteTokens;
  return <UsageFigures sent={sent} cached={cacheReadTokens} answered={outputTokens} cost={cost} />;
}

const STATUS: Record<RunStatus, { word: string; tone: 'accent' | 'good' | 'bad' | 'neutral' | 'high' }> = {
  queued: { word: 'Queued', tone: 'neutral' },
  running: { word: 'Running', tone: 'accent' },
  waiting: { word: 'Waiting for approval', tone: 'high' },
  succeeded: { word: 'Completed', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  cancelled: { word: 'Stopped', tone: 'neutral' },
};

function RunStatusTag({ status, suspended }: { status: RunStatus; suspended: boolean }) {
  const { word, tone } = STATUS[status];
  return (
    <Badge tone={tone} data-testid="run-status" data-status={status}>
      {status === 'waiting' ? <Hourglass aria-hidden className="size-3" /> : isLive(status) && <Spinner />}
      {suspended ? 'Retrying later' : word}
    </Badge>
  );
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
      {formatDuration(ms < 1000 ? ms : Math.round(ms / 1000) * 1000)}
    </span>
  );
}
