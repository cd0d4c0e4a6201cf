import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTimelineRows, timelineRows } from './timeline';

const row = (time: string, event: string, more: object = {}) => ({ time, event, evidence: [3], ...more });
const text = (section: string, ...rows: Parameters<typeof addTimelineRows>[1]): string => {
  const result = addTimelineRows(section, rows);
  if (!result.ok) throw new Error(result.message);
  return result.text;
};
const TABLE = `Before the table.

| Time (UTC) | Who | What | From | Evidence |
| --- | --- | --- | --- | --- |
| 2023-07-10 11:54:47–11:54:50Z | bert-jan | 29 denied \`GetPasswordData\` | \`192[.]168[.]10[.]20\` | [E7] |
| 2023-07-10 12:00:00Z | bert-jan | a \\| b | x | [E8] |

After it.`;

describe('timeline rows', () => {
  it('begin a table where there is none, and go to their place in time where there is one', () => {
    expect(text('', row('2023-07-10T11:57:16Z', 'StopLogging'))).toContain(
      '| 2023-07-10 11:57:16Z |  | StopLogging |  | [E3] |',
    );
    const added = text(
      TABLE,
      row('2023-07-10T11:57:16Z', 'a|b', { who: 'eve', source: '203[.]0[.]113[.]7' }),
      row('2023-07-10T11:00:00Z', 'first', { until: '2023-07-10T11:00:09Z' }),
      row('2023-07-11T00:00:00Z', 'last'),
    );
    const lines = TABLE.split('\n');
    expect(added.split('\n')).toEqual([
      ...lines.slice(0, 4),
      '| 2023-07-10 11:00:00–11:00:09Z |  | first |  | [E3] |',
      lines[4],
      '| 2023-07-10 11:57:16Z | eve | a\\|b | 203[.]0[.]113[.]7 | [E3] |',
      lines[5],
      '| 2023-07-11 00:00:00Z |  | last |  | [E3] |',
      ...lines.slice(6),
    ]);
    expect(timelineRows(added)).toHaveLength(5);
  });

  it('say in the event what has no column, and are put in once', () => {
    const own = '| When | Event |\n|---|---|\n| 2023-07-10 12:00 | x |';
    const once = text(own, row('2023-07-10T11:00:00Z', 'login', { who: 'eve', outcome: 'denied' }));
    expect(once).toContain('| 2023-07-10 11:00:00Z | eve: login (denied) [E3] |');
    expect(
      addTimelineRows(once, [row('2023-07-10T11:00:00Z', 'login', { who: 'eve', outcome: 'denied' })]),
    ).toMatchObject({
      ok: true,
      added: 0,
      known: 1,
      text: once,
    });
  });

  it('are refused without a readable time, and by a table without a column for them', () => {
    expect(addTimelineRows('', [row('yesterday', 'x')])).toMatchObject({
      ok: false,
      message: expect.stringContaining('yesterday'),
    });
    expect(addTimelineRows('| a | b |\n|---|---|\n| 1 | 2 |', [row('2023-07-10T11:00:00Z', 'x')])).toMatchObject({
      ok: false,
    });
    expect(text('```\n| time | event |\n|---|---|\n```', row('2023-07-10T11:00:00Z', 'x'))).toMatch(/```\n\n\| Time/);
  });

  it('change no line that was there, and are in order whenever the table was', () => {
    const time = fc
      .integer({ min: 0, max: 500 })
      .map((minute) => new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString());
    fc.assert(
      fc.property(fc.array(time, { maxLength: 8 }), fc.array(time, { minLength: 1, maxLength: 8 }), (there, more) => {
        const before = text('', ...there.map((at, index) => row(at, `old ${index}`)), row(more[0] ?? '', 'seed'));
        const after = text(before, ...more.map((at, index) => row(at, `new ${index}`)));
        expect(after.split('\n').filter((line) => !line.includes('new '))).toEqual(before.split('\n'));
        const times = timelineRows(after).map(({ at }) => at ?? 0);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
      { numRuns: 200 },
    );
  });
});
