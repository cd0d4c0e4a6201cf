import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { overrideEnv } from '../env/env';
import { seal, unseal } from './secret-box';

let dir = '';
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-box-'));
  overrideEnv({ DATA_DIR: dir, SOCDOWN_SECRET_KEY: undefined });
});
afterEach(() => {
  overrideEnv({ SOCDOWN_SECRET_KEY: undefined });
  fs.rmSync(dir, { recursive: true, force: true });
});

it('opens what it sealed, for the same owner only, and notices a changed text', () => {
  const sealed = seal('s3cret wörd', 'a');
  expect(sealed).not.toContain('s3cret');
  expect(seal('s3cret wörd', 'a')).not.toBe(sealed);
  expect(unseal(sealed, 'a')).toBe('s3cret wörd');
  expect(() => unseal(sealed, 'b')).toThrow(/another key/);
  const bytes = Buffer.from(sealed, 'base64');
  bytes.writeUInt8(bytes.readUInt8(40 % bytes.length) ^ 1, 40 % bytes.length);
  expect(() => unseal(bytes.toString('base64'), 'a')).toThrow(/another key/);
});

it('makes a key file that only the owner reads, or uses the key of the environment', () => {
  const sealed = seal('x', 'a');
  expect(fs.statSync(path.join(dir, 'secret.key')).mode & 0o777).toBe(0o600);
  overrideEnv({ SOCDOWN_SECRET_KEY: 'a key for all hosts of this team' });
  expect(() => unseal(sealed, 'a')).toThrow();
  const other = seal('x', 'a');
  fs.rmSync(path.join(dir, 'secret.key'));
  expect(unseal(other, 'a')).toBe('x');
  expect(fs.existsSync(path.join(dir, 'secret.key'))).toBe(false);
});
