import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { peekFile } from './peek-file';
import { readRecords } from './read-records';
import type { LogFile } from './scan-files';
import { chooseTimeFields, timeOf } from './time-field';
import { isoMicros } from './to-json';

type Expected = {
  file: string;
  rows?: number;
  from: string | null;
  to: string | null;
  untimed?: number;
  /** Pieces that can't be read: a file that was cut off. */
  problems?: number;
  fields: Record<string, string | null>;
};

const FOLDER = path.resolve(import.meta.dirname, '../../../fixtures/log-forms');
const MODIFIED = Date.UTC(2024, 2, 5);
const EXPECTED: Record<string, Expected> = JSON.parse(fs.readFileSync(path.join(FOLDER, 'expected.json'), 'utf8'));

test('each form of log has an expectation', () => {
  const folders = fs.readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED).sort());
});

test.each(Object.entries(EXPECTED))('%s is read right', async (name, expected) => {
  const found = await read(path.join(name, expected.file));
  expect(found.bad).toHaveLength(expected.problems ?? 0);
  if (expected.rows !== undefined) expect(found.values).toHaveLength(expected.rows);
  const times = found.times.filter((time) => time !== undefined).sort((a, b) => a - b);
  const [from, to] = [times.at(0), times.at(-1)].map((time) => (time === undefined ? null : isoMicros(time)));
  expect([from, to]).toEqual([expected.from, expected.to]);
  if (expected.untimed !== undefined) expect(found.times.length - times.length).toBe(expected.untimed);
  const first = leaves(found.values[0]);
  for (const [field, value] of Object.entries(expected.fields)) expect(first[field] ?? null, field).toBe(value);
});

/** The records of a file as the index has them, read back from the text that it keeps, so that no digit is lost. */
async function read(name: string) {
  const full = path.join(FOLDER, name);
  const file: LogFile = { path: full, name, size: fs.statSync(full).size, mtimeMs: MODIFIED };
  const peek = await peekFile(file);
  const fields = chooseTimeFields([{ records: peek.records, times: peek.times }]);
  const bad: string[] = [];
  const values: Record<string, unknown>[] = [];
  const times: (number | undefined)[] = [];
  for await (const batch of readRecords(file, { onUnparsable: (_line, message) => bad.push(message) }))
    for (const record of batch) {
      values.push(JSON.parse(record.text.replace(/([:[,])(-?\d{16,})(?=[,}\]])/g, '$1"$2"')));
      times.push(record.time === undefined ? timeOf(record.value, fields) : (record.time ?? undefined));
    }
  return { bad, values, times };
}

function leaves(value: unknown, prefix = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { [prefix]: typeof value === 'string' ? value : JSON.stringify(value) };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => leaves(inner, prefix ? `${prefix}.${key}` : key)),
  );
}
