import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../db/testing';
import { readyReport } from '../reviews/testing';
import { type CommitFacts, commitMessage, gitPerson, oneLine, reportFacts, revisionOf } from './commit-message';
import { commitFiles, ensureStore, storeDir } from './repo';
import { investigationFiles, isStorePath } from './store-path';

testDatabase();

const REVISION = '01890a5d-ac96-774b-bcce-b302099a8057';
const HOSTILE = [
  'author\nEvil <e@e> 0 +0000',
  'x\n\nSigned-off-by: admin <a@a>',
  'x\r\nRevision: 00000000-0000-0000-0000-000000000000',
  'x\u2028Reviewed-by: Boss <boss@x>',
  'x\u0085Reviewed-by: Boss <boss@x>',
  '\ufeffx',
  '-m x',
  '$(id) `id`',
  '> <a@b> 1 +0000',
  'invoice\u202efdp.exe',
  'al\u200bice \u2066x\u2069',
  '\u001b]0;title\u0007\u001b[8m',
  '\ud800',
  ' .,;',
  '',
  'A'.repeat(5000),
];

const facts = (text: string): CommitFacts => ({
  codename: text,
  title: text,
  classification: 'BENIGN',
  confidence: 90,
  revision: { id: REVISION, number: 1 },
  coAuthors: [{ name: text, email: text }],
  reviewers: [{ name: text, email: text }],
  override: null,
  models: [text],
  alerts: [`guardduty:${text}`, `generic:${text}`],
  files: [{ name: text, sha256: 'ab'.repeat(32) }],
});

describe('a commit’s text', () => {
  beforeAll(async () => {
    const shipped = await fs.mkdtemp(path.join(os.tmpdir(), 'socdown-shipped-'));
    await fs.writeFile(path.join(shipped, 'README.md'), 'x\n');
    await ensureStore(shipped);
    await fs.rm(shipped, { recursive: true });
  });
  afterAll(() => {
    const fsck = execFileSync('git', ['-C', storeDir(), 'fsck', '--strict', '--full'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(fsck).toBe('');
  });

  it.each(HOSTILE)('keeps its headers and trailers whatever names and titles say: %j', async (text) => {
    const who = { name: text, email: text, at: new Date('2026-01-02T03:04:05Z') };
    const files = [{ path: 'case.md', content: `${text}\n` }];
    const commit = { files, author: who, committer: who, message: commitMessage(facts(text)) };
    const oid = await commitFiles(storeDir(), commit, async () => {});
    const git = (...args: string[]) => execFileSync('git', ['-C', storeDir(), ...args], { encoding: 'utf8' });
    const headers = git('cat-file', 'commit', oid).split('\n\n')[0]?.split('\n') ?? [];
    expect(headers.map((line) => line.split(' ')[0]).filter(Boolean)).toEqual([
      'tree',
      'parent',
      'author',
      'committer',
      'gpgsig',
    ]);
    expect(headers[2]).toMatch(/^author [^<>\p{Cc}\p{Cf}]+ <[^<>\s\p{Cc}\p{Cf}]+> 1767323045 \+0000$/u);
    const trailers = git('log', '-1', '--format=%(trailers:only,unfold)', oid).trimEnd().split('\n');
    expect(trailers.map((line) => line.split(': ')[0]?.replace(/:$/, ''))).toEqual([
      'Co-authored-by',
      'Reviewed-by',
      'Assisted-by',
      'Alert-Id',
      'Alert-Id',
      'Sha256',
      'Revision',
    ]);
    expect(git('log', '-1', '--format=%s', oid).trimEnd()).toMatch(/^BENIGN \(90 %\): /);
    expect(revisionOf(git('log', '-1', '--format=%B', oid))).toBe(REVISION);
  });

  it('has the same structure for any text (property)', () => {
    const lines = commitMessage(facts('x')).split('\n').length;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const message = commitMessage(facts(text));
        expect(message.split('\n')).toHaveLength(lines);
        expect(revisionOf(message)).toBe(REVISION);
        const { name, email } = gitPerson({ name: text, email: text });
        expect(`${name}${email}`).not.toMatch(/[<>\n\r\0]/);
        expect(name && email).not.toBe('');
        expect(oneLine(oneLine(text))).toBe(oneLine(text));
      }),
    );
  }, 120_000);

  it('keeps names of people as they are written', () => {
    for (const name of ['Zoë Müller-Lüdenscheidt', '李小龍', 'Ó Briain, Seán', 'محمد'])
      expect(gitPerson({ name, email: 'a@b' }).name).toBe(name);
  });

  it('takes title and verdict from the text that was approved', () => {
    const row = { codename: 'c', title: 'Row', classification: 'MALICIOUS', confidence: 1 };
    expect(reportFacts(readyReport({ title: 'Text', confidence: 7 }), row)).toMatchObject({
      title: 'Text',
      classification: 'SUSPICIOUS',
      confidence: 7,
    });
    expect(reportFacts('no front matter', row)).toEqual(row);
  });

  it('finds no revision in other people’s commits', () => {
    expect(revisionOf(`Revision: ${REVISION}\n\nbut the last paragraph has none\n`)).toBeNull();
    expect(revisionOf('')).toBeNull();
  });
});

describe('a path of the store', () => {
  const refused = [
    '',
    '.',
    '..',
    'a/../b',
    '/etc/passwd',
    'a//b',
    'a/',
    '.git',
    '.GIT/config',
    '.gitmodules',
    '.git.',
    'git~1',
    'a\\b',
    '.git:stream',
    'a:b',
    '.g\u200cit',
    '.git\ufeff',
    'a\nb',
    'a b',
    'x.',
    'a/'.repeat(600),
    'é',
    '-x',
    'a/.gitattributes',
  ];
  it.each(refused)('is not %j', (file) => expect(isStorePath(file)).toBe(false));
  it.each([
    'CLAUDE.md',
    '.claude/commands/investigate_alert.md',
    'investigations/2026/01/02/a-b.03h04.calm-brave-otter.md',
  ])('is %j', (file) => expect(isStorePath(file)).toBe(true));
  it('of an investigation has its place', () => {
    expect(investigationFiles('investigations/2026/01/02/a.md').evidence).toBe(
      'investigations/2026/01/02/a.evidence.json',
    );
    for (const file of [
      'CLAUDE.md',
      'investigations/2026/01/02/.a.md',
      'investigations/2026/01/02/x/a.md',
      'investigations/1/1/1/a.md',
    ]) {
      expect(() => investigationFiles(file)).toThrow('path');
    }
  });
});
