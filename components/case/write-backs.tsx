'use client';
import { useState } from 'react';
import { api } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { useApi } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
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

/** What the approved case writes back to the systems of its alerts: each with its exact calls, to send or to dismiss. */
export function WriteBacks({ investigationId }: { investigationId: string }) {
  const { data } = useApi('/api/investigations/{id}/write-backs', { params: { id: investigationId } });
  const [decided, setDecided] = useState<ReadonlyMap<string, WriteBack>>(new Map());
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-labelledby="write-backs">
      <h2 id="write-backs" className="mb-1 font-semibold">
        Write back
      </h2>
      <ul className="flex flex-col gap-3">
        {data.items.map((item) => (
          <Item
            key={item.id}
            item={decided.get(item.id) ?? item}
            onDecided={(next) => setDecided((before) => new Map(before).set(next.id, next))}
          />
        ))}
      </ul>
    </section>
  );
}

function Item({ item, onDecided }: { item: WriteBack; onDecided: (item: WriteBack) => void }) {
  const { busy, problem, send } = useRequest<'send' | 'dismiss'>();
  const { id, alert, connection, calls, state, error, decidedBy, decidedAt, mayDecide } = item;
  const isOpen = state === 'proposed' || state === 'failed';
  const decide = (decision: 'send' | 'dismiss') =>
    send(decision, async () => {
      onDecided(await api.post('/api/write-backs/{id}', { params: { id }, body: { decision } }));
      announce(decision === 'send' ? `Sending to ${connection}` : 'Dismissed');
    });
  return (
    <li className="[overflow-wrap:anywhere]">
      <p>
        <Unseen text={alert.title} />
      </p>
      <p className="text-ink-3 text-xs">
        {connection} · {STATE[state]}
        {decidedBy && ` · ${decidedBy}`}
        {decidedAt && (
          <>
            {' '}
            <Time value={decidedAt} />
          </>
        )}
      </p>
      {error && state !== 'sent' && <p className="text-bad text-xs">{error}</p>}
      <details className="text-xs">
        <summary className="min-h-6 cursor-pointer py-1 text-ink-2">
          {calls.length === 1 ? '1 call' : `${calls.length} calls`}
        </summary>
        {calls.map(({ tool, args }) => (
          <pre key={tool} className="mt-1 whitespace-pre-wrap rounded border border-line p-2 font-mono">
            {tool} {JSON.stringify(args, null, 2)}
          </pre>
        ))}
      </details>
      {isOpen && mayDecide && (
        <span className="mt-1 flex gap-2">
          <Button size="sm" busy={busy === 'send'} onClick={() => decide('send')}>
            {state === 'failed' ? 'Send again' : 'Send'}
          </Button>
          <Button size="sm" variant="quiet" busy={busy === 'dismiss'} onClick={() => decide('dismiss')}>
            Dismiss
          </Button>
        </span>
      )}
      <Problem className="mt-1">{problem}</Problem>
    </li>
  );
}
