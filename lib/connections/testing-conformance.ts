/**
 * Program of the tests: this product as a client of the MCP conformance suite. Arguments: DATABASE_URL, DATA_DIR, the suite's server.
 * Signs in where the scenario asks for it, lists the tools and calls each.
 */
import { randomBytes } from 'node:crypto';
import type { Actor } from '../auth/guard';
import { db } from '../db/client';
import { overrideEnv } from '../env/env';
import { AppError } from '../errors/app-error';
import { callTool } from './call-tool';
import { listTools } from './list-tools';
import { addConnection } from './manage-connections';
import { finishSignIn } from './oauth/finish-sign-in';
import { startSignIn } from './oauth/start-sign-in';
import { openConnection } from './open-connection';
import { getConnection } from './read-connections';

const REDIRECT = 'http://localhost:3000/api/oauth/callback';
/** A person grants one more scope, and stops when asked again. */
const MAX_SIGN_INS = 2;
/** A busy machine answers late: time decides no scenario. */
const CALL_MS = 60_000;

async function main(): Promise<void> {
  const [databaseUrl = '', dataDir = '', url = ''] = process.argv.slice(2);
  overrideEnv({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir });
  const admin = await db().user.findFirstOrThrow({ where: { role: 'admin' } });
  const actor: Actor = { id: admin.id, role: 'admin', name: admin.name, email: admin.email, via: 'session' };
  const signsIn = (process.env.MCP_CONFORMANCE_SCENARIO ?? '').startsWith('auth/');
  const { client_id: clientId, client_secret: clientSecret } = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT || '{}');
  const name = `c${randomBytes(6).toString('hex')}`;
  const oauth = clientId ? { clientId, clientSecret } : {};
  const target = { kind: 'http' as const, url, allowInternal: true };
  const { id } = await addConnection(actor, { name, target, ...(signsIn ? { oauth } : {}) });
  if (signsIn) await signIn(actor, id);
  for (let signIns = 1; ; signIns += 1) {
    try {
      return await useTools(id);
    } catch (error) {
      const { signIn: state } = await getConnection(actor, id);
      if (!state?.missingScopes.length || signIns >= MAX_SIGN_INS) throw error;
      await signIn(actor, id);
    }
  }
}

async function signIn(actor: Actor, id: string): Promise<void> {
  const { authorizationUrl } = await startSignIn(actor, id, REDIRECT);
  const response = await fetch(authorizationUrl, { redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '', authorizationUrl);
  const query = Object.fromEntries(back.searchParams);
  await finishSignIn(actor, { ...query, state: query.state ?? '' });
}

async function useTools(id: string): Promise<void> {
  const connection = await openConnection(await db().connection.findUniqueOrThrow({ where: { id } }));
  try {
    for (const [tool, { inputSchema }] of await listTools(connection)) {
      const numbers = Object.keys((inputSchema.properties as object | undefined) ?? {});
      const args = Object.fromEntries(numbers.map((key, index) => [key, index + 2]));
      await callTool(connection, tool, args, { timeoutMs: CALL_MS, maxBytes: 1_000_000, inputSchema });
    }
  } finally {
    await connection.close();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof AppError ? error.reason : ''} ${String(error)}\n`);
    process.exit(1);
  },
);
