import { describe, expect, it } from 'vitest';
import { resultText, shownFact } from './result-text';

const table = (rows: unknown[][], more: object = {}) => ({
  text: JSON.stringify(rows),
  structured: { columns: [{ name: '_time' }, { name: 'eventName' }, { name: 'raw' }], rows, ...more },
});
const row = (second: number, raw: unknown = null) => [
  `2023-07-10T11:57:${String(second).padStart(2, '0')}.000000Z`,
  'Get, then Put',
  raw,
];

describe('resultText', () => {
  it('gives a table as CSV, times as the report writes them, JSON unescaped below its row', () => {
    const raw = '{"eventName":"GetPasswordData","userAgent":"a \\"b\\""}';
    const shown = resultText(table([row(16, raw), row(17)], { notes: ['x.gz was skipped'], bytes: 9 }), 10_000);
    expect(shown.text).toBe(
      [
        'note: x.gz was skipped',
        '_time,eventName,raw',
        '2023-07-10 11:57:16Z,"Get, then Put",↓',
        `  raw: ${raw}`,
        '2023-07-10 11:57:17Z,"Get, then Put",',
      ].join('\n'),
    );
    expect(shownFact(shown)).toBe('2 rows');
  });

  it('writes times to the second, and tells null from empty', () => {
    const { text } = resultText(table([['2023-07-10T11:57:16.120000Z', '', null]]), 1000);
    expect(text.split('\n')[1]).toBe('2023-07-10 11:57:16Z,"",');
  });

  it('is cut between rows, says which are shown, and continues from there', () => {
    const whole = table(Array.from({ length: 60 }, (_, second) => row(second)));
    const first = resultText(whole, 600);
    expect(shownFact(first)).toBe(`rows 1–${first.to} of 60`);
    expect(first.text.split('\n').at(-1)).toBe(
      `2023-07-10 11:57:${String(first.to - 1).padStart(2, '0')}Z,"Get, then Put",`,
    );
    const next = resultText(whole, 600, { offset: first.to, rows: 2 });
    expect(next).toMatchObject({ from: first.to, to: first.to + 2 });
    expect(next.text.split('\n')[1]).toContain(`:${String(first.to).padStart(2, '0')}Z`);
    expect(shownFact(resultText(whole, 600, { offset: 60 }))).toBe('no row from 61 on, of 60');
  });

  it('cuts a row that alone is too long, and shows it', () => {
    const shown = resultText(table([row(1, `{"a":"${'x'.repeat(5000)}"}`)]), 1200);
    expect(shown.text.length).toBeLessThan(1600);
    expect(shown.text).toContain('ask for fewer columns');
  });

  it('gives lists of records as tables, texts as they are, and pages by lines', () => {
    const structured = {
      cases: [
        {
          codename: 'a-b-c',
          entities: [
            { kind: 'user', value: 'eva' },
            { kind: 'ip', value: '192.0.2.1' },
            { kind: 'host', value: 'eva' },
          ],
          at: '2024-01-01T00:00:00Z',
        },
        { codename: 'd', more: 1 },
      ],
      truncated: false,
    };
    expect(resultText({ text: '', structured }, 1000).text.split('\n')).toEqual([
      'cases (2):',
      'codename,at,entities,more',
      'a-b-c,2024-01-01 00:00:00Z,user/host eva; ip 192.0.2.1,',
      'd,,,1',
    ]);
    const report = resultText({ text: '', structured: { markdown: '## A\n"quoted"' } }, 1000);
    expect(report.text).toBe('markdown:\n## A\n"quoted"');
    const lines = resultText({ text: 'one\ntwo\nthree', structured: null }, 1000, { offset: 1, rows: 1 });
    expect([lines.text, shownFact(lines)]).toEqual(['two', 'lines 2–2 of 3']);
    // A text without line ends is paged too, whole.
    const long = 'y'.repeat(9000);
    const pieces = [0, 1, 2].map((offset) => resultText({ text: long, structured: null }, 4100, { offset }).text);
    expect(pieces.join('')).toBe(long);
  });
});
