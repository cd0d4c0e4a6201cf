'use client';
import { useEffect } from 'react';
import { api } from './api';

/** When somebody last used keys or pointer in any tab of this browser. */
const KEY = 'socdown.active-at';
const TELL_MS = 60_000;
const LOOK_MS = 5_000;
/** The server ends the session first. */
const GRACE_MS = 5_000;

/** Where sessions end without activity: tells the server that somebody is here, and leaves the page when nobody is. */
export function Activity({ idleMinutes }: { idleMinutes: number | null }) {
  useEffect(() => {
    if (idleMinutes === null) return;
    let toldAt = Date.now();
    const note = () => {
      const now = Date.now();
      localStorage.setItem(KEY, String(now));
      if (now - toldAt < TELL_MS) return;
      toldAt = now;
      void api.post('/api/me/seen').catch(() => undefined); // the next one says so too
    };
    const look = () => {
      const idleMs = Date.now() - Number(localStorage.getItem(KEY) ?? 0);
      // The sign-in page says why, and leads back here.
      if (idleMs > idleMinutes * 60_000 + GRACE_MS) location.reload();
    };
    note();
    const timer = setInterval(look, LOOK_MS);
    const events = ['keydown', 'pointerdown', 'wheel'] as const;
    for (const event of events) addEventListener(event, note, { passive: true });
    return () => {
      clearInterval(timer);
      for (const event of events) removeEventListener(event, note);
    };
  }, [idleMinutes]);
  return null;
}
