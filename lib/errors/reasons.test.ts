import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { AppError } from './app-error';
import { ERROR_STATUS, REASONS, type Reason } from './reasons';

const ROOT = path.resolve(import.meta.dirname, '../..');
const sources = ['lib', 'app', 'scripts'].flatMap((layer) =>
  fs
    .readdirSync(path.join(ROOT, layer), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$|generated|errors\/reasons\.ts$/.test(name))
    .map((name) => fs.readFileSync(path.join(ROOT, layer, name), 'utf8')),
);

it('every reason is given by some code, and is described in a sentence', () => {
  const general = new Set<string>(Object.keys(ERROR_STATUS));
  for (const [reason, [, description]] of Object.entries(REASONS)) {
    expect(reason).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(description).toMatch(/^[A-Z`].+\.$/s);
    if (!general.has(reason))
      expect(
        sources.some((text) => text.includes(`'${reason}'`)),
        reason,
      ).toBe(true);
  }
});

it('an error has the code and status of its reason', () => {
  const error = new AppError('alert_already_in_case', 'The alert is in a case.');
  expect([error.code, error.status, error.reason]).toEqual(['conflict', 409, 'alert_already_in_case']);
  // A conflict always says which.
  expect(Object.keys(REASONS) as Reason[]).not.toContain('conflict');
});
