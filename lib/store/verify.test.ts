import { execFileSync } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { env } from '../env/env';
import { nightly } from '../env/testing';
import { decideReview } from '../reviews/decide-review';
import { submitReview } from '../reviews/submit-review';
import { editDraft, overrideAll, readyReport, testInvestigation } from '../reviews/testing';
import { hashOf } from '../text/canonical-json';
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
  await editDraft(author, first.id, readyReport({}, 'The second text [E99].'));
  await approve(first.id);
  const other = await testInvestigation(author, readyReport({}, 'Another case.'));
  await approve(other.id);
  // Approved in one second, so that each commit has the time of its own approval however slow the machine is.
  await pool().query("UPDATE revisions SET approved_at = date_trunc('second', now())");
  expect(await publishPending()).toEqual({ published: 3, failed: 0 });
});

async function approve(id: string): Promise<void> {
  const review = await submitReview(author, id);
  await decideReview(reviewer, review.id, {
    decision: 'approve',
    overrides: await overrideAll(review.id),
    revision: review.revision.id,
  });
}

/** Records as they come: small, so large that the file has it compressed, and with a secret that must not reach git. */
async function addEvidence(investigationId: string): Promise<void> {
  const results = [
    { text: '', structured: { rows: [{ actor: 'deployer', calls: 29 }] } },
    { text: 'a line of a log\n'.repeat(20_000), structured: null },
    { text: 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKE', structured: null },
  ];
  const runId = uuid();
  const run = { kind: 'investigate', model: 'm', status: 'succeeded', requestedById: author.id ?? '' };
  await db().run.create({ data: { id: runId, investigationId, ...run } });
  for (const [index, result] of results.entries()) {
    const call = { number: index + 1, callId: `c${index}`, server: 'logs', tool: 'query', args: {}, argsHash: 'x' };
    const outcome = { startedAt: new Date(), status: 'ok', rows: 1, sha256: hashOf(result), result };
    await db().evidence.create({ data: { id: uuid(), investigationId, runId, ...call, ...outcome } });
  }
}

let clone = '';
beforeEach(async () => {
  clone = path.join(env().DATA_DIR, `clone-${uuid()}`);
  execFileSync('git', ['clone', '--quiet', storeDir(), clone]);
});
const run = (...args: string[]) =>
  execFileSync('git', ['-C', clone, '-c', 'user.name=Mallory', '-c', 'user.email=m@example.test', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
/** What the other checks find: who forges here has no key, so each forged commit is unsigned too (signatures.test.ts). */
const said = async (dir = clone) =>
  (await verifyStore(dir)).findings
    .map(({ where, problem }) => `${where}: ${problem}`)
    .filter((line) => !/^commit [0-9a-f]{12}: is not signed$/.test(line));
const evidence = () => report.replace(/\.md$/, '.evidence.json');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const audit = () => report.replace(/\.md$/, '.audit.jsonl');

/** SEED=… repeats a run, FLIPS=… makes it longer. */
const SEED = Number(process.env.SEED ?? randomInt(1e9));
const FLIPS = Number(process.env.FLIPS ?? nightly(60, 15));

/** mulberry32: whole numbers below a limit, the same ones for the same seed. */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await fs.readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

describe('verify', () => {
  it('finds nothing in the store and in a clone, and counts the approvals', async () => {
    for (const dir of [storeDir(), clone]) {
      expect(await verifyStore(dir)).toMatchObject({ findings: [], approvals: 3, others: 1, commits: 4 });
    }
    const file = JSON.parse(run('show', `HEAD:${evidence()}`)).evidence;
    expect(file[1].resultGzip).toBeTruthy();
    expect(file[2]).toMatchObject({ masked: true });
    await expect(verifyStore(env().DATA_DIR)).rejects.toMatchObject({ code: 'bad_request' });
  });

  it(`finds and names each of ${FLIPS} bytes changed by chance: work tree, objects, packs, branch (SEED=${SEED})`, async () => {
    const below = randomFrom(SEED);
    const [loose, packed] = [`${clone}-loose.git`, `${clone}-packed.git`];
    for (const copy of [loose, packed]) await fs.cp(storeDir(), copy, { recursive: true });
    execFileSync('git', ['-C', packed, 'repack', '-adq']);
    execFileSync('git', ['-C', packed, 'pack-refs', '--all']);
    const tracked = run('ls-files', '-z').split('\0').filter(Boolean);
    const objects = (await filesBelow(path.join(loose, 'objects'))).filter((file) => /[0-9a-f]{38}$/.test(file));
    const packs = (await filesBelow(path.join(packed, 'objects'))).filter((file) => /\.(?:pack|idx)$/.test(file));
    const [work, store, pack, branch] = [
      tracked.map((file) => ({ dir: clone, file: path.join(clone, file), named: file })),
      objects.map((file) => ({ dir: loose, file, named: file.slice(-41) })),
      packs.map((file) => ({ dir: packed, file, named: 'repository' })),
      ['HEAD', 'refs/heads/main'].map((file) => ({ dir: loose, file: path.join(loose, file), named: 'HEAD|commit' })),
    ] as const;
    const kinds = [work, work, store, store, store, pack, branch];
    for (let n = 0; n < FLIPS; n++) {
      const kind = kinds[below(kinds.length)] ?? work;
      const target = kind[below(kind.length)] ?? work[0];
      if (!target) throw new Error('nothing to change');
      const before = await fs.readFile(target.file);
      const at = below(before.length);
      // All bits of an object's byte: the last one before its checksum has some that mean nothing.
      const mask = kind === store ? 0xff : 1 << below(8);
      const changed = Buffer.from(before);
      changed[at] = (before[at] ?? 0) ^ mask;
      await fs.chmod(target.file, 0o644);
      await fs.writeFile(target.file, changed);
      const findings = await said(target.dir);
      const what = `SEED=${SEED}, change ${n}: byte ${at} of ${target.file} ^ ${mask}\n${findings.join('\n')}`;
      if (kind === work) expect(findings, what).toEqual([`${target.named}: differs from what was committed`]);
      const named = [target.named, target.named.replace('/', '')];
      expect(
        findings.some((line) => named.some((name) => new RegExp(name).test(line))),
        what,
      ).toBe(true);
      await fs.writeFile(target.file, before);
    }
    for (const dir of [clone, loose, packed]) expect(await said(dir)).toEqual([]);
  });

  it('names what is missing, was put there, or is a link', async () => {
    await fs.rm(path.join(clone, report));
    await fs.rm(path.join(clone, audit()));
    await fs.symlink(path.join(storeDir(), 'description'), path.join(clone, audit()));
    await fs.writeFile(path.join(clone, 'investigations/extra.md'), 'x');
    expect((await said()).sort()).toEqual(
      [
        `${report}: is missing from the folder, or can’t be read`,
        `${audit()}: is not a regular file in the folder`,
        'investigations/extra.md: is in the folder and was never committed',
      ].sort(),
    );
  });

  it('starts no program that the clone’s own configuration names', async () => {
    const [bare, mark] = [`${clone}.git`, `${clone}.started`];
    await fs.cp(storeDir(), bare, { recursive: true });
    const oid = execFileSync('git', ['-C', bare, 'rev-parse', 'main:CLAUDE.md'], { encoding: 'utf8' }).trim();
    await fs.rm(path.join(bare, 'objects', oid.slice(0, 2), oid.slice(2)));
    await fs.appendFile(
      path.join(bare, 'config'),
      `[core]\nrepositoryFormatVersion = 1\n[extensions]\npartialClone = origin\n[remote "origin"]\nurl = ${storeDir()}\npromisor = true\nuploadpack = sh -c 'touch ${mark}'\n`,
    );
    expect(await said(bare)).toContainEqual(expect.stringContaining('CLAUDE.md: its content'));
    await expect(fs.stat(mark)).rejects.toThrow('ENOENT');
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

  type Forgery = {
    /** What becomes of files of the commit; null removes one. */
    files?: Record<string, (text: string) => string | null>;
    message?: (text: string) => string;
    author?: string;
    committer?: string;
    /** The commit that is written again: the first or the second approval of the report. */
    of?: 'first' | 'second';
  };

  /**
   * Writes an approval again as somebody would who knows how: the trailers have the hashes of the new files, committer and dates
   * are Socdown's. What comes after it is gone.
   */
  async function forge({ files = {}, message = (text) => text, author: by, committer, of }: Forgery): Promise<void> {
    const [second = '', first = ''] = run('log', '--format=%H', 'origin/main', '--', report).trim().split('\n');
    run('reset', '--quiet', '--hard', of === 'first' ? first : second);
    let text = run('log', '-1', '--format=%B').trimEnd();
    for (const [name, change] of Object.entries(files)) {
      const content = change(await fs.readFile(path.join(clone, name), 'utf8'));
      if (content === null) await fs.rm(path.join(clone, name));
      else await fs.writeFile(path.join(clone, name), content);
      const hash = sha256(content ?? '');
      text = text.replace(
        new RegExp(`Sha256: [0-9a-f]{64} ${path.basename(name)}`),
        `Sha256: ${hash} ${path.basename(name)}`,
      );
    }
    run('add', '-A');
    as(committer ?? 'socdown@localhost', [
      'commit',
      '--quiet',
      '--amend',
      '--allow-empty',
      '-m',
      message(text),
      ...(by ? [`--author=${by}`] : []),
    ]);
  }
  /** With the dates of the commit that stands there. */
  function as(email: string, args: string[]): void {
    const at = run('log', '-1', '--format=%cI').trim();
    const env = { ...process.env, GIT_COMMITTER_NAME: 'Socdown', GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: at };
    execFileSync('git', ['-C', clone, ...args], { env });
  }
  /** A trail whose chain of hashes is right, from lines that somebody chose. */
  const sealed = (lines: string[]) => {
    let prev = '';
    const again = lines.map((line, index) => {
      const text = JSON.stringify({ ...JSON.parse(line), seq: index + 1, prev });
      prev = sha256(text);
      return `${text}\n`;
    });
    return again.join('');
  };
  const linesOf = (text: string) => text.trimEnd().split('\n');
  const swapped = (text: string) => text.replace(/Reviewed-by: .*/, 'Reviewed-by: Boss <boss@example.test>');

  const FORGERIES: [name: string, forgery: () => Forgery, finding: string][] = [
    [
      'another text',
      () => ({ message: (text) => text.replace(/Sha256: [0-9a-f]{4}/, 'Sha256: 0000') }),
      'is not the text that was approved',
    ],
    [
      'a verdict',
      () => ({ files: { [report]: (text) => text.replace('SUSPICIOUS', 'BENIGN') } }),
      'is not what its commit',
    ],
    [
      'a row of the evidence',
      () => ({ files: { [evidence()]: (text) => text.replace('"calls": 29', '"calls": 92') } }),
      'the result of E1 is not the one',
    ],
    [
      'a compressed row',
      () => ({
        files: { [evidence()]: (text) => text.replace(/"resultGzip": "H4sI.{12}/, '"resultGzip": "H4sIAAAAAAAAAAAA') },
      }),
      'the result of E2 is not the one',
    ],
    [
      'a record and its hash',
      () => ({ files: { [evidence()]: (text) => text.replaceAll(/"sha256": ".{8}/g, '"sha256": "00000000') } }),
      'E3 differs from the previous approval',
    ],
    [
      'a record left out',
      () => ({
        files: {
          [evidence()]: (text) =>
            JSON.stringify({ ...JSON.parse(text), evidence: JSON.parse(text).evidence.slice(0, 2) }),
        },
      }),
      'E3 was in the previous approval and is missing',
    ],
    ['no evidence', () => ({ files: { [evidence()]: () => null } }), 'is not part of the approval'],
    ['a reviewer in the commit', () => ({ message: swapped }), 'boss@example.test approved; the trail does not'],
    [
      'a reviewer in the report',
      () => ({ files: { [report]: (text) => text.replace(/^reviewer: .*/m, 'reviewer: Boss') } }),
      'names Boss as its reviewer',
    ],
    [
      'a reviewer in the trail',
      () => ({ files: { [audit()]: (text) => text.replace(reviewer.email, 'boss@example.test') } }),
      'is not the one that line',
    ],
    [
      'a reviewer everywhere',
      () => ({
        message: swapped,
        files: { [audit()]: (text) => sealed(linesOf(text.replaceAll(reviewer.email, 'boss@example.test'))) },
      }),
      'differs from the previous approval',
    ],
    [
      'their own reviewer',
      () => ({ message: (text) => text.replace(/Reviewed-by: .*/, `Reviewed-by: ${author.name} <${author.email}>`) }),
      'approved a text of their own',
    ],
    ['no reviewer', () => ({ message: (text) => text.replace(/Reviewed-by: .*\n/, '') }), 'names no reviewer'],
    [
      'a line of the trail left out',
      () => ({ files: { [audit()]: (text) => linesOf(text).toSpliced(1, 1).join('\n').concat('\n') } }),
      'is numbered',
    ],
    [
      'lines of the trail in another order',
      () => ({ files: { [audit()]: (text) => linesOf(text).toReversed().join('\n').concat('\n') } }),
      'is numbered',
    ],
    [
      'a line left out and all sealed again',
      () => ({ files: { [audit()]: (text) => sealed(linesOf(text).toSpliced(0, 1)) } }),
      'differs from the previous approval',
    ],
    [
      'a trail that ends sooner',
      () => ({ of: 'first', files: { [audit()]: (text) => sealed(linesOf(text).slice(0, 1)) } }),
      'has no approval of this revision',
    ],
    [
      'no reason for an override',
      () => ({ message: (text) => text.replace(/Checks-overridden: .*\n/, '') }),
      'why checks were overridden',
    ],
    ['an author', () => ({ author: 'Eve <eve@example.test>' }), 'submitted; the trail says'],
    ['a committer', () => ({ committer: 'eve@example.test' }), 'was written by eve@example.test, not by Socdown'],
  ];
  it('names what was forged in an approval that was written again', async () => {
    for (const [name, forgery, finding] of FORGERIES) {
      await forge(forgery());
      const findings = await said();
      expect(
        findings.filter((line) => line.includes(finding)),
        `${name}: ${findings.join('\n')}`,
      ).not.toEqual([]);
    }
  });

  it('takes what the first versions wrote, without hashes and trail, as long as nothing newer came before it', async () => {
    const unsealed = (text: string) => text.replace(/Sha256: .*\n/g, '');
    await forge({ of: 'first', files: { [audit()]: () => null }, message: unsealed });
    expect(await said()).toEqual([]);
    await forge({ of: 'second', message: unsealed });
    expect(await said()).toContainEqual(expect.stringContaining(`${report}: is not the text that was approved`));
  });

  it('names a history that was written again: an older commit changed under later ones, an approval used twice', async () => {
    const [second = ''] = run('log', '--format=%H', 'origin/main', '--', report).trim().split('\n');
    await forge({ of: 'first', message: (text) => text.replace('Revision: ', 'Assisted-by: nobody\nRevision: ') });
    expect(await said()).toEqual([]); // but for its signature, it could have been so
    const date = run('log', '-1', '--format=%cI', second).trim();
    const env = {
      ...process.env,
      GIT_COMMITTER_NAME: 'Socdown',
      GIT_COMMITTER_EMAIL: 'socdown@localhost',
      GIT_COMMITTER_DATE: date,
    };
    execFileSync('git', ['-C', clone, 'cherry-pick', second], { env, stdio: 'pipe' });
    expect(await said()).toEqual([expect.stringContaining('says that an approval became commit')]);

    run('reset', '--quiet', '--hard', 'origin/main');
    const [, first = ''] = run('log', '--format=%H', '--', report).trim().split('\n');
    run('checkout', '--quiet', first, '--', path.dirname(report));
    as('socdown@localhost', ['commit', '--quiet', '-C', first]);
    expect(await said()).toContainEqual(expect.stringContaining('reuses an earlier approval'));
  });

  it('names a merge that gives up an approved text for an older one', async () => {
    const [, first = ''] = run('log', '--format=%H', 'origin/main', '--', report).trim().split('\n');
    run('merge', '--quiet', '--no-ff', '-s', 'ours', '-m', 'Nothing to see', `${first}`);
    run('checkout', '--quiet', '-b', 'side', first);
    await fs.writeFile(path.join(clone, 'NOTES.md'), 'x');
    run('add', '-A');
    run('commit', '--quiet', '-m', 'Notes');
    run('checkout', '--quiet', 'main');
    run('merge', '--quiet', '--no-commit', 'side');
    run('commit', '--quiet', '-m', 'Merged');
    expect(await said()).toEqual([]);
    run('reset', '--quiet', '--hard', 'origin/main');
    run('merge', '--quiet', '--no-commit', 'side');
    run('checkout', '--quiet', first, '--', report);
    run('commit', '--quiet', '-m', 'Merged');
    expect(await said()).toEqual([expect.stringContaining(`${report}: was changed without an approval by Mallory`)]);
  });

  it('knows that what was approved earlier may be committed later, with the time of the commit before it', async () => {
    const first = await testInvestigation(author, readyReport({}, 'A text.'));
    await approve(first.id);
    await editDraft(author, first.id, readyReport({}, 'A second text.'));
    await approve(first.id);
    const other = await testInvestigation(author, readyReport({}, 'Of another case.'));
    await approve(other.id);
    // The second text waits for the first one's publication, and the other case does not.
    const later =
      "UPDATE revisions SET approved_at = approved_at + interval '5 seconds' WHERE investigation_id = $1::uuid";
    await pool().query(later, [other.id]);
    expect(await publishPending()).toEqual({ published: 3, failed: 0 });
    expect((await verifyStore(storeDir())).findings).toEqual([]);
  });
});
