'use client';
import { useSyncExternalStore } from 'react';

/** What only the browser knows; `atFirst` on the server and while the page wakes up, so that both draw the same. */
function useBrowserValue<T>(read: () => T, atFirst: () => T): T {
  return useSyncExternalStore(never, read, atFirst);
}

const never = () => () => {};
const yes = () => true;
const no = () => false;
const readOrigin = () => location.origin;
const noOrigin = () => '';

export const useInBrowser = (): boolean => useBrowserValue(yes, no);

/** Scheme, host and port of this installation, as this browser reaches it; '' at first. */
export const useOrigin = (): string => useBrowserValue(readOrigin, noOrigin);
