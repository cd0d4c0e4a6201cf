'use client';
import { CircleCheck, CircleX, Hourglass } from 'lucide-react';
import { useId, useState } from 'react';
import { api } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { ApprovalView } from '@/lib/agent/approval-schema';
import type { RunItem } from './run-state';

type Approval = Extract<RunItem, { kind: 'approval' }>;
type Decision = NonNullable<Approval['decided']>;

const OUTCOME: Record<Decision['decision'], string> = {
  allowed: 'Approved',
  denied: 'Denied',
  expired: 'Approval expired; call not made',
};

/** A call that needs approval: its exact arguments, and the decision. `open`: the run is still waiting for it. */
export function ApprovalCard({ runId, item, open }: { runId: string; item: Approval; open: boolean }) {
  const { ask } = item;
  const heading = useId();
  const { own, decided, busy, problem, decide } = useApproval(runId, item, open);
  const asking = open && decided === null;
  return (
    <section
      aria-labelledby={heading}
      data-testid="approval"
      className={`my-1 rounded-md border text-xs ${asking ? 'border-high bg-high-soft' : 'border-line bg-surface'}`}
    >
      <div className="flex flex-wrap items-center gap-1.5 px-2 pt-1.5">
        <DecisionIcon decided={decided} />
        <h3 id={heading} className="min-w-0 font-medium [overflow-wrap:anywhere]">
          {asking ? 'Needs approval: ' : ''}
          <span className="font-mono">
            <Unseen text={`${ask.server}.${ask.tool}`} />
          </span>
        </h3>
        <Badge tone={ask.class === 'write' ? 'critical' : 'high'}>
          {ask.class === 'write' ? 'writes' : 'sends data out'}
        </Badge>
      </div>
      <Arguments args={ask.args} />
      <div className="flex flex-wrap items-center gap-2 border-line border-t px-2 py-1.5">
        {asking && own?.mayAllow !== false && (
          <Button size="sm" variant="primary" busy={busy === 'allow'} onClick={() => decide(true)}>
            Approve once
          </Button>
        )}
        {asking && (
          <>
            <Button size="sm" busy={busy === 'refuse'} onClick={() => decide(false)}>
              Deny
            </Button>
            <span className="text-ink-2">
              {own?.mayAllow === false ? 'A reviewer, lead or admin can approve it. ' : ''}
              Expires <Time value={ask.expiresAt} show="utc" />
            </span>
          </>
        )}
        {!asking && <span className="text-ink-2">{outcomeOf(decided)}</span>}
        <Problem>{problem}</Problem>
      </div>
    </section>
  );
}

/** What was decided, here or meanwhile by somebody else, and the way to decide. */
function useApproval(runId: string, { ask: { callId }, decided: told }: Approval, open: boolean) {
  const [answer, setAnswer] = useState<ApprovalView | null>(null);
  const { busy, problem, send } = useRequest<'allow' | 'refuse'>();
  const pending = open && (told ?? decisionOf(answer)) === null;
  // Whether this person may allow it, and whether someone else has decided meanwhile.
  const list = useApi(
    '/api/runs/{id}/approvals',
    { params: { id: runId } },
    { when: pending, every: 10_000, background: true },
  );
  const own = answer ?? list.data?.items.find((one) => one.callId === callId) ?? null;
  const decide = (allow: boolean) =>
    send(allow ? 'allow' : 'refuse', async () =>
      setAnswer(
        await api.post('/api/runs/{id}/approvals/{callId}', { params: { id: runId, callId }, body: { allow } }),
      ),
    );
  return { own, decided: told ?? decisionOf(own), busy, problem, decide };
}

function DecisionIcon({ decided }: { decided: Decision | null }) {
  if (decided === null) return <Hourglass aria-hidden className="size-3.5 text-high" />;
  if (decided.decision === 'allowed') return <CircleCheck aria-hidden className="size-3.5 text-good" />;
  return <CircleX aria-hidden className="size-3.5 text-ink-3" />;
}

function outcomeOf(decided: Decision | null): string {
  if (!decided) return 'Not decided; call not made.';
  const by = decided.decision === 'expired' ? '' : ` by ${decided.by ?? 'a deleted user'}`;
  return `${OUTCOME[decided.decision]}${by}`;
}

function decisionOf(view: ApprovalView | null): Decision | null {
  if (!view || view.status === 'waiting') return null;
  const decision = view.status === 'used' ? 'allowed' : view.status;
  return { decision, by: view.decidedBy };
}

/** Each argument by name, in full; invisible characters are named. */
function Arguments({ args }: { args: unknown }) {
  // By name: the database does not keep their order.
  const entries = Object.entries(typeof args === 'object' && args !== null ? args : {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  if (entries.length === 0) return <p className="px-2 py-1.5 text-ink-2">No arguments.</p>;
  return (
    <dl className="max-h-72 space-y-1 overflow-auto px-2 py-1.5" tabIndex={0} aria-label="Arguments">
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
