'use client';
import { HardDrive } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { StoreHealth } from '@/lib/store/schema';
import { api } from './api';

const LOOK_MS = 60_000;

/** Says on every page that approved reports wait for the store, and why. Nothing is drawn while all is well. */
export function StoreNotice() {
  const [health, setHealth] = useState<StoreHealth | null>(null);
  useEffect(() => {
    let gone = false;
    const look = async () => {
      if (document.hidden) return;
      // Not being answered is the page's own matter; this notice is about the store.
      const answer = await api.get('/api/store').catch(() => null);
      if (!gone) setHealth(answer);
    };
    void look();
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      gone = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return (
    <div role="status" className="empty:hidden">
      {health?.lastError && (
        <p className="flex items-start gap-2 border-line border-b bg-medium-soft px-3 py-1.5 text-ink text-sm md:px-4">
          <HardDrive aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <span className="min-w-0 break-words">
            {health.pending > 0 &&
              `${health.pending} approved ${health.pending === 1 ? 'report is' : 'reports are'} safe in the database and not in the repository yet. `}
            {health.lastError}
          </span>
        </p>
      )}
    </div>
  );
}
