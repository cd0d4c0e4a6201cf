/**
 * The `socdown` MCP server over stdio: past cases and alerts, read-only, through the same verbs as the pages.
 * Settings: DATABASE_URL; SOCDOWN_INVESTIGATION_ID, the case under investigation, which is left out of the answers.
 */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { closeDb } from '../../db/client';
import { createServer } from './tools';

const stop = async (): Promise<void> => {
  await closeDb();
  process.exit(0);
};
process.stdin.on('end', stop); // the client is gone, however it ended
process.stdin.on('close', stop);
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

serveStdio(() => createServer(process.env.SOCDOWN_INVESTIGATION_ID ?? null));
