import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareDataDir } from './data-dir';

const base = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-datadir-'));
fs.chmodSync(base, 0o711);
afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

const mode = (file: string) => fs.statSync(file).mode & 0o777;

it('closes what an earlier version left open, and nothing that is not ours', () => {
  const dir = path.join(base, 'open');
  const files = ['investigations.git/objects/ab/cdef', 'cache/logs/part-0.parquet', 'web.lock', 'notes.txt'];
  for (const name of files) {
    fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true, mode: 0o755 });
    fs.writeFileSync(path.join(dir, name), '', { mode: 0o644 });
    for (let at = path.join(dir, name); at !== base; at = path.dirname(at))
      fs.chmodSync(at, fs.statSync(at).isDirectory() ? 0o755 : 0o644);
  }
  fs.symlinkSync('/etc/hostname', path.join(dir, 'cache', 'link'));
  const linked = mode('/etc/hostname');
  prepareDataDir(dir);
  expect(mode(dir) & 0o007).toBe(0);
  for (const name of ['investigations.git', 'investigations.git/objects/ab', 'cache', 'cache/logs'])
    expect(mode(path.join(dir, name))).toBe(0o700);
  for (const name of files.slice(0, 3)) expect(mode(path.join(dir, name))).toBe(0o600);
  expect(mode(path.join(dir, 'notes.txt'))).toBe(0o644);
  expect(mode('/etc/hostname')).toBe(linked);
});

it('makes new files private', () => {
  const dir = path.join(base, 'new', 'deep', 'data');
  prepareDataDir(dir);
  fs.mkdirSync(path.join(dir, 'cache'));
  fs.writeFileSync(path.join(dir, 'cache', 'part.parquet'), '');
  expect(mode(path.join(dir, 'cache'))).toBe(0o700);
  expect(mode(path.join(dir, 'cache', 'part.parquet'))).toBe(0o600);
});

it.each([
  ['below /proc, where making folders never ends', '/proc/socdown', 'no folder can be made there'],
  ['below a file', '/etc/hostname/data', 'a part of its path is a file'],
  ['a file', '/etc/hostname', 'is a file, not a folder'],
  ['the root folder', '/', 'other programs use this folder too'],
  ['the temporary folder', fs.realpathSync(os.tmpdir()), 'other programs use this folder too'],
])('refuses DATA_DIR %s in a sentence', { timeout: 5000 }, (_, dir, reason) => {
  expect(() => prepareDataDir(dir)).toThrow(`DATA_DIR ${dir}`);
  expect(() => prepareDataDir(dir)).toThrow(reason);
});

it('refuses a link that leads nowhere, or in a circle', () => {
  fs.symlinkSync(path.join(base, 'nowhere'), path.join(base, 'dangling'));
  fs.symlinkSync(path.join(base, 'circle'), path.join(base, 'circle'));
  for (const name of ['dangling', 'circle']) expect(() => prepareDataDir(path.join(base, name))).toThrow(name);
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  /** The user that a program is after it prepared the folder. */
  const userAfter = (dir: string) =>
    execFileSync(
      process.execPath,
      [
        '--import',
        'tsx',
        '-e',
        `const m = await import('./lib/db/data-dir.ts'); m.prepareDataDir(${JSON.stringify(dir)}); console.log(process.getuid())`
          .replace(/^/, '(async () => {')
          .concat('})()'),
      ],
      { encoding: 'utf8', env: { ...process.env, NODE_ENV: 'test' } },
    ).trim();
  const DAEMON = 1;

  it('a command acts as the user whose installation the folder is', () => {
    const dir = path.join(base, 'service');
    for (const folder of [dir, path.join(dir, 'postgres')]) {
      fs.mkdirSync(folder, { recursive: true });
      fs.chownSync(folder, DAEMON, DAEMON);
    }
    expect(userAfter(dir)).toBe(String(DAEMON));
    expect(fs.statSync(dir)).toMatchObject({ uid: DAEMON, gid: DAEMON });
    expect(mode(dir)).toBe(0o700);
  });

  it('stays root on a folder that was only made by somebody else', () => {
    const dir = path.join(base, 'mounted');
    fs.mkdirSync(dir);
    fs.chownSync(dir, DAEMON, DAEMON);
    expect(userAfter(dir)).toBe('0');
  });
});
