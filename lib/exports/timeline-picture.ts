import type { Element, ElementContent } from 'hast';
import { spanOf } from '../time/time';
import { type Gap, gapsOf, incidentOf, type Lane, lanesOf, type Mark, marksOf, TACTICS } from '../timeline/lanes';
import type { CaseTimeline } from '../timeline/schema';
import { type Domain, domainOf, position, ticksOf } from '../timeline/time-scale';

/** In the picture's own units, as wide as an A4 page between its margins in points. */
export const PICTURE_WIDTH = 483;
const NAMES = 116;
const PLOT = PICTURE_WIDTH - NAMES - 8;
const AXIS = 18;
const LANE = 20;
const KEY = 12;
/** Marks are so much further apart than in the browser, so that each has room for its number. */
const SPREAD = 3;
const [INK, SOFT, LINE, PAPER] = ['#1a1d21', '#525a66', '#c9ced6', '#ffffff'];
/** Signs of a name that the lane has room for; those of CJK scripts take twice as much. */
const MAX_NAME = 22;

/** How a text becomes content of an SVG text element: fonts differ between formats. */
type Words = (text: string) => ElementContent[];

/**
 * The timeline as an SVG element for paper: a lane for each actor, and numbers for tactics instead of colors, so that it prints in black
 * and white. Filled: it succeeded; hollow: it failed. null: nothing has a time. Pure.
 */
export function timelinePicture({ events, omitted }: CaseTimeline, words: Words): Element | null {
  if (events.length === 0) return null;
  const whole = domainOf(events.flatMap(({ at, until }) => (until === null ? [at] : [at, until])));
  // As the picture in the browser opens: on what the report tells.
  const domain = incidentOf(events, whole) ?? whole;
  const told = events.filter(({ at, until }) => at <= domain[1] && (until ?? at) >= domain[0]);
  const lanes = lanesOf(told, 'actor').map(
    ({ name, events: own }): Lane => ({
      name,
      count: own.length,
      marks: marksOf(own, domain, PLOT / SPREAD),
    }),
  );
  const shown = TACTICS.filter((tactic) => lanes.some(({ marks }) => marks.some((mark) => mark.tactic === tactic)));
  const plotHeight = AXIS + lanes.length * LANE;
  const rows = Math.ceil((shown.length + 2) / 3);
  const height = plotHeight + 8 + rows * KEY;
  const gaps = gapsOf(told, domain);
  const first = new Date(told[0]?.at ?? 0).toISOString().slice(0, 16).replace('T', ' ');
  return svg(
    {
      viewBox: `0 0 ${PICTURE_WIDTH} ${height}`,
      width: PICTURE_WIDTH,
      height,
      role: 'img',
      ariaLabel: `Timeline of ${told.length + (domain === whole ? omitted : 0)} events from ${first} UTC on, a lane for each actor. The table below has those that decide.`,
    },
    [
      ...gaps.flatMap((gap) => gapOf(gap, domain, plotHeight)),
      ...axisOf(domain, plotHeight),
      ...lanes.flatMap((lane, index) => laneOf(lane, AXIS + index * LANE + LANE / 2, shown, words)),
      ...keyOf(shown, plotHeight + 8),
    ],
  );
}

type Properties = Record<string, string | number>;
const element = (tagName: string, properties: Properties, children: ElementContent[] = []): Element => ({
  type: 'element',
  tagName,
  properties,
  children,
});
const svg = (properties: Properties, children: ElementContent[]): Element =>
  element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', fontFamily: 'Sans, sans-serif', fontSize: 7.5, ...properties },
    children,
  );
const text = (x: number, y: number, content: ElementContent[] | string, more: Properties = {}): Element =>
  element(
    'text',
    { x: round(x), y: round(y), fill: INK, ...more },
    typeof content === 'string' ? [{ type: 'text', value: content }] : content,
  );
const line = (x1: number, y1: number, x2: number, y2: number, more: Properties = {}): Element =>
  element('line', {
    x1: round(x1),
    y1: round(y1),
    x2: round(x2),
    y2: round(y2),
    stroke: LINE,
    strokeWidth: 0.5,
    ...more,
  });
