import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { readEvidenceFile } from '../evidence/read-evidence-file';
import { checkReport } from './check-report';
import { EvidenceIndex } from './evidence-index';
import { applyFix } from './finding';
import { type SeedKind, seedErrors } from './testing/seed-errors';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/reports');
const load = (name: string, evidence = name) => ({
  markdown: fs.readFileSync(path.join(FOLDER, `${name}.md`), 'utf8'),
  records: readEvidenceFile(fs.readFileSync(path.join(FOLDER, `${evidence}.evidence.json`), 'utf8')).map(
    (record) => new EvidenceIndex(record),
  ),
});
const okta = load('okta-admin-role-assigned');
const benign = load('iam-role-created');
/** As a language model writes: rounded, in words, in local time, with ranges, sums and shares. */
const PROSE = ['instance-credentials', 'invictus-day', 'open-bucket', 'password-data', 'secrets-read', 'remote-shell'];
const prose = [...PROSE.map((name) => load(name)), load('okta-in-prose', 'okta-admin-role-assigned')];
/** Other hands, other habits: bare E-numbers in tables, written dates, passives, code blocks within items. */
const drafts = [
  load('secrets-read-draft', 'secrets-read'),
  load('password-data-draft', 'password-data'),
  load('okta-draft', 'okta-admin-role-assigned'),
  load('model-attack-chain'),
];
/** Through the product's own loop, over the demo organization. */
const demo = ['model-stopped-trail', 'model-okta-takeover', 'model-drive-share'].map((name) => load(name));

describe('recorded reports', () => {
  it('have no finding as they are', () => {
    for (const { markdown, records } of [okta, benign, ...prose, ...drafts, ...demo])
      expect(checkReport(markdown, records)).toEqual([]);
  });

  it('have the findings that are right, and no other: a time and a key that no query brought, a session that another has', () => {
    const { markdown, records } = load('model-benign-deployment');
    const found = checkReport(markdown, records).map(({ severity, reason, data }) => [severity, reason, data.value]);
    expect(found).toEqual([
      ['error', 'value-unsupported', '2023-07-20 09:00:38'],
      ['warning', 'value-elsewhere', 'scnr-deployer/gha-1000'],
      ['warning', 'value-elsewhere', 'scnr-deployer/gha-1000'],
      ['error', 'value-unsupported', 'ASIADEPLOY0000000000'],
    ]);
  });

  // A false number may be another number of the very row that is cited; nothing but a reader tells those apart.
  it.each([
    [
      'of the built-in analyst',
      0.8,
      [
        [okta, 32],
        [benign, 80],
      ] as const,
    ],
    ['in prose', 0.8, prose.map((report) => [report, 8] as const)],
  ])(
    '%s, with one error each: false techniques, indicators and ids are found, and %d of numbers and times',
    { timeout: 400_000 },
    (_, share, reports) => {
      const found: Record<SeedKind, [number, number]> = {
        number: [0, 0],
        time: [0, 0],
        indicator: [0, 0],
        id: [0, 0],
        technique: [0, 0],
      };
      for (const [{ markdown, records }, each] of reports) {
        for (const [index, seeded] of seedErrors(markdown).entries()) {
          if (index % each !== 0 && seeded.kind !== 'technique') continue;
          found[seeded.kind][1] += 1;
          if (checkReport(seeded.markdown, records).length > 0) found[seeded.kind][0] += 1;
        }
      }
      const missed = Object.entries(found).filter(([, [hit, all]]) => hit < all);
      expect(missed.filter(([kind]) => kind !== 'number' && kind !== 'time')).toEqual([]);
      for (const kind of ['number', 'time'] as const) {
        expect(found[kind][1]).toBeGreaterThan(10);
        expect(found[kind][0] / found[kind][1]).toBeGreaterThan(share);
      }
    },
  );
});

