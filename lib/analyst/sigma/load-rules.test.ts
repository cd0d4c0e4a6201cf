import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { testDatabase } from '../../db/testing';
import { overrideEnv } from '../../env/env';
import { ensureStore } from '../../store/repo';
import { loadDetections } from './load-rules';

testDatabase();

const OWN = `title: A role tagged by hand
logsource:
  product: aws
detection:
  selection:
    eventName: CreateRole
  condition: selection
`;

it('the rules of the store stand beside those a new store has: added, replaced and taken out by a commit, and named when they are wrong', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-detections-'));
  const rules = path.join(folder, 'born', 'detections');
  fs.mkdirSync(rules, { recursive: true });
  fs.writeFileSync(path.join(rules, 'own.yml'), OWN);
  fs.writeFileSync(path.join(rules, 'okta.yml'), '');
  fs.writeFileSync(path.join(rules, 'wrong.yml'), 'title: x\nlogsource:\n  product: x\ndetection:\n  condition: a\n');
  overrideEnv({ DATA_DIR: path.join(folder, 'data') });
  await ensureStore(path.join(folder, 'born'));
  const { rules: read, problems } = await loadDetections();
  const products = [...read.values()].map(({ logsource }) => logsource.product);
  expect(read.has('A role tagged by hand')).toBe(true);
  expect(products).toContain('aws');
  expect(products).not.toContain('okta');
  expect(problems).toEqual([expect.stringMatching(/^detections\/wrong\.yml:4: Detection has no selection/)]);
});
