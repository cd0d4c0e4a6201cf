'use client';
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useMemo } from 'react';
import { cx } from '@/components/ui/class-names';
import { Kbd } from '@/components/ui/kbd';
import { ITEM } from '@/components/ui/select';
import { type Shortcut, useShortcutList } from './shortcuts';

type Entry = { value: string; label: string; shortcut: Shortcut };
type Group = { value: string; items: Entry[] };

/** All commands of the page and the shell, found by typing. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const shortcuts = useShortcutList();
  const groups = useMemo(() => groupsOf(shortcuts), [shortcuts]);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Viewport className="fixed inset-0 z-40 flex items-start justify-center px-3 pt-[12vh]">
          <Dialog.Popup
            aria-label="Commands"
            className="flex max-h-[70dvh] w-full max-w-xl flex-col overflow-hidden rounded-xl border border-line bg-raised text-ink shadow-float outline-none"
          >
            <Autocomplete.Root open inline items={groups} autoHighlight="always" keepHighlight>
              <div className="flex items-center gap-2 border-line border-b px-3">
                <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
                <Autocomplete.Input
                  aria-label="Search commands"
                  placeholder="What do you want to do?"
                  className="h-11 w-full bg-transparent text-base outline-none placeholder:text-ink-3"
                />
                <Dialog.Close className="rounded border border-line px-1.5 py-0.5 text-2xs text-ink-2">
                  Esc
                </Dialog.Close>
              </div>
              <Autocomplete.Empty className="px-4 py-6 text-ink-2 text-sm empty:hidden">
                No matching commands.
              </Autocomplete.Empty>
              <Autocomplete.List className="min-h-0 overflow-y-auto overscroll-contain p-1 empty:hidden">
                {(group: Group) => (
                  <Autocomplete.Group key={group.value} items={group.items}>
                    <Autocomplete.GroupLabel className="px-2 pt-2 pb-1 font-medium text-2xs text-ink-3">
                      {group.value}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(entry: Entry) => (
                        <Autocomplete.Item
                          key={entry.value}
                          value={entry}
                          className={cx(ITEM, 'text-sm')}
                          onClick={() => {
                            onOpenChange(false);
                            // After the dialog has returned the focus, so that the command can move it.
                            setTimeout(() => entry.shortcut.run());
                          }}
                        >
                          <span className="flex-1">{entry.label}</span>
                          {entry.shortcut.keys && <Kbd keys={entry.shortcut.keys} />}
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function groupsOf(shortcuts: Shortcut[]): Group[] {
  const groups = new Map<string, Entry[]>();
  for (const shortcut of shortcuts) {
    if (shortcut.hiddenInPalette) continue;
    const entries = groups.get(shortcut.group) ?? [];
    // `value` is what typing matches.
    entries.push({ value: `${shortcut.label} ${shortcut.words ?? ''}`.trim(), label: shortcut.label, shortcut });
    groups.set(shortcut.group, entries);
  }
  return [...groups].map(([value, items]) => ({ value, items }));
}
