import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { publishMethodChanges } from '../store/publish-method';
import { readStoreFile } from '../store/read-store-file';
import { commitFiles, ensureStore, storeDir } from '../store/repo';
import { withStoreLock } from '../store/store-lock';
import { checkFile } from './check-file';
import { decideChange } from './decide-change';
import { hashOf } from './files';
import { proposeChange } from './propose-change';
import { readChange, readMethod, readMethodFile } from './read-method';

testDatabase();
afterAll(closeQueue);

const git = (...args: string[]) => execFileSync('git', ['-C', storeDir(), ...args], { encoding: 'utf8' }).trim();
const RUNBOOK = `---
title: Badge
match:
  rules: [badge]
---

## Questions that decide

1. Whose badge? \`who\`
`;
const RULE = (test: string) => `title: Badge used
id: own-badge
logsource:
  product: okta
detection:
  selection:
    eventType: badge.used
  condition: selection
level: low
socdown:
  tests:
    hits:
      - eventType: ${test}
    misses:
      - eventType: badge.lost
`;

let author: Actor;
let reviewer: Actor;
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  const born = path.join(storeDir(), '..', 'born');
  await fs.mkdir(born, { recursive: true });
  await fs.writeFile(path.join(born, 'CLAUDE.md'), '# The method\n');
  await ensureStore(born);
});

const propose = async (file: string, text: string, note = 'Because it is better.') => {
  const base = await readMethodFile(author, file).then(
    (found) => found.hash,
    () => '',
  );
  return proposeChange(author, { path: file, text, base, note });
};
const approve = (change: { id: string; hash: string }, by = reviewer) =>
  decideChange(by, change.id, { decision: 'approve', hash: change.hash });
const auditOf = (id: string) =>
  db().auditEntry.findMany({ where: { subjectKind: 'method', subjectId: id }, orderBy: { id: 'asc' } });

describe('a change of the method', () => {
  it('is proposed, approved by somebody else, and committed with author and reviewer', async () => {
    const change = await propose('CLAUDE.md', '# The method\n\nAsk the person first.\n', 'Ask people first.');
    expect(change).toMatchObject({ status: 'open', isCurrent: true, problems: [], before: '# The method\n' });
    const approved = await approve(change);
    expect(approved).toMatchObject({ status: 'approved', decidedBy: { id: reviewer.id }, commit: null });
    // What was approved holds for the next change, also before it is committed.
    expect((await readMethodFile(author, 'CLAUDE.md')).text).toContain('Ask the person first.');
    expect(await publishMethodChanges()).toEqual({ published: 1, failed: 0 });
    expect(await readStoreFile('CLAUDE.md')).toBe('# The method\n\nAsk the person first.\n');
    const { commit } = await readChange(author, change.id);
    expect(git('log', '-1', '--format=%H|%an|%s|%(trailers:key=Reviewed-by,valueonly)')).toBe(
      `${commit}|${author.name}|Change CLAUDE.md|${reviewer.name} <${reviewer.email}>`,
    );
    expect((await auditOf(change.id)).map(({ verb, actorId }) => [verb, actorId])).toEqual([
      ['method.propose', author.id],
      ['method.approve', reviewer.id],
      ['store.publish', null],
    ]);
    expect(await publishMethodChanges()).toEqual({ published: 0, failed: 0 });
  });

  it('is committed once, also when the worker died after the commit', async () => {
    const change = await propose('CLAUDE.md', '# The method\n\nTwice.\n');
    await approve(change);
    await publishMethodChanges();
    await db().outbox.updateMany({
      where: { payload: { path: ['changeId'], equals: change.id } },
      data: { doneAt: null },
    });
    const head = git('rev-parse', 'HEAD');
    expect(await publishMethodChanges()).toEqual({ published: 1, failed: 0 });
    expect(git('rev-parse', 'HEAD')).toBe(head);
    expect((await readChange(author, change.id)).commit).toBe(head);
  });

  it('is restored by proposing an earlier text', async () => {
    const { history, hash } = await readMethodFile(author, 'CLAUDE.md');
    const first = history.at(-2);
    expect(history.at(-1)).toMatchObject({ id: 'shipped' });
    expect(first).toMatchObject({ id: 'before', text: '# The method\n' });
    const change = await proposeChange(author, {
      path: 'CLAUDE.md',
      text: first?.text ?? '',
      base: hash,
      note: 'Restore.',
    });
    await approve(change);
    await publishMethodChanges();
    expect(await readStoreFile('CLAUDE.md')).toBe('# The method\n');
  });

  it('overwrites nothing that somebody pushed to the store meanwhile', async () => {
    const change = await propose('CLAUDE.md', '# Mine\n');
    await approve(change);
    const who = { name: 'Git', email: 'git@example.test', at: new Date() };
    const files = [{ path: 'CLAUDE.md', content: '# Theirs\n' }];
    await withStoreLock(5_000, (lock) =>
      commitFiles(storeDir(), { files, author: who, committer: who, message: 'Push\n' }, () => lock.confirm()),
    );
    await publishMethodChanges();
    expect(await readStoreFile('CLAUDE.md')).toBe('# Theirs\n');
    expect(await readChange(author, change.id)).toMatchObject({ status: 'conflicted', commit: null });
    expect((await readMethodFile(author, 'CLAUDE.md')).text).toBe('# Theirs\n');
  });
});

