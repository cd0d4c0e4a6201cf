import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { closeDb, databaseUrl } from '../../lib/db/client';
import { migrate } from '../../lib/db/migrate';
import { startThrowawayPostgres } from '../../lib/db/throwaway-postgres';
import { env, overrideEnv } from '../../lib/env/env';

/**
 * Runs a bench on a migrated database, with a DATA_DIR of its own that is gone afterwards: DATABASE_URL's, which must be
 * empty, or an embedded server's. `own`: always the embedded one.
 */
export async function withBenchDatabase(
  run: (dataDir: string) => Promise<void>,
  { own = false }: { own?: boolean } = {},
): Promise<void> {
  const given = own ? undefined : env().DATABASE_URL;
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-bench-'));
  fs.chmodSync(dataDir, 0o755);
  overrideEnv({ DATA_DIR: dataDir });
  const server = given ? null : await startThrowawayPostgres(dataDir);
  overrideEnv({ DATABASE_URL: given ?? server?.url });
  try {
    await migrate(databaseUrl());
    await run(dataDir);
  } finally {
    await closeDb();
    await server?.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}
