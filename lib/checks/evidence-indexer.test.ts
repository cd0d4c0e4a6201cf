import { expect, it } from 'vitest';
import { indexerOf } from './evidence-indexer';
import { evidenceRecord } from './testing/evidence-record';

const record = (number: number, rows: unknown[]) =>
  evidenceRecord(number, { args: { sql: 'SELECT 1' }, rows: rows.length, structured: { rows } });

it('keeps what is the same, and reads again what has changed', () => {
  const index = indexerOf();
  const [first, second] = index([record(1, [{ n: 1 }]), record(2, [{ n: 2 }])]);
  const again = index([record(1, [{ n: 1 }]), record(2, [{ n: 3 }])]);
  expect(again[0]).toBe(first);
  expect(again[1]).not.toBe(second);
  expect(again[1]?.call.structured).toEqual({ rows: [{ n: 3 }] });
  // Another case's record of the same number.
  expect(index([record(1, [{ n: 9 }])])[0]).not.toBe(first);
});
