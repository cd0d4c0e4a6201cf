import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { embeddedUrl } from './embedded-postgres';
import { migrate } from './migrate';
import { startThrowawayPostgres } from './throwaway-postgres';

declare module 'vitest' {
  export interface ProvidedContext {
    adminUrl: string;
  }
}

type Server = { adminUrl: string; stop: () => Promise<void> };
/** Each project of a run sets up by itself; they share one server. */
const run = globalThis as unknown as { testServer?: { server: Promise<Server>; users: number } };

/** One real PostgreSQL for the whole unit run, with a migrated template that each test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run.testServer ??= { server: start(), users: 0 };
  const { testServer } = run;
  testServer.users += 1;
  const { adminUrl, stop } = await testServer.server;
  project.provide('adminUrl', adminUrl);
  return async () => {
    testServer.users -= 1;
    if (testServer.users > 0) return;
    run.testServer = undefined;
    await stop();
  };
}

async function start(): Promise<Server> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-test-'));
  fs.chmodSync(dataDir, 0o755);
  const server = await startThrowawayPostgres(dataDir);
  const adminUrl = embeddedUrl(dataDir, 'postgres');
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query('ALTER SYSTEM SET fsync = off');
  await admin.query('SELECT pg_reload_conf()');
  await admin.query('CREATE DATABASE template_socdown');
  await admin.end();
  await migrate(embeddedUrl(dataDir, 'template_socdown'));
  return {
    adminUrl,
    stop: async () => {
      await server.stop();
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
