'use client';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import type { SystemView } from '@/lib/connections/catalogue/schema';
import type { ConnectionDetail, DecideTools, TestStep } from '@/lib/connections/schema';
import { ConnectionDialog } from './connection-dialog';
import { ConnectionHealth, TestSteps } from './connection-health';
import { ConnectionPolling } from './connection-polling';
import { ConnectionSignIn } from './connection-sign-in';
import { ConnectionTools } from './connection-tools';
import { ConnectionWriteBack } from './connection-write-back';
import { Section } from './section';
import { SystemHelp } from './system-form';
import { targetAddress } from './target-address';
import { TestProgress } from './test-progress';

type ConnectionPageProps = {
  connection: ConnectionDetail;
  /** Where an authorization server sends people back to. */
  redirectUrl: string;
  /** For who manages connections. */
  system: SystemView | null;
  canManage: boolean;
};

/** One connection: how it is reached, and what each of its tools may do. */
export function ConnectionPage({ connection, system, canManage, redirectUrl }: ConnectionPageProps) {
  const search = useSearchParams();
  const { detail, setDetail, steps, busy, problem, test, decide, turn, remove } = useConnection(connection, {
    testNow: search.get('test') === 'now' && canManage,
  });
  return (
    <>
      <p className="mb-3 text-sm">
        <Link href="/settings/connections" className="text-accent underline-offset-2 hover:underline">
          Connections
        </Link>
      </p>
      <Section
        title={detail.name}
        lead={
          detail.target && (
            <span className="font-mono text-xs [overflow-wrap:anywhere]">{targetAddress(detail.target)}</span>
          )
        }
        action={
          canManage && (
            <Actions
              detail={detail}
              redirectUrl={redirectUrl}
              busy={busy}
              onTest={test}
              onTurn={turn}
              onRemove={remove}
            />
          )
        }
      >
        <ConnectionHealth detail={detail} />
        {busy === 'test' ? <TestProgress kind={detail.kind} /> : <TestSteps steps={steps} />}
        <Problem className="mt-2">{problem}</Problem>
      </Section>
      {detail.signIn && (
        <ConnectionSignIn
          connection={detail}
          signIn={detail.signIn}
          canManage={canManage}
          failure={search.get('sign-in') && (detail.health.lastError ?? 'The sign-in failed. Try again.')}
          onChange={setDetail}
        />
      )}
      {detail.polling && (
        <ConnectionPolling connection={detail} polling={detail.polling} canManage={canManage} onChange={setDetail} />
      )}
      {detail.writeBack && (
        <ConnectionWriteBack
          connection={detail}
          writeBack={detail.writeBack}
          canManage={canManage}
          onChange={setDetail}
        />
      )}
      <ConnectionTools detail={detail} canManage={canManage} busy={busy === 'decide'} onDecide={decide} />
      {system && (
        <details className="mb-8 text-sm">
          <summary className="cursor-pointer font-medium">Set up {system.title}</summary>
          <div className="mt-2 max-w-prose">
            <SystemHelp system={system} />
          </div>
        </details>
      )}
    </>
  );
}

/** A connection and what can be done with it; its state is the server's latest answer. `testNow`: it was just added. */
function useConnection(connection: ConnectionDetail, { testNow }: { testNow: boolean }) {
  const router = useRouter();
  const [detail, setDetail] = useState(connection);
  const [steps, setSteps] = useState<TestStep[]>([]);
  const { busy, problem, send } = useRequest<'test' | 'decide' | 'turn' | 'remove'>();
  const tested = useRef(false);
  useEffect(() => setDetail(connection), [connection]);
  const { id } = connection;

  const act = useCallback(
    (what: 'test' | 'decide' | 'turn', run: () => Promise<ConnectionDetail>) =>
      send(what, async () => setDetail(await run())),
    [send],
  );
  const test = useCallback(
    () =>
      act('test', async () => {
        setSteps([]);
        try {
          const { steps: made, ...tested } = await api.post('/api/connections/{id}/test', { params: { id } });
          setSteps(made);
          return tested;
        } catch (error) {
          if (error instanceof ApiError) setSteps((error.data.steps as TestStep[] | undefined) ?? []); // as test-connection sends it
          // Its health is another one now.
          await api.get('/api/connections/{id}', { params: { id } }).then(setDetail, () => {});
          throw error;
        }
      }),
    [act, id],
  );
  // A connection that was just added is tested once, without another click.
  useEffect(() => {
    if (!testNow || tested.current) return;
    tested.current = true;
    // Not a navigation: the page as it was before the test would arrive after its result, and hide the tools.
    window.history.replaceState(null, '', `/settings/connections/${connection.id}`);
    void test();
  }, [testNow, connection.id, test]);

  const decide = (tools: DecideTools['tools']) =>
    act('decide', () => api.put('/api/connections/{id}/tools', { params: { id }, body: { tools } }));
  const turn = (enabled: boolean) =>
    act('turn', () => api.patch('/api/connections/{id}', { params: { id }, body: { enabled } }));
  const remove = () =>
    send('remove', async () => {
      await api.delete('/api/connections/{id}', { params: { id } });
      toast({ kind: 'good', title: `${connection.name} is removed.` });
      router.push('/settings/connections');
      router.refresh();
    });

  return { detail, setDetail, steps, busy, problem, test, decide, turn, remove };
}

type ActionsProps = {
  detail: ConnectionDetail;
  redirectUrl: string;
  busy: string | null;
  onTest: () => void;
  onTurn: (enabled: boolean) => void;
  onRemove: () => void;
};

function Actions({ detail, redirectUrl, busy, onTest, onTurn, onRemove }: ActionsProps) {
  return (
    <span className="flex flex-wrap gap-2">
      <Button variant="primary" busy={busy === 'test'} onClick={onTest}>
        Test
      </Button>
      <ConnectionDialog connection={detail} redirectUrl={redirectUrl} />
      <Button busy={busy === 'turn'} onClick={() => onTurn(!detail.enabled)}>
        {detail.enabled ? 'Disable' : 'Enable'}
      </Button>
      <Remove name={detail.name} busy={busy === 'remove'} onRemove={onRemove} />
    </span>
  );
}

function Remove({ name, busy, onRemove }: { name: string; busy: boolean; onRemove: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={`Remove ${name}?`}
      size="sm"
      trigger={<Button variant="danger">Remove</Button>}
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="danger" busy={busy} onClick={onRemove}>
            Remove
          </Button>
        </>
      }
    >
      <p className="text-ink-2 text-sm">This also deletes its secrets and tool classes. Its evidence is kept.</p>
    </Dialog>
  );
}
