import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A stand-in of the vendors' APIs behind MCP servers. `asked`: each request, as method, path and authorization. */
export type Upstream = {
  url: string;
  asked: string[];
  /** A module for Node's `--import`: whatever the program fetches from a vendor comes from here. */
  preload: string;
  close(): Promise<void>;
};

/** Answers Elasticsearch, Slack's Web API and GitHub's REST API in their documented shapes: what one read of each needs. */
export async function startUpstream(): Promise<Upstream> {
  const asked: string[] = [];
  const web = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://upstream');
    asked.push(`${request.method} ${url.pathname} ${request.headers.authorization ?? '-'}`);
    const answer = answerTo(url.pathname);
    response.writeHead(answer === undefined ? 404 : 200, {
      'content-type': 'application/json',
      // Elasticsearch's client refuses a server that doesn't say this.
      'x-elastic-product': 'Elasticsearch',
    });
    response.end(JSON.stringify(answer ?? { message: 'Not Found' }));
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`; // listening on TCP
  const preload = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-upstream-')), 'preload.mjs');
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
    async close() {
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
    },
  };
}

function answerTo(pathname: string): unknown {
  if (pathname === '/') return { name: 'stand-in', version: { number: '8.19.0' }, tagline: 'You Know, for Search' };
  if (pathname.startsWith('/_cat/indices'))
    return [{ index: 'logs-okta', health: 'green', status: 'open', 'docs.count': '3' }];
  if (pathname === '/api/conversations.list')
    return {
      ok: true,
      channels: [{ id: 'C1', name: 'soc', is_archived: false }],
      response_metadata: { next_cursor: '' },
    };
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
  return undefined;
}
