'use client';
import { Ellipsis } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { useRequest } from '@/components/shell/use-request';
import { Button } from '@/components/ui/button';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { Menu, MenuItem } from '@/components/ui/menu';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toaster';
import type { AccountLink } from '@/lib/auth/account-links';
import type { UserView } from '@/lib/auth/users';
import { HandOverDialog } from './hand-over-dialog';
import { OneTimeLink } from './one-time-link';

type PersonActionsProps = {
  person: UserView;
  people: UserView[];
  isMe: boolean;
  hasSso: boolean;
  busy: boolean;
  onChange: (patch: { disabled: boolean; handOverTo?: string | null }, done: string) => void;
};

/** Deactivate, with a question first when work is open; rename; a link that sets a password. */
export function PersonActions({ person, people, isMe, hasSso, busy, onChange }: PersonActionsProps) {
  const [open, setOpen] = useState<'rename' | null>(null);
  const [link, setLink] = useState<AccountLink | null>(null);
  const [work, setWork] = useState<{ alerts: number; reviews: number; tasks: number } | null>(null);
  const params = { id: person.id };
  const deactivate = async () => {
    const found = await api.get('/api/users/{id}/open-work', { params }).catch(() => null);
    if (found && found.alerts + found.reviews + found.tasks > 0) setWork(found);
    else onChange({ disabled: true }, `${person.name} is signed out and can’t sign in.`);
  };
  const makeLink = async () => {
    try {
      setLink(await api.post('/api/users/{id}/reset-link', { params }));
    } catch (error) {
      toast({ kind: 'bad', title: 'No link was created', description: errorMessage(error) });
    }
  };
  return (
    <span className="inline-flex items-center justify-end gap-1">
      {!isMe && (
        <Button
          size="sm"
          variant={person.disabled ? 'default' : 'quiet'}
          busy={busy}
          aria-label={`${person.disabled ? 'Reactivate' : 'Deactivate'} ${person.name}`}
          onClick={() =>
            person.disabled ? onChange({ disabled: false }, `${person.name} can sign in again.`) : deactivate()
          }
        >
          {person.disabled ? 'Reactivate' : 'Deactivate'}
        </Button>
      )}
      <MoreActions {...{ person, isMe, hasSso }} onRename={() => setOpen('rename')} onLink={makeLink} />
      <RenameDialog person={person} open={open === 'rename'} onClose={() => setOpen(null)} />
      <Dialog
        open={link !== null}
        onOpenChange={(next) => !next && setLink(null)}
        title={link?.purpose === 'reset' ? 'Password reset link' : 'Invitation link'}
        footer={
          <DialogClose>
            <Button variant="primary">Done</Button>
          </DialogClose>
        }
      >
        {link && <OneTimeLink name={person.name} link={link} />}
      </Dialog>
      {work && (
        <HandOverDialog
          person={person}
          work={work}
          people={people}
          onClose={() => setWork(null)}
          onConfirm={(handOverTo) => {
            setWork(null);
            onChange({ disabled: true, handOverTo }, `${person.name} is signed out and can’t sign in.`);
          }}
        />
      )}
    </span>
  );
}

type MoreActionsProps = Pick<PersonActionsProps, 'person' | 'isMe' | 'hasSso'> & {
  onRename: () => void;
  onLink: () => void;
};

