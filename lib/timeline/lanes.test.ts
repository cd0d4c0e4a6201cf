import { expect, it } from 'vitest';
import { gapsOf, incidentOf, isBar, labelsOf, lanesOf, marksOf } from './lanes';
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

it('has one lane for a person whom sources call differently, whom the report names first and nobody last', () => {
  const events = [
    ...Array.from({ length: 9 }, (_, index) => event(index, { actor: '' })),
    ...Array.from({ length: 5 }, (_, index) => event(index, { actor: 'bob' })),
    event(20, { actor: 'eva.lind@corp.example', source: 'report' }),
    event(21, { actor: 'eva.lind' }),
  ];
  expect(lanesOf(events, 'actor').map(({ name, events: own }) => [name, own.length])).toEqual([
    ['eva.lind', 2],
    ['bob', 5],
    ['no actor named', 9],
  ]);
});

it('finds the times without events, not inside a burst, and says which of them a summary covers', () => {
  const events = [event(0, { until: 5 * HOUR }), event(6 * HOUR), event(8 * HOUR), event(10 * HOUR)];
  const gaps = [
    { from: 6 * HOUR, to: 8 * HOUR, covered: false },
    { from: 8 * HOUR, to: 10 * HOUR, covered: false },
  ];
  expect(gapsOf(events, [0, 10 * HOUR])).toEqual(gaps);
  const summary = event(-50 * HOUR, { until: 7 * HOUR, count: 900 });
  expect(gapsOf([summary, ...events], [0, 10 * HOUR])).toEqual([{ ...gaps[0], covered: true }, gaps[1]]);
  expect(gapsOf([event(0), event(1)], [0, HOUR])).toEqual([]);
});

it('looks at what the report tells where that is a small part of the whole', () => {
  const baseline = [event(0), event(1000 * HOUR)];
  const told = [900, 901, 902].map((hour) => event(hour * HOUR, { source: 'report' }));
  const [from = 0, to = 0] = incidentOf([...baseline, ...told], [0, 1000 * HOUR]) ?? [];
  expect(from).toBeGreaterThan(899 * HOUR);
  expect(from).toBeLessThan(900 * HOUR);
  expect(to).toBeGreaterThan(902 * HOUR);
  expect(to).toBeLessThan(903 * HOUR);
  expect(incidentOf(told, [900 * HOUR, 902 * HOUR])).toBeNull();
  expect(incidentOf([...baseline, ...told.slice(0, 1)], [0, 1000 * HOUR])).toBeNull();
});

it('draws what takes long as a bar that swallows no dot', () => {
  const marks = marksOf(
    [event(0, { until: 5000, count: 300 }), event(10, { tactic: 'impact' }), event(20), event(6000)],
    [0, 10_000],
    1000,
  );
  expect(marks.map((mark) => [isBar(mark), mark.count])).toEqual([
    [true, 300],
    [false, 2],
    [false, 1],
  ]);
});

it('gives texts to the marks that tell most, and none runs into another', () => {
  const events = Array.from({ length: 60 }, (_, index) =>
    event(index * 1000, { action: `a${index}`, ...(index === 31 ? { tactic: 'impact' } : { source: 'report' }) }),
  );
  const labels = labelsOf(marksOf(events, [0, 60_000], 1200), 1200);
  expect(labels.map(({ text }) => text)).toContain('a31');
  expect(labels.length).toBeGreaterThan(10);
  for (const [index, { x, room }] of labels.entries())
    expect(x + room).toBeLessThanOrEqual(labels[index + 1]?.x ?? 1200);
  expect(labelsOf(marksOf([event(0), event(500)], [0, 1000], 900), 900)).toEqual([]);
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
