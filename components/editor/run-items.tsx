'use client';
import {
  ChevronRight,
  CircleAlert,
  CircleCheck,
  CircleSlash,
  FileText,
  GitPullRequestArrow,
  Hourglass,
  Play,
  RotateCw,
} from 'lucide-react';
import { type UIEvent, useEffect, useRef } from 'react';
import { Args, formatBytes, formatDuration } from '@/components/case/format';
import { Badge } from '@/components/ui/badge';
import { BusyButton, Button } from '@/components/ui/button';
import { Spinner } from '@/components/ui/spinner';
import type { RunStatus, RunView } from '@/lib/agent/events';
import { sourceLabel } from '@/lib/evidence/source-calls';
import { formatUtc } from '@/lib/time/time';
import { ApprovalCard } from './approval-card';
import { RunNote } from './run-note';
import type { RunItem } from './run-state';
import { SubInvestigation, subOf } from './sub-investigation';

type ItemsProps = {
  runId: string;
  items: RunItem[];
  live: boolean;
  /** Its steps are being fetched. */
  loading: boolean;
  stage: string | null;
  status: RunStatus;
  suspended: RunView['suspended'];
  ended: string | null;
  /** The end is an answer to a person: words with citations, of these numbers. It stands above the steps. */
  note: ReadonlySet<number> | null;
  /** Numbers that an answer may cite. */
  evidence: ReadonlySet<number>;
  onEvidence: (number: number) => void;
  onProposals: () => void;
  /** Resumes the run where it ended, a suspended one at once; null: it can’t be resumed. */
  onResume: (() => Promise<void>) | null;
};

/** The steps of a run, its current step, and its result. */
export function RunItems({
  runId,
  items,
  live,
  loading,
  stage,
  status,
  suspended,
  ended,
  note,
  evidence,
  onEvidence,
  onProposals,
  onResume,
}: ItemsProps) {
  // An answer is shown as a note; the words that streamed are the same.
  const answered = !live && note !== null && status === 'succeeded' ? ended : null;
  const shown = items.filter((item) => item.kind !== 'text' || item.text.trim() !== answered?.trim());
  const said = items.flatMap((item) => (item.kind === 'text' ? [item.text.trim()] : [])).at(-1);
  // Why a run did not come to its end stands above its steps, like an answer.
  const unfinished = !live && (status === 'failed' || status === 'cancelled');
  const { list, onScroll } = useFollow(items, live, answered !== null || unfinished);
  const changes = items.reduce((sum, item) => sum + (item.kind === 'proposal' ? item.hunks : 0), 0);
  return (
    <div ref={list} className="min-h-0 flex-1 overflow-auto px-3 py-2" onScroll={onScroll}>
      {answered && note && (
        <RunNote text={answered} evidence={note} onEvidence={onEvidence}>
          {changes > 0 && (
            <Button size="sm" className="mt-2" onClick={onProposals}>
              <GitPullRequestArrow aria-hidden className="size-3" /> Review {changes} proposed{' '}
              {changes === 1 ? 'change' : 'changes'}
            </Button>
          )}
        </RunNote>
      )}
      {unfinished && (
        <div className="mb-2">
          {ended && <Ended status={status} text={ended} />}
          {onResume && <ResumeButton isSuspended={suspended !== null} onResume={onResume} />}
        </div>
      )}
      <ol aria-label="Run steps" className="space-y-1">
        {shown.map((item) => (
          <li key={item.key}>
            <Item
              runId={runId}
              live={live}
              item={item}
              evidence={evidence}
              onEvidence={onEvidence}
              onProposals={onProposals}
            />
          </li>
        ))}
      </ol>
      {loading && !live && (
        <p className="flex items-center gap-2 text-ink-3 text-xs">
          <Spinner /> Loading the steps…
        </p>
      )}
      {suspended && <Suspended suspended={suspended} />}
      {live && !suspended && (
        <p className="mt-2 flex items-center gap-2 text-ink-2 text-xs">
          {status === 'waiting' ? <Hourglass aria-hidden className="size-3.5" /> : <Spinner />}{' '}
          {stage ?? (status === 'queued' ? 'Queued' : 'Working')}
        </p>
      )}
      {!answered && !live && !unfinished && ended && ended.trim() !== said ? (
        <Ended status={status} text={ended} />
      ) : null}
      {onResume && !unfinished && <ResumeButton isSuspended={suspended !== null} onResume={onResume} />}
    </div>
  );
}

function Ended({ status, text }: { status: RunStatus; text: string }) {
  return (
    <p
      className={`mt-2 rounded px-2 py-1.5 text-xs [overflow-wrap:anywhere] ${status === 'failed' ? 'bg-bad-soft text-bad' : 'bg-sunken text-ink-2'}`}
    >
      {text}
    </p>
  );
}

