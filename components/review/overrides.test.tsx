import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import type { CheckFinding } from '@/lib/checks/finding';
import { Overrides } from './overrides';

const error = (line: number, column: number, rule: CheckFinding['rule'], value: string): CheckFinding => ({
  rule,
  severity: 'error',
  reason: 'wrong',
  line,
  column,
  endColumn: column + 1,
  message: `${value} is wrong.`,
  data: { value },
});
const labelsOf = (errors: CheckFinding[]) =>
  [
    ...renderToStaticMarkup(<Overrides errors={errors} draft={{}} onChange={() => {}} onLine={() => {}} />).matchAll(
      /<label[^>]*>([^<]*)<\/label>/g,
    ),
  ].map(([, text]) => text);

it('no two reasons have the same label, also for errors of one line or groups of one size', () => {
  expect(labelsOf([error(3, 1, 'total', '12'), error(3, 9, 'total', '13'), error(5, 1, 'total', '14')])).toEqual([
    'Reason for overriding error 1 of 2 in line 3',
    'Reason for overriding error 2 of 2 in line 3',
    'Reason for overriding the error in line 5',
  ]);
  const named = (value: string, lines: number[]) => lines.map((line) => error(line, 1, 'evidence', value));
  expect(labelsOf([...named('203.0.113.7', [1, 2]), ...named('203.0.113.8', [3, 4])])).toEqual([
    'Reason for overriding these 2 errors from line 1 (1 of 2)',
    'Reason for overriding these 2 errors from line 3 (2 of 2)',
  ]);
  expect(labelsOf(named('203.0.113.7', [1, 2]))).toEqual(['Reason for overriding these 2 errors']);
});
