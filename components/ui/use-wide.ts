'use client';
import { useSyncExternalStore } from 'react';

/** Whether the window is at least so wide (a media query). The server takes it to be wide. */
export function useWide(minPixels: number): boolean {
  const query = `(min-width: ${minPixels}px)`;
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
    () => true,
  );
}
