'use client';
import { Tabs as Base } from '@base-ui/react/tabs';
import dynamic from 'next/dynamic';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { cx } from './class-names';

// A page whose tabs fit does without menus.
const TabMenu = dynamic(() => import('./tab-menu').then((file) => file.TabMenu), { loading: () => null });

export type Tab<T extends string> = { value: T; label: ReactNode; panel: ReactNode };

type TabsProps<T extends string> = {
  label: string;
  tabs: readonly Tab<T>[];
  value: T;
  onChange: (value: T) => void;
  /** Right of the tabs. */
  actions?: ReactNode;
  /** Panels keep their state and stay in the document when hidden. */
  keepMounted?: boolean;
  className?: string;
  panelClassName?: string;
};

type TabLabelProps = {
  word: string;
  /** Left out when 0. */
  count?: number;
  /** Something continues, or needs a person; also told to screen readers. */
  dot?: 'working' | 'waiting' | null;
  strong?: boolean;
};

/** A tab's word with a count or a dot. */
export function TabLabel({ word, count = 0, dot = null, strong = false }: TabLabelProps) {
  return (
    <>
      {word}
      {dot && (
        <>
          <span
            aria-hidden
            className={cx('size-1.5 rounded-full', dot === 'waiting' ? 'bg-high' : 'animate-pulse bg-model')}
          />
          <span className="sr-only"> ({dot})</span>
        </>
      )}
      {count > 0 && (
        <span
          className={cx(
            'rounded-full px-1.5 text-2xs tabular-nums',
            strong ? 'bg-model-soft text-model' : 'bg-informational-soft text-ink-2',
          )}
        >
          {count}
        </span>
      )}
    </>
  );
}

/** Tabs whose panel fills the rest of the height. */
export function Tabs<T extends string>({
  label,
  tabs,
  value,
  onChange,
  actions,
  keepMounted = false,
  className,
  panelClassName,
}: TabsProps<T>) {
  const { ref, overflows } = useOverflow(value);
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className={cx('flex min-h-0 flex-col', className)}
    >
      <div className="flex shrink-0 items-center gap-2 border-line border-b px-2">
        <Base.List
          ref={ref}
          aria-label={label}
          activateOnFocus
          className={cx(
            'scrollbar-none flex min-w-0 flex-1 overflow-x-auto overflow-y-hidden',
            // A tab that is cut fades; what is chosen is scrolled clear of that.
            overflows && 'mask-r-from-[calc(100%-1.5rem)] pr-6',
          )}
        >
          {tabs.map((tab) => (
            <Base.Tab
              key={tab.value}
              value={tab.value}
              className="flex h-9 shrink-0 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-1.5 text-ink-2 text-sm focus-visible:-outline-offset-2 hover:text-ink data-active:border-accent data-active:font-medium data-active:text-ink"
            >
              {tab.label}
            </Base.Tab>
          ))}
        </Base.List>
        {overflows && <TabMenu tabs={tabs} onChoose={(chosen) => onChange(chosen as T)} />}
        {actions}
      </div>
      {tabs.map((tab) => (
        <Base.Panel
          key={tab.value}
          value={tab.value}
          keepMounted={keepMounted}
          data-panel={tab.value}
          className={cx('relative min-h-0 flex-1 overflow-auto focus-visible:-outline-offset-2', panelClassName)}
        >
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}

/**
 * Puts the focus on a panel that a key shows, so that arrow keys scroll it and Tab continues there. A focus elsewhere on the page
 * stays, such as on the change that is being reviewed.
 */
export function focusPanel(value: string): void {
  requestAnimationFrame(() => {
    const panel = document.querySelector<HTMLElement>(`[data-panel="${value}"]`);
    const focused = document.activeElement;
    if (focused === document.body || panel?.parentElement?.contains(focused)) panel?.focus({ preventScroll: true });
  });
}

/** Pixels at the right end of tabs that don't fit: `pr-6`. */
const FADE = 24;

/** Whether some tabs don't fit. Keeps the chosen one in view, also when the room for them changes. */
function useOverflow(value: string) {
  const list = useRef<HTMLElement | null>(null);
  const [overflows, setOverflows] = useState(false);
  const ref = useCallback((element: HTMLElement | null) => {
    list.current = element;
    if (!element) return;
    let width = 0;
    const observer = new ResizeObserver(() => {
      setOverflows(element.scrollWidth > element.clientWidth + 1);
      if (element.clientWidth !== width) showChosen(element);
      width = element.clientWidth;
    });
    for (const box of [element, ...element.children]) observer.observe(box);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (list.current && value) showChosen(list.current);
  }, [value]);
  return { ref, overflows };
}

function showChosen(list: HTMLElement): void {
  const tab = list.querySelector('[aria-selected="true"]');
  if (!tab) return;
  const [box, at] = [list.getBoundingClientRect(), tab.getBoundingClientRect()];
  const past = at.right + FADE - box.right;
  if (past > 0) list.scrollLeft += past;
  else if (at.left < box.left) list.scrollLeft -= box.left - at.left;
}
