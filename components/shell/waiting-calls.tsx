'use client';
import { Hand } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect } from 'react';
import { cx } from '@/components/ui/class-names';
import { announce } from './live-region';
import { useApi } from './use-api';

/** A link to the oldest call that needs an approval, anywhere in the product; nothing when there is none. */
export function WaitingCalls({ className }: { className?: string }) {
  const path = usePathname();
  const { data } = useApi('/api/approvals', {}, { version: path, every: 20_000, background: true });
  const count = data?.items.length ?? 0;
  const label = `${count} ${count === 1 ? 'approval' : 'approvals'} pending`;
  useEffect(() => {
    if (count > 0) announce(`${label}.`);
  }, [count, label]);
  const first = data?.items[0];
  if (!first) return null;
  return (
    <Link
      href={`/investigations/${first.investigationId}`}
      title={`${first.server}.${first.tool} needs approval`}
      aria-label={label}
      className={cx(
        'flex flex-col items-center justify-center gap-0.5 rounded-lg bg-high-soft text-2xs text-high hover:bg-hover',
        className,
      )}
    >
      <Hand aria-hidden className="size-4.5" strokeWidth={1.75} />
      {count} pending
    </Link>
  );
}
