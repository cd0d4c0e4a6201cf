'use client';
import { useRouter } from 'next/navigation';
import type { RefObject } from 'react';
import { SEVERITIES, severityLabel } from '@/components/labels/alert-labels';
import { announce } from '@/components/shell/live-region';
import { type Shortcut, useShortcuts } from '@/components/shell/shortcuts';
import type { AlertItem, Person } from '@/lib/alerts/schema';
import { COMMENT_FIELD } from './alert-activity';
import type { Groups } from './use-groups';
import type { useSelection } from './use-selection';
import type { Triage } from './use-triage';

type QueueKeys = {
  /** The rows; `all`: with those of folded groups. */
  items: AlertItem[];
  all: AlertItem[];
  groups: Groups;
  /** Related alerts as one row, and how that is changed. */
  group: { on: boolean; set: (on: boolean) => void };
  people: Person[];
  me: Person;
  active: AlertItem | null;
  selection: ReturnType<typeof useSelection>;
  triage: Triage;
  move: (step: number) => void;
  open: (id: string) => void;
  closePreview: () => void;
  previewOpen: boolean;
  search: RefObject<HTMLInputElement | null>;
};

/** The keys of the queue. They act on the selected rows, else on the active row. */
export function useQueueKeys(queue: QueueKeys): void {
  const { all, groups, active, selection } = queue;
  const chosen = all.filter(({ id }) => selection.has(id));
  const targets = chosen.length > 0 ? chosen : active ? groups.membersOf(active) : [];
  const openCase = useOpenCase(active);
  useShortcuts([...listKeys(queue), ...actKeys(queue, targets, openCase), ...typedActs(queue, targets)]);
}

function useOpenCase(active: AlertItem | null): () => void {
  const router = useRouter();
  return () => {
    if (active?.investigation) router.push(`/investigations/${active.investigation.id}`);
    else announce('This alert has no case yet. Press i to investigate it.');
  };
}

/** Moving, opening and selecting rows. */
function listKeys({
  items,
  groups,
  group,
  active,
  selection,
  move,
  open,
  closePreview,
  previewOpen,
  search,
}: QueueKeys): Shortcut[] {
  const extend = (step: number) => {
    const at = items.findIndex(({ id }) => id === active?.id);
    const next = items[at + step];
    selection.add([active, next].flatMap((item) => item?.id ?? []));
    move(step);
  };
  const select = () => {
    if (!active) return;
    const members = groups.membersOf(active).map(({ id }) => id);
    selection.toggle(active.id, false, members);
  };
  const list = { group: 'Queue', hiddenInPalette: true };
  return [
    { ...list, keys: 'j', label: 'Next row', run: () => move(1) },
    { ...list, keys: 'k', label: 'Previous row', run: () => move(-1) },
    { ...list, keys: 'enter', label: 'Preview', run: () => active && open(active.id), byElement: true },
    {
      ...list,
      keys: 'escape',
      label: 'Close preview, then clear selection',
      run: () => (previewOpen ? closePreview() : selection.clear()),
    },
    { ...list, keys: 'x', label: 'Select', run: select, disabled: !active },
    {
      ...list,
      keys: 'shift+x',
      label: 'Select range to here',
      run: () => active && selection.toggle(active.id, true),
      disabled: !active,
    },
    { ...list, keys: 'shift+j', label: 'Extend selection down', run: () => extend(1) },
    { ...list, keys: 'shift+k', label: 'Extend selection up', run: () => extend(-1) },
    { group: 'Queue', keys: '/', label: 'Search alerts', run: () => search.current?.select() },
    {
      group: 'Queue',
      label: group.on ? 'Ungroup related alerts' : 'Group related alerts',
      run: () => group.set(!group.on),
    },
  ];
}

/** What is done to alerts, by a key each. */
function actKeys({ triage, active, open }: QueueKeys, targets: AlertItem[], openCase: () => void): Shortcut[] {
  const comment = () => {
    if (!active) return;
    open(active.id);
    focusSoon(COMMENT_FIELD);
  };
  const act = { group: 'Alerts', disabled: targets.length === 0 };
  return [
    { ...act, keys: 'a', label: 'Assign to me', run: () => triage.assign(targets, 'me'), words: 'take' },
    {
      ...act,
      keys: 'c',
      label: 'Close…',
      run: () => triage.askToClose(targets),
      words: 'disposition benign false positive',
    },
    { ...act, keys: 'i', label: 'Investigate', run: () => triage.investigate(targets) },
    { ...act, keys: 'shift+i', label: 'Add to case…', run: () => triage.askForCase(targets), words: 'attach' },
    { ...act, keys: 'o', label: 'Open case', run: openCase, disabled: !active },
    { ...act, keys: 'm', label: 'Comment', run: comment, disabled: !active },
    {
      ...act,
      label: 'Reopen',
      run: () => triage.reopen(targets),
      disabled: !targets.some(({ status }) => status === 'closed'),
    },
  ];
}

/** What is done to alerts from the palette, by its name. */
function typedActs({ people, me, triage }: QueueKeys, targets: AlertItem[]): Shortcut[] {
  const act = { group: 'Alerts', disabled: targets.length === 0 };
  return [
    ...people
      .filter(({ id }) => id !== me.id)
      .map(({ id, name }) => ({
        ...act,
        whenTyped: true,
        label: `Assign to ${name}`,
        run: () => triage.assign(targets, id),
      })),
    { ...act, label: 'Unassign', run: () => triage.assign(targets, null) },
    ...SEVERITIES.map((severity) => ({
      ...act,
      whenTyped: true,
      label: `Set severity to ${severityLabel(severity).toLowerCase()}`,
      run: () => triage.setSeverity(targets, severity),
    })),
  ];
}

const WAIT_MS = 3000;

/** Puts the focus on a field as soon as it is there: the preview opens, and loads. */
function focusSoon(id: string, until = Date.now() + WAIT_MS): void {
  const field = document.getElementById(id);
  if (field) field.focus();
  else if (Date.now() < until) setTimeout(() => focusSoon(id, until), 50);
}
