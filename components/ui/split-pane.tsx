'use client';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { cx } from './class-names';

type SplitPaneProps = {
  /** Names the splitter, e.g. "Width of the preview". */
  label: string;
  /** Remembered in this browser under this name. */
  name: string;
  first: ReactNode;
  /** null: the first pane takes it all, and no splitter is there. */
  second: ReactNode | null;
  /** Share of the first pane, in percent. */
  initial?: number;
  min?: number;
  max?: number;
  className?: string;
};

const STEP = 2;

/**
 * Two panes side by side with a splitter that pointer and keyboard move
 * (arrows 2 %, Page keys 10 %, Home and End to the limits, Enter back to the start).
 */
export function SplitPane({ label, name, first, second, initial = 60, min = 25, max = 80, className }: SplitPaneProps) {
  const [percent, setPercent] = useState(initial);
  const frame = useRef<HTMLDivElement>(null);
  const key = `split.${name}`;

  useEffect(() => {
    const kept = Number(localStorage.getItem(key));
    if (kept >= min && kept <= max) setPercent(kept);
  }, [key, min, max]);

  const move = (to: number) => {
    const next = Math.round(Math.min(max, Math.max(min, to)) * 10) / 10;
    setPercent(next);
    localStorage.setItem(key, String(next));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: percent - STEP,
      ArrowRight: percent + STEP,
      PageUp: percent - 5 * STEP,
      PageDown: percent + 5 * STEP,
      Home: min,
      End: max,
      Enter: initial,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !frame.current) return;
    const box = frame.current.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 100);
  };

  return (
    <div ref={frame} className={cx('flex min-h-0 min-w-0 flex-1', className)}>
      <div className="flex min-h-0 min-w-0 flex-col" style={{ width: second === null ? '100%' : `${percent}%` }}>
        {first}
      </div>
      {second !== null && (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a movable splitter is no <hr> */}
          <div
            role="separator"
            aria-orientation="vertical"
            aria-label={label}
            aria-valuenow={Math.round(percent)}
            aria-valuemin={min}
            aria-valuemax={max}
            tabIndex={0}
            className="group relative z-10 w-px shrink-0 cursor-col-resize touch-none bg-line hover:bg-accent focus-visible:bg-accent"
            onKeyDown={onKeyDown}
            onDoubleClick={() => move(initial)}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={onPointerMove}
          >
            <span aria-hidden className="absolute inset-y-0 -left-1 w-2.5" />
          </div>
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">{second}</div>
        </>
      )}
    </div>
  );
}