/** Two tables as a log server gives them, and a failed call. */
const evidence = (number: number, more: Partial<EvidenceRecord>): EvidenceRecord => ({
  number,
  server: 'logs',
  tool: 'query',
  args: { sql: 'SELECT 1 FROM auth' },
  status: 'ok',
  rows: 2,
  durationMs: 12,
  truncated: false,
  timeFrom: '2024-05-06T06:00:00.000Z',
  timeTo: '2024-05-06T09:00:00.000Z',
  text: '',
  structured: null,
  ...more,
});
const table = (columns: string[], rows: unknown[][]) => ({ columns: columns.map((name) => ({ name })), rows });
const RECORDS = [
  evidence(1, {
    structured: table(
      ['user', 'ip', 'outcome', 'n', 'first', 'last'],
      [
        ['mara', '203.0.113.77', 'denied', 14, '2024-05-06T07:08:09Z', '2024-05-06T07:22:09Z'],
        ['mara', '203.0.113.78', 'ok', 3, '2024-05-06T07:25:00Z', '2024-05-06T07:31:00Z'],
        ['otto', '198.51.100.4', 'ok', 1088, '2024-05-06T06:10:00Z', '2024-05-06T08:40:00Z'],
      ],
    ),
  }),
  evidence(2, { status: 'failed', text: 'timeout', rows: null, args: { sql: 'SELECT 1 FROM dns' } }),
  evidence(3, { tool: 'list_sources', args: {}, structured: { sources: [{ name: 'auth' }, { name: 'dns' }] } }),
];

/** A report whose parts a test replaces. */
function report(parts: Partial<Record<string, string>> = {}, front = ''): string {
  const section = (name: string, text: string) => `## ${name}\n\n${parts[name] ?? text}\n`;
  return `---
title: Guessing
codename: calm-brave-otter
alerts: []
status: draft
classification: ${front || 'SUSPICIOUS'}
confidence: 70
severity:
  original: high
  assessed: high
techniques:
  - T1110
entities: []
model: null
opened: 2024-05-06T09:00:00Z
updated: 2024-05-06T09:00:00Z
---

${[
  section('Executive Summary', `Verdict: ${front || 'SUSPICIOUS'}, confidence 70. Somebody guessed passwords [E1].`),
  section('Hypothesis Analysis', 'Guessing, or a forgotten password.'),
  section(
    'Timeline',
    '| Time (UTC) | What |\n| --- | --- |\n| 2024-05-06 07:08:09Z | first denied [E1] |\n| 2024-05-06 07:25:00Z | first success [E1] |',
  ),
  section('Investigation Process', 'One query [E1].'),
  section('Technical Details', 'The address is `203[.]0[.]113[.]77` [E1].'),
  section('Threat Assessment', 'T1110 (Brute Force) [E1].'),
  section('Recommendations', '1. Rotate the password within 24 hours.'),
  section('Lessons Learned', 'None.'),
].join('\n')}`;
}
const say = (text: string) => report({ 'Hypothesis Analysis': text });
const rules = (markdown: string) => checkReport(markdown, RECORDS).map(({ rule, severity }) => `${severity} ${rule}`);

