'use client';
import { ChevronRight, CircleAlert, CircleCheck } from 'lucide-react';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';
import { Badge } from '@/components/ui/badge';
import { Spinner } from '@/components/ui/spinner';
import type { RunItem } from './run-state';

type Props = {
  item: Extract<RunItem, { kind: 'sub' }>;
  live: boolean;
  /** Numbers that it may cite. */
  evidence: ReadonlySet<number>;
  onEvidence: (number: number) => void;
};

/** A sub-investigation of a run: its question, and what it found with the records it made. Its calls are listed beside it. */
export function SubInvestigation({ item, live, evidence, onEvidence }: Props) {
  const { asked, found } = item;
  return (
    <details className="group rounded border border-line bg-surface text-xs">
      <summary className="flex min-h-7 cursor-pointer list-none items-center gap-1.5 px-1.5 py-1">
        <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3 group-open:rotate-90" />
        {found?.ok ? (
          <CircleCheck aria-label="answered" className="size-3.5 shrink-0 text-good" />
        ) : found || !live ? (
          <CircleAlert aria-label="no answer" className="size-3.5 shrink-0 text-bad" />
        ) : (
          <Spinner />
        )}
        <Badge tone="model">Sub-investigation {asked.sub}</Badge>
        <span className="min-w-0 flex-1 truncate text-ink" title={asked.question}>
          {asked.question}
        </span>
        {asked.source && <span className="max-w-28 shrink-0 truncate text-ink-3">{asked.source}</span>}
      </summary>
      <div className="space-y-1.5 border-line border-t px-2 py-1.5">
        <p className="text-ink-2 [overflow-wrap:anywhere]">{asked.question}</p>
        {asked.entity && <p className="font-mono text-ink-3 [overflow-wrap:anywhere]">{asked.entity}</p>}
        {found && <LazyMarkdown source={found.text} onCite={onEvidence} evidence={evidence} className="text-xs" />}
      </div>
    </details>
  );
}

/** The sub-investigation that made a call, by the call's id (`3.0/1:2.0`); null: the run itself did. */
export function subOf(callId: string): number | null {
  const sub = /\/(\d+):/.exec(callId)?.[1];
  return sub === undefined ? null : Number(sub);
}
