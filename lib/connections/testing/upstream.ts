import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { makeAuthority } from './certificates';

/** A stand-in of the vendors' APIs behind MCP servers. */
export type Upstream = {
  url: string;
  /** Each request: method, path, and its authorization (Slack's token is in the form). */
  asked: string[];
  /** A module for Node's `--import`: whatever the program fetches from a vendor comes from here. */
  preload: string;
  /** For other programs: a proxy that leads every address here, and the file of the authority that the stand-in's certificate is from. */
  proxy: string;
  authority: string;
  /** An empty folder, for what a program keeps. */
  home: string;
  close(): Promise<void>;
};

const portOf = (server: net.Server) => (server.address() as AddressInfo).port; // listening on TCP
const listen = (server: net.Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

/** Answers Elasticsearch, Slack's Web API and GitHub's REST API in their documented shapes: what one read of each needs. */
export async function startUpstream(): Promise<Upstream> {
  const asked: string[] = [];
  const authority = makeAuthority();
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-upstream-'));
  const answer = (request: http.IncomingMessage, response: http.ServerResponse) => void reply(request, response, asked);
  const web = http.createServer(answer);
  const secure = https.createServer(authority.issue(['DNS:slack.com', 'DNS:*.slack.com']), answer);
  const proxy = http.createServer().on('connect', (_, client: net.Socket) => {
    const stream = net.connect(portOf(secure), '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    stream.pipe(client).pipe(stream);
    for (const end of [stream, client]) end.on('error', () => {}); // the program was ended in the middle
  });
  await Promise.all([web, secure, proxy].map(listen));
  const url = `http://127.0.0.1:${portOf(web)}`;
  const preload = path.join(home, 'preload.mjs');
  fs.writeFileSync(
    preload,
    `const real = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      const { pathname, search } = new URL(typeof input === 'string' ? input : (input.url ?? input.href));
      return real(${JSON.stringify(url)} + pathname + search, init);
    };`,
  );
  return {
    url,
    asked,
    preload,
    proxy: `http://127.0.0.1:${portOf(proxy)}`,
    authority: authority.file,
    home,
    async close() {
      for (const server of [web, secure, proxy]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      fs.rmSync(home, { recursive: true, force: true });
    },
  };
}

async function reply(request: http.IncomingMessage, response: http.ServerResponse, asked: string[]): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname } = new URL(request.url ?? '/', 'http://upstream');
  const token = new URLSearchParams(Buffer.concat(chunks).toString('utf8')).get('token');
  asked.push(`${request.method} ${pathname} ${request.headers.authorization ?? token ?? '-'}`);
  const answer = answerTo(pathname);
  response.writeHead(answer === undefined ? 404 : 200, {
    'content-type': 'application/json',
    // Elasticsearch's client refuses a server that doesn't say this.
    'x-elastic-product': 'Elasticsearch',
  });
  response.end(JSON.stringify(answer ?? { message: 'Not Found' }));
}

const CHANNELS = {
  ok: true,
  channels: [
    {
      id: 'C1',
      name: 'soc',
      name_normalized: 'soc',
      is_channel: true,
      is_member: true,
      is_archived: false,
      num_members: 3,
    },
  ],
  response_metadata: { next_cursor: '' },
};

/** Slack's methods. */
const SLACK: Record<string, unknown> = {
  '/api/auth.test': {
    ok: true,
    url: 'https://acme.slack.com/',
    team: 'Acme',
    team_id: 'T1',
    user: 'soc',
    user_id: 'U1',
  },
  '/api/users.list': {
    ok: true,
    members: [{ id: 'U1', name: 'soc', real_name: 'SOC', team_id: 'T1', profile: { display_name: 'soc' } }],
    response_metadata: { next_cursor: '' },
  },
  '/api/conversations.list': CHANNELS,
  '/api/users.conversations': CHANNELS,
  '/api/client.userBoot': { ok: false, error: 'not_allowed_token_type' },
};

function answerTo(pathname: string): unknown {
  if (pathname === '/') return { name: 'stand-in', version: { number: '8.19.0' }, tagline: 'You Know, for Search' };
  if (pathname.startsWith('/_cat/indices'))
    return [{ index: 'logs-okta', health: 'green', status: 'open', 'docs.count': '3' }];
  if (pathname === '/repos/acme/shop/contents/deploy.yml') {
    const page = 'https://github.com/acme/shop/blob/main/deploy.yml';
    return {
      type: 'file',
      encoding: 'base64',
      size: 16,
      name: 'deploy.yml',
      path: 'deploy.yml',
      content: Buffer.from('run: deploy-shop\n').toString('base64'),
      sha: 'a1',
      url: page,
      git_url: page,
      html_url: page,
      download_url: page,
      _links: { self: page, git: page, html: page },
    };
  }
  return SLACK[pathname];
}
