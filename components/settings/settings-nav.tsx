'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { cx } from '@/components/ui/class-names';

const PAGES = [
  { href: '/settings/profile', label: 'Profile' },
  { href: '/settings/people', label: 'People' },
  { href: '/settings/sign-in', label: 'Single sign-on' },
  { href: '/settings/keys', label: 'API keys' },
  { href: '/settings/sources', label: 'Intake' },
  { href: '/settings/logs', label: 'Log sources' },
  { href: '/settings/connections', label: 'Connections' },
  { href: '/settings/notifications', label: 'Notifications' },
  { href: '/settings/reviews', label: 'Reviews' },
  { href: '/settings/signing', label: 'Signing' },
  { href: '/settings/retention', label: 'Retention' },
  { href: '/settings/samples', label: 'Samples' },
  { href: '/settings/model', label: 'Model' },
  { href: '/settings/audit', label: 'Audit log' },
  { href: '/settings/appearance', label: 'Appearance and keys' },
];

export function SettingsNav() {
  const path = usePathname();
  const list = useRef<HTMLUListElement>(null);
  // On a narrow screen the row scrolls: where one is must be in sight.
  useEffect(() => {
    const here = [...(list.current?.querySelectorAll('a') ?? [])].find(({ pathname }) => isHere(path, pathname));
    here?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path]);
  return (
    <nav aria-label="Settings" className="shrink-0 overflow-x-auto border-line max-md:border-b md:w-52 md:border-r">
      <ul ref={list} className="flex gap-0.5 p-2 md:flex-col md:p-3">
        {PAGES.map(({ href, label }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={isHere(path, href) ? 'page' : undefined}
              className={cx(
                'flex h-8 items-center whitespace-nowrap rounded-md px-2.5 text-sm',
                isHere(path, href) ? 'bg-selected font-medium text-ink' : 'text-ink-2 hover:bg-hover',
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function isHere(path: string, href: string): boolean {
  return path === href || path.startsWith(`${href}/`);
}