const round = (value: number): number => Math.round(value * 10) / 10;
const placeOf = (time: number, domain: Domain): number => NAMES + position(time, domain, PLOT);

function axisOf(domain: Domain, height: number): Element[] {
  return ticksOf(domain, 5).flatMap((tick) => {
    const x = placeOf(tick.at, domain);
    const isLast = x > NAMES + PLOT - 60;
    return [
      line(x, AXIS - 5, x, height),
      text(x + (isLast ? -2 : 2), 9, tick.text, { fill: SOFT, fontSize: 6.5, textAnchor: isLast ? 'end' : 'start' }),
    ];
  });
}

function gapOf(gap: Gap, domain: Domain, height: number): Element[] {
  const [from, to] = [placeOf(gap.from, domain), placeOf(gap.to, domain)];
  const words = `${spanOf(gap.to - gap.from)} ${gap.covered ? 'with summaries only' : 'without events'}`;
  return [
    element('rect', { x: round(from), y: AXIS, width: round(to - from), height: height - AXIS, fill: '#f1f3f5' }),
    ...(to - from > 80
      ? [text((from + to) / 2, height - 3, words, { fill: SOFT, fontSize: 6.5, textAnchor: 'middle' })]
      : []),
  ];
}

function laneOf({ name, count, marks }: Lane, y: number, shown: readonly string[], words: Words): Element[] {
  return [
    text(NAMES - 22, y + 2.5, words(shortName(name)), { textAnchor: 'end' }),
    text(NAMES - 8, y + 2.5, String(count), { textAnchor: 'end', fill: SOFT }),
    line(NAMES, y, NAMES + PLOT, y, { strokeDasharray: '1 3' }),
    ...marks.flatMap((mark) => markOf(mark, y, shown)),
  ];
}

function shortName(name: string): string {
  let room = MAX_NAME;
  const fitting = [...name].filter((sign) => {
    room -= (sign.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
    return room >= 0;
  });
  return room >= 0 ? name : `${fitting.slice(0, -1).join('')}…`;
}

function markOf({ x: at, end: until, count, tactic, failed }: Mark, y: number, shown: readonly string[]): Element[] {
  const [x, end] = [NAMES + at * SPREAD, NAMES + until * SPREAD];
  const number = tactic === null ? -1 : shown.indexOf(tactic);
  const radius = number < 0 ? 2.5 : 5;
  // A summary of a longer time than is shown.
  if (end - x > PLOT / 2) return [line(x, y, end, y, { stroke: LINE, strokeWidth: 2 })];
  const [fill, ink] = failed ? [PAPER, INK] : [number < 0 ? SOFT : INK, PAPER];
  return [
    ...(end - x > radius ? [line(x, y, end, y, { stroke: SOFT, strokeWidth: 2 })] : []),
    element('circle', { cx: round(x), cy: y, r: radius, fill, stroke: INK, strokeWidth: 0.8 }),
    ...(number < 0 ? [] : [text(x, y + 2, String(number + 1), { textAnchor: 'middle', fontSize: 6, fill: ink })]),
    ...(count > 1 ? [text(x + radius + 1, y - 3.5, `×${count}`, { fontSize: 5.5, fill: SOFT })] : []),
  ];
}

/** What the numbers mean, three in a row. */
function keyOf(shown: readonly string[], top: number): Element[] {
  const label = (tactic: string): string => tactic.charAt(0).toUpperCase() + tactic.slice(1).replaceAll('-', ' ');
  const items = [
    ...shown.map((tactic, index) => `${index + 1}  ${label(tactic)}`),
    'Small dot: no known tactic',
    'Hollow: failed',
  ];
  return items.map((words, index) =>
    text(NAMES + (index % 3) * (PLOT / 3), top + Math.floor(index / 3) * KEY + 7, words, { fill: SOFT, fontSize: 7 }),
  );
}
