'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { SETTINGS_PAGES } from '@/components/shell/further-pages';
import { cx } from '@/components/ui/class-names';

export function SettingsNav() {
  const path = usePathname();
  const list = useRef<HTMLUListElement>(null);
  // On a narrow screen the row scrolls: the current page must be visible.
  useEffect(() => {
    const here = [...(list.current?.querySelectorAll('a') ?? [])].find(({ pathname }) => isHere(path, pathname));
    const row = list.current?.parentElement;
    if (!here || !row) return;
    // Not scrollIntoView: the Tab key would go on from there and leave out the way to the content.
    const [place, around] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += place.left - around.left - (around.width - place.width) / 2;
  }, [path]);
  return (
    <nav aria-label="Settings" className="shrink-0 overflow-x-auto border-line max-md:border-b md:w-52 md:border-r">
      <ul ref={list} className="flex gap-0.5 p-2 md:flex-col md:p-3">
        {SETTINGS_PAGES.map(({ name, pages }) => (
          <li key={name} className="flex shrink-0 md:mb-3 md:flex-col">
            <p className="px-2.5 pb-1 text-ink-3 text-xs max-md:hidden">{name}</p>
            <ul aria-label={name} className="flex gap-0.5 md:flex-col">
              {pages.map(({ href, label }) => (
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
          </li>
        ))}
      </ul>
    </nav>
  );
}

function isHere(path: string, href: string): boolean {
  return path === href || path.startsWith(`${href}/`);
}
