'use client';
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useState } from 'react';
import { kindInText } from '@/components/labels/alert-labels';
import { cx } from '@/components/ui/class-names';
import { Kbd } from '@/components/ui/kbd';
import { ITEM } from '@/components/ui/select';
import { toast } from '@/components/ui/toaster';
import { Unseen } from '@/components/ui/unseen';
import { useDebounced } from '@/components/ui/use-debounced';
import type { AlertView } from '@/lib/alerts/alert-views';
import type { Role } from '@/lib/auth/permissions';
import type { Everything } from '@/lib/library/search-everything';
import { api, errorMessage } from './api';
import { furtherPages } from './further-pages';
import { announce } from './live-region';
import { type Shortcut, useShortcutList } from './shortcuts';
import { useApi } from './use-api';
import { useInvestigate } from './use-investigate';

type Entry = { value: string; label: string; note?: string; keys?: string | undefined; run: () => void };
type Group = { value: string; items: Entry[] };

const MIN_SEARCH = 2;
const SEARCH_DELAY_MS = 200;
/** What may stand before the id of an alert. */
const INVESTIGATE = /^investigate\s+(?:alert\s+)?/i;

type PaletteProps = { role: Role; open: boolean; onOpenChange: (open: boolean) => void };

/** Commands of the page and the shell, pages, saved views, alerts, cases, entities and people, found by typing. */
export function Palette({ role, open, onOpenChange }: PaletteProps) {
  const router = useRouter();
  const shortcuts = useShortcutList();
  const [text, setText] = useState('');
  useEffect(() => {
    if (!open) setText('');
  }, [open]);
  const { investigate } = useInvestigate();
  const q = useDebounced(open ? text.trim().replace(INVESTIGATE, '') : '', SEARCH_DELAY_MS);
  const { data } = useApi('/api/search', { query: { q } }, { when: q.length >= MIN_SEARCH });
  const { data: views } = useApi('/api/alerts/views', {}, { when: open });
  const groups = useMemo(
    () => [
      ...groupsOf(text.trim() === '' ? shortcuts.filter(({ whenTyped }) => !whenTyped) : shortcuts),
      // Before anything is typed, they would bury the commands of the page.
      ...(text.trim() === '' ? [] : pageGroups(role, views?.items ?? [], router.push)),
      ...(data && q.length >= MIN_SEARCH
        ? [...investigateGroup(data, text, investigate), ...foundGroups(data, text, router.push)]
        : []),
    ],
    [shortcuts, role, views, data, q, text, router, investigate],
  );
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Viewport className="fixed inset-0 z-40 flex items-start justify-center px-3 pt-[12vh]">
          <Dialog.Popup
            aria-label="Commands"
            className="flex max-h-[70dvh] w-full max-w-xl flex-col overflow-hidden rounded-xl border border-line bg-raised text-ink shadow-float outline-none"
          >
            <Choices
              groups={groups}
              text={text}
              onText={setText}
              onChoose={(entry) => {
                onOpenChange(false);
                // After the dialog has returned the focus, so that the command can move it.
                setTimeout(entry.run);
              }}
            />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type ChoicesProps = {
  groups: Group[];
  text: string;
  onText: (text: string) => void;
  onChoose: (entry: Entry) => void;
};

/** The field, and what matches below it. */
function Choices({ groups, text, onText, onChoose }: ChoicesProps) {
  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      filter={(entry: Entry, query) => hasWords(entry.value, query)}
      autoHighlight="always"
      keepHighlight
      value={text}
      onValueChange={onText}
    >
      <div className="flex items-center gap-2 border-line border-b px-3">
        <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
        <Autocomplete.Input
          aria-label="Search commands, alerts, cases, entities and people"
          placeholder="Search or run a command…"
          className="h-11 w-full bg-transparent text-base outline-none placeholder:text-ink-3"
        />
        <Dialog.Close className="rounded border border-line px-1.5 py-0.5 text-2xs text-ink-2">Esc</Dialog.Close>
      </div>
      <Autocomplete.Empty className="px-4 py-6 text-ink-2 text-sm empty:hidden">No results.</Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 overflow-y-auto overscroll-contain p-1 empty:hidden">
        {(group: Group) => (
          <Autocomplete.Group key={group.value} items={group.items}>
            <Autocomplete.GroupLabel className="px-2 pt-2 pb-1 font-medium text-2xs text-ink-3">
              {group.value}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(entry: Entry) => <EntryItem key={entry.value} entry={entry} onChoose={() => onChoose(entry)} />}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function EntryItem({ entry, onChoose }: { entry: Entry; onChoose: () => void }) {
  return (
    <Autocomplete.Item value={entry} className={cx(ITEM, 'text-sm')} onClick={onChoose}>
      <span className="min-w-0 flex-1 truncate">
        <Unseen text={entry.label} />
      </span>
      {entry.note && <span className="shrink-0 text-ink-3 text-xs">{entry.note}</span>}
      {entry.keys && <Kbd keys={entry.keys} />}
    </Autocomplete.Item>
  );
}

/** All words of what is typed, in any order. */
function hasWords(value: string, query: string): boolean {
  const text = value.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function groupsOf(shortcuts: Shortcut[]): Group[] {
  const groups = new Map<string, Entry[]>();
  for (const shortcut of shortcuts) {
    if (shortcut.hiddenInPalette) continue;
    const entries = groups.get(shortcut.group) ?? [];
    // `value` is what typing matches.
    const value = `${shortcut.label} ${shortcut.words ?? ''}`.trim();
    entries.push({ value, label: shortcut.label, keys: shortcut.keys, run: () => shortcut.run() });
    groups.set(shortcut.group, entries);
  }
  return [...groups].map(([value, items]) => ({ value, items }));
}

/** Saved views of the queue, and the pages that have no key. */
function pageGroups(role: Role, views: AlertView[], go: (href: string) => void): Group[] {
  const groups: Group[] = [
    {
      value: 'Saved views',
      items: views.map(({ id, name, query }) => ({
        value: `${name} saved view ${id}`,
        label: name,
        note: 'queue',
        run: () => go(`/queue?${query}`),
      })),
    },
    {
      value: 'Pages',
      items: furtherPages(role).map(({ href, label, words }) => ({
        // Without the colon, which nobody types.
        value: `${label.replace(':', '')} ${words}`,
        label,
        run: () => go(href),
      })),
    },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

/** The command for an alert that was named by its id. */
function investigateGroup(
  { named, fetchable }: Everything,
  typed: string,
  investigate: (alerts: { id: string }[]) => Promise<void>,
): Group[] {
  if (fetchable) return [{ value: 'Alert', items: [fetchEntry(fetchable, typed, investigate)] }];
  if (named.length === 0) return [];
  const items = named.map(({ id, title }) => ({
    value: `${typed} investigate ${id}`,
    label: `Investigate alert “${title}”`,
    note: 'opens a case',
    run: () => void investigate([{ id }]),
  }));
  return [{ value: 'Alert', items }];
}

/** The command for an alert that is not here, and that a connection may have. */
function fetchEntry(
  { source, sourceRef, connection }: NonNullable<Everything['fetchable']>,
  typed: string,
  investigate: (alerts: { id: string }[]) => Promise<void>,
): Entry {
  const run = async () => {
    announce(`Fetching the alert from ${connection}.`);
    try {
      const { id } = await api.post('/api/alerts', { body: { source, sourceRef } });
      await investigate([{ id }]);
    } catch (error) {
      toast({ kind: 'bad', title: 'Couldn’t fetch the alert.', description: errorMessage(error) });
    }
  };
  return {
    value: `${typed} fetch ${sourceRef}`,
    label: `Fetch alert ${sourceRef} and investigate`,
    note: `from ${connection}`,
    run: () => void run(),
  };
}

/** What the server found. `value` has what was typed, since the server has matched it already. */
function foundGroups(found: Everything, typed: string, go: (href: string) => void): Group[] {
  const entry = (kind: string, id: string, label: string, note: string, href: string): Entry => ({
    value: `${typed} ${label} ${kind} ${id}`,
    label,
    note,
    run: () => go(href),
  });
  const at = (params: Record<string, string>) => `/queue?${new URLSearchParams(params)}`;
  const groups: Group[] = [
    {
      value: 'Cases',
      items: found.cases.map(({ id, title, codename }) => entry('case', id, title, codename, `/library/${id}`)),
    },
    {
      value: 'Alerts',
      items: found.alerts.map(({ id, title, severity }) =>
        entry('alert', id, title, severity, at({ q: title.slice(0, 200), status: 'new,open,closed', alert: id })),
      ),
    },
    {
      value: 'Entities',
      items: found.entities.map(({ kind, value }) =>
        entry('entity', kind, value, kindInText(kind), `/entities/${kind}/${encodeURIComponent(value)}`),
      ),
    },
    {
      value: 'People',
      items: found.people.map(({ id, name }) => entry('person', id, name, 'assigned alerts', at({ assignee: id }))),
    },
  ];
  return groups.filter(({ items }) => items.length > 0);
}
