import { ChevronRight, CircleAlert, CircleCheck, CircleSlash } from 'lucide-react';
import { Args, formatBytes, formatDuration } from '@/components/case/format';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Spinner } from '@/components/ui/spinner';
import { sourceLabel } from '@/lib/evidence/source-calls';
import { formatUtc } from '@/lib/time/time';
import type { RunItem } from './run-state';
import { subOf } from './sub-investigation';

type ToolItem = Extract<RunItem, { kind: 'tool' }>;
type ToolCallProps = { item: ToolItem; live: boolean; onEvidence: (number: number) => void };

/** One call of a run: its question and what came of it on a line; opened, its arguments. */
export function ToolCall({ item, live, onEvidence }: ToolCallProps) {
  const { call, result } = item;
  const sub = subOf(call.callId);
  return (
    <details className="group rounded border border-line bg-surface text-xs">
      <summary className="flex min-h-7 cursor-pointer list-none items-center gap-1.5 px-1.5 py-1">
        <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3 group-open:rotate-90" />
        <State result={result} live={live} />
        {sub !== null && (
          <Badge tone="model" title={`Sub-investigation ${sub}`}>
            Sub {sub}
          </Badge>
        )}
        <Question call={call} />
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

function State({ result, live }: { result: ToolItem['result']; live: boolean }) {
  if (result === null)
    return live ? <Spinner /> : <CircleSlash aria-label="not finished" className="size-3.5 shrink-0 text-ink-3" />;
  if (result.ok) return <CircleCheck aria-label="succeeded" className="size-3.5 shrink-0 text-good" />;
  return <CircleAlert aria-label="failed" className="size-3.5 shrink-0 text-bad" />;
}

/** What was asked of which source; of a call without a question, its tool and what tells it from others. */
function Question({ call }: { call: ToolItem['call'] }) {
  if (call.question)
    return (
      <>
        <span className="line-clamp-2 min-w-0 flex-1 text-ink" title={call.question}>
          {call.question}
        </span>
        <span className="max-w-28 shrink-0 truncate text-ink-3">{sourceLabel(call.args) ?? call.tool}</span>
      </>
    );
  return (
    <>
      <span className="min-w-0 truncate font-mono text-ink">
        <span className="text-ink-3">{call.server}.</span>
        {call.tool}
      </span>
      <span className="min-w-0 flex-1 truncate text-ink-3">{gist(call.args)}</span>
    </>
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
