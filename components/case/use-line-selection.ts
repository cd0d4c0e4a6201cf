'use client';
import { useEffect, useRef, useState } from 'react';
import { announce } from '@/components/shell/live-region';
import { lineRangeLabel } from './line-range-label';

/** Lines of one of the two texts, both included. */
export type LineAnchor = { line: number; lineEnd: number; side: 'new' | 'old' };
export type Point = Omit<LineAnchor, 'lineEnd'>;

export type LineSelection = ReturnType<typeof useLineSelection>;

/** The lines that a comment would be about: from where the selection was begun to where it was led. */
export function useLineSelection() {
  const [selected, setSelected] = useState<LineAnchor | null>(null);
  const begun = useRef<Point | null>(null);
  const show = (next: LineAnchor) => {
    setSelected(next);
    announce(`${lineRangeLabel(next)} selected`);
  };
  return {
    selected,
    begin: ({ line, side }: Point) => {
      begun.current = { line, side };
      show({ line, lineEnd: line, side });
    },
    /** A point of the other text changes nothing. */
    extend: ({ line, side }: Point) => {
      const from = begun.current;
      if (from?.side === side) show({ line: Math.min(from.line, line), lineEnd: Math.max(from.line, line), side });
    },
    clear: () => {
      begun.current = null;
      setSelected(null);
    },
    /** What to comment on when a line is pointed at: the selection, when the line is in it. */
    around: ({ line, side }: Point): LineAnchor =>
      selected && covers(selected, { line, side }) ? selected : { line, lineEnd: line, side },
  };
}

export function covers(range: LineAnchor | null, { line, side }: Point): boolean {
  return range !== null && range.side === side && range.line <= line && line <= range.lineEnd;
}

/**
 * Selecting with the pointer on the line numbers (`[data-gutter]`, one listener for the whole table): a click, a drag, Shift
 * and a click; on a touch screen a tap on the first and on the last line.
 */
export function useGutter(selection: LineSelection | undefined) {
  const host = useRef<HTMLElement>(null);
  const latest = useRef(selection);
  useEffect(() => {
    latest.current = selection;
  });
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const onDown = (event: PointerEvent) => {
      const point = pointOf(event.target);
      if (!point || event.button !== 0 || event.pointerType === 'touch') return;
      event.preventDefault(); // dragging here selects lines, not their numbers as text
      press(point, event.shiftKey);
    };
    const onOver = (event: PointerEvent) => {
      const point = event.buttons === 1 && event.pointerType !== 'touch' ? pointOf(event.target) : null;
      if (point) latest.current?.extend(point);
    };
    const onClick = (event: MouseEvent) => {
      const point = 'pointerType' in event && event.pointerType === 'touch' ? pointOf(event.target) : null;
      const now = latest.current?.selected;
      if (point) press(point, now?.line === now?.lineEnd && now?.side === point.side);
    };
    const press = (point: Point, further: boolean) => {
      const now = latest.current?.selected;
      if (further && now) latest.current?.extend(point);
      else if (now && now.line === now.lineEnd && covers(now, point)) latest.current?.clear();
      else latest.current?.begin(point);
    };
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointerover', onOver);
    element.addEventListener('click', onClick);
    return () => {
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointerover', onOver);
      element.removeEventListener('click', onClick);
    };
  }, []);
  return host;
}

function pointOf(target: EventTarget | null): Point | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-gutter]') : null;
  const line = Number(cell?.dataset.number);
  return cell && line > 0 ? { line, side: cell.dataset.gutter === 'old' ? 'old' : 'new' } : null;
}
