import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { overrideEnv } from '../env/env';
import { closeDb } from './client';

/**
 * Call at the top of a test file: it gets a fresh, migrated database and an empty DATA_DIR of its own,
 * both gone afterwards.
 */
export function testDatabase(): void {
  const name = `test_${randomBytes(6).toString('hex')}`;
  let dataDir = '';
  beforeAll(async () => {
    await admin(`CREATE DATABASE ${name} TEMPLATE template_socdown`);
    const url = new URL(inject('adminUrl'));
    url.pathname = `/${name}`;
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-data-'));
    overrideEnv({ DATABASE_URL: url.toString(), DATA_DIR: dataDir });
  });
  afterAll(async () => {
    await closeDb();
    await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    // Again for a while: a program that is ending may still write a last file.
    fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
  });
}

async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('adminUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
