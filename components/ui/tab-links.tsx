import Link from 'next/link';
import type { ReactNode } from 'react';
import { cx } from './class-names';

type TabLink = { href: string; label: string; current: boolean; count?: number | string | null };

/** Lists of one kind beside a page's title, each with its own address. `children`: what else chooses a list. */
export function TabLinks({ label, links, children }: { label: string; links: TabLink[]; children?: ReactNode }) {
  return (
    <nav aria-label={label} className="flex min-w-0 items-center gap-0.5 overflow-x-auto">
      {links.map(({ href, label: text, current, count = null }) => (
        <Link
          key={href}
          href={href}
          aria-current={current ? 'page' : undefined}
          className={cx(
            'flex h-7 items-center gap-1.5 whitespace-nowrap rounded-md px-2 text-sm',
            current ? 'bg-selected font-medium text-ink' : 'text-ink-2 hover:bg-hover',
          )}
        >
          {text}
          {count !== null && <span className="text-ink-3 text-xs">{count.toLocaleString('en')}</span>}
        </Link>
      ))}
      {children}
    </nav>
  );
}
