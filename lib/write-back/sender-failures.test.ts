import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { changeConnection } from '../connections/manage-connections';
import type { HttpTestServer } from '../connections/testing/mcp-server';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { nightly } from '../env/testing';
import { closeQueue } from '../jobs/queue';
import { connectStandIn } from '../polling/testing-connection';
import { decideReview } from '../reviews/decide-review';
import { submitReview } from '../reviews/submit-review';
import { overrideAll, readyReport, testInvestigation } from '../reviews/testing';
import { decideWriteBack, listWriteBacks } from './decide';
import { sendWriteBacks } from './send';
import { neededTools, WRITE_SYSTEMS } from './systems';

testDatabase();

/** Answers a request of the sender's server itself. */
type Failure = (request: IncomingMessage, response: ServerResponse) => void;
let reviewer: Actor;
let server: HttpTestServer;
let connection: string;
let caseId: string;
let writeBack: string;
/** How the system fails at the moment; undefined: it works. */
let failure: Failure | undefined;
let comments: string[] = [];

beforeAll(async () => {
  reviewer = await testActor('reviewer');
});
afterAll(closeQueue);

/** A confirmed write-back to a system that worked until now. */
beforeEach(async () => {
  failure = undefined;
  comments = [];
  const [admin, analyst] = [await testActor('admin'), await testActor('analyst')];
  await db().connection.deleteMany();
  const tools = neededTools(WRITE_SYSTEMS.panther!); // a system of the catalogue
  const reply = (name: string, args: Record<string, unknown>) => {
    if (name === 'list_alert_comments') return { text: JSON.stringify({ comments }) };
    if (typeof args.comment === 'string') comments.push(args.comment);
    return { text: '{"success":true}' };
  };
  const made = await connectStandIn(admin, 'panther', [...tools.write, ...tools.read], reply, (request, response) => {
    failure?.(request, response);
    return failure !== undefined;
  });
  ({ id: connection, server } = made);
  await changeConnection(admin, connection, { writeBack: true });
  const opened = await testInvestigation(analyst, readyReport({ classification: 'BENIGN' }));
  caseId = opened.id;
  await db().alert.update({ where: { id: opened.alertId }, data: { source: 'panther', sourceRef: `ref-${caseId}` } });
  const review = await submitReview(analyst, caseId);
  const overrides = await overrideAll(review.id);
  await decideReview(reviewer, review.id, { decision: 'approve', revision: review.revision.id, overrides });
  const [offered] = await listWriteBacks(reviewer, caseId);
  writeBack = offered?.id ?? '';
  await decideWriteBack(reviewer, writeBack, { decision: 'send' });
});
afterEach(() => server.close());

const answer =
  (status: number, body = '', headers: Record<string, string> = {}): Failure =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
const PAGE = '<!doctype html><title>Bad gateway</title><script>alert(1)</script>';
const HTML = { 'content-type': 'text/html' };
const JSON_TYPE = { 'content-type': 'application/json' };
const NO_MCP = 'not an MCP server';
const send = () => sendWriteBacks(new AbortController().signal);

// The limit is half a minute of waiting; that calls end at theirs is tested with shorter ones in lib/connections.
const SILENCE: [string, Failure, string][] = nightly(1, 0)
  ? [['never answers', () => {}, 'no answer within 30 s']]
  : [];

it.each<[string, Failure, string]>([
  ['refuses the token', answer(401), 'refuses the token (401)'],
  ['does not permit it', answer(403, '{"error":"forbidden"}', JSON_TYPE), 'does not permit this'],
  ['knows no such address', answer(404, PAGE, HTML), 'does not know this address'],
  ['has reached its rate limit', answer(429, '', { 'retry-after': '3600' }), 'rate limit is reached (429)'],
  ['fails', answer(500, PAGE, HTML), 'failed (500). Try again later.'],
  ['is behind a broken gateway', answer(502, PAGE, HTML), 'failed (502). Try again later.'],
  ['redirects inside', answer(302, '', { location: 'http://169.254.169.254/latest/' }), 'redirects are not followed'],
  [
    'redirects for good',
    answer(308, '', { location: 'https://elsewhere.example/mcp' }),
    'redirects to https://elsewhere',
  ],
  ['answers with a page', answer(200, PAGE, HTML), NO_MCP],
  ['answers with other JSON', answer(200, '{"ok":true}', JSON_TYPE), NO_MCP],
  ['answers with broken JSON', answer(200, '{"jsonrpc":', JSON_TYPE), NO_MCP],
  ['answers with nothing', answer(200), NO_MCP],
  ['answers with no content', answer(204), NO_MCP],
  ['answers with NULs', answer(200, '\0\u0001\ufffd'.repeat(10_000), JSON_TYPE), NO_MCP],
  ['refuses with NULs', answer(400, 'a\0b', { 'content-type': 'text/plain' }), 'a b'],
  ['hangs up', (request) => void request.socket.destroy(), 'closed the connection'],
  ...SILENCE,
])(
  'a system that %s: says so, loses nothing, and is sent to once it works',
  async (_, how, text) => {
    failure = how;
    expect(await send()).toEqual({ sent: 0, failed: 1 });
    const [waiting] = await listWriteBacks(reviewer, caseId);
    expect(waiting).toMatchObject({ state: 'queued', error: expect.stringContaining(text) });
    expect(waiting?.error).not.toMatch(/<|\p{Cc}|negotiation|probe|endpoint/iu);
    const { lastError } = await db().connection.findUniqueOrThrow({ where: { id: connection } });
    expect(lastError).toContain(text);
    expect(await send()).toEqual({ sent: 0, failed: 0 }); // not before its time
    failure = undefined;
    await db().writeBack.update({ where: { id: writeBack }, data: { nextAttemptAt: new Date(0) } });
    expect(await send()).toEqual({ sent: 1, failed: 0 });
    expect(comments).toHaveLength(1);
    expect(await listWriteBacks(reviewer, caseId)).toMatchObject([{ state: 'sent', error: null }]);
  },
  60_000,
);

it('what a system refuses for an hour is failed, and a person can send it again', async () => {
  failure = answer(503, PAGE, HTML);
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    await db().writeBack.update({ where: { id: writeBack }, data: { nextAttemptAt: new Date(0) } });
    expect(await send()).toEqual({ sent: 0, failed: 1 });
  }
  expect(await listWriteBacks(reviewer, caseId)).toMatchObject([{ state: 'failed', mayDecide: true }]);
  failure = undefined;
  await decideWriteBack(reviewer, writeBack, { decision: 'send' });
  expect(await send()).toEqual({ sent: 1, failed: 0 });
});
