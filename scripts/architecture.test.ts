import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PERMISSIONS } from '@/lib/auth/permissions';

const ROOT = path.resolve(import.meta.dirname, '..');
const LAYERS = ['lib', 'components', 'app', 'scripts'];
/** Each SDK is imported in one folder only (docs/decisions/004). */
const SDK_HOME: Record<string, string> = {
  'isomorphic-git': 'lib/store/',
  '@anthropic-ai/sdk': 'lib/agent/model/',
  '@duckdb/node-api': 'lib/servers/logs/',
  'pg-boss': 'lib/jobs/',
  'better-auth': 'lib/auth/',
  '@modelcontextprotocol/client': 'lib/connections/',
  '@modelcontextprotocol/server': 'lib/servers/',
  nodemailer: 'lib/notifications/',
  pdfmake: 'lib/exports/',
  jose: 'lib/sso/',
  '@simplewebauthn/server': 'lib/passkeys/',
  '@opentelemetry': 'lib/tracing/',
};
const MAX_LINES = 420;
/** A table of cases reads faster than code. */
const MAX_TEST_LINES = 520;

const files = LAYERS.flatMap((layer) =>
  fs
    .readdirSync(path.join(ROOT, layer), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(layer, name))
    .filter((name) => /\.tsx?$/.test(name) && !name.includes(path.join('db', 'generated'))),
);
const sources = new Map(files.map((file) => [file, fs.readFileSync(path.join(ROOT, file), 'utf8')]));

/** `typeOnly`: gone when it runs; `later`: fetched when it is asked for. */
type Import = { from: string; typeOnly: boolean; later: boolean };

function importsOf(file: string): Import[] {
  const text = sources.get(file) ?? '';
  const found: Import[] = [];
  const pattern =
    /^\s*(?:import|export)\s+(type\s|\{(?:\s*type\s+\w+,?)+\s*\})?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
  for (const match of text.matchAll(pattern)) {
    found.push({
      from: match[2] ?? match[3] ?? '',
      typeOnly: match[1] !== undefined,
      later: match[3] !== undefined,
    });
  }
  return found;
}

/** The project's file behind an import, or undefined for a package. */
function resolve(file: string, from: string): string | undefined {
  const base = from.startsWith('@/')
    ? from.slice(2)
    : from.startsWith('.')
      ? path.join(path.dirname(file), from)
      : undefined;
  if (base === undefined) return undefined;
  return ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].map((end) => base + end).find((name) => sources.has(name));
}

/** What a file imports when it runs, and what that imports, each file once; `check` answers whether to follow an import. */
function walkImports(
  file: string,
  check: (one: Import, target: string | undefined, trail: string) => boolean,
  trail: string[] = [],
  seen = new Set<string>(),
): void {
  if (seen.has(file)) return;
  seen.add(file);
  const path = [...trail, file];
  for (const one of importsOf(file)) {
    const target = resolve(file, one.from);
    if (!one.typeOnly && check(one, target, path.join(' → ')) && target) walkImports(target, check, path, seen);
  }
}

const isTest = (file: string) => /\.(test|e2e)\.tsx?$|\/testing[./-]/.test(file) || file.startsWith('scripts/');

