import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { startEmbeddedPostgres } from '@/lib/db/embedded-postgres';
import { freshDataDir, type Product, startProduct } from './product';

// What starting promises, on the real thing: no fixture server, each test has its own data folder.
test.describe.configure({ mode: 'serial' });

const healthy = async (url: string) => (await fetch(`${url}/api/health`)).ok;
const run = (env: Record<string, string>) =>
  spawnSync(process.execPath, ['scripts/start.mjs'], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, ...env },
  });

/** Processes whose command or environment names the data folder. */
function leftovers(dataDir: string): string[] {
  return fs.readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      const text = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8') + fs.readFileSync(`/proc/${pid}/environ`, 'utf8');
      return text.includes(dataDir);
    } catch {
      return false;
    }
  });
}

test('start, refuse a second start, survive kill -9, stop without leftovers', async () => {
  test.setTimeout(240_000);
  const dataDir = freshDataDir();
  let product: Product = await startProduct({ dataDir });
  expect(product.setupLink).toContain('/setup?token=');
  expect(await healthy(product.url)).toBe(true);

  const second = run({ DATA_DIR: dataDir, PORT: '0' });
  expect(second.status).toBe(1);
  expect(second.stderr).toContain('already runs');
  expect(await healthy(product.url)).toBe(true);

  await product.stop('SIGKILL');
  await expect(async () => expect(await healthy(product.url).catch(() => false)).toBe(false)).toPass({
    timeout: 10_000,
  });

  product = await startProduct({ dataDir });
  expect(await healthy(product.url)).toBe(true);
  expect(await product.stop('SIGINT')).toBe(0);
  if (process.platform === 'linux') expect(leftovers(dataDir)).toEqual([]);
  fs.rmSync(dataDir, { recursive: true, force: true });
});

test('DATABASE_URL: the same on an ordinary PostgreSQL, and none of our own', async () => {
  test.setTimeout(180_000);
  const [serverDir, dataDir] = [freshDataDir(), freshDataDir()];
  const server = await startEmbeddedPostgres(serverDir);
  try {
    const product = await startProduct({ dataDir, env: { DATABASE_URL: server.url } });
    expect(await healthy(product.url)).toBe(true);
    expect(fs.existsSync(path.join(dataDir, 'postgres'))).toBe(false);
    expect(await product.stop()).toBe(0);
  } finally {
    await server.stop();
    for (const dir of [serverDir, dataDir]) fs.rmSync(dir, { recursive: true, force: true });
  }
});

test('what can’t start says why in a sentence', async () => {
  test.setTimeout(180_000);
  const dataDir = freshDataDir();
  const wrong = run({ DATA_DIR: dataDir, PORT: 'http' });
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toContain('PORT');

  const unreachable = run({ DATA_DIR: dataDir, PORT: '0', DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
  expect(unreachable.status).toBe(1);
  expect(unreachable.stderr).toContain('DATABASE_URL');

  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  const busy = run({ DATA_DIR: dataDir, PORT: port });
  taken.close();
  expect(busy.status).toBe(1);
  expect(busy.stderr).toContain(`Port ${port} is taken`);
  if (process.platform === 'linux') expect(leftovers(dataDir)).toEqual([]);
  fs.rmSync(dataDir, { recursive: true, force: true });
});
