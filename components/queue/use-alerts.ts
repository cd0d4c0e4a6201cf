'use client';
import { useRef, useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { announce } from '@/components/shell/live-region';
import { changeUnderWay, toast } from '@/components/ui/toaster';
import type { AlertItem, AlertPatch, AlertStatus, Person } from '@/lib/alerts/schema';

type Bulk = { changed: AlertItem[]; failed: { id: string; message: string }[] };

type Rows = ReturnType<typeof useRows>;

/**
 * The rows as shown: what the server sent, with changes made here laid over it at once. `onChanged`: the server has taken a change.
 * A row leaves only when a change of its status takes it out of the list that is looked at; nothing else moves rows.
 */
export function useAlerts(
  loaded: AlertItem[],
  shown: readonly AlertStatus[],
  people: Person[],
  me: Person,
  onChanged: () => void,
) {
  const rows = useRows(loaded, shown);
  const closeUndo = useRef<() => void>(() => {});
  const underWay = useRef(new Set<string>());

  /**
   * Changes alerts here at once and on the server after; shows `done` with Undo. Refusals are shown as messages.
   * Resolves to false when the request failed as a whole, so that nothing was changed.
   */
  const triage = async (ids: string[], patch: AlertPatch, done: string): Promise<boolean> => {
    const { found: before, order } = rows.now(ids);
    // A double click is one act: undoing the second would lead back to the first.
    const act = JSON.stringify([ids, patch]);
    if (before.length === 0 || underWay.current.has(act)) return true;
    underWay.current.add(act);
    // One way back at a time, gone with the first touch of the next act: undoing an older act would quietly undo the newer.
    closeUndo.current();
    const change = changeUnderWay();
    rows.replace(before.map((item) => patched(item, patch, people, me)));
    try {
      const { changed, failed } = await send(ids, patch);
      rows.replace(changed);
      const refused = before.filter((item) => failed.some(({ id }) => id === item.id));
      if (failed.length > 0) {
        rows.restore(refused, order);
        toast({
          kind: 'bad',
          title: `${failed.length} of ${ids.length} alerts were not changed`,
          description: reasons(failed),
        });
      }
      if (changed.length === 0) return true;
      onChanged();
      const undoable = before.filter((item) => changed.some(({ id }) => id === item.id));
      const run = () => undo(rows, { before: undoable, patch, order }, onChanged);
      if (change.ended()) await run();
      else closeUndo.current = toast({ title: done, action: { label: 'Undo', run } });
      return true;
    } catch (error) {
      rows.restore(before, order);
      toast({ kind: 'bad', title: 'No alerts were changed', description: errorMessage(error) });
      return false;
    } finally {
      change.ended();
      underWay.current.delete(act);
    }
  };
  return { items: rows.items, triage };
}

/** The rows, and how some of them are replaced and put back. */
function useRows(loaded: AlertItem[], shown: readonly AlertStatus[]) {
  const [items, setItems] = useState(loaded);
  const [from, setFrom] = useState(loaded);
  if (from !== loaded) {
    setFrom(loaded);
    setItems(loaded);
  }
  const current = useRef(items);
  current.current = items;
  return {
    items,
    /** As they are at this moment, not as they were drawn. */
    now: (ids: string[]) => ({
      found: current.current.filter((item) => ids.includes(item.id)),
      order: current.current.map((item) => item.id),
    }),
    replace: (changed: AlertItem[]) => {
      const byId = new Map(changed.map((item) => [item.id, item]));
      setItems((rows) =>
        rows.map((row) => byId.get(row.id) ?? row).filter((row) => !byId.has(row.id) || shown.includes(row.status)),
      );
    },
    /** Puts rows back where they were in `order`. */
    restore: (before: AlertItem[], order: string[]) => {
      const back = new Map(before.map((item) => [item.id, item]));
      setItems((rows) => {
        const there = new Map(rows.map((row) => [row.id, row]));
        const known = order.flatMap((id) => back.get(id) ?? there.get(id) ?? []);
        return [...known, ...rows.filter((row) => !order.includes(row.id))];
      });
    },
  };
}

type Done = { before: AlertItem[]; patch: AlertPatch; order: string[] };

async function undo(rows: Rows, { before, patch, order }: Done, onChanged: () => void): Promise<void> {
  rows.restore(before, order);
  const ways = new Map(before.map((item) => [JSON.stringify(reverse(item, patch)), reverse(item, patch)]));
  try {
    for (const [key, way] of ways) {
      const same = before.filter((item) => JSON.stringify(reverse(item, patch)) === key);
      const { changed, failed } = await send(
        same.map(({ id }) => id),
        way,
      );
      rows.replace(changed);
      if (failed.length > 0) throw new Error(reasons(failed));
    }
    announce('Undone.');
  } catch (error) {
    toast({ kind: 'bad', title: 'Couldn’t undo', description: errorMessage(error) });
  }
  onChanged();
}

async function send(ids: string[], patch: AlertPatch): Promise<Bulk> {
  const [first] = ids;
  if (ids.length > 1 || first === undefined) return api.post('/api/alerts/bulk', { body: { ids, patch } });
  return { changed: [await api.patch('/api/alerts/{id}', { params: { id: first }, body: patch })], failed: [] };
}

/** What the server will most likely make of it; its answer replaces this. */
function patched(item: AlertItem, patch: AlertPatch, people: Person[], me: Person): AlertItem {
  const next = { ...item };
  if (patch.severity) next.severity = patch.severity;
  if (patch.assignee !== undefined) {
    next.assignee = patch.assignee === 'me' ? me : (people.find(({ id }) => id === patch.assignee) ?? null);
    if (next.assignee && item.status === 'new') next.status = 'open';
  }
  if (patch.status) {
    next.status = patch.status;
    next.disposition = patch.status === 'closed' ? (patch.disposition ?? item.disposition) : null;
    next.closeReason = patch.status === 'closed' ? (patch.reason ?? item.closeReason) : null;
  }
  return next;
}

/** The patch that leads back to `item`. Giving a new alert to somebody opened it. */
function reverse(item: AlertItem, patch: AlertPatch): AlertPatch {
  const moved = patch.status !== undefined || (patch.assignee && item.status === 'new');
  return {
    ...(patch.severity ? { severity: item.severity } : {}),
    ...(patch.assignee === undefined ? {} : { assignee: item.assignee?.id ?? null }),
    ...(moved ? { status: item.status, disposition: item.disposition, reason: item.closeReason } : {}),
  };
}

function reasons(failed: { message: string }[]): string {
  return [...new Set(failed.map(({ message }) => message))].slice(0, 3).join(' ');
}
