import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvidenceFile } from '../evidence/read-evidence-file';
import { checkReport, MAX_CHARACTERS } from './check-report';
import { EvidenceIndex } from './evidence-index';
import { runChecks } from './run-checks';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/reports');
const report = fs.readFileSync(path.join(FOLDER, 'invictus-day.md'), 'utf8');
const records = readEvidenceFile(fs.readFileSync(path.join(FOLDER, 'invictus-day.evidence.json'), 'utf8'));
const put = (text: string) => report.replace('## Threat Assessment', `${text}\n\n## Threat Assessment`);

/** Texts that make backtracking parsers run for minutes. */
const HOSTILE: Record<string, string> = {
  'a sum without end': '1 + ',
  'sums in many paragraphs': `${'1 + 2 = 4 [E5] '.repeat(12)}\n\n`,
  'base64 in one line': 'QUJD+/',
  'indented log lines': '    2023-07-10 12:00:00 GET /a 443 10.0.0.1 error\n',
  'log lines': '2023-07-10 12:00:00 GET /a 443 10.0.0.1 error\n',
  'many statements': '2023-07-10 12:00:08 bert-jan StopLogging 443 of 10.0.0.1 denied [E5] no user never.\n\n',
  'dotted names': 'a.',
  'capitalised words': 'Aa ',
  'technique names': 'T1110 Brute Force ',
  'open parentheses': '(',
  negations: 'no ',
  'a long list': '- 7 events by root within 5 minutes [E5]\n',
  'joined words': 'a-b-',
  'one number': '1',
  'grouped digits': '1,111,',
};

const evidence = records.map((record) => new EvidenceIndex(record));
const cpuMs = (text: string): number => {
  const start = process.cpuUsage();
  checkReport(text, evidence);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

describe('hostile text', () => {
  it('takes time in proportion to its length', { timeout: 300_000 }, () => {
    checkReport(report, evidence); // the evidence is read once
    const measured = Object.entries(HOSTILE).map(([name, part]) => {
      const [small = 0, large = 0] = [10_000, 40_000].map((size) => cpuMs(put(part.repeat(size / part.length))));
      return { name, small, large, growth: large / Math.max(small, 50) };
    });
    const slowest = measured.sort((a, b) => b.large - a.large).slice(0, 3);
    console.log(
      slowest.map(({ name, large, growth }) => `${name}: ${Math.round(large)} ms, × ${growth.toFixed(1)}`).join('; '),
    );
    // Four times the text: linear is 4, quadratic 16.
    expect(measured.filter(({ growth }) => growth > 9)).toEqual([]);
  });

  it('is named where it was not checked', () => {
    const found = checkReport(put('1 + '.repeat(15_000)), evidence);
    expect(found).toMatchObject([{ rule: 'not-checked', severity: 'warning', reason: 'block-too-large' }]);
    expect(found[0]?.message).toContain('Not checked');
    expect(put('1 + ').split('\n')[(found[0]?.line ?? 0) - 1]).toBe('1 + ');
    const huge = checkReport('a\n'.repeat(MAX_CHARACTERS), evidence);
    expect(huge).toMatchObject([{ rule: 'not-checked', severity: 'error', reason: 'report-too-large' }]);
  });
});

describe('checks in a thread', () => {
  it('find what they find here, and leave this thread free', { timeout: 120_000 }, async () => {
    let beats = 0;
    const beat = setInterval(() => {
      beats += 1;
    }, 5);
    const wrong = report.replace('1,614 calls', '1,615 calls');
    const found = await runChecks({ markdown: wrong, records, alerts: '' });
    clearInterval(beat);
    expect(found).toEqual(JSON.parse(JSON.stringify(checkReport(wrong, records))));
    expect(found.length).toBeGreaterThan(0);
    expect(beats).toBeGreaterThan(3);
  });

  it('end at the time limit with a finding that says so, and the next text is checked', {
    timeout: 200_000,
  }, async () => {
    const slow = put(HOSTILE['a long list']?.repeat(15_000) ?? '');
    const [late, next] = await Promise.all([
      runChecks({ markdown: slow, records, alerts: '' }, { limitMs: 50 }),
      runChecks({ markdown: report, records, alerts: '' }),
    ]);
    expect(late).toMatchObject([{ rule: 'not-checked', severity: 'error', reason: 'too-slow' }]);
    expect(next).toEqual([]);
    expect(await runChecks({ markdown: report, records, alerts: '' })).toEqual([]);
  });
});
