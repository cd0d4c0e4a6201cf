'use client';
import { HardDrive } from 'lucide-react';
import { useApi } from './use-api';

/** Shows on every page that approved reports are not in the repository yet, and why. Empty while the store works. */
export function StoreNotice() {
  const { data: health } = useApi('/api/store', {}, { every: 60_000, background: true });
  return (
    <div role="status" className="empty:hidden">
      {health?.lastError && (
        <p className="flex items-start gap-2 border-line border-b bg-medium-soft px-3 py-1.5 text-ink text-sm md:px-4">
          <HardDrive aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <span className="min-w-0 break-words">
            {health.pending > 0 &&
              `${health.pending} approved ${health.pending === 1 ? 'report is' : 'reports are'} saved in the database but not in the repository yet. `}
            {health.lastError}
          </span>
        </p>
      )}
    </div>
  );
}
