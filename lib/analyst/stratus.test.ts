import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readRecords } from './testing/deployer-log';
import { findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/cloudtrail-stratus');
type Truth = { file: string; techniques: string[]; start: string; actors: string[] };
const TRUTH = JSON.parse(fs.readFileSync(path.join(FOLDER, 'truth.json'), 'utf8')) as Truth[]; // the folder's README says what it holds

const { toolbox, logs } = testLogs();

it('has all 17 techniques to try', () => expect(TRUTH).toHaveLength(17));

it.each(TRUTH)(
  '$file alone is never BENIGN, and its technique is named',
  async ({ file, techniques, start, actors }) => {
    await logs.replace(toolbox, readRecords(path.join(FOLDER, file)));
    const [actor = ''] = actors;
    const draft = await investigateLogs(toolbox, logs, { at: start, entities: [{ kind: 'arn', value: actor }] });
    expect(draft.assessment.classification).not.toBe('BENIGN');
    const named = techniques.filter((id) =>
      draft.assessment.techniques.some((found) => found.startsWith(id.slice(0, 5))),
    );
    expect
      .soft({ found: draft.assessment.techniques, named: named.length > 0 })
      .toMatchObject({ named: !OTHER_MAPPING.has(file) });
    expect(findingsIn(draft.markdown, draft)).toEqual([]);
  },
  120_000,
);

/** Leaving the organization: mapped by the compiler to disabled logs (T1562.008), by ATT&CK since v16 to T1666. */
const OTHER_MAPPING = new Set(['aws.defense-evasion.organizations-leave.jsonl']);