describe('imports', () => {
  it('go app → components → lib, never back', () => {
    const wrong: string[] = [];
    for (const file of files.filter((name) => !isTest(name))) {
      const layer = LAYERS.indexOf(file.split(path.sep)[0] ?? '');
      for (const { from, typeOnly } of importsOf(file)) {
        const target = resolve(file, from);
        // The types of the HTTP API come from its routes (docs/decisions/070); nothing of them is left at run time.
        if (file === 'components/shell/api.ts' && typeOnly && target?.startsWith('app/api/')) continue;
        if (target && LAYERS.indexOf(target.split(path.sep)[0] ?? '') > layer) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('lib knows no UI framework', () => {
    const wrong = files
      .filter((file) => file.startsWith('lib/') && !isTest(file))
      .flatMap((file) => importsOf(file).map(({ from }) => `${file} imports ${from}`))
      .filter((line) => /imports (react|react-dom|next)(\/|$)/.test(line));
    expect(wrong).toEqual([]);
  });

  it('each SDK is imported in one folder', () => {
    const wrong: string[] = [];
    for (const file of files.filter((name) => !isTest(name))) {
      for (const { from } of importsOf(file)) {
        const sdk = Object.keys(SDK_HOME).find((name) => from === name || from.startsWith(`${name}/`));
        if (sdk && !file.startsWith(SDK_HOME[sdk] ?? '')) wrong.push(`${file} imports ${from}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(['lib', 'components'])('the folders of %s form no cycle', (layer) => {
    const rooms = new Map<string, Map<string, string>>();
    for (const file of files.filter((name) => name.startsWith(`${layer}/`) && !isTest(name))) {
      const [, room = ''] = file.split(path.sep);
      for (const { from } of importsOf(file)) {
        const target = resolve(file, from)?.split(path.sep);
        if (target?.[0] !== layer || target[1] === undefined || target[1] === room) continue;
        const edges = rooms.get(room) ?? new Map<string, string>();
        rooms.set(room, edges.set(target[1], `${file} imports ${target.join('/')}`));
      }
    }
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (room: string, trail: string[]) => {
      const from = trail.indexOf(room);
      if (from >= 0) {
        const ring = [...trail.slice(from), room];
        cycles.push(
          ring
            .slice(1)
            .map((next, at) => rooms.get(ring[at] ?? '')?.get(next))
            .join('; '),
        );
      }
      if (from >= 0 || done.has(room)) return;
      for (const next of rooms.get(room)?.keys() ?? []) visit(next, [...trail, room]);
      done.add(room);
    };
    for (const room of rooms.keys()) visit(room, []);
    expect(rooms.size).toBeGreaterThan(5);
    expect(cycles).toEqual([]);
  });

  it('what runs in the browser reaches no database, no Node module and no environment', () => {
    const wrong: string[] = [];
    const check = ({ from }: Import, target: string | undefined, trail: string) => {
      if (/^node:/.test(from)) wrong.push(`${trail} imports ${from}`);
      const isServers = target !== undefined && /^lib\/(db|env|store\/repo)/.test(target);
      if (isServers) wrong.push(`${trail} imports ${target}`);
      return !isServers;
    };
    for (const file of files) {
      if (/^['"]use client['"]/m.test((sources.get(file) ?? '').slice(0, 200))) walkImports(file, check);
    }
    expect(wrong).toEqual([]);
  });
});

describe('routes', () => {
  const routes = files.filter((file) => /^app\/.*\/route\.ts$/.test(file));
  const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
  const PUBLIC = [
    'app/api/auth/[...all]/route.ts',
    'app/api/health/route.ts',
    'app/api/ready/route.ts',
    'app/api/metrics/route.ts', // for METRICS_TOKEN, else the verb checks the caller
    'app/api/account-links/route.ts',
    'app/api/questions/reply/route.ts', // the token of its link, once
    'app/api/setup/route.ts',
    'app/api/sso/start/route.ts',
    'app/api/sso/callback/route.ts',
    'app/api/sso/logout/route.ts', // the provider's signature on its token
    'app/api/openapi.json/route.ts',
    // Fetched by authorization servers; it has our name and address.
    'app/api/oauth/client.json/route.ts',
  ];

  it('are there', () => expect(routes.length).toBeGreaterThan(10));

  it.each(routes)('%s declares a verb of the table for each method', async (file) => {
    const module: Record<string, unknown> = await import(path.join(ROOT, file));
    const methods = Object.keys(module).filter((name) => METHODS.includes(name));
    expect(methods.length).toBeGreaterThan(0);
    for (const method of methods) {
      const verb = (module[method] as { verb?: string }).verb;
      if (verb === 'public') expect(PUBLIC).toContain(file);
      else expect(Object.keys(PERMISSIONS), `${method} of ${file} is undeclared`).toContain(verb);
    }
  });

  it('every verb of the table guards something', () => {
    const text = [...sources].filter(([file]) => file.startsWith('lib/') && !isTest(file)).map(([, source]) => source);
    const unused = Object.keys(PERMISSIONS).filter((verb) => !text.some((source) => source.includes(`'${verb}')`)));
    expect(unused).toEqual([]);
  });
});

describe('house', () => {
  it('a part of a page that loads later has a boundary of its own, so that the rest of the page works before it is there', () => {
    const parts = [...sources].flatMap(([file, text]) =>
      [...text.matchAll(/= dynamic\((?:[^;]|\n)*?\);/g)].map(([call]) => ({ file, call })),
    );
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.filter(({ call }) => !/\b(ssr: false|loading:)/.test(call))).toEqual([]);
  });

  it('pages open without parsers: YAML, Zod, Markdown and the source editor are fetched where they are used', () => {
    const heavy = /^(?:yaml|zod|mdast-util-|micromark|@codemirror\/|@lezer\/)/;
    const wrong: string[] = [];
    const check = ({ from, later }: Import, _: string | undefined, trail: string) => {
      if (!later && heavy.test(from)) wrong.push(`${trail} imports ${from}`);
      return !later;
    };
    const pages = ['editor/workspace', 'queue/queue', 'review/review-page', 'library/result-list', 'shell/app-shell'];
    for (const page of pages) {
      const file = `components/${page}.tsx`;
      expect(sources.has(file), file).toBe(true);
      walkImports(file, check);
    }
    expect(wrong).toEqual([]);
  });

  it('no file grows past what a person reads in one go', () => {
    const long = [...sources].map(([file, text]) => ({ file, lines: text.split('\n').length }));
    expect(long.filter(({ file, lines }) => lines > (isTest(file) ? MAX_TEST_LINES : MAX_LINES))).toEqual([]);
  });

  it('each folder of lib opens with a README of at most ten lines', () => {
    const folders = fs
      .readdirSync(path.join(ROOT, 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory());
    const wrong = folders.filter(({ name }) => {
      const file = path.join(ROOT, 'lib', name, 'README.md');
      return !fs.existsSync(file) || fs.readFileSync(file, 'utf8').trimEnd().split('\n').length > 10;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
