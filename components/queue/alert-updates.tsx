'use client';
import { SeverityTag } from '@/components/labels/alert-labels';
import { Badge } from '@/components/ui/badge';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { AlertItem, AlertUpdate } from '@/lib/alerts/schema';
import { formatUtc } from '@/lib/time/time';

/** Marks a fact that the sender did not say. */
export function Guess({ children }: { children: string }) {
  return (
    <Badge tone="medium" className="ml-1.5">
      {children}
    </Badge>
  );
}

/** The sender says that the condition is over; people close alerts. */
export function ResolvedMark({ alert }: { alert: Pick<AlertItem, 'resolvedAt'> }) {
  return alert.resolvedAt === null ? null : <Badge tone="good">resolved by sender</Badge>;
}

/** What the sender said later about the alert, newest first. */
export function AlertUpdates({ updates }: { updates: AlertUpdate[] }) {
  return (
    <ol className="flex flex-col gap-2">
      {updates.map((update) => (
        <li key={update.id} className="rounded-md border border-line px-2.5 py-1.5">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
            <SeverityTag severity={update.severity} />
            {update.resolved && <Badge tone="good">resolved</Badge>}
            <span className="font-mono">{formatUtc(update.occurredAt)}</span>
            <span className="text-ink-3">
              received <Time value={update.receivedAt} />
            </span>
          </p>
          <p className="mt-0.5 break-words text-ink-2">
            <Unseen text={update.title} />
          </p>
          <details className="mt-0.5">
            <summary className="min-h-6 cursor-pointer select-none text-ink-3 text-xs leading-6">Document</summary>
            <pre
              className="max-h-60 overflow-auto whitespace-pre-wrap break-all rounded bg-sunken p-2 font-mono text-2xs leading-4"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
              tabIndex={0}
            >
              {JSON.stringify(update.raw, null, 2)?.slice(0, SHOWN_CHARS)}
            </pre>
          </details>
        </li>
      ))}
    </ol>
  );
}

const SHOWN_CHARS = 20_000;
