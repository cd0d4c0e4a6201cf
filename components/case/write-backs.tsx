'use client';
import Link from 'next/link';
import { api } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { useApi, useReload } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { Spinner } from '@/components/ui/spinner';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { WriteBack } from '@/lib/write-back/schema';

const STATE: Record<WriteBack['state'], string> = {
  proposed: 'Waiting for confirmation',
  queued: 'Sending',
  sent: 'Sent',
  failed: 'Not sent',
  dismissed: 'Dismissed',
};

const POLL_MS = 3000;

/** What the approved case writes back to the systems of its alerts: each with its exact calls, to send or to dismiss. */
export function WriteBacks({ investigationId }: { investigationId: string }) {
  const request = { params: { id: investigationId } };
  const reload = useReload();
  const { data } = useApi('/api/investigations/{id}/write-backs', request, {
    // What is being sent is followed to its end.
    every: (answer) => answer?.items.some(({ state }) => state === 'queued') === true && POLL_MS,
    background: true,
  });
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-labelledby="write-backs">
      <h2 id="write-backs" className="mb-1 font-semibold">
        Write back
      </h2>
      <p className="mb-2 text-ink-3 text-xs">
        Tells the systems that the alerts came from how the case ended. Nothing is sent before someone confirms it.
      </p>
      <ul className="flex flex-col gap-3">
        {data.items.map((item) => (
          <Item key={item.id} item={item} onDecided={() => reload('/api/investigations/{id}/write-backs', request)} />
        ))}
      </ul>
    </section>
  );
}

function Item({ item, onDecided }: { item: WriteBack; onDecided: () => Promise<void> }) {
  const { busy, problem, send } = useRequest<'send' | 'dismiss'>();
  const { id, alert, connection, calls, state, error, mayDecide } = item;
  const isOpen = state === 'proposed' || state === 'failed';
  const decide = (decision: 'send' | 'dismiss') =>
    send(decision, async () => {
      await api.post('/api/write-backs/{id}', { params: { id }, body: { decision } });
      announce(decision === 'send' ? `Sending to ${connection}` : 'Dismissed');
      await onDecided();
    });
  return (
    <li className="[overflow-wrap:anywhere]">
      <Link
        href={`/queue?status=new,open,closed&alert=${alert.id}`}
        className="hover:underline"
        title="Show the alert in the queue"
      >
        <Unseen text={alert.title} />
      </Link>
      <State item={item} />
      {error && state !== 'sent' && (
        <p className="text-bad text-xs">
          {error}
          {state === 'queued' && ' Trying again.'}
        </p>
      )}
      <Calls calls={calls} />
      {isOpen && mayDecide && (
        <span className="mt-1 flex gap-2">
          <Button size="sm" busy={busy === 'send'} onClick={() => decide('send')}>
            {state === 'failed' ? 'Send again' : `Send to ${connection}`}
          </Button>
          <Button size="sm" variant="quiet" busy={busy === 'dismiss'} onClick={() => decide('dismiss')}>
            Dismiss
          </Button>
        </span>
      )}
      {isOpen && !mayDecide && <p className="text-ink-3 text-xs">A reviewer can send or dismiss it.</p>}
      <Problem className="mt-1">{problem}</Problem>
    </li>
  );
}

function State({ item: { connection, state, decidedBy, decidedAt } }: { item: WriteBack }) {
  return (
    <p className="flex flex-wrap items-center gap-x-1 text-ink-3 text-xs">
      {state === 'queued' && <Spinner />}
      {connection} · {STATE[state]}
      {decidedBy && ` · ${decidedBy}`}
      {decidedAt && <Time value={decidedAt} />}
    </p>
  );
}

/** The comment as it will be read there, and the calls exactly as they are made. */
function Calls({ calls }: { calls: WriteBack['calls'] }) {
  const comment = calls.map(({ args }) => args.comment ?? args.append_comment).find((text) => typeof text === 'string');
  return (
    <>
      {typeof comment === 'string' && (
        <blockquote className="my-1 border-line-strong border-l-2 pl-2 text-ink-2 text-xs">{comment}</blockquote>
      )}
      <details className="text-xs">
        <summary className="min-h-6 cursor-pointer py-1 text-ink-2">
          {calls.length === 1 ? 'Show the exact call' : `Show the ${calls.length} exact calls`}
        </summary>
        {calls.map(({ tool, args }) => (
          <pre key={tool} className="mt-1 whitespace-pre-wrap rounded border border-line p-2 font-mono">
            {tool} {JSON.stringify(args, null, 2)}
          </pre>
        ))}
      </details>
    </>
  );
}
