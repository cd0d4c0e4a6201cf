'use client';
import { KeyRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toaster';
import type { KeyView } from '@/lib/auth/api-keys';
import { formatUtc } from '@/lib/time/time';
import { CreateKey } from './create-key';
import { SCOPE } from './key-limits';
import { RotateKey } from './rotate-key';
import { Section } from './section';

export function Keys({ keys, meId, mayDecide }: { keys: KeyView[]; meId: string | null; mayDecide: boolean }) {
  const [revoking, setRevoking] = useState<KeyView | null>(null);
  return (
    <Section
      title="API keys"
      lead="For alert senders and scripts. A key acts as its owner, within the permissions it was created with."
      action={<CreateKey mayDecide={mayDecide} />}
    >
      {keys.length === 0 ? (
        <EmptyState icon={<KeyRound />} title="No keys yet">
          Alert senders need one: create it here and store it in the sender’s secrets.
        </EmptyState>
      ) : (
        <Table>
          <TableHead>
            <tr>
              <HeaderCell className="pl-0">Name</HeaderCell>
              <HeaderCell className="max-sm:hidden">Prefix</HeaderCell>
              <HeaderCell className="max-sm:hidden">User</HeaderCell>
              <HeaderCell>Last used</HeaderCell>
              <HeaderCell className="w-36 pr-0 max-sm:w-20">
                <span className="sr-only">Actions</span>
              </HeaderCell>
            </tr>
          </TableHead>
          <tbody>
            {keys.map((key) => (
              <KeyRow key={key.id} of={key} isMine={key.owner.id === meId} onRevoke={() => setRevoking(key)} />
            ))}
          </tbody>
        </Table>
      )}
      <RevokeDialog of={revoking} onClose={() => setRevoking(null)} />
    </Section>
  );
}

/** `of`: the key that is about to be revoked, if any. */
function RevokeDialog({ of: key, onClose }: { of: KeyView | null; onClose: () => void }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    if (!key) return;
    setBusy(true);
    try {
      await api.delete('/api/keys/{id}', { params: { id: key.id } });
      toast({ kind: 'good', title: `Key “${key.name}” revoked` });
      router.refresh();
    } catch (error) {
      toast({ kind: 'bad', title: 'Couldn’t revoke the key', description: errorMessage(error) });
    } finally {
      setBusy(false);
      onClose();
    }
  };
  return (
    <Dialog
      open={key !== null}
      onOpenChange={(open) => !open && onClose()}
      title="Revoke this key?"
      size="sm"
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="danger" busy={busy} onClick={revoke}>
            Revoke
          </Button>
        </>
      }
    >
      <p className="text-ink-2 text-sm">Requests with “{key?.name}” are refused immediately. This can’t be undone.</p>
    </Dialog>
  );
}

function KeyRow({ of: key, isMine, onRevoke }: { of: KeyView; isMine: boolean; onRevoke: () => void }) {
  return (
    <TableRow className="hover:bg-transparent">
      <Cell className="break-words py-1.5 pl-0">
        {key.name} {key.replacedById !== null && <Badge tone="medium">replaced</Badge>}
        <span className="block text-ink-3 text-xs">
          {SCOPE[key.scope].label}
          {key.source !== null && ` for ${key.source}`} · created <Time value={key.createdAt} />
          {key.decidesReviews && ' · can decide reviews'}
          {key.signed && ' · signed messages only'}
          <span className="sm:hidden"> · acts as {key.owner.name}</span>
        </span>
        <Expiry of={key} />
      </Cell>
      <Cell className="font-mono text-ink-2 text-xs max-sm:hidden">{key.prefix}…</Cell>
      <Cell className="text-ink-2 max-sm:hidden">
        {key.owner.name} {isMine && <span className="text-ink-3">(you)</span>}
      </Cell>
      <Cell className="whitespace-nowrap text-ink-2">{key.lastUsedAt ? <Time value={key.lastUsedAt} /> : 'never'}</Cell>
      <Cell className="pr-0 text-right">
        <span className="inline-flex flex-wrap justify-end gap-1">
          {key.mayRotate && !hasExpired(key) && <RotateKey of={key} />}
          <Button size="sm" variant="danger" aria-label={`Revoke ${key.name}`} onClick={onRevoke}>
            Revoke
          </Button>
        </span>
      </Cell>
    </TableRow>
  );
}

const hasExpired = ({ expiresAt }: KeyView) => expiresAt !== null && Date.parse(expiresAt) <= Date.now();

function Expiry({ of: key }: { of: KeyView }) {
  if (key.expiresAt === null) return null;
  return (
    <span className={cx('block text-xs', hasExpired(key) ? 'text-bad' : 'text-ink-2')} suppressHydrationWarning>
      {hasExpired(key) ? 'expired' : key.replacedById === null ? 'expires' : 'still works; ends'}{' '}
      {formatUtc(key.expiresAt)}
    </span>
  );
}
