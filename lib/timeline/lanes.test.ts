import { expect, it } from 'vitest';
import { lanesOf, longestGap, marksOf } from './lanes';
import type { TimelineEvent } from './schema';
import { domainOf, position, ticksOf, timeAt, zoomed } from './time-scale';

const HOUR = 3_600_000;
const event = (at: number, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  at,
  until: null,
  count: 1,
  actor: 'eva',
  action: 'a',
  source: 's',
  outcome: null,
  tactic: null,
  evidence: null,
  ...more,
});

it('puts 5,000 events into no more marks than have room, in a moment, and counts each', () => {
  const events = Array.from({ length: 5000 }, (_, index) => event(index * 1000));
  const started = performance.now();
  const marks = marksOf(events, [0, 5_000_000], 800);
  expect(performance.now() - started).toBeLessThan(100);
  expect(marks.length).toBeLessThanOrEqual(800 / 6 + 1);
  expect(marks.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
});

it('colors a mark by its most consequential event, opens that one, and is hollow only when all failed', () => {
  const [mark] = marksOf(
    [
      event(0, { tactic: 'discovery', evidence: 1, outcome: 'failure' }),
      event(1, { tactic: 'impact', evidence: 2, outcome: 'success' }),
      event(2, { tactic: 'execution', evidence: 3 }),
    ],
    [0, 1000],
    500,
  );
  expect(mark).toMatchObject({ tactic: 'impact', evidence: 2, count: 3, failed: false });
});

it('has a lane for each actor or source, busiest first, and one for the rest', () => {
  const events = Array.from({ length: 100 }, (_, index) =>
    event(index, { actor: `u${index % 20}`, source: index ? 'x' : 'y' }),
  );
  const lanes = lanesOf([...events, event(500, { actor: 'u7' })], 'actor');
  expect(lanes).toHaveLength(12);
  expect([lanes[0]?.name, lanes.at(-1)?.name]).toEqual(['u7', '9 others']);
  expect(lanes.reduce((sum, lane) => sum + lane.events.length, 0)).toBe(101);
  expect(lanesOf(events, 'source').map(({ name }) => name)).toEqual(['x', 'y']);
});

it('finds the longest time without events, not inside a burst', () => {
  const events = [event(0, { until: 5 * HOUR }), event(6 * HOUR), event(10 * HOUR)];
  expect(longestGap(events, [0, 10 * HOUR])).toEqual([6 * HOUR, 10 * HOUR]);
  expect(longestGap([event(0), event(1)], [0, HOUR])).toBeNull();
});

it('scales there and back, zooms within the whole, and has round ticks with the day where it changes', () => {
  const domain = [0, 48 * HOUR] as const;
  expect(timeAt(position(7 * HOUR, domain, 500), domain, 500)).toBeCloseTo(7 * HOUR);
  expect(zoomed(domain, 0.5, domain)).toEqual([12 * HOUR, 36 * HOUR]);
  expect(zoomed(domain, 4, domain)).toEqual(domain);
  expect(ticksOf(domain, 5).map(({ text }) => text)).toEqual([
    '1970-01-01 00:00',
    '12:00',
    '1970-01-02 00:00',
    '12:00',
    '1970-01-03 00:00',
  ]);
  expect(domainOf([])).toEqual([0, 1]);
});
