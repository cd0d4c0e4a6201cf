'use client';
import { type RefObject, useEffect, useState } from 'react';
import { cx } from '@/components/ui/class-names';

type OutlineProps = {
  headings: { id: string; level: number; text: string }[];
  /** The rendered report. */
  within: RefObject<HTMLElement | null>;
  onHeading: (id: string) => void;
};

/** The report's sections, beside it where there is room: they stay visible and mark the section being read. */
export function Outline({ headings, within, onHeading }: OutlineProps) {
  const sections = headings.filter(({ level }) => level === 2);
  const current = useCurrent(
    sections.map(({ id }) => id),
    within,
  );
  if (sections.length < 2) return null;
  return (
    <nav aria-label="Sections" className="sticky top-0 w-48 shrink-0 self-start py-4 pl-4 text-xs">
      <ul className="border-line border-l">
        {sections.map(({ id, text }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === current ? 'location' : undefined}
              onClick={() => onHeading(id)}
              className={cx(
                '-ml-px min-h-[24px] w-full border-l-2 py-0.5 pl-2.5 text-left hover:text-accent',
                id === current ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-2',
              )}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The last section whose heading has come to the upper part of the box that scrolls; the first before any has. */
function useCurrent(ids: string[], within: RefObject<HTMLElement | null>): string | undefined {
  const [current, setCurrent] = useState<string>();
  const key = ids.join('\n');
  useEffect(() => {
    const read = () => {
      const top = within.current?.closest('section')?.getBoundingClientRect().top ?? 0;
      const passed = key
        .split('\n')
        .filter((id) => {
          const heading = id && within.current?.querySelector(`#${CSS.escape(id)}`);
          return heading ? heading.getBoundingClientRect().top - top < READING_LINE : false;
        })
        .at(-1);
      setCurrent(passed);
    };
    // Scrolling doesn't bubble: it is caught on its way down.
    document.addEventListener('scroll', read, { capture: true, passive: true });
    return () => document.removeEventListener('scroll', read, { capture: true });
  }, [key, within]);
  return current ?? ids[0];
}

/** Pixels below the upper edge. */
const READING_LINE = 120;
