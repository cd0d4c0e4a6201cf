'use client';
import { Bell, BookOpen, ChartColumn, GitPullRequest, Inbox, Settings } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cx } from '@/components/ui/class-names';
import { can, type Role } from '@/lib/auth/permissions';
import { useUnread } from './use-unread';
import { useWaitingReviews } from './use-waiting-reviews';

const PLACES = [
  { href: '/queue', label: 'Queue', keys: 'g q', icon: Inbox },
  { href: '/inbox', label: 'Inbox', keys: 'g i', icon: Bell },
  { href: '/reviews', label: 'Reviews', keys: 'g r', icon: GitPullRequest },
  { href: '/library', label: 'Library', keys: 'g l', icon: BookOpen },
  { href: '/dashboard', label: 'Dashboard', keys: 'g d', icon: ChartColumn, verb: 'dashboard.read' },
  { href: '/settings', label: 'Settings', keys: 'g s', icon: Settings },
] as const;

/** Pages without a place of their own, and the place whose work they belong to. */
const REACHED_FROM = [
  ['/investigations', '/queue'],
  ['/entities', '/library'],
  ['/evaluations', '/dashboard'],
] as const;

/** The places that a role may see. */
export const placesOf = (role: Role) => PLACES.filter((place) => !('verb' in place) || can(role, place.verb));

type NavigationProps = { role: Role; className?: string; itemClassName?: string };

/** The places of the product: a rail at the left, a bar below on phones. */
export function Navigation({ role, className, itemClassName }: NavigationProps) {
  const path = usePathname();
  const counts: Record<string, { count: number; meaning: string }> = {
    '/reviews': { count: useWaitingReviews(path), meaning: 'waiting for you' },
    '/inbox': { count: useUnread(), meaning: 'unread' },
  };
  const here = REACHED_FROM.find(([page]) => path.startsWith(page))?.[1] ?? path;
  return (
    <nav aria-label="Main" className={className}>
      <ul className="contents">
        {placesOf(role).map(({ href, label, icon: Icon }) => {
          const current = here === href || here.startsWith(`${href}/`);
          const { count, meaning } = counts[href] ?? { count: 0, meaning: '' };
          return (
            <li key={href} className="contents">
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className={cx(
                  'flex min-w-0 flex-col items-center justify-center gap-0.5 rounded-lg text-2xs max-md:tracking-tight',
                  current ? 'bg-selected font-medium text-accent' : 'text-ink-2 hover:bg-hover hover:text-ink',
                  itemClassName,
                )}
              >
                <span className="relative">
                  <Icon aria-hidden className="size-4.5" strokeWidth={1.75} />
                  {count > 0 && (
                    <span
                      aria-hidden
                      className="-top-1.5 -right-2.5 absolute min-w-4 rounded-full bg-accent px-1 text-center font-medium text-2xs text-accent-ink leading-4"
                    >
                      {count > 99 ? '99+' : count}
                    </span>
                  )}
                </span>
                {label}
                {count > 0 && (
                  <span className="sr-only">
                    {' '}
                    ({count} {meaning})
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
