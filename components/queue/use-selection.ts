'use client';
import { useRef, useState } from 'react';

/** Selected rows by id, so that they survive a refresh. Ids that left the list are no longer selected. */
export function useSelection(order: string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string | null>(null);
  const selected = order.filter((id) => chosen.has(id));

  /**
   * With `range`, everything from the last toggled row to this one takes this row's new state. `together`: what is selected with it.
   */
  const toggle = (id: string, range = false, together: string[] = [id]) => {
    const next = new Set(selected);
    const on = !next.has(id);
    const [a, b] = [order.indexOf(range ? (anchor.current ?? id) : id), order.indexOf(id)];
    const ids = a < 0 ? [id] : order.slice(Math.min(a, b), Math.max(a, b) + 1);
    for (const each of [...ids, ...together]) {
      if (on) next.add(each);
      else next.delete(each);
    }
    anchor.current = id;
    setChosen(next);
  };
  const add = (ids: string[]) => setChosen(new Set([...selected, ...ids]));

  return {
    selected,
    has: (id: string) => chosen.has(id),
    toggle,
    add,
    clear: () => setChosen(new Set()),
    all: () => setChosen(new Set(order)),
  };
}
