'use client';
import { Bookmark, ChevronDown, Trash2, Users } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { useApi, useReload } from '@/components/shell/use-api';
import { useRequest } from '@/components/shell/use-request';
import { Button, IconButton } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog, DialogClose } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { Menu, MenuGroup, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { Problem } from '@/components/ui/problem';
import type { AlertView } from '@/lib/alerts/alert-views';
import type { Person } from '@/lib/alerts/schema';

type SavedViewsProps = { /** The filters as in the URL. */ current: string; me: Person; mayDeleteShared: boolean };

/** Named lists: one's own, and those that others share. */
export function SavedViews({ current, me, mayDeleteShared }: SavedViewsProps) {
  const router = useRouter();
  const { data } = useApi('/api/alerts/views', {});
  const [dialog, setDialog] = useState<'save' | 'manage' | null>(null);
  const views = data?.items ?? [];
  const here = views.find(({ query }) => query === current);
  return (
    <>
      <Menu
        trigger={
          <Button size="sm" variant="quiet" className={here ? 'bg-selected font-medium' : 'text-ink-2'}>
            <Bookmark aria-hidden className="size-3.5" />
            <span className="max-w-40 truncate">{here?.name ?? 'Views'}</span>
            <ChevronDown aria-hidden className="size-3 text-ink-3" />
          </Button>
        }
      >
        {views.length > 0 && (
          <MenuGroup label="Saved views">
            {views.map((view) => (
              <MenuItem
                key={view.id}
                icon={view.shared ? <Users aria-label="Shared" /> : <Bookmark aria-hidden />}
                onSelect={() => router.push(`/queue?${view.query}`)}
              >
                {view.name}
                {view.owner.id !== me.id && <span className="text-ink-3"> · {view.owner.name}</span>}
              </MenuItem>
            ))}
          </MenuGroup>
        )}
        {views.length > 0 && <MenuSeparator />}
        <MenuItem onSelect={() => setDialog('save')}>Save this view…</MenuItem>
        {views.length > 0 && <MenuItem onSelect={() => setDialog('manage')}>Manage views…</MenuItem>}
      </Menu>
      <Dialog
        isForm
        open={dialog === 'save'}
        onOpenChange={(open) => setDialog(open ? 'save' : null)}
        title="Save this view"
        size="sm"
      >
        <SaveForm current={current} onSaved={() => setDialog(null)} />
      </Dialog>
      <Dialog open={dialog === 'manage'} onOpenChange={(open) => setDialog(open ? 'manage' : null)} title="Saved views">
        <ViewList views={views} mayDelete={({ owner }) => owner.id === me.id || mayDeleteShared} />
      </Dialog>
    </>
  );
}

function SaveForm({ current, onSaved }: { current: string; onSaved: () => void }) {
  const reload = useReload();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const { busy, problem, at, send, form } = useRequest(/^name$/);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send('send', async () => {
      await api.post('/api/alerts/views', { body: { name, query: current, shared } });
      await reload('/api/alerts/views', {});
      onSaved();
    });
  };
  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-3" noValidate>
      <Field label="Name" hint="Keeps filters, order and grouping." error={at('name')}>
        {(control) => (
          <Input {...control} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Checkbox label="Share with everyone" showLabel checked={shared} onChange={setShared} />
      <Problem>{problem}</Problem>
      <div className="flex justify-end gap-2">
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary" busy={busy !== null}>
          Save view
        </Button>
      </div>
    </form>
  );
}

function ViewList({ views, mayDelete }: { views: AlertView[]; mayDelete: (view: AlertView) => boolean }) {
  const reload = useReload();
  const [problem, setProblem] = useState('');
  const remove = (id: string) =>
    api
      .delete('/api/alerts/views/{id}', { params: { id } })
      .then(() => reload('/api/alerts/views', {}))
      .catch((error: unknown) => setProblem(errorMessage(error)));
  return (
    <>
      <Problem>{problem}</Problem>
      <ul className="divide-y divide-line">
        {views.map((view) => (
          <li key={view.id} className="flex items-center gap-2 py-1.5 text-sm">
            <span className="min-w-0 flex-1 truncate">
              {view.name}{' '}
              <span className="text-ink-3 text-xs">
                {view.shared ? 'shared' : 'personal'} · {view.owner.name}
              </span>
            </span>
            {mayDelete(view) && (
              <IconButton label={`Delete ${view.name}`} size="sm" onClick={() => void remove(view.id)}>
                <Trash2 aria-hidden className="size-4" />
              </IconButton>
            )}
          </li>
        ))}
        {views.length === 0 && (
          <li className="py-2 text-ink-3 text-sm">No saved views. Set filters, then save them as a view.</li>
        )}
      </ul>
    </>
  );
}
