import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overrideEnv } from '../env/env';
import { compareRuns } from './compare';
import { addResult, readResults, runFolder, writeRun } from './results';
import type { CaseResult } from './schema';
import { scoreReport } from './score';
import { mcnemar, median, pairedBootstrap, wilson } from './statistics';
import { planSuite } from './suites';
import { replay } from './suites/replay';
import { summarize } from './summarize';
import { resultsCsv } from './tables';
import { caseResult } from './testing';
import { shortfalls } from './thresholds';

const base = caseResult();
const attack: Pick<CaseResult, 'truth' | 'accept'> = { truth: 'MALICIOUS', accept: ['MALICIOUS'] };

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-eval-test-'));
  overrideEnv({ DATA_DIR: folder });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('statistics', () => {
  it('gives Wilson’s interval, McNemar’s exact p and bootstrap intervals', () => {
    const [low, high] = wilson(247, 348);
    expect([low, high].map((value) => Math.round(value * 1000))).toEqual([660, 755]);
    expect(wilson(0, 10)[0]).toBe(0);
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(1, 9)).toBeCloseTo(0.0215, 4);
    expect(mcnemar(3, 3)).toBe(1);
    expect(mcnemar(900, 1100)).toBeLessThan(0.001);
    expect(median([3, 1, 2, 10])).toBe(2.5);
    const interval = pairedBootstrap([1, 2, 3, 4, 5, 6], 's');
    expect(interval.mean).toBe(3.5);
    expect(interval.low).toBeGreaterThan(1);
    expect(interval.high).toBeLessThan(6);
    expect(pairedBootstrap([1, 2, 3, 4, 5, 6], 's')).toEqual(interval);
  });
});

describe('scores', () => {
  const report = `## Timeline

| Time (UTC) | Actor | Action | Outcome | Evidence |
|---|---|---|---|---|
| 2027-01-02 03:00:00 | bob | \`CreateUser\` | ok | [E1] |
| 2027-01-02 03:10:00–03:20:00 | bob | 40 × \`GetObject\` | ok | [E1] |
| 2027-01-02 09:00:00 | eve | \`ListUsers\` | ok | [E1] |

## Technical Details

The address was 203[.]0[.]113[.]9.
`;
  const at = (clock: string): number => Date.parse(`2027-01-02T${clock}Z`);
  const moment = (action: string, from: string, to = from) => ({ from: at(from), to: at(to), actor: 'bob', action });

  it('counts the acts of the truth in the timeline, the rows that are one, and facts also when defanged', () => {
    const moments = [
      moment('CreateUser', '03:00:30'),
      moment('GetObject', '03:15:00', '03:19:00'),
      moment('CreateUser', '05:00:00'),
      moment('DeleteTrail', '03:00:00'),
    ];
    expect(scoreReport(report, { moments, keyFacts: ['203.0.113.9', 'createuser', 'nothing.test'] })).toMatchObject({
      timelineRecall: { found: 2, of: 4 },
      timelinePrecision: { found: 2, of: 3 },
      keyFacts: { found: 2, of: 3 },
    });
  });

  it('summarizes verdicts, missed attacks and what errors cost, and says what falls short', () => {
    const results: CaseResult[] = [
      base,
      { ...base, id: 'b', verdict: 'MALICIOUS' },
      { ...base, ...attack, id: 'c', verdict: 'MALICIOUS', timelineRecall: { found: 3, of: 4 } },
      { ...base, ...attack, id: 'd' },
      { ...base, ...attack, id: 'e', verdict: null, error: 'broke', cost: null },
    ];
    const summary = summarize(results);
    expect(summary).toMatchObject({
      cases: 5,
      failed: 1,
      missed: ['d'],
      benignRight: { count: 1, of: 2 },
      attacksFound: { count: 1, of: 3 },
      right: { count: 2, of: 5 },
      costPerCase: 27,
      timelineRecall: 0.75,
      cost: null,
    });
    expect(summary.matrix.MALICIOUS).toEqual({ BENIGN: 1, SUSPICIOUS: 0, MALICIOUS: 1 });
    expect(shortfalls(summary, { minBenign: 0.5, maxMissed: 1, minRecall: 0.75 })).toEqual([]);
    expect(
      shortfalls(summary, { minBenign: 0.95, minAttacks: 1, maxMissed: 0, minRecall: 0.9, maxUnsupported: -1 }),
    ).toHaveLength(5);
  });

  it('pairs two runs case by case', () => {
    const first = [base, { ...base, id: 'b' }, { ...base, id: 'only-here' }];
    const second = [
      { ...base, verdict: 'SUSPICIOUS' as const, words: 900 },
      { ...base, id: 'b' },
    ];
    expect(compareRuns(first, second)).toMatchObject({
      pairs: 2,
      bothRight: 1,
      onlyFirstRight: 1,
      onlySecondRight: 0,
      words: { mean: 100 },
      changed: [{ id: 'a', first: 'BENIGN', second: 'SUSPICIOUS' }],
    });
    expect(() => compareRuns([base], [])).toThrow(/no case in common/);
  });

  it('exports lines that no spreadsheet takes for formulas', () => {
    const csv = resultsCsv([{ ...base, id: '=HYPERLINK("x")', error: 'a, b', timelineRecall: { found: 1, of: 3 } }]);
    expect(csv.split('\n')[1]).toContain(`"'=HYPERLINK(""x"")"`);
    expect(csv).toContain('0.333');
  });
});

