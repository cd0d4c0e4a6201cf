'use client';
import { useSyncExternalStore } from 'react';

let message = '';
const watchers = new Set<() => void>();

/** Has a screen reader say a short text when it is free to: stages and results, never single tokens or ticks. */
export function announce(text: string): void {
  // The same text twice would be no change; a no-break space makes it one.
  message = text === message ? `${text}\u00a0` : text;
  for (const changed of watchers) changed();
}

/** The one polite live region, in the shell. */
export function LiveRegion() {
  const text = useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => message,
    () => '',
  );
  return (
    <div role="status" aria-live="polite" className="sr-only" data-testid="announcements">
      {text}
    </div>
  );
}
