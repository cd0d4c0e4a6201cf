/**
 * Program of the tests: takes alerts over HTTP on a socket in DATA_DIR, until it is killed.
 * Arguments: DATABASE_URL, DATA_DIR. Says `ready` on stdout.
 */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { SYSTEM } from '../auth/guard';
import { overrideEnv } from '../env/env';
import { receiveDelivery } from './deliveries';

const [url = '', dataDir = ''] = process.argv.slice(2);
overrideEnv({ DATABASE_URL: url, DATA_DIR: dataDir });
const socket = path.join(dataDir, 'intake.sock');
fs.rmSync(socket, { force: true }); // of the one that was killed
http
  .createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await receiveDelivery(SYSTEM, 'generic', Buffer.concat(chunks).toString('utf8'), 'test').then(
      () => 202,
      () => 503,
    );
    response.writeHead(answer).end();
  })
  .listen(socket, () => process.stdout.write('ready\n'));
