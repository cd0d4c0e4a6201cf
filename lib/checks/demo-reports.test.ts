import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readEvidenceFile } from '../evidence/read-evidence-file';
import { checkReport } from './check-report';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/demo-reports');
const NAMES = fs
  .readdirSync(FOLDER)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => name.replace('.md', ''));

/** `npm run bench -- reports` measures all of them; that takes an hour, and a change of the checks shows here at once. */
it.each(NAMES)('the built-in analyst’s report on %s has no finding', { timeout: 60_000 }, (name) => {
  const markdown = fs.readFileSync(path.join(FOLDER, `${name}.md`), 'utf8');
  const evidence = gunzipSync(fs.readFileSync(path.join(FOLDER, `${name}.evidence.json.gz`))).toString();
  expect(checkReport(markdown, readEvidenceFile(evidence)).map(({ message }) => message)).toEqual([]);
});

it('would see a report that is wrong', { timeout: 60_000 }, () => {
  const [name = ''] = NAMES;
  const markdown = fs.readFileSync(path.join(FOLDER, `${name}.md`), 'utf8');
  expect(checkReport(markdown, []).length).toBeGreaterThan(10);
});
