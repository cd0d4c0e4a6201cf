'use client';
import { Hand } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { cx } from '@/components/ui/class-names';
import type { ApprovalView } from '@/lib/agent/approval-schema';
import { api } from './api';
import { announce } from './live-region';

const LOOK_MS = 20_000;

/** A way to the oldest call that waits for a person, wherever one is in the product; nothing when none waits. */
export function WaitingCalls({ className }: { className?: string }) {
  const path = usePathname();
  const [waiting, setWaiting] = useState<ApprovalView[]>([]);
  const count = waiting.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page one comes to looks anew
  useEffect(() => {
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      api.get('/api/approvals').then(
        ({ items }) => setWaiting(items),
        () => {}, // looked again in a moment
      );
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [path]);
  useEffect(() => {
    if (count > 0) announce(count === 1 ? 'A call waits for a person.' : `${count} calls wait for a person.`);
  }, [count]);
  const first = waiting[0];
  if (!first) return null;
  return (
    <Link
      href={`/investigations/${first.investigationId}`}
      title={`${first.server}.${first.tool} waits for a person`}
      className={cx(
        'flex flex-col items-center justify-center gap-0.5 rounded-lg bg-high-soft text-2xs text-high hover:bg-hover',
        className,
      )}
    >
      <Hand aria-hidden className="size-4.5" strokeWidth={1.75} />
      {count} {count === 1 ? 'waits' : 'wait'}
    </Link>
  );
}