describe('results', () => {
  it('survive a line that a kill cut off', () => {
    const settings = {
      suite: 'sigma',
      arm: 'socdown',
      model: null,
      repeat: 1,
      limit: null,
      seed: '1',
      coaching: [],
      maxCost: null,
      maxMinutes: null,
      method: 'shipped',
    } as const;
    const run = runFolder('x-1');
    writeRun(run, {
      id: 'x-1',
      settings: { ...settings, coaching: [] },
      modelLabel: null,
      startedAt: '2027-01-01T00:00:00Z',
      finishedAt: null,
      total: 2,
      startedBy: null,
      stopped: null,
      change: null,
    });
    addResult(run, base, '# A report');
    fs.appendFileSync(path.join(run, 'cases.jsonl'), '\n{"id":"cut');
    addResult(run, { ...base, id: 'b' }, null);
    expect(readResults(run).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(fs.readFileSync(path.join(run, 'reports/a.1.md'), 'utf8')).toBe('# A report');
    expect(() => runFolder('../etc')).toThrow(/not the id/);
  });
});

describe('suites', () => {
  it('have the promised cases, drawn by the seed, with both kinds in a small draw', () => {
    const ids = (suite: string, seed: string, limit: number | null) =>
      planSuite(suite, { seed, limit }, null).map(({ id }) => id);
    expect(ids('false-positives', '1', null)).toHaveLength(348 + 58);
    const few = ids('false-positives', '1', 7);
    expect(few).toHaveLength(7);
    expect(few.filter((id) => id.startsWith('matched-attack'))).toHaveLength(1);
    expect(ids('false-positives', '1', 7)).toEqual(few);
    expect(ids('false-positives', '2', 7)).not.toEqual(few);
    expect(ids('labelled', '1', null)).toHaveLength(1504);
    expect(ids('sigma', '1', null)).toHaveLength(98);
    expect(ids('real-attacks', '1', null)).toHaveLength(19);
    expect(() => ids('none', '1', null)).toThrow(/There is no suite none/);
  });

  it('read a folder of cases, and name the file that is wrong', () => {
    const suite = path.join(folder, 'suite');
    const one = path.join(suite, 'open-bucket');
    fs.mkdirSync(path.join(one, 'logs'), { recursive: true });
    fs.writeFileSync(path.join(one, 'logs', 'a.jsonl'), '{"time":"2027-01-02T03:04:05Z"}\n');
    fs.writeFileSync(path.join(one, 'alert.json'), '{"title":"T"}');
    fs.writeFileSync(path.join(one, 'truth.json'), '{"verdict":"BAD"}');
    const plan = () => planSuite(suite, { seed: '1', limit: null }, null);
    expect(plan).toThrow(/open-bucket\/truth\.json.*verdict/);
    fs.writeFileSync(path.join(one, 'truth.json'), '{"verdict":"BENIGN","keyFacts":["x"]}');
    const [planned] = plan();
    const item = planned?.load();
    expect(item).toMatchObject({ id: 'open-bucket', truth: 'BENIGN', accept: ['BENIGN'], keyFacts: ['x'] });
    item?.writeLogs?.(path.join(folder, 'placed'));
    expect(fs.existsSync(path.join(folder, 'placed', 'a.jsonl'))).toBe(true);
  });

  it('replay each case with what was approved before it was opened, never with its own report', () => {
    const known = (codename: string, openedAt: string, approvedAt: string) => ({
      codename,
      title: 'T',
      path: codename,
      markdown: '# R',
      digest: '',
      openedAt,
      approvedAt,
    });
    const library = [
      known('first', '2027-01-01T00:00:00Z', '2027-01-02T00:00:00Z'),
      known('second', '2027-01-03T00:00:00Z', '2027-01-09T00:00:00Z'),
      known('third', '2027-01-05T00:00:00Z', '2027-01-06T00:00:00Z'),
    ];
    const markdown =
      '## Timeline\n\n| Time (UTC) | Actor | Action |\n|---|---|---|\n| 2027-01-01 10:00:00 | bob | 3 × `CreateUser` |\n';
    const cases = library.map(({ codename, openedAt }) => ({
      id: codename,
      openedAt,
      verdict: 'BENIGN' as const,
      alerts: [{ source: 'generic', document: { title: 'T' } }],
      markdown,
    }));
    const loaded = replay({ cases, library }, { seed: '1', limit: null }).map((planned) => planned.load());
    expect(loaded.map((item) => item.library?.map(({ codename }) => codename))).toEqual([[], ['first'], ['first']]);
    expect(loaded[0]).toMatchObject({
      truth: 'BENIGN',
      writeLogs: null,
      moments: [{ actor: 'bob', action: 'CreateUser' }],
    });
  });
});
