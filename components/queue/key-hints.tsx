'use client';
import { singleKeysOn, useShortcutList } from '@/components/shell/shortcuts';
import { Kbd } from '@/components/ui/kbd';
import { useInBrowser } from '@/components/ui/use-in-browser';

/** Those that a night's work is made of; all others are a `?` away. */
const SHOWN = ['j', 'k', 'enter', 'i', 'a', 'c'];

/** The keys of the queue below it, where there is a keyboard, until they are switched off. */
export function KeyHints() {
  const list = useShortcutList();
  const inBrowser = useInBrowser();
  const help = list.find(({ keys }) => keys === '?');
  if (!inBrowser || !help || !singleKeysOn()) return null;
  const hints = SHOWN.flatMap((key) => list.find(({ keys }) => keys === key) ?? []);
  return (
    <div className="hidden shrink-0 items-center gap-4 overflow-hidden border-line border-t px-4 py-1 text-ink-3 text-xs md:flex pointer-coarse:hidden">
      {hints.map(({ keys, label }) => (
        <span key={keys} className="flex shrink-0 items-center gap-1.5">
          <Kbd keys={keys ?? ''} /> {label}
        </span>
      ))}
      <button
        type="button"
        onClick={() => help.run()}
        className="ml-auto flex min-h-6 shrink-0 items-center gap-1.5 rounded hover:text-ink"
      >
        <Kbd keys="?" /> All keys
      </button>
    </div>
  );
}
