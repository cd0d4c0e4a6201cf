import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env } from '../env/env';
import { hashOf } from '../evidence/canonical-json';
import { decideReview } from '../reviews/decide-review';
import { submitReview } from '../reviews/submit-review';
import { editDraft, readyReport, testInvestigation } from '../reviews/testing';
import { publishPending } from './publish';
import { ensureStore, storeDir } from './repo';
import { verifyStore } from './verify';

testDatabase();

let author: Actor;
let reviewer: Actor;
let report = '';
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  await ensureStore();
  const first = await testInvestigation(author, readyReport({}, 'The first text.'));
  report = first.path;
  await addEvidence(first.id);
  await approve(first.id);
  await editDraft(author, first.id, readyReport({}, 'The second text.'));
  await approve(first.id);
  const other = await testInvestigation(author, readyReport({}, 'Another case.'));
  await approve(other.id);
  expect(await publishPending()).toEqual({ published: 3, failed: 0 });
});

async function approve(id: string): Promise<void> {
  const review = await submitReview(author, id);
  await decideReview(reviewer, review.id, {
    decision: 'approve',
    override: 'Checks are not what is tested.',
    revision: review.revision.id,
  });
}

async function addEvidence(investigationId: string): Promise<void> {
  const result = { text: '', structured: { rows: [{ actor: 'deployer', calls: 29 }] } };
  const [id, runId] = [uuid(), uuid()];
  await db().run.create({
    data: {
      id: runId,
      investigationId,
      kind: 'investigate',
      model: 'm',
      status: 'succeeded',
      requestedById: author.id ?? '',
    },
  });
  await db().evidence.create({
    data: {
      ...{
        id,
        investigationId,
        runId,
        number: 1,
        callId: 'c1',
        server: 'logs',
        tool: 'query',
        args: {},
        argsHash: 'x',
      },
      ...{ startedAt: new Date(), status: 'ok', rows: 1, sha256: hashOf(result), result },
    },
  });
}

let clone = '';
beforeEach(async () => {
  clone = path.join(env().DATA_DIR, `clone-${uuid()}`);
  execFileSync('git', ['clone', '--quiet', storeDir(), clone]);
});
const run = (...args: string[]) =>
  execFileSync('git', ['-C', clone, '-c', 'user.name=Mallory', '-c', 'user.email=m@example.test', ...args], {
    encoding: 'utf8',
  });
const said = async (dir = clone) =>
  (await verifyStore(dir)).findings.map(({ where, problem }) => `${where}: ${problem}`);
const evidence = () => report.replace(/\.md$/, '.evidence.json');
const audit = () => report.replace(/\.md$/, '.audit.jsonl');

async function flip(file: string, at?: number): Promise<void> {
  const bytes = await fs.readFile(file);
  const place = at ?? bytes.length >> 1;
  bytes[place] = (bytes[place] ?? 0) ^ 0xff;
  await fs.chmod(file, 0o644);
  await fs.writeFile(file, bytes);
}

