'use client';
import Link from 'next/link';
import { Dialog } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';
import { type Shortcut, singleKeysOn, useShortcutList } from './shortcuts';

/** The keys that work on this page. */
export function ShortcutHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const shortcuts = useShortcutList().filter((shortcut) => shortcut.keys);
  const groups = [...new Set(shortcuts.map((shortcut) => shortcut.group))];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" size="lg">
      {open && !singleKeysOn() && (
        <p className="mb-3 rounded-md bg-medium-soft px-3 py-2 text-medium text-sm">
          Single-letter shortcuts are turned off.
        </p>
      )}
      <div className="columns-1 gap-8 sm:columns-2">
        {groups.map((group) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 font-medium text-ink-3 text-xs">{group}</h3>
            <dl>{shortcuts.filter((shortcut) => shortcut.group === group).map(Row)}</dl>
          </section>
        ))}
      </div>
      <p className="border-line border-t pt-3 text-ink-3 text-xs">
        Turn single-letter shortcuts on or off in{' '}
        <Link href="/settings/appearance" className="text-accent underline" onClick={() => onOpenChange(false)}>
          Settings
        </Link>
        .
      </p>
    </Dialog>
  );
}

function Row(shortcut: Shortcut) {
  return (
    <div key={shortcut.keys} className="flex min-h-7 items-center justify-between gap-4 text-sm">
      <dt className="text-ink-2">{shortcut.label}</dt>
      <dd>{shortcut.keys && <Kbd keys={shortcut.keys} />}</dd>
    </div>
  );
}
