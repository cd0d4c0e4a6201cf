'use client';
import { useShortcuts } from './shortcuts';

/** `j` and `k` on a page whose rows are links marked with LIST_ROW; Enter follows the link itself. */
export function ListKeys({ group }: { group: string }) {
  const move = (step: 1 | -1) => {
    const rows = [...document.querySelectorAll<HTMLElement>('[data-list-row]')];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    next?.focus({ preventScroll: true });
    next?.closest('li')?.scrollIntoView({ block: 'nearest' });
  };
  const list = { group, hiddenInPalette: true };
  useShortcuts([
    { ...list, keys: 'j', label: 'Next row', run: () => move(1) },
    { ...list, keys: 'k', label: 'Previous row', run: () => move(-1) },
    { ...list, keys: 'enter', label: 'Open', run: () => {}, byElement: true },
  ]);
  return null;
}
