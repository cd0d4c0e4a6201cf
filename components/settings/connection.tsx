'use client';
import { Wrench } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import type { ConnectionDetail, ToolClass, ToolView } from '@/lib/connections/schema';
import { ConnectionDialog } from './connection-dialog';
import { Section } from './section';
import { ToolRow } from './tool-row';

/** One connection: how it is reached, and what each of its tools may do. */
export function ConnectionPage({ connection, canManage }: { connection: ConnectionDetail; canManage: boolean }) {
  const router = useRouter();
  const fresh = useSearchParams().get('test') === 'now';
  const [detail, setDetail] = useState(connection);
  const { busy, problem, send } = useRequest<'test' | 'decide' | 'turn' | 'remove'>();
  const tested = useRef(false);
  useEffect(() => setDetail(connection), [connection]);
  const { id } = connection;

  const act = useCallback(
    (what: 'test' | 'decide' | 'turn', run: () => Promise<ConnectionDetail>) =>
      send(what, async () => setDetail(await run())),
    [send],
  );
  const test = useCallback(async () => {
    const ok = await act('test', () => api.post('/api/connections/{id}/test', { params: { id } }));
    if (ok) toast({ kind: 'good', title: 'Connected. Its tools are listed below.' });
  }, [act, id]);
  // A connection that was just added is tested once, without another click.
  useEffect(() => {
    if (!fresh || tested.current || !canManage) return;
    tested.current = true;
    router.replace(`/settings/connections/${connection.id}`);
    void test();
  }, [fresh, canManage, connection.id, router, test]);

  const decide = (tools: { name: string; class: ToolClass; hash: string }[]) =>
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

  const suggestions = detail.toolList.filter(isSuggestion);
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
            <span className="font-mono text-xs [overflow-wrap:anywhere]">
              {detail.target.kind === 'http'
                ? detail.target.url
                : [detail.target.command, ...detail.target.args].join(' ')}
            </span>
          )
        }
        action={
          canManage && (
            <span className="flex flex-wrap gap-2">
              <Button variant="primary" busy={busy === 'test'} onClick={test}>
                Test and list tools
              </Button>
              <ConnectionDialog connection={detail} />
              <Button busy={busy === 'turn'} onClick={() => turn(!detail.enabled)}>
                {detail.enabled ? 'Disable' : 'Enable'}
              </Button>
              <Remove name={detail.name} busy={busy === 'remove'} onRemove={remove} />
            </span>
          )
        }
      >
        <p className="flex flex-wrap items-center gap-1.5 text-ink-2 text-sm">
          {!detail.enabled && <Badge>disabled</Badge>}
          {detail.secrets.map(({ name, fromEnv, missing }) => (
            <Badge key={name} tone={missing ? 'bad' : 'neutral'}>
              {name}: {fromEnv === null ? 'stored' : missing ? `${fromEnv} is not set here` : `from ${fromEnv}`}
            </Badge>
          ))}
        </p>
        <Problem>{problem}</Problem>
      </Section>
      <Section
        title="Tools"
        lead="A class applies to the tool definition shown here. If the server changes the definition, the tool is disabled until it is confirmed again."
        action={
          canManage &&
          suggestions.length > 0 && (
            <Button
              busy={busy === 'decide'}
              onClick={() => decide(suggestions.map(({ name, suggested, hash }) => ({ name, class: suggested, hash })))}
            >
              Apply {suggestions.length} suggested classes
            </Button>
          )
        }
      >
        {detail.toolList.length === 0 ? (
          <EmptyState icon={<Wrench />} title="No tools yet">
            {canManage
              ? 'Test the connection to list its tools. They are refused until you set a class.'
              : 'An admin must test the connection first.'}
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line border-line border-y">
            {detail.toolList.map((tool) => (
              <ToolRow key={tool.name} tool={tool} canManage={canManage} onDecide={(one) => decide([one])} />
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}

type Suggestion = ToolView & { suggested: ToolClass; hash: string };

/** Only what nobody has decided on: a suggestion never overrides an admin. */
function isSuggestion(tool: ToolView): tool is Suggestion {
  return tool.state === 'new' && tool.suggested !== null && tool.hash !== null && tool.problem === null;
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