describe('claims', () => {
  it.each([
    'There were 14 denied calls of `mara` between 07:08 and 07:22 on 2024-05-06 [E1].',
    '17 calls by `mara` from two addresses [E1].',
    'Three identities appear; `otto` made 1,088 calls, 98.5 % of all 1105 [E1].',
    'The guessing went on for 14 minutes [E1].',
    'Mara was denied 14 times from 203[.]0[.]113[.]77 on 6 May 2024 at 07:08:09 UTC [E1].',
    'Confidence comes to 40 + 20 + 8 = 68 points.',
    'About 1,100 calls in all, nearly 99 % of them by `otto` [E1].',
    '`otto` was active for over two hours, 2 hours and 30 minutes to be exact [E1].',
    'It began at 09:08 local time (UTC+2) on 6 May [E1].',
    'Between 07:05 and 07:25, 203[.]0[.]113[.]0/24 and 203[.]0[.]113[.]77–78 account for 17 calls, 1.5 % of 1105 [E1].',
    '| Who | Calls | Share |\n| --- | --- | --- |\n| she | 17 | 2 % |\n| he | 1088 | 98 % |\n\nThe table is from [E1].',
    'The calls of `otto` outnumber the others by far [E1].\n\n- 1088 by `otto`\n- 14 + 3 by `mara`',
  ])('holds: %s', (text) => {
    expect(checkReport(say(text), RECORDS)).toEqual([]);
  });

  it.each([
    ['15 denied calls of `mara` [E1].', 'E1 has 14 denied calls, not 15.'],
    ['Denied from 07:08:10Z on 2024-05-06 [E1].', '07:08:10Z is not in E1'],
    ['It came from 203[.]0[.]113[.]79 [E1].', '203.0.113.79 is not in E1'],
    ['The key `AKIAABCDEFGHIJKLMNO1` was used [E1].', 'is not in E1'],
    ['`otto` made 97 % of all calls [E1].', '97 is not in E1'],
    ['There were 4000 failed calls.', '4000 has no citation'],
    ['It was 203[.]0[.]113[.]78.', 'has no citation here'],
    ['About 1,300 calls in all [E1].', '1,300 is not in E1'],
    ['Nearly 98 % of all calls were by `otto` [E1].', '98 is not in E1'],
    ['`otto` was active for 2 hours and 31 minutes [E1].', '2 hours and 31 minutes is not in E1'],
    ['It began at 10:08 local time (UTC+2) [E1].', '10:08 is not in E1'],
    ['It came from 203[.]0[.]114[.]0/24 [E1].', '203.0.114.0/24 is not in E1'],
    ['Nine addresses were used [E1].', 'addresses, not Nine'],
    ['Said by [E9].', 'There is no evidence E9'],
    ['1,088 + 1,045 + 597 = 3,130 files.', '2730, not 3,130'],
    ['By user 1088 + 14 + 3, by outcome 1091 + 15 calls [E1].', 'two splits'],
    ['14 of `mara`, 50 % (14 of 17 calls of `mara`) [E1].', '82.4 %'],
  ])('is found: %s', (text, message) => {
    const findings = checkReport(say(text), RECORDS);
    expect(findings.map((finding) => finding.message).join('\n')).toContain(message);
    const lines = say(text).split('\n');
    for (const { line } of findings) expect(lines[line - 1]).toBe(text);
  });

  it('a number within the words of the alert itself is a quote; another one is none', () => {
    const known = '{"title":"Tampering by IAM user 179553"}';
    expect(checkReport(say('The alert "Tampering by IAM user 179553" [E1].'), RECORDS, known)).toEqual([]);
    expect(checkReport(say('The alert "Tampering by IAM user 179554" [E1].'), RECORDS, known)).toHaveLength(1);
  });

  it('text in code blocks, ordinals and advice are no claims', () => {
    expect(checkReport(say('1. First\n2. Second\n\n```sql\nSELECT 999 FROM x -- 1.2.3.4\n```'), RECORDS)).toEqual([]);
  });
});

describe('fixes', () => {
  it.each<[string, string, string]>([
    ['Technical Details', 'It was 203.0.113.77 and http://evil.example.com/a [E1].', '203[.]0[.]113[.]77'],
    ['Threat Assessment', 'T1110 (Valid Accounts) [E1].', 'T1110 (Brute Force)'],
    ['Executive Summary', '**BENIGN**, confidence 20 [E1].', '**SUSPICIOUS**, confidence 70'],
    [
      'Hypothesis Analysis',
      '| Who | Calls |\n| --- | --- |\n| `mara` | 17 |\n| `otto` | 1088 |\n| Total | 1104 | [E1]',
      '| Total | 1105 |',
    ],
    [
      'Timeline',
      '| Time | What |\n| --- | --- |\n| 2024-05-06 07:25:00Z | b [E1] |\n| 2024-05-06 07:08:09Z | a [E1] |',
      '07:08:09Z | a [E1] |\n| 2024-05-06 07:25',
    ],
  ])('%s: %s', (section, text, fixed) => {
    let markdown = report({ [section]: text });
    for (let round = 0; round < 4; round += 1) {
      const fix = checkReport(markdown, RECORDS).find((finding) => finding.fix)?.fix;
      if (fix) markdown = applyFix(markdown, fix);
    }
    expect(markdown).toContain(fixed);
    expect(checkReport(markdown, RECORDS).filter((finding) => finding.fix)).toEqual([]);
  });
});

