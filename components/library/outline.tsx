'use client';
import { type RefObject, useEffect, useRef, useState } from 'react';
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
  const { current, choose } = useCurrent(
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
              onClick={() => {
                choose(id);
                onHeading(id);
              }}
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

/**
 * The last section whose heading has come to the upper part of the box that scrolls; the first before any has. At the end of the
 * text, where a short last section can't come up that far, the one that was clicked.
 */
function useCurrent(ids: string[], within: RefObject<HTMLElement | null>) {
  const [current, setCurrent] = useState<string>();
  const chosen = useRef<string | null>(null);
  const key = ids.join('\n');
  useEffect(() => {
    const read = () => {
      const box = within.current?.closest('section');
      const top = box?.getBoundingClientRect().top ?? 0;
      const isAtEnd = box ? box.scrollTop + box.clientHeight >= box.scrollHeight - 2 : false;
      if (!isAtEnd) chosen.current = null;
      const passed = key
        .split('\n')
        .filter((id) => {
          const heading = id && within.current?.querySelector(`#${CSS.escape(id)}`);
          return heading ? heading.getBoundingClientRect().top - top < READING_LINE : false;
        })
        .at(-1);
      setCurrent(chosen.current ?? passed);
    };
    // Scrolling doesn't bubble: it is caught on its way down.
    document.addEventListener('scroll', read, { capture: true, passive: true });
    return () => document.removeEventListener('scroll', read, { capture: true });
  }, [key, within]);
  const choose = (id: string) => {
    chosen.current = id;
    setCurrent(id);
  };
  return { current: current ?? ids[0], choose };
}

/** Pixels below the upper edge. */
const READING_LINE = 120;