describe('who decides', () => {
  it('is a reviewer, and never the author', async () => {
    const change = await propose('runbooks/badge.md', RUNBOOK);
    const other = await testActor('analyst');
    await expect(approve(change, other)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approve(change, author)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(decideChange(other, change.id, { decision: 'withdraw', hash: change.hash })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      proposeChange({ ...author, scope: 'read' }, { path: 'CLAUDE.md', text: 'x', base: '', note: 'x' }),
    ).rejects.toMatchObject({
      reason: 'key_scope',
    });
    const own = await proposeChange(reviewer, { path: 'runbooks/own.md', text: RUNBOOK, base: '', note: 'Mine.' });
    await expect(approve(own, reviewer)).rejects.toMatchObject({ reason: 'own_changes_need_reviewer' });
    expect(await decideChange(reviewer, own.id, { decision: 'withdraw', hash: own.hash })).toMatchObject({
      status: 'withdrawn',
    });
    await expect(approve(own)).rejects.toMatchObject({ reason: 'method_change_decided' });
  });

  it('has read this text, and says why it is rejected', async () => {
    const change = await propose('runbooks/badge.md', `${RUNBOOK}2. Where?\n`);
    await expect(approve({ ...change, hash: hashOf('another') })).rejects.toMatchObject({
      reason: 'revision_mismatch',
    });
    const reject = (note: string) => decideChange(reviewer, change.id, { decision: 'reject', hash: change.hash, note });
    await expect(reject('')).rejects.toMatchObject({ reason: 'note_required' });
    expect(await reject('Too short.')).toMatchObject({ status: 'rejected', decisionNote: 'Too short.' });
    await expect(decideChange(reviewer, uuid(), { decision: 'approve', hash: '' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('of two changes of one file decides on the text that holds', async () => {
    const [one, two] = [
      await propose('known/a.yml', 'entries: []\n'),
      await propose('known/a.yml', 'entries: [] # two\n'),
    ];
    await approve(one);
    await expect(approve(two)).rejects.toMatchObject({ reason: 'method_file_changed' });
    expect((await readChange(author, two.id)).isCurrent).toBe(false);
  });
});

describe('a text', () => {
  it.each([
    ['runbooks/x.md', 'No front matter', 'runbooks/x.md:1: has no front matter'],
    ['known/x.yml', 'entries: [{kind: ip}]', 'known/x.yml:1: '],
    ['detections/x.yml', 'title: A\nlevel: high\n', 'detections/x.yml:'],
    ['detections/x.yml', RULE('badge.stolen'), 'test hits 1 does not match'],
    ['.claude/commands/coach-x.md', 'Look deeper.', '.claude/commands/coach-x.md:1: has no front matter'],
    ['templates/investigation.md', '## Timeline\n', 'lacks the sections Executive Summary'],
    ['CLAUDE.md', ' \n', 'CLAUDE.md:1: is empty'],
  ])('for %s that can’t be used can’t be approved, and says where', async (file, text, problem) => {
    const change = await propose(file, text);
    expect(change.problems.join('\n')).toContain(problem);
    await expect(approve(change)).rejects.toMatchObject({ reason: 'method_change_invalid' });
    await decideChange(author, change.id, { decision: 'withdraw', hash: change.hash });
  });

  it('of a detection compiles and passes the tests that it brings', async () => {
    expect(await checkFile('detections/x.yml', RULE('badge.used'))).toEqual([]);
    expect(await checkFile('detections/aws.yml', '')).toEqual([]);
  });

  it.each([
    '../CLAUDE.md',
    'investigations/2026/01/01/a.md',
    '.mcp.json',
    'runbooks/a/b.md',
    'detections/x.md',
    'runbooks/.md',
    '',
  ])('for the path %j is refused', async (file) => {
    await expect(proposeChange(author, { path: file, text: 'x', base: '', note: 'x' })).rejects.toThrow();
    await expect(readMethodFile(author, file)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('that is the same, has no reason, or rests on another text is refused', async () => {
    const { text, hash } = await readMethodFile(author, 'templates/investigation.md');
    const input = { path: 'templates/investigation.md', text, base: hash, note: 'x' };
    await expect(proposeChange(author, input)).rejects.toMatchObject({ reason: 'nothing_changed' });
    await expect(proposeChange(author, { ...input, text: 'y', note: ' ' })).rejects.toThrow(/why/);
    await expect(proposeChange(author, { ...input, text: 'y', base: '' })).rejects.toMatchObject({
      reason: 'method_file_changed',
      data: { text },
    });
  });
});

it('the overview has every file once, ours and the team’s, with open changes first', async () => {
  const { files, changes } = await readMethod(author);
  const paths = files.map((file) => file.path);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths).toEqual(
    expect.arrayContaining(['CLAUDE.md', 'runbooks/aws-root-used.md', 'known/a.yml', 'detections/okta.yml']),
  );
  const open = changes.map(({ status }) => status === 'open');
  expect(open.lastIndexOf(true)).toBeLessThan(open.indexOf(false));
});
