'use client';
import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
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
/** Pixels around an edge that take hold of it. */
const GRIP = 12;
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
      <Edge label="Start of the part shown" at={0} {...{ whole, domain, width, onZoom }} />
      <Edge label="End of the part shown" at={1} {...{ whole, domain, width, onZoom }} />
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

type Brush = Pick<OverviewProps, 'whole' | 'domain' | 'width' | 'onZoom'>;

function useBrush({ whole, domain, width, onZoom }: Brush) {
  const held = useRef<{ kind: 'start' | 'end' | 'move' | 'new'; x: number; domain: Domain } | null>(null);
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
      const [from, to] = [position(domain[0], whole, width), position(domain[1], whole, width)];
      const isWhole = to - from >= width - 1;
      const kind = isWhole
        ? 'new'
        : Math.abs(x - from) <= GRIP && x < (from + to) / 2
          ? 'start'
          : Math.abs(x - to) <= GRIP
            ? 'end'
            : x > from && x < to
              ? 'move'
              : 'new';
      held.current = { kind, x, domain };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!held.current) return;
      const { kind, x: begun, domain: before } = held.current;
      const [time, first] = [timeAt(at(event), whole, width), timeAt(begun, whole, width)];
      if (kind === 'start') onZoom(between(time, before[1], whole));
      else if (kind === 'end') onZoom(between(before[0], time, whole));
      else if (kind === 'move') onZoom(moved(before, time - first, whole));
      else if (Math.abs(at(event) - begun) > 3) onZoom(between(first, time, whole));
    },
    onPointerUp: release,
    onPointerCancel: release,
  };
}

function Edge({ label, at, whole, domain, width, onZoom }: Brush & { label: string; at: 0 | 1 }) {
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
  const x = position(value, whole, width);
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={Math.round(whole[0])}
      aria-valuemax={Math.round(whole[1])}
      aria-valuenow={Math.round(value)}
      aria-valuetext={formatUtc(new Date(value))}
      onKeyDown={onKeyDown}
      className="absolute top-0 flex h-full w-3 items-center justify-center rounded"
      style={{ left: Math.min(width - 12, Math.max(0, x - 6)) }}
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