/** What is needed now and then: the name, a link that sets a password, other ways of signing in. */
function MoreActions({ person, isMe, hasSso, onRename, onLink }: MoreActionsProps) {
  const router = useRouter();
  const [asked, setAsked] = useState<Removal | null>(null);
  const params = { id: person.id };
  const attempt = async (change: () => Promise<unknown>, done: string, failed: string) => {
    try {
      await change();
      toast({ kind: 'good', title: done });
      router.refresh();
    } catch (error) {
      toast({ kind: 'bad', title: failed, description: errorMessage(error) });
    }
  };
  const resetTwoFactor = () =>
    attempt(
      () => api.delete('/api/users/{id}/two-factor', { params }),
      `${person.name} signs in with the password alone.`,
      'The second factor was not removed',
    );
  const removePasskeys = () =>
    attempt(
      () => api.delete('/api/users/{id}/passkeys', { params }),
      `${person.name}’s passkeys are removed.`,
      'The passkeys were not removed',
    );
  const allowSsoLink = () =>
    attempt(
      () => api.post('/api/users/{id}/sso-link', { params }),
      `${person.name} can link by signing in at the provider within 7 days.`,
      'Linking was not allowed',
    );
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button size="sm" variant="quiet" aria-label={`More actions for ${person.name}`} className="w-7 px-0">
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
      >
        <MenuItem onSelect={onRename}>Rename</MenuItem>
        <MenuItem onSelect={onLink} disabled={person.disabled || person.service === true}>
          {person.invited ? 'New invitation link' : 'Password reset link'}
        </MenuItem>
        {hasSso && !person.sso && !person.service && !person.disabled && (
          <MenuItem onSelect={allowSsoLink}>Allow linking single sign-on</MenuItem>
        )}
        {person.twoFactor && !isMe && <MenuItem onSelect={() => setAsked('factor')}>Remove second factor…</MenuItem>}
        {person.passkeys !== undefined && !isMe && (
          <MenuItem onSelect={() => setAsked('passkeys')}>Remove passkeys…</MenuItem>
        )}
      </Menu>
      <RemovalDialog
        what={asked}
        name={person.name}
        onClose={() => setAsked(null)}
        onConfirm={() => {
          setAsked(null);
          void (asked === 'factor' ? resetTwoFactor() : removePasskeys());
        }}
      />
    </>
  );
}

type Removal = 'factor' | 'passkeys';
const REMOVALS: Record<Removal, { title: (name: string) => string; text: string; action: string }> = {
  factor: {
    title: (name) => `Remove the second factor of ${name}?`,
    text: 'They sign in with the password alone until they set up a new one. Recovery codes stop working.',
    action: 'Remove second factor',
  },
  passkeys: {
    title: (name) => `Remove the passkeys of ${name}?`,
    text: 'They sign in with the password until they register a new passkey.',
    action: 'Remove passkeys',
  },
};

/** Weaker sign-in is asked for twice: it can’t be undone for somebody else. */
function RemovalDialog(props: { what: Removal | null; name: string; onClose: () => void; onConfirm: () => void }) {
  const { what, name, onClose, onConfirm } = props;
  const words = what && REMOVALS[what];
  return (
    <Dialog
      open={words !== null}
      onOpenChange={(next) => !next && onClose()}
      title={words?.title(name) ?? ''}
      size="sm"
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="danger" onClick={onConfirm}>
            {words?.action}
          </Button>
        </>
      }
    >
      <p className="text-ink-2 text-sm">{words?.text}</p>
    </Dialog>
  );
}

function RenameDialog({ person, open, onClose }: { person: UserView; open: boolean; onClose: () => void }) {
  const router = useRouter();
  const formId = useId();
  const { busy, problem, at, send, clear, form } = useRequest(/^name$/);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '');
    const params = { id: person.id };
    if (!(await send('send', () => api.patch('/api/users/{id}', { params, body: { name } })))) return;
    onClose();
    toast({ kind: 'good', title: `${person.name} is now ${name}.` });
    router.refresh();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        clear();
        onClose();
      }}
      title={`Rename ${person.name}`}
      size="sm"
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button variant="primary" type="submit" form={formId} busy={busy !== null}>
            Rename
          </Button>
        </>
      }
    >
      <form id={formId} ref={form} onSubmit={submit} className="flex flex-col gap-3">
        <Field label="Name" hint="Earlier commits keep the earlier name." error={at('name')}>
          {(control) => (
            <Input {...control} name="name" defaultValue={person.name} maxLength={100} autoComplete="off" required />
          )}
        </Field>
        <Problem>{problem}</Problem>
      </form>
    </Dialog>
  );
}
