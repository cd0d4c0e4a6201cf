'use client';
import { useMemo, useState } from 'react';
import type { AlertGroup } from '@/lib/alerts/group-alerts';
import type { AlertItem } from '@/lib/alerts/schema';
import { openCasesOf } from './case-dialog';

/** A group as its first row shows it. */
export type ShownGroup = Pick<AlertGroup, 'rule' | 'shared'> & {
  size: number;
  open: boolean;
  toggle: () => void;
  /** Asks how to merge the open cases of its alerts; null where there are fewer than two. */
  merge: { count: number; ask: () => void } | null;
};
export type Groups = ReturnType<typeof useGroups>;

/** Related alerts as one row that expands. Without groups every alert is a row of its own. */
export function useGroups(
  items: AlertItem[],
  groups: AlertGroup[] | null,
  onMerge: (cases: { id: string; codename: string }[]) => void,
) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  /** Each alert's group, and the alert whose row stands for it: the first that is still listed. */
  const places = useMemo(() => {
    const listed = new Map(items.map((item) => [item.id, item]));
    const found = new Map<string, { group: AlertGroup; members: AlertItem[] }>();
    for (const group of groups ?? []) {
      const members = group.ids.flatMap((id) => listed.get(id) ?? []);
      if (members.length > 1) for (const { id } of members) found.set(id, { group, members });
    }
    return found;
  }, [items, groups]);
  const leadOf = (id: string) => places.get(id)?.members[0]?.id ?? id;
  const toggle = (lead: string) =>
    setOpen((known) => {
      const next = new Set(known);
      if (!next.delete(lead)) next.add(lead);
      return next;
    });
  return {
    /** The rows to draw. */
    visible: items.filter(({ id }) => leadOf(id) === id || open.has(leadOf(id))),
    /** The group that a row stands for; null for a row of its own. */
    groupOf: (id: string): ShownGroup | null => {
      const place = places.get(id);
      if (!place || leadOf(id) !== id) return null;
      const { rule, shared } = place.group;
      const cases = openCasesOf(place.members);
      return {
        rule,
        shared,
        size: place.members.length,
        open: open.has(id),
        toggle: () => toggle(id),
        merge: cases.length > 1 ? { count: cases.length, ask: () => onMerge(cases) } : null,
      };
    },
    isMember: (id: string): boolean => leadOf(id) !== id,
    /** What an act on a row is about: all of a group that is folded. */
    membersOf: (item: AlertItem): AlertItem[] =>
      open.has(leadOf(item.id)) ? [item] : (places.get(item.id)?.members ?? [item]),
  };
}
