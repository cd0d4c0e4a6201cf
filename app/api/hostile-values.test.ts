import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRun } from '@/lib/agent/start-run';
import { openCase } from '@/lib/agent/testing/open-case';
import { closeRunWatch } from '@/lib/agent/watch-run';
import { receiveDelivery } from '@/lib/alerts/deliveries';
import { createKey } from '@/lib/auth/api-keys';
import { auth } from '@/lib/auth/better-auth';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import { createSetupToken } from '@/lib/auth/users';
import { addConnection } from '@/lib/connections/manage-connections';
import { db } from '@/lib/db/client';
import { testDatabase } from '@/lib/db/testing';
import { nightly } from '@/lib/env/testing';
import { ERROR_STATUS, REASONS, type Reason } from '@/lib/errors/reasons';
import { closeQueue } from '@/lib/jobs/queue';
import { proposeChange } from '@/lib/method/propose-change';
import { addComment } from '@/lib/reviews/add-comment';
import { submitReview } from '@/lib/reviews/submit-review';
import { readyReport, testInvestigation } from '@/lib/reviews/testing';
import { CONTRACT } from './contract';
import type { RouteHandler } from './handler';
import { operationsOf } from './openapi.json/document';
import {
  fieldsOf,
  HOSTILE_BODIES,
  HOSTILE_FIGURES,
  HOSTILE_QUERIES,
  HOSTILE_TEXTS,
  hostileBodies,
  samplesOf,
} from './testing-values';

testDatabase();
afterAll(closeQueue);
afterAll(closeRunWatch);

const NOBODY = '01890000-0000-7000-8000-000000000000';
/** One of so many values is sent by day, every one by night. */
const SHARE = nightly(1, 40);

const ORIGIN = 'http://localhost';
const PERSON = { name: 'Ada', email: 'ada@example.test', password: 'correct horse battery' };
/** Of a key, and of an admin's session, which may what no key may. */
let keyOf: Record<string, string>;
let sessionOf: Record<string, string>;
/** A real one for each parameter, by the folder before it, so that hostile values beside it reach the verb. */
let known: Record<string, string>;

beforeAll(async () => {
  const answer = await CONTRACT['/api/setup'].POST(
    new Request(`${ORIGIN}/api/setup`, {
      method: 'POST',
      body: JSON.stringify({ ...PERSON, token: await createSetupToken() }),
    }),
    { params: Promise.resolve({}) },
  );
  expect(answer.status).toBe(201);
  const entered = await (await auth()).api.signInEmail({
    body: PERSON,
    asResponse: true,
    headers: new Headers({ host: 'localhost' }),
  });
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  sessionOf = { cookie, host: 'localhost', origin: ORIGIN, 'content-type': 'application/json' };
  const admin = await testActor('admin');
  keyOf = await keyHeaders(admin);
  const author = await testActor('analyst');
  const open = await testInvestigation(author, readyReport());
  const review = await submitReview(author, open.id);
  const comment = await addComment(author, review.id, { body: 'Why?', line: 1 });
  const run = await startRun(author, (await openCase()).investigationId, {});
  const target = { kind: 'http' as const, url: 'http://127.0.0.1:9/mcp', allowInternal: true };
  await receiveDelivery(author, 'generic', '{"title":"Seen","severity":"high"}', 'test');
  const change = { path: 'known/x.yml', text: 'entries: []\n', base: '', note: 'Ours.' };
  known = {
    alerts: open.alertId,
    changes: (await proposeChange(author, change)).id,
    comments: comment.id,
    connections: (await addConnection(admin, { name: 'tools', target, secrets: [] })).id,
    deliveries: (await db().delivery.findFirstOrThrow()).id,
    entities: 'ip',
    value: '203.0.113.7',
    evidence: '1',
    export: 'md',
    history: review.revision.id,
    investigations: open.id,
    keys: (await createKey(author, { userId: author.id ?? '', name: 'old' })).id,
    reviews: review.id,
    revisions: review.revision.id,
    runs: run.id,
    users: author.id ?? '',
    webhooks: 'generic',
  };
});

type Sent = { what: string; params?: Record<string, string>; query?: string; body?: string; header?: [string, string] };