/** The list follows new steps while its end is in view; when the run ends, it shows the answer, or why there is none. */
function useFollow(items: RunItem[], live: boolean, hasAnswer: boolean) {
  const list = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new items are what moves the list
  useEffect(() => {
    const element = list.current;
    if (element && live && stick.current) element.scrollTop = element.scrollHeight;
  }, [items, live]);
  useEffect(() => {
    if (hasAnswer) list.current?.scrollTo({ top: 0 });
  }, [hasAnswer]);
  const onScroll = ({ currentTarget }: UIEvent<HTMLDivElement>): void => {
    stick.current = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 40;
  };
  return { list, onScroll };
}

function Suspended({ suspended }: { suspended: NonNullable<RunView['suspended']> }) {
  return (
    <p
      className="mt-2 rounded bg-high-soft px-2 py-1.5 text-ink text-xs [overflow-wrap:anywhere]"
      data-testid="suspended"
    >
      Suspended: {suspended.reason}. Retries automatically at{' '}
      <time dateTime={suspended.until}>{formatUtc(suspended.until).slice(11, 19)} UTC</time>; completed work is kept.
    </p>
  );
}

/** Carries on where the run ended, a suspended one at once. */
function ResumeButton({ isSuspended, onResume }: { isSuspended: boolean; onResume: () => Promise<void> }) {
  return (
    <BusyButton size="sm" className="mt-2" onClick={onResume} title="Completed calls are not repeated">
      {isSuspended ? (
        <>
          <RotateCw aria-hidden className="size-3" /> Retry now
        </>
      ) : (
        <>
          <Play aria-hidden className="size-3" /> Resume
        </>
      )}
    </BusyButton>
  );
}

function Item({
  runId,
  live,
  item,
  evidence,
  onEvidence,
  onProposals,
}: {
  runId: string;
  live: boolean;
  item: RunItem;
  evidence: ReadonlySet<number>;
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
          <GitPullRequestArrow aria-hidden className="size-3.5" /> Proposed {item.hunks}{' '}
          {item.hunks === 1 ? 'change' : 'changes'}: show
        </button>
      );
    case 'sub':
      return <SubInvestigation item={item} live={live} evidence={evidence} onEvidence={onEvidence} />;
    case 'tool':
      return <ToolCall item={item} live={live} onEvidence={onEvidence} />;
  }
}

function ToolCall({
  item,
  live,
  onEvidence,
}: {
  item: Extract<RunItem, { kind: 'tool' }>;
  live: boolean;
  onEvidence: (number: number) => void;
}) {
  const { call, result } = item;
  const sub = subOf(call.callId);
  return (
    <details className="group rounded border border-line bg-surface text-xs">
      <summary className="flex min-h-7 cursor-pointer list-none items-center gap-1.5 px-1.5 py-1">
        <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3 group-open:rotate-90" />
        {result === null && live ? (
          <Spinner />
        ) : result === null ? (
          <CircleSlash aria-label="not finished" className="size-3.5 shrink-0 text-ink-3" />
        ) : result.ok ? (
          <CircleCheck aria-label="succeeded" className="size-3.5 shrink-0 text-good" />
        ) : (
          <CircleAlert aria-label="failed" className="size-3.5 shrink-0 text-bad" />
        )}
        {sub !== null && (
          <Badge tone="model" title={`Sub-investigation ${sub}`}>
            Sub {sub}
          </Badge>
        )}
        {call.question ? (
          <>
            <span className="min-w-0 flex-1 truncate text-ink" title={call.question}>
              {call.question}
            </span>
            <span className="max-w-28 shrink-0 truncate text-ink-3">{sourceLabel(call.args) ?? call.tool}</span>
          </>
        ) : (
          <>
            <span className="min-w-0 truncate font-mono text-ink">
              <span className="text-ink-3">{call.server}.</span>
              {call.tool}
            </span>
            <span className="min-w-0 flex-1 truncate text-ink-3">{gist(call.args)}</span>
          </>
        )}
        {result && (
          <span className="shrink-0 whitespace-nowrap text-ink-3">
            {result.rows === null ? formatBytes(result.bytes) : `${result.rows} ${result.rows === 1 ? 'row' : 'rows'}`}
          </span>
        )}
        {result?.truncated && <Badge tone="high">truncated</Badge>}
        {call.evidence !== null && (
          <span className="shrink-0 rounded bg-accent-soft px-1 font-mono text-accent">E{call.evidence}</span>
        )}
      </summary>
      <div className="space-y-1.5 border-line border-t px-2 py-1.5">
        <p className="font-mono text-ink-3">
          {call.server}.{call.tool}
        </p>
        <Args args={call.args} />
        {result?.message && <p className={result.ok ? 'text-ink-2' : 'text-bad'}>{result.message}</p>}
        <p className="flex flex-wrap items-center gap-2 text-ink-3">
          <time dateTime={item.at}>{formatUtc(item.at)}</time>
          {result && <span>{formatDuration(result.durationMs)}</span>}
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
  if (Array.isArray(values.questions))
    return values.questions.length === 1 ? '1 question' : `${values.questions.length} questions`;
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