describe('verify', () => {
  it('finds nothing in the store and in a clone, and counts the approvals', async () => {
    for (const dir of [storeDir(), clone]) {
      expect(await verifyStore(dir)).toMatchObject({ findings: [], approvals: 3, others: 1, commits: 4 });
    }
    await expect(verifyStore(env().DATA_DIR)).rejects.toThrow('not a git repository');
  });

  it('names each file of a clone in which a byte was changed, that is missing, or that was put there', async () => {
    const files = execFileSync('git', ['-C', clone, 'ls-files', '-z'], { encoding: 'utf8' })
      .split('\0')
      .filter(Boolean);
    expect(files).toContain(audit());
    for (const [index, file] of files.entries()) {
      const { size } = await fs.stat(path.join(clone, file));
      await flip(path.join(clone, file), (index * 37) % size);
    }
    expect((await said()).sort()).toEqual(files.map((file) => `${file}: differs from what was committed`).sort());
    run('checkout', '--quiet', '.');
    await fs.rm(path.join(clone, report));
    await fs.writeFile(path.join(clone, 'investigations/extra.md'), 'x');
    expect(await said()).toEqual([
      `${report}: is missing from the folder`,
      'investigations/extra.md: is in the folder and was never committed',
    ]);
  });

  it('notices a byte changed in any object, in a pack, and in the branch', async () => {
    const bare = `${clone}.git`;
    await fs.cp(storeDir(), bare, { recursive: true });
    const objects = (await fs.readdir(path.join(bare, 'objects'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const [index, file] of objects.entries()) {
      if (index % 5 > 0) continue; // a fifth of them, each at another place
      const before = await fs.readFile(file);
      await flip(file, (index * 13) % before.length);
      expect(await said(bare), file).not.toEqual([]);
      await fs.writeFile(file, before);
    }
    await fs.writeFile(path.join(bare, 'refs/heads/main'), `${'0'.repeat(39)}1\n`);
    expect(await said(bare)).not.toEqual([]);
    execFileSync('git', ['-C', clone, 'repack', '-adq']);
    const folder = path.join(clone, '.git/objects/pack');
    const [pack = ''] = (await fs.readdir(folder)).filter((name) => name.endsWith('.pack'));
    await flip(path.join(folder, pack));
    expect(await said()).not.toEqual([]);
  });

  it('names a change without an approval, whoever committed it', async () => {
    await fs.appendFile(path.join(clone, report), 'One more sentence.\n');
    run('commit', '--quiet', '-am', 'Typo');
    expect(await said()).toEqual([
      expect.stringMatching(`^${report}: was changed without an approval by Mallory <m@example.test> \\(commit`),
    ]);
    run('rm', '--quiet', report);
    run('commit', '--quiet', '-m', 'Gone');
    expect(await said()).toContainEqual(expect.stringContaining(`${report}: was removed without an approval`));
  });

  it('may have its method changed by hand', async () => {
    await fs.appendFile(path.join(clone, 'CLAUDE.md'), 'One more rule.\n');
    run('commit', '--quiet', '-am', 'A rule');
    expect(await said()).toEqual([]);
  });

  /** Rewrites the newest approval as somebody would who may push: other content, a message that fits where asked. */
  async function forge(
    file: string,
    change: (text: string) => string,
    message = (text: string) => text,
  ): Promise<void> {
    const [newest = ''] = run('log', '--format=%H', '-1', '--', report).trim().split('\n');
    run('reset', '--quiet', '--hard', newest);
    await fs.writeFile(path.join(clone, file), change(await fs.readFile(path.join(clone, file), 'utf8')));
    run(
      'commit',
      '--quiet',
      '-a',
      '--amend',
      '--allow-empty',
      '-m',
      message(run('log', '-1', '--format=%B').trimEnd()),
    );
  }
  /** The message with the hash of the file's new content. */
  const rehashed = (file: string, change: (text: string) => string) => async () => {
    const content = change(run('show', `HEAD:${file}`));
    const hash = createHash('sha256').update(content).digest('hex');
    const name = file.split('/').at(-1) ?? '';
    return (text: string) => text.replace(new RegExp(`Sha256: [0-9a-f]{64} ${name}`), `Sha256: ${hash} ${name}`);
  };

  it('names a rewritten approval: another text, evidence that is not what was recorded, a trail with a line changed', async () => {
    await forge(report, (text) => text.replace('The second text', 'Another text'));
    expect(await said()).toContainEqual(expect.stringContaining(`${report}: is not the text that was approved`));

    const more = (text: string) => text.replace('"calls": 29', '"calls": 92');
    run('reset', '--quiet', '--hard', 'origin/main~2');
    const message = await rehashed(evidence(), more)();
    expect(run('show', `HEAD:${evidence()}`)).toContain('"calls": 29');
    await fs.writeFile(path.join(clone, evidence()), more(run('show', `HEAD:${evidence()}`)));
    run('commit', '--quiet', '-a', '--amend', '-m', message(run('log', '-1', '--format=%B').trimEnd()));
    expect(await said()).toContainEqual(expect.stringContaining(`${evidence()}: the result of E1 is not the one`));

    run('reset', '--quiet', '--hard', 'origin/main~1');
    const changed = (text: string) => text.replace(reviewer.email, 'boss@example.test');
    const trail = await rehashed(audit(), changed)();
    await forge(audit(), changed, trail);
    expect(await said()).toContainEqual(expect.stringContaining(`${audit()}: line`));
  });

  it('names who approved a text of their own, and a reviewer of whom the trail knows nothing', async () => {
    await forge(
      audit(),
      (text) => text,
      (text) => text.replace(/Reviewed-by: .*/, `Reviewed-by: ${author.name} <${author.email}>`),
    );
    const findings = await said();
    expect(findings).toContainEqual(expect.stringContaining(`${author.email} approved a text of their own`));
    expect(findings).toContainEqual(expect.stringContaining('the trail does not'));
    await forge(
      audit(),
      (text) => text,
      (text) => text.replace(/Reviewed-by: .*\n/, ''),
    );
    expect(await said()).toContainEqual(expect.stringContaining('names no reviewer'));
  });
});
