import { expect, it } from 'vitest';
import type { CheckFinding } from '@/lib/checks/finding';
import { combineFindings, listFindings } from './combine-findings';

const finding = (value: string, column: number, more: Partial<CheckFinding> = {}): CheckFinding => ({
  rule: 'evidence',
  severity: 'warning',
  line: 37,
  column,
  endColumn: column + value.length,
  reason: 'value-elsewhere',
  data: { value, cited: [7], record: 6 },
  message: `${value} is not in E7. It is in E6: cite that.`,
  fix: { label: 'Cite E6', startLine: 37, startColumn: 80, endLine: 37, endColumn: 82, text: 'E6' },
  ...more,
});

it('shows values that share a fix as one finding', () => {
  const found = [finding('us-east-1', 3), finding('us-west-2', 14), finding('eu-central-1', 30)];
  expect(combineFindings(found)).toEqual([{ ...found[0], also: ['us-west-2', 'eu-central-1'] }]);
});

it('keeps apart what has another fix, another record, another line, or none', () => {
  const first = finding('us-east-1', 3);
  const other = finding('us-west-2', 14, {
    fix: { ...first.fix, label: 'Cite E9', text: 'E9' } as CheckFinding['fix'],
  });
  const record = finding('us-west-2', 14, { data: { value: 'us-west-2', cited: [8], record: 6 } });
  const line = finding('us-west-2', 14, { line: 38 });
  const { fix: _, ...bare } = finding('us-west-2', 14);
  for (const second of [other, record, line, bare])
    expect(combineFindings([first, second]).map(({ also }) => also)).toEqual([[], []]);
  expect(combineFindings([bare, bare])).toHaveLength(2);
});

it('lists errors before warnings, each in the order of the text', () => {
  const [a, b, c] = [
    finding('a1', 1),
    finding('b1', 1, { line: 40, severity: 'error' }),
    finding('c1', 1, { line: 50 }),
  ];
  const { errors, warnings } = listFindings([a, b, c]);
  expect([errors, warnings].map((part) => part.map(({ line }) => line))).toEqual([[40], [37, 50]]);
});
