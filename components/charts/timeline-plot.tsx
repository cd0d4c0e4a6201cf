'use client';
import { type PointerEvent, useMemo, useState } from 'react';
import { spanOf } from '@/lib/time/time';
import type { Lane, Mark } from '@/lib/timeline/lanes';
import type { TimelineEvent } from '@/lib/timeline/schema';
import { type Domain, position, ticksOf, timeAt } from '@/lib/timeline/time-scale';
import { tacticLook } from './tactic';

/** Pixels: of a lane, and of the axis above the first. */
export const LANE = 28;
export const AXIS = 20;
const TICK_PX = 90;
/** Of a label's character, at most. */
const CHAR_PX = 6;
/** A press that moves less is a click. */
const DRAG_PX = 5;

type PlotProps = {
  lanes: Lane[];
  domain: Domain;
  width: number;
  gap: Domain | null;
  onZoom: (domain: Domain) => void;
  onHover: (found: { mark: Mark; lane: string } | null) => void;
  onMark: (mark: Mark) => void;
};

/** The lanes with their marks. What it shows is in the table too, which is how the keyboard reaches it. */
export function Plot({ lanes, domain, width, gap, onZoom, onHover, onMark }: PlotProps) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const height = AXIS + lanes.length * LANE;
  const at = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const find = ({ x, y }: { x: number; y: number }) => {
    const lane = lanes[Math.floor((y - AXIS) / LANE)];
    const near = lane?.marks.filter((mark) => x >= mark.x - 8 && x <= Math.max(mark.end, mark.x) + 8);
    const mark = near?.sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
    return lane && mark ? { lane: lane.name, mark } : null;
  };
  return (
    <svg
      role="img"
      aria-label={`${lanes.length} lanes of events. Choose “Show table” to read them.`}
      width={width}
      height={height}
      className="block cursor-crosshair touch-pan-y select-none"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: at(event).x, to: at(event).x });
      }}
      onPointerMove={(event) => {
        const place = at(event);
        if (drag) setDrag({ ...drag, to: Math.min(width, Math.max(0, place.x)) });
        else onHover(find(place));
      }}
      onPointerLeave={() => onHover(null)}
      onPointerUp={(event) => {
        const found = find(at(event));
        if (drag && Math.abs(drag.to - drag.from) > DRAG_PX) {
          const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
          onZoom([timeAt(from, domain, width), timeAt(to, domain, width)]);
        } else if (found) onMark(found.mark);
        setDrag(null);
      }}
    >
      <Axis domain={domain} width={width} height={height} />
      {gap && <Gap gap={gap} domain={domain} width={width} height={height} />}
      {lanes.map(({ name, marks }, index) => (
        <g key={name} transform={`translate(0 ${AXIS + index * LANE + LANE / 2})`}>
          <line x2={width} stroke="var(--line)" strokeDasharray="1 3" />
          {marks.map((mark) => (
            <MarkShape key={mark.x} mark={mark} />
          ))}
        </g>
      ))}
      {drag && (
        <rect
          x={Math.min(drag.from, drag.to)}
          width={Math.abs(drag.to - drag.from)}
          y={0}
          height={height}
          fill="var(--accent)"
          opacity={0.15}
        />
      )}
    </svg>
  );
}

/** Round moments; what would run over the edge has a line only, since the one before it has the room. */
function Axis({ domain, width, height }: { domain: Domain; width: number; height: number }) {
  return ticksOf(domain, Math.max(2, Math.floor(width / TICK_PX))).map((tick) => {
    const x = position(tick.at, domain, width);
    return (
      <g key={tick.at} transform={`translate(${x} 0)`}>
        <line y1={AXIS - 4} y2={height} stroke="var(--line)" />
        {x + 3 + tick.text.length * CHAR_PX <= width && (
          <text x={3} y={12} fontSize={10} fill="var(--ink-3)">
            {tick.text}
          </text>
        )}
      </g>
    );
  });
}

function MarkShape({ mark: { x, end, count, tactic, failed } }: { mark: Mark }) {
  const { color } = tacticLook(tactic);
  const radius = Math.min(9, 3 + Math.log2(count));
  return (
    <>
      {end - x > radius && <rect x={x} width={end - x} y={-2} height={4} rx={2} fill={color} opacity={0.5} />}
      <circle cx={x} r={radius} fill={failed ? 'var(--surface)' : color} stroke={color} strokeWidth={1.5} />
    </>
  );
}

type GapProps = { gap: Domain; domain: Domain; width: number; height: number };

function Gap({ gap, domain, width, height }: GapProps) {
  const [from, to] = [position(gap[0], domain, width), position(gap[1], domain, width)];
  return (
    <g>
      <rect x={from} width={to - from} y={AXIS} height={height - AXIS} fill="var(--sunken)" opacity={0.6} />
      {to - from > 60 && (
        <text x={(from + to) / 2} y={height - 5} fontSize={10} textAnchor="middle" fill="var(--ink-3)">
          {spanOf(gap[1] - gap[0])} without events
        </text>
      )}
    </g>
  );
}

type OverviewProps = {
  events: TimelineEvent[];
  whole: Domain;
  domain: Domain;
  width: number;
  onZoom: (domain: Domain) => void;
};

const STRIP = 26;
const BAR = 4;

/** All of the case in a strip: where its events are, and which part is shown. A press there moves that part. */
export function Overview({ events, whole, domain, width, onZoom }: OverviewProps) {
  const bars = useMemo(() => {
    const counts = new Array<number>(Math.max(1, Math.ceil(width / BAR))).fill(0);
    for (const { at, count } of events) {
      const bin = Math.min(counts.length - 1, Math.max(0, Math.floor(position(at, whole, width) / BAR)));
      counts[bin] = (counts[bin] ?? 0) + count;
    }
    return counts;
  }, [events, whole, width]);
  const most = Math.max(1, ...bars);
  const [from, to] = [position(domain[0], whole, width), position(domain[1], whole, width)];
  const move = (event: PointerEvent<SVGSVGElement>) => {
    if (event.buttons !== 1 || to - from >= width - 1) return;
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const half = (domain[1] - domain[0]) / 2;
    const middle = Math.min(whole[1] - half, Math.max(whole[0] + half, timeAt(x, whole, width)));
    onZoom([middle - half, middle + half]);
  };
  return (
    <svg
      role="img"
      aria-label="Where the events of the whole case are"
      width={width}
      height={STRIP}
      className="mt-1 block cursor-ew-resize touch-none select-none"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={move}
    >
      <rect width={width} height={STRIP} rx={3} fill="var(--sunken)" />
      {bars.map((count, index) => {
        if (count === 0) return null;
        const height = Math.max(2, (Math.log2(count + 1) / Math.log2(most + 1)) * (STRIP - 4));
        return (
          <rect key={index} x={index * BAR} width={BAR - 1} y={STRIP - height} height={height} fill="var(--ink-3)" />
        );
      })}
      <rect x={from} width={Math.max(3, to - from)} height={STRIP} rx={3} fill="var(--accent)" opacity={0.18} />
      <rect x={from} width={Math.max(3, to - from)} height={STRIP} rx={3} fill="none" stroke="var(--accent)" />
    </svg>
  );
}