describe('the report as a whole', () => {
  it('needs its sections, its conclusion and real techniques that it assesses', () => {
    expect(rules(report({ Timeline: '' }))).toContain('error sections');
    expect(rules(report().replace('confidence: 70', 'confidence: null'))).toContain('error front-matter');
    expect(rules(report().replace('  - T1110', '  - T9999'))).toContain('error technique');
    expect(rules(report().replace('  - T1110', '  - T1110\n  - T1078'))).toEqual(['error technique']);
  });

  it.each([
    ['T1078 is not shown: no account was used.', []],
    ['Valid Accounts (T1078) was not seen.', []],
    ['There is no sign of `T1078`.', []],
    ['Guessing rather than valid accounts (T1078).', []],
    ['T1078 was seen, not once but twice.', ['warning technique']],
    ['T1078 could not be ruled out.', ['warning technique']],
    ['T1078 was not successful.', ['warning technique']],
    ['Who did not use a second factor used T1078.', ['warning technique']],
    ['It was not only T1078.', ['warning technique']],
    ['| Technique | Shown by |\n| --- | --- |\n| T1078 | not one but two sign-ins |', ['warning technique']],
    ['| Technique | Shown |\n| --- | --- |\n| T1078 | not shown |', []],
    ['| Technique | Shown |\n| --- | --- |\n| T1078 | twice |', ['warning technique']],
  ])(
    'a technique that the text denies needs no place in the front matter, one that it claims does: %s',
    (text, found) => {
      const whole = report({ 'Threat Assessment': `T1110 (Brute Force) [E1].\n\n${text}` });
      expect(rules(whole).filter((rule) => rule.endsWith('technique'))).toEqual(found);
      // And what is only denied is not assessed.
      const listed = whole.replace('  - T1110', '  - T1110\n  - T1078');
      expect(rules(listed).filter((rule) => rule.endsWith('technique'))).toEqual(
        found.length > 0 ? [] : ['error technique'],
      );
    },
  );

  it('has a timeline within the time of the evidence', () => {
    const late = '| Time | What |\n| --- | --- |\n| 2024-05-06 07:08:09Z | a [E1] |\n| 2025-05-06 07:25:00Z | b [E1] |';
    expect(rules(report({ Timeline: late }))).toEqual(['error timeline', 'error evidence']);
  });

  it('is BENIGN only when each source was asked and answered', () => {
    const text = checkReport(report({}, 'BENIGN'), RECORDS).map(({ message }) => message);
    expect(text).toEqual(['BENIGN, but every query of the source dns failed.']);
    const unasked = RECORDS.filter(({ number }) => number !== 2);
    expect(checkReport(report({}, 'BENIGN'), unasked)[0]?.message).toContain('dns was never queried');
    expect(checkReport(report({}, 'BENIGN'), [])[0]?.message).toContain('no source was queried');
  });

  it('is BENIGN beside a failed query that the list of queries names and a later one answered', () => {
    const listed = { 'Investigation Process': '- Was it in the DNS? Failed [E2].\n- The same, asked again [E4].' };
    const failures = (parts: Partial<Record<string, string>>, ...later: EvidenceRecord[]) =>
      checkReport(report(parts, 'BENIGN'), [...RECORDS, ...later])
        .filter(({ rule }) => rule === 'benign')
        .map(({ message }) => message);
    const again = evidence(4, { args: { sql: 'SELECT 1 FROM dns' }, rows: 0 });
    expect(failures(listed, again)).toEqual([]);
    // Not where it is what a statement stands on, nor where only a cut or another answer came.
    const relied = { ...listed, 'Technical Details': 'Nothing in the DNS [E2].' };
    expect(failures(relied, again)).toEqual(['BENIGN relies on E2, which failed.']);
    expect(failures(listed, { ...again, truncated: true })).toContain('BENIGN relies on E2, which failed.');
    expect(failures(listed, evidence(4, { rows: 0 }))).toContain('BENIGN relies on E2, which failed.');
  });

  it('takes no scan by rules for proof that something is absent, and offers none', () => {
    const scan = evidence(4, {
      tool: 'scan',
      args: { source: 'auth' },
      structured: table(['rule', 'hits'], []),
      rows: 0,
    });
    const narrow = evidence(5, {
      args: { sql: "SELECT ip FROM auth WHERE user = 'mara'" },
      structured: RECORDS[0]?.structured ?? null,
    });
    const found = (text: string) =>
      checkReport(say(text), [...RECORDS, scan, narrow]).filter(({ rule }) => rule === 'absence');
    expect(found('Nobody used `203.0.113.99` before 2024-05-06 07:00:00Z [E4].')).toMatchObject([
      { severity: 'warning' },
    ]);
    const [other] = found('Nobody else used `203.0.113.99` before 2024-05-06 07:00:00Z [E5].');
    expect(other?.message).not.toContain('E4 could');
    expect(found('No rule hit in auth [E4].')).toEqual([]);
  });
});