/** Deleting comes last: what it deletes is needed by the others. */
const operations = operationsOf(CONTRACT).sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));

describe.each(operations)('$method $path', ({ method, path, declaration }) => {
  const handler = ((CONTRACT as Record<string, object>)[path] as Record<string, RouteHandler>)[method] as RouteHandler;
  const names = [...path.matchAll(/\{(?:\.{3})?(\w+)\}/g)].map(([, name = '']) => name);
  const usual = () =>
    Object.fromEntries([
      ...names.map((name) => [name, known[name] ?? NOBODY]),
      ...[...path.matchAll(/(\w+)\/\{(?:\.{3})?(\w+)\}/g)].map(([, folder = '', name = '']) => [
        name,
        known[folder] ?? NOBODY,
      ]),
    ]);
  const bodies = declaration.body ? samplesOf(declaration.body) : [undefined];
  const usualBody = bodies[0] === undefined ? {} : { body: JSON.stringify(bodies[0]) };

  function* sent(): Generator<Sent> {
    for (const name of names) {
      for (const value of [...HOSTILE_TEXTS, ...HOSTILE_FIGURES])
        yield { what: `${name} in the path`, params: { [name]: value }, ...usualBody };
    }
    const encoded = [...HOSTILE_TEXTS, ...HOSTILE_FIGURES].map((value) => encodeURIComponent(toWellFormed(value)));
    for (const name of declaration.query ? fieldsOf(declaration.query) : []) {
      for (const value of encoded) yield { what: `${name} in the query`, query: `?${name}=${value}`, ...usualBody };
    }
    for (const query of declaration.query ? HOSTILE_QUERIES : []) yield { what: 'the query', query, ...usualBody };
    for (const name of Object.keys(declaration.headers ?? {})) {
      for (const value of HOSTILE_TEXTS.filter(isHeader))
        yield { what: `header ${name}`, header: [name, value], ...usualBody };
    }
    if (!declaration.body) return;
    for (const body of HOSTILE_BODIES) yield { what: 'the body', body };
    for (const { at, body } of hostileBodies(bodies)) yield { what: `${at} in the body`, body };
  }

  it('answers hostile values with a declared reason, never with a failure of its own', async () => {
    const problems: string[] = [];
    let index = 0;
    for (const one of sent()) {
      index += 1;
      if (index % SHARE !== 0) continue;
      const problem = await problemOf(await answerOf(one));
      if (problem)
        problems.push(
          `${one.what}: ${problem} (${(one.body ?? one.query ?? JSON.stringify(one.params)).slice(0, 200)})`,
        );
    }
    expect(problems).toEqual([]);
  });

  async function answerOf({ params = {}, query = '', body, header }: Sent): Promise<Response> {
    const abort = new AbortController();
    const request = new Request(`${ORIGIN}/api/x${query}`, {
      method,
      headers: {
        'if-match': '"1"',
        ...(path.startsWith('/api/webhooks') ? keyOf : sessionOf),
        ...(header ? { [header[0]]: header[1] } : {}),
      },
      signal: abort.signal,
      ...(body === undefined ? {} : { body }),
    });
    const response = await handler(request, { params: Promise.resolve({ ...usual(), ...params }) });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (isStream) abort.abort();
    return isStream ? new Response(null, { status: response.status }) : response;
  }
});

const toWellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '�');

function isHeader(value: string): boolean {
  try {
    return new Headers({ x: value }).has('x');
  } catch {
    return false;
  }
}

async function problemOf(response: Response): Promise<string | null> {
  if (response.ok) return null;
  const answer = (await response.json()) as {
    jsonrpc?: string;
    error: { code: string; reason: Reason; message: string };
  };
  const { error } = answer;
  // MCP has its own form of errors.
  if (answer.jsonrpc === '2.0' && response.status < 500) return null;
  const [code] = REASONS[error.reason] ?? [];
  if (!code || code !== error.code) return `undeclared reason ${error.reason}`;
  if (ERROR_STATUS[code] !== response.status) return `status ${response.status} for ${error.reason}`;
  if (error.reason === 'forbidden' || error.reason === 'unauthenticated') return `the caller may not: ${error.message}`;
  return response.status >= 500 ? `${response.status} ${error.reason}: ${error.message}` : null;
}
