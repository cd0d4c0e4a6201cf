'use client';
import { CircleCheck, CircleX, Hourglass } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { ApprovalView } from '@/lib/agent/approval-schema';
import type { RunItem } from './fold-run';

type Approval = Extract<RunItem, { kind: 'approval' }>;
type Decision = NonNullable<Approval['decided']>;

const WORDS: Record<Decision['decision'], string> = {
  allowed: 'allowed this call',
  denied: 'did not allow this call',
  expired: 'Nobody decided in time; it was not made',
};

/**
 * A call that waits for a person: what exactly will be sent, written out here from its arguments, and the decision.
 * `open`: the run is still there to be told.
 */
export function ApprovalCard({ runId, item, open }: { runId: string; item: Approval; open: boolean }) {
  const { ask } = item;
  const heading = useId();
  const [own, setOwn] = useState<ApprovalView | null>(null);
  const { busy, problem, send } = useRequest<'allow' | 'refuse'>();
  const decided = item.decided ?? decisionOf(own);
  const asking = open && decided === null;

  // Whether this person may allow it, and whether somebody else has meanwhile.
  useEffect(() => {
    if (!asking) return;
    const look = () =>
      api
        .get('/api/runs/{id}/approvals', { params: { id: runId } })
        .then(({ items }) => setOwn(items.find((one) => one.callId === ask.callId) ?? null))
        .catch(() => {}); // said by the decision itself
    void look();
    const timer = setInterval(look, 10_000);
    return () => clearInterval(timer);
  }, [asking, runId, ask.callId]);

  const decide = (allow: boolean) =>
    send(allow ? 'allow' : 'refuse', async () =>
      setOwn(
        await api.post('/api/runs/{id}/approvals/{callId}', {
          params: { id: runId, callId: ask.callId },
          body: { allow },
        }),
      ),
    );

  return (
    <section
      aria-labelledby={heading}
      data-testid="approval"
      className={`my-1 rounded-md border text-xs ${asking ? 'border-high bg-high-soft' : 'border-line bg-surface'}`}
    >
      <div className="flex flex-wrap items-center gap-1.5 px-2 pt-1.5">
        {decided === null ? (
          <Hourglass aria-hidden className="size-3.5 text-high" />
        ) : decided.decision === 'allowed' ? (
          <CircleCheck aria-hidden className="size-3.5 text-good" />
        ) : (
          <CircleX aria-hidden className="size-3.5 text-ink-3" />
        )}
        <h3 id={heading} className="min-w-0 font-medium [overflow-wrap:anywhere]">
          {asking ? 'Waits for you: ' : ''}
          <span className="font-mono">
            <Unseen text={`${ask.server}.${ask.tool}`} />
          </span>
        </h3>
        <Badge tone={ask.class === 'write' ? 'critical' : 'high'}>
          {ask.class === 'write' ? 'changes something' : 'sends something out'}
        </Badge>
      </div>
      <Arguments args={ask.args} />
      <div className="flex flex-wrap items-center gap-2 border-line border-t px-2 py-1.5">
        {asking && own?.mayAllow !== false && (
          <Button size="sm" variant="primary" busy={busy === 'allow'} onClick={() => decide(true)}>
            Allow this once
          </Button>
        )}
        {asking && (
          <>
            <Button size="sm" busy={busy === 'refuse'} onClick={() => decide(false)}>
              Don’t allow
            </Button>
            <span className="text-ink-2">
              {own?.mayAllow === false ? 'A reviewer, lead or admin may allow it. ' : ''}
              Lapses <Time value={ask.expiresAt} show="utc" />
            </span>
          </>
        )}
        {decided && (
          <span className="text-ink-2">
            {decided.decision === 'expired' ? WORDS.expired : `${decided.by ?? 'A person'} ${WORDS[decided.decision]}`}
          </span>
        )}
        {!asking && !decided && <span className="text-ink-2">Not decided. It was not made.</span>}
        <Problem>{problem}</Problem>
      </div>
    </section>
  );
}

function decisionOf(view: ApprovalView | null): Decision | null {
  if (!view || view.status === 'waiting') return null;
  const decision = view.status === 'used' ? 'allowed' : view.status;
  return { decision, by: view.decidedBy };
}

/** Each argument by name, whole, nothing hidden: characters that can't be seen are named. */
function Arguments({ args }: { args: unknown }) {
  // By name: what the database keeps has lost the order they came in.
  const entries = Object.entries(typeof args === 'object' && args !== null ? args : {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  if (entries.length === 0) return <p className="px-2 py-1.5 text-ink-2">Without arguments.</p>;
  return (
    <dl className="max-h-72 space-y-1 overflow-auto px-2 py-1.5" tabIndex={0} aria-label="What will be sent">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt className="text-ink-2">
            <Unseen text={name} />
          </dt>
          <dd className="whitespace-pre-wrap rounded bg-surface px-1.5 py-1 font-mono text-ink [overflow-wrap:anywhere]">
            <Unseen text={typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
