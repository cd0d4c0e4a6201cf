'use client';
import { BookOpen, GitPullRequest, Inbox, Settings } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cx } from '@/components/ui/class-names';

export const PLACES = [
  { href: '/queue', label: 'Queue', keys: 'g q', icon: Inbox },
  { href: '/reviews', label: 'Reviews', keys: 'g r', icon: GitPullRequest },
  { href: '/library', label: 'Library', keys: 'g l', icon: BookOpen },
  { href: '/settings', label: 'Settings', keys: 'g s', icon: Settings },
] as const;

/** The places of the product: a rail at the left, a bar below on phones. */
export function Navigation({ className, itemClassName }: { className?: string; itemClassName?: string }) {
  const path = usePathname();
  // An investigation being written belongs to the queue's work.
  const here = path.startsWith('/investigations') ? '/queue' : path;
  return (
    <nav aria-label="Main" className={className}>
      <ul className="contents">
        {PLACES.map(({ href, label, icon: Icon }) => {
          const current = here === href || here.startsWith(`${href}/`);
          return (
            <li key={href} className="contents">
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className={cx(
                  'flex flex-col items-center justify-center gap-0.5 rounded-lg text-2xs',
                  current ? 'bg-selected font-medium text-accent' : 'text-ink-2 hover:bg-hover hover:text-ink',
                  itemClassName,
                )}
              >
                <Icon aria-hidden className="size-4.5" strokeWidth={1.75} />
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
