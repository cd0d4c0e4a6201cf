'use client';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Input } from '@/components/ui/field';
import type { SystemView } from '@/lib/connections/catalogue/schema';

/** The systems of the catalogue by name. Arrow keys move, Enter picks; from the search field it picks the first. */
export function SystemPicker({
  systems,
  onPick,
}: {
  systems: SystemView[];
  onPick: (choice: SystemView | 'other') => void;
}) {
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = systems.filter(({ title, product, summary }) => {
    const text = `${title} ${product} ${summary}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const groups = [
    { title: 'Most used', items: found.filter(({ featured }) => featured) },
    { title: 'More systems', items: found.filter(({ featured }) => !featured) },
  ].filter(({ items }) => items.length > 0);

  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [...(list.current?.querySelectorAll<HTMLElement>('input, button') ?? [])];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys are a shortcut beside Tab
    <div ref={list} onKeyDown={move} className="flex flex-col gap-3">
      <Input
        type="search"
        aria-label="Search systems"
        placeholder="Search systems"
        autoComplete="off"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onPick(found[0] ?? 'other');
        }}
      />
      {found.length === 0 && (
        <p role="status" className="text-ink-2 text-sm">
          No system matches “{query}”. Any MCP server can be connected below.
        </p>
      )}
      {groups.map(({ title, items }) => (
        <section key={title} aria-label={title}>
          <h3 className="mb-1 font-medium text-ink-2 text-xs">{title}</h3>
          <ul className="grid gap-1.5 sm:grid-cols-2">
            {items.map((system) => (
              <li key={system.id}>
                <Choice title={system.title} text={system.summary} onPick={() => onPick(system)} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Choice
        title="Another MCP server"
        text="Any program or URL that speaks MCP. You set the class of each tool yourself."
        onPick={() => onPick('other')}
      />
    </div>
  );
}

function Choice({ title, text, onPick }: { title: string; text: string; onPick: () => void }) {
  return (
    <button
      type="button"
      onClick={onPick}
      className="block h-full w-full rounded-md border border-line px-3 py-2 text-left hover:border-line-strong hover:bg-sunken"
    >
      <span className="block font-medium text-sm">{title}</span>
      <span className="block text-ink-2 text-xs">{text}</span>
    </button>
  );
}
