'use client';
import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
import { cx } from '@/components/ui/class-names';
import { formatUtc } from '@/lib/time/time';
import type { TimelineEvent } from '@/lib/timeline/schema';
import { type Domain, position, timeAt } from '@/lib/timeline/time-scale';

type OverviewProps = {
  events: TimelineEvent[];
  whole: Domain;
  domain: Domain;
  width: number;
  onZoom: (domain: Domain) => void;
};

const STRIP = 32;
const BAR = 4;
/** Pixels: of what takes hold of an edge, which lies beside the part shown. */
const GRIP = 24;
/** Of the whole: what an arrow key moves an edge by, and with Shift. */
const STEP = 0.01;
const LEAP = 0.1;
/** Of the whole: edges don't come closer. */
const LEAST = 0.0005;

/**
 * All of the case in a strip: where its events are, and which part is shown. A press beside that part draws another one, a press in it
 * moves it, and its edges move by pointer, finger and arrow keys.
 */
export function Overview({ events, whole, domain, width, onZoom }: OverviewProps) {
  const [from, to] = [position(domain[0], whole, width), position(domain[1], whole, width)];
  const grips = gripsOf(from, to, width);
  const handlers = useBrush({ whole, domain, width, onZoom });
  return (
    <div
      className="relative mt-1 cursor-ew-resize touch-none select-none"
      style={{ width, height: STRIP }}
      {...handlers}
    >
      <svg
        role="img"
        aria-label="Where the events of the whole case are"
        width={width}
        height={STRIP}
        className="block"
      >
        <rect width={width} height={STRIP} rx={3} fill="var(--sunken)" />
        <Histogram events={events} whole={whole} width={width} />
        <rect x={from} width={Math.max(3, to - from)} height={STRIP} rx={3} fill="var(--accent)" opacity={0.18} />
        <rect x={from} width={Math.max(3, to - from)} height={STRIP} rx={3} fill="none" stroke="var(--accent)" />
      </svg>
      <Edge at={0} left={grips[0]} {...{ whole, domain, onZoom }} />
      <Edge at={1} left={grips[1]} {...{ whole, domain, onZoom }} />
    </div>
  );
}

function Histogram({ events, whole, width }: Pick<OverviewProps, 'events' | 'whole' | 'width'>) {
  const bars = useMemo(() => {
    const counts = new Array<number>(Math.max(1, Math.ceil(width / BAR))).fill(0);
    for (const { at, count } of events) {
      const bin = Math.min(counts.length - 1, Math.max(0, Math.floor(position(at, whole, width) / BAR)));
      counts[bin] = (counts[bin] ?? 0) + count;
    }
    return counts;
  }, [events, whole, width]);
  const most = Math.max(1, ...bars);
  return bars.map((count, index) => {
    if (count === 0) return null;
    const height = Math.max(2, (Math.log2(count + 1) / Math.log2(most + 1)) * (STRIP - 4));
    return <rect key={index} x={index * BAR} width={BAR - 1} y={STRIP - height} height={height} fill="var(--ink-3)" />;
  });
}

type Held = 'start' | 'end' | 'move' | 'new';

/** What a press takes hold of: an edge, the part shown, or nothing yet, so that it draws a new one. */
function kindOf(target: EventTarget, x: number, { whole, domain, width }: Omit<Brush, 'onZoom'>): Held {
  const edge = target instanceof Element ? target.closest('[data-edge]')?.getAttribute('data-edge') : null;
  if (edge) return edge === '0' ? 'start' : 'end';
  const [from, to] = [position(domain[0], whole, width), position(domain[1], whole, width)];
  return to - from < width - 1 && x > from && x < to ? 'move' : 'new';
}

/** Where the two grips begin: outside of the part shown, and never over each other. */
function gripsOf(from: number, to: number, width: number): readonly [number, number] {
  const end = Math.min(width - GRIP, Math.max(0, to));
  return [Math.max(-GRIP, Math.min(from - GRIP, end - GRIP)), end];
}

type Brush = Pick<OverviewProps, 'whole' | 'domain' | 'width' | 'onZoom'>;

function useBrush({ whole, domain, width, onZoom }: Brush) {
  const held = useRef<{ kind: Held; x: number; domain: Domain } | null>(null);
  const at = (event: PointerEvent<HTMLElement>): number =>
    Math.min(width, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left));
  const release = () => {
    held.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const x = at(event);
      held.current = { kind: kindOf(event.target, x, { whole, domain, width }), x, domain };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!held.current) return;
      const { kind, x: begun, domain: before } = held.current;
      const [time, first] = [timeAt(at(event), whole, width), timeAt(begun, whole, width)];
      if (kind === 'start') onZoom(between(before[0] + time - first, before[1], whole));
      else if (kind === 'end') onZoom(between(before[0], before[1] + time - first, whole));
      else if (kind === 'move') onZoom(moved(before, time - first, whole));
      else if (Math.abs(at(event) - begun) > 3) onZoom(between(first, time, whole));
    },
    onPointerUp: release,
    onPointerCancel: release,
  };
}

type EdgeProps = Omit<Brush, 'width'> & { at: 0 | 1; left: number };

function Edge({ at, left, whole, domain, onZoom }: EdgeProps) {
  const value = domain[at];
  const set = (time: number) => onZoom(at === 0 ? between(time, domain[1], whole) : between(domain[0], time, whole));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = (whole[1] - whole[0]) * (event.shiftKey ? LEAP : STEP);
    const times: Record<string, number> = {
      ArrowLeft: value - step,
      ArrowDown: value - step,
      ArrowRight: value + step,
      ArrowUp: value + step,
      Home: whole[0],
      End: whole[1],
    };
    const time = times[event.key];
    if (time === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(time);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      data-edge={at}
      aria-label={at === 0 ? 'Start of the part shown' : 'End of the part shown'}
      aria-orientation="horizontal"
      aria-valuemin={Math.round(whole[0])}
      aria-valuemax={Math.round(whole[1])}
      aria-valuenow={Math.round(value)}
      aria-valuetext={formatUtc(new Date(value))}
      onKeyDown={onKeyDown}
      className={cx('absolute top-0 flex h-full items-center rounded px-px', at === 0 && 'justify-end')}
      style={{ left, width: GRIP }}
    >
      <span aria-hidden className="h-4 w-1 rounded-full bg-accent" />
    </div>
  );
}

/** A domain within the whole, its ends in order and not the same. */
function between(a: number, b: number, [first, last]: Domain): Domain {
  const least = (last - first) * LEAST;
  const from = Math.max(first, Math.min(a, b));
  const to = Math.min(last, Math.max(a, b));
  return to - from >= least ? [from, to] : [Math.min(from, last - least), Math.min(from, last - least) + least];
}

function moved([from, to]: Domain, by: number, [first, last]: Domain): Domain {
  const within = Math.min(last - to, Math.max(first - from, by));
  return [from + within, to + within];
}
