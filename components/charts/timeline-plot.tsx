'use client';
import { type PointerEvent, useMemo, useState } from 'react';
import { spanOf } from '@/lib/time/time';
import { type Gap, isBar, type Lane, labelsOf, type Mark } from '@/lib/timeline/lanes';
import { type Domain, position, ticksOf, timeAt } from '@/lib/timeline/time-scale';
import { tacticLook } from './tactic';

/** Pixels: of a lane, and of the axis above the first. */
export const LANE = 40;
export const AXIS = 20;
/** From a lane's top: where its line is, and the texts above that. */
const LINE = 27;
const TEXT = 12;
const TICK_PX = 90;
/** Of a label's character, at most. */
const CHAR_PX = 6;
const LABEL_CHAR_PX = 5.3;
/** A press that moves less is a click. */
const DRAG_PX = 5;

type Place = { x: number; y: number };
type PlotProps = {
  lanes: Lane[];
  domain: Domain;
  width: number;
  gaps: Gap[];
  onZoom: (domain: Domain) => void;
  onHover: (mark: Mark | null) => void;
  onMark: (mark: Mark) => void;
};

/** The lanes with their marks. What it shows is in the table too, which is how the keyboard reaches it. */
export function Plot({ lanes, domain, width, gaps, onZoom, onHover, onMark }: PlotProps) {
  const height = AXIS + lanes.length * LANE;
  const { drag, ...handlers } = useDrag({
    width,
    onRange: (from, to) => onZoom([timeAt(from, domain, width), timeAt(to, domain, width)]),
    onHover: (place) => onHover(place && markAt(lanes, place)),
    onPress: (place) => {
      const found = markAt(lanes, place);
      if (found) onMark(found);
    },
  });
  return (
    <svg
      role="img"
      aria-label={`${lanes.length} lanes of events. Choose “Show table” to read them.`}
      width={width}
      height={height}
      className="block cursor-crosshair touch-pan-y select-none"
      {...handlers}
    >
      <Axis domain={domain} width={width} height={height} />
      {gaps.map((gap) => (
        <GapShape key={gap.from} gap={gap} domain={domain} width={width} height={height} />
      ))}
      {lanes.map((lane, index) => (
        <LaneShape key={lane.name} lane={lane} top={AXIS + index * LANE} width={width} />
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

type Drag = {
  width: number;
  onRange: (from: number, to: number) => void;
  onHover: (place: Place | null) => void;
  onPress: (place: Place) => void;
};

/** A press that moves draws a range; one that doesn't is a click. By mouse, pen and finger. */
function useDrag({ width, onRange, onHover, onPress }: Drag) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const at = (event: PointerEvent<SVGSVGElement>): Place => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: Math.min(width, Math.max(0, event.clientX - box.left)), y: event.clientY - box.top };
  };
  return {
    drag,
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ from: at(event).x, to: at(event).x });
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      if (drag) setDrag({ ...drag, to: at(event).x });
      else onHover(at(event));
    },
    onPointerLeave: () => onHover(null),
    // The finger scrolls the page instead.
    onPointerCancel: () => setDrag(null),
    onPointerUp: (event: PointerEvent<SVGSVGElement>) => {
      if (!drag) return;
      const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      if (to - from > DRAG_PX) onRange(from, to);
      else onPress(at(event));
      setDrag(null);
    },
  };
}

/** The mark at a place: a dot before a bar behind it. */
function markAt(lanes: Lane[], { x, y }: Place): Mark | null {
  const lane = lanes[Math.floor((y - AXIS) / LANE)];
  const near = lane?.marks.filter((mark) => x >= mark.x - 8 && x <= (isBar(mark) ? mark.end : mark.x + 8)) ?? [];
  const [found] = near.sort(
    (a, b) => Number(isBar(a)) - Number(isBar(b)) || Math.abs(a.x - x) - Math.abs(b.x - x) || a.end - b.end,
  );
  return found ?? null;
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

function LaneShape({ lane: { marks }, top, width }: { lane: Lane; top: number; width: number }) {
  const labels = useMemo(() => labelsOf(marks, width), [marks, width]);
  return (
    <g transform={`translate(0 ${top})`}>
      <line x2={width} y1={LINE} y2={LINE} stroke="var(--line)" strokeDasharray="1 3" />
      <g transform={`translate(0 ${LINE})`}>
        {marks.filter(isBar).map((mark) => (
          <BarShape key={mark.x} mark={mark} width={width} />
        ))}
        {marks
          .filter((mark) => !isBar(mark))
          .map((mark) => (
            <DotShape key={mark.x} mark={mark} />
          ))}
      </g>
      {labels.map(({ x, room, text }) => (
        <text key={x} x={Math.max(0, x - 3)} y={TEXT} fontSize={10} fill="var(--ink-2)">
          {cut(text, Math.floor(room / LABEL_CHAR_PX))}
        </text>
      ))}
    </g>
  );
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1).trim()}…`);

/** What takes time: thin where it is only a summary of a longer time than is shown. */
function BarShape({ mark: { x, end, tactic, failed }, width }: { mark: Mark; width: number }) {
  const { color } = tacticLook(tactic);
  const background = end - x > width / 2;
  const height = background ? 3 : 9;
  return (
    <rect
      x={x}
      y={-height / 2}
      width={end - x}
      height={height}
      rx={height / 2}
      fill={failed && !background ? 'var(--surface)' : color}
      fillOpacity={background ? 0.3 : failed ? 1 : 0.55}
      stroke={background ? 'none' : color}
    />
  );
}

/** The more events, the larger. */
function DotShape({ mark: { x, count, tactic, failed } }: { mark: Mark }) {
  const { color } = tacticLook(tactic);
  return (
    <circle
      cx={x}
      r={Math.min(9, 3.5 + Math.log2(count))}
      fill={failed ? 'var(--surface)' : color}
      stroke={color}
      strokeWidth={1.5}
    />
  );
}

type GapProps = { gap: Gap; domain: Domain; width: number; height: number };

function GapShape({ gap, domain, width, height }: GapProps) {
  const [from, to] = [position(gap.from, domain, width), position(gap.to, domain, width)];
  const words = `${spanOf(gap.to - gap.from)} ${gap.covered ? 'with summaries only' : 'without events'}`;
  return (
    <g>
      <rect x={from} width={to - from} y={AXIS} height={height - AXIS} fill="var(--sunken)" opacity={0.6} />
      {to - from > words.length * LABEL_CHAR_PX && (
        <text x={(from + to) / 2} y={height - 3} fontSize={10} textAnchor="middle" fill="var(--ink-3)">
          {words}
        </text>
      )}
    </g>
  );
}
