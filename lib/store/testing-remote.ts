import { execFileSync, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

/** git in a folder, as somebody else who works there; what it prints. */
export const gitIn = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-C', dir, '-c', 'user.name=Eve', '-c', 'user.email=eve@example.test', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();

type Options = {
  /** Asked for, as a password. */
  token: string;
  /** Called before a push reaches the repository. */
  beforePush?: () => Promise<unknown>;
};

/** Answers requests as a code host does: git's own http-backend over a repository, for who has the token. */
export function gitHttp(remote: () => string, { token, beforePush }: Options) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const auth = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    if (auth !== `x-access-token:${token}`) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (request.url?.endsWith('git-receive-pack') && request.method === 'POST') await beforePush?.();
    const url = new URL(request.url ?? '', 'http://x');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: path.dirname(remote()),
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: 'x',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? '',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
    });
    request.pipe(backend.stdin);
    const out: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    backend.on('close', () => {
      const whole = Buffer.concat(out);
      const end = whole.indexOf('\r\n\r\n');
      for (const line of whole.toString('latin1', 0, end).split('\r\n')) {
        const [name = '', value = ''] = line.split(': ');
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else if (name) response.setHeader(name, value);
      }
      response.end(whole.subarray(end + 4));
    });
  };
}
