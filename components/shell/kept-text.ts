'use client';
import { useCallback, useEffect, useState } from 'react';

/** A text that survives a reload: kept in this browser under a name until it is emptied. */
export function useKeptText(name: string): [string, (text: string) => void] {
  const [text, setText] = useState('');
  useEffect(() => setText(localStorage.getItem(name) ?? ''), [name]);
  const keep = useCallback(
    (next: string) => {
      setText(next);
      try {
        if (next.trim() === '') localStorage.removeItem(name);
        else localStorage.setItem(name, next);
      } catch {
        // Full or switched off: it lives as long as the page.
      }
    },
    [name],
  );
  return [text, keep];
}

/** A set of names kept in this browser, for marks of one's own. */
export function useKeptSet(name: string): [ReadonlySet<string>, (key: string) => boolean] {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setKeys(new Set(localStorage.getItem(name)?.split('\n').filter(Boolean) ?? [])), [name]);
  const turn = (key: string) => {
    const next = new Set(keys);
    const on = !next.delete(key);
    if (on) next.add(key);
    setKeys(next);
    try {
      localStorage.setItem(name, [...next].join('\n'));
    } catch {
      // As above.
    }
    return on;
  };
  return [keys, turn];
}
