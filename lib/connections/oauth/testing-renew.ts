/**
 * Program of the tests: one process of several that need the token of a connection. Arguments: DATABASE_URL, DATA_DIR, the
 * connection's id. Says `ready` on stdout; at a line on stdin, connects with the token and says `ok` or why not.
 */
import { db } from '../../db/client';
import { overrideEnv } from '../../env/env';
import { errorMessage } from '../../errors/app-error';
import { listTools } from '../list-tools';
import { openConnection } from '../open-connection';

const [url = '', dataDir = '', id = ''] = process.argv.slice(2);
overrideEnv({ DATABASE_URL: url, DATA_DIR: dataDir });
process.stdin.once('data', async () => {
  try {
    const connection = await openConnection(await db().connection.findUniqueOrThrow({ where: { id } }));
    const tools = await listTools(connection);
    await connection.close();
    process.stdout.write(`ok ${tools.size}\n`);
  } catch (error) {
    process.stdout.write(`${errorMessage(error)}\n`);
  }
});
process.stdout.write('ready\n');
