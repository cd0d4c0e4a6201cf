import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditLabel } from '@/components/settings/audit-labels';
import { startRun } from '@/lib/agent/start-run';
import { openCase } from '@/lib/agent/testing/open-case';
import { receiveDelivery } from '@/lib/alerts/deliveries';
import { auth } from '@/lib/auth/better-auth';
import type { Actor } from '@/lib/auth/guard';
import { testActor } from '@/lib/auth/testing';
import { createSetupToken } from '@/lib/auth/users';
import { closeServers } from '@/lib/connections';
import { addConnection } from '@/lib/connections/manage-connections';
import { db } from '@/lib/db/client';
import { testDatabase } from '@/lib/db/testing';
import { overrideEnv } from '@/lib/env/env';
import { closeQueue } from '@/lib/jobs/queue';
import { type Mailbox, startMailbox } from '@/lib/notifications/testing-mailbox';
import { addComment } from '@/lib/reviews/add-comment';
import { submitReview } from '@/lib/reviews/submit-review';
import { readyReport, testInvestigation } from '@/lib/reviews/testing';
import { CONTRACT } from '../contract';
import type { RouteHandler } from '../handler';
import { operationsOf } from '../openapi.json/document';

/*
 * Each route that changes something leaves a row in the audit log. A new route must be called here, or say why it leaves
 * none.
 */
testDatabase();
let mailbox: Mailbox;
beforeAll(async () => {
  mailbox = await startMailbox();
});
afterAll(async () => {
  await mailbox.close();
  await closeQueue();
});
afterAll(closeServers); // the weekly report asks the log sources

/** Leave no row, and why. */
const NOT_RECORDED: Record<string, string> = {
  'PUT /api/investigations/{id}/draft': 'each save is a version of the draft with its author and time',
  'PATCH /api/investigations/{id}/assessment': 'each change is a version of the draft with its author and time',
  'POST /api/investigations/{id}/evidence': 'each call is an evidence record with its run, which names the person',
  'POST /api/alerts/preview': 'changes nothing',
  'POST /api/settings/retention/preview': 'changes nothing',
  'POST /api/log-sources/query': 'changes nothing',
  'POST /api/method/check': 'changes nothing',
  'POST /api/mcp': 'its tools call the verbs of the other routes',
  'POST /api/connections/{id}/oauth/start': 'changes nothing; the callback that ends the sign-in leaves the row',
  'POST /api/me/sso': 'changes nothing; the callback that links the account leaves the row',
  'POST /api/me/passkeys/options': 'changes nothing; the passkey that the device makes leaves the row',
  'POST /api/me/seen': 'that one is here is one’s own',
  'PUT /api/reviews/{id}/seen': 'what one has read is one’s own',
  'POST /api/notifications/read': 'what one has read is one’s own',
  'DELETE /api/reviews/{id}/comments/{comment}': 'a pending comment was never seen by anybody else',
};

/** Need an authenticator app (lib/auth/two-factor.test.ts), a device (lib/passkeys/passkeys.test.ts) or a provider of single sign-on (lib/sso/sso.test.ts). */
const ELSEWHERE = [
  'POST /api/me/passkeys',
  'PATCH /api/me/passkeys/{id}',
  'DELETE /api/me/passkeys/{id}',
  'PUT /api/me/two-factor',
  'POST /api/me/two-factor/disable',
  'POST /api/me/two-factor/recovery-codes',
  'DELETE /api/users/{id}/two-factor',
  'PUT /api/settings/sso',
  'DELETE /api/me/sso',
  'POST /api/users/{id}/sso-link',
  'POST /api/sso/logout',
];

const ORIGIN = 'http://localhost';
const PERSON = { name: 'Ada', email: 'ada@example.test', password: 'correct horse battery' };
const OTHER = { name: 'Bob', email: 'bob@example.test', role: 'analyst', password: 'correct horse battery' };

let author: Actor;
const known: Record<string, string> = {};

type Call = { params?: Record<string, string>; body?: unknown };
/** In this order: later ones use what earlier ones made. */
const CALLS: Record<string, () => Call | Promise<Call>> = {
  'POST /api/setup': async () => ({ body: { ...PERSON, token: await createSetupToken() } }),
  'POST /api/auth/{...all}': () => ({
    params: { all: 'sign-in/email' },
    body: { email: PERSON.email, password: PERSON.password },
  }),
  'POST /api/users': () => ({ body: OTHER }),
  'PATCH /api/users/{id}': async () => ({ params: { id: await idOf('bob') }, body: { role: 'reviewer' } }),
  'POST /api/users/{id}/reset-link': async () => ({ params: { id: await idOf('bob') } }),
  'POST /api/account-links': () => ({ body: { token: last('token'), password: 'another long password' } }),
  'PATCH /api/me': () => ({ body: { name: 'Ada L' } }),
  'POST /api/keys': () => ({ body: { name: 'mine' } }),
  'POST /api/keys/{id}/rotate': () => ({ params: { id: last('id') } }),
  'DELETE /api/keys/{id}': () => ({ params: { id: last('id') } }),
  'POST /api/webhooks/{source}': () => ({ params: { source: 'generic' }, body: { title: 'Seen', severity: 'high' } }),
  'POST /api/alerts': () => ({ body: { title: 'By hand', severity: 'low' } }),
  'PATCH /api/alerts/{id}': async () => ({ params: { id: await alert() }, body: { status: 'open' } }),
  'POST /api/alerts/{id}/comments': async () => ({ params: { id: await alert() }, body: { body: 'Looked at.' } }),
  'POST /api/alerts/bulk': async () => ({ body: { ids: [await alert()], patch: { severity: 'critical' } } }),
  'POST /api/alerts/bulk/matching': () => ({
    body: { filter: {}, receivedBefore: new Date(Date.now() + 60_000).toISOString(), patch: { severity: 'medium' } },
  }),
  'POST /api/alerts/bulk/{id}/undo': () => ({ params: { id: last('batch') } }),
  'PUT /api/alerts/sla': () => ({ body: { critical: 60, high: 240, medium: 1440, low: 4320, informational: 10_080 } }),
  'POST /api/alerts/views': () => ({ body: { name: 'Mine', query: 'status=open' } }),
  'DELETE /api/alerts/views/{id}': () => ({ params: { id: last('id') } }),
  'POST /api/deliveries/{id}/replay': async () => {
    await receiveDelivery(author, 'generic', '{"title":"Again","severity":"high"}', 'test');
    return { params: { id: (await db().delivery.findFirstOrThrow()).id } };
  },
  'POST /api/deliveries/replay': async () => {
    const delivery = await db().delivery.findFirstOrThrow({ where: { body: { not: null } } });
    return { body: { ids: [delivery.id] } };
  },
  'POST /api/investigations': async () => ({ body: { alertIds: [await alert()] } }),
  'POST /api/investigations/{id}/alerts': async () => {
    const other = await db().alert.findFirstOrThrow({ where: { investigations: { none: {} } } });
    return { params: { id: last('id') }, body: { alertIds: [other.id] } };
  },
  'POST /api/investigations/{id}/tasks': async () => ({
    params: { id: (await testInvestigation(author, readyReport())).id },
    body: { tasks: [{ text: 'Rotate the key.' }] },
  }),
  'PATCH /api/tasks/{id}': async () => ({
    params: { id: (await db().task.findFirstOrThrow()).id },
    body: { state: 'done' },
  }),
  'POST /api/investigations/{id}/merge': async () => {
    const other = await testInvestigation(author, readyReport());
    known.merged = other.id;
    return { params: { id: (await testInvestigation(author, readyReport())).id }, body: { from: other.id } };
  },
  'POST /api/investigations/{id}/merge/undo': () => ({ params: { id: known.merged ?? '' } }),
  'PUT /api/entities/{kind}/{value}/trust': () => ({
    params: { kind: 'ip', value: '203.0.113.7' },
    body: { trust: 'scanner', note: 'Weekly scan' },
  }),
  'POST /api/investigations/{id}/proposals': async () => {
    const { investigationId } = await openCase();
    const edits = [{ edit: 'write_section', section: 'Lessons Learned', markdown: 'Rotate keys monthly.' }];
    return { params: { id: investigationId }, body: { version: 1, note: 'A lesson.', edits } };
  },
  'POST /api/proposals/{id}': () => ({ params: { id: last('id') }, body: { accept: 'all' } }),
  'POST /api/investigations/{id}/runs': async () => ({ params: { id: (await openCase()).investigationId }, body: {} }),
  'POST /api/runs/{id}/cancel': () => ({ params: { id: last('id') } }),
  'POST /api/runs/{id}/resume': async () => {
    const { actor, investigationId } = await openCase();
    const { id } = await startRun(actor, investigationId, {});
    const progress = { context: {}, baseVersion: 1, baseMarkdown: '', markdown: '', target: 'draft' };
    await db().run.update({ where: { id }, data: { status: 'failed', progress: { create: progress } } });
    return { params: { id } };
  },
  'POST /api/runs/{id}/approvals/{callId}': async () => {
    const { actor, investigationId } = await openCase();
    const { id: runId } = await startRun(actor, investigationId, {});
    const call = { runId, callId: 'c1', server: 'chat', tool: 'post', class: 'egress', args: {}, argsHash: 'h' };
    await db().approval.create({ data: { ...call, expiresAt: new Date(Date.now() + 60_000) } });
    return { params: { id: runId, callId: 'c1' }, body: { allow: false } };
  },
  'POST /api/investigations/{id}/fact-check': async () => {
    overrideEnv({ ANTHROPIC_API_KEY: 'k' }); // nobody works on it
    return { params: { id: (await openCase()).investigationId } };
  },
  'DELETE /api/investigations/{id}/fact-check': async () => {
    const { investigationId } = await db().run.findUniqueOrThrow({ where: { id: last('id') } });
    overrideEnv({ ANTHROPIC_API_KEY: undefined });
    return { params: { id: investigationId } };
  },
  'PATCH /api/investigations/{id}/fact-check': async () => {
    const { investigationId } = await openCase();
    const key = 'a'.repeat(64);
    const problem = { quote: 'q', verdict: 'unsupported', record: null, row: null, because: 'b', replacement: null };
    await db().factReading.create({
      data: { investigationId, key, model: 'm', modelLabel: 'm', problems: [problem] },
    });
    return { params: { id: investigationId }, body: { key, problem: 0, dismissed: true } };
  },
  'POST /api/investigations/{id}/reviews': async () => ({
    params: { id: (await testInvestigation(author, readyReport())).id },
  }),
  'POST /api/reviews/{id}/comments': async () => ({ params: { id: await review() }, body: { body: 'Why?', line: 1 } }),
  'PATCH /api/reviews/{id}/comments/{comment}': async () => ({
    params: { id: await review(), comment: last('id') },
    body: { resolved: true },
  }),
  'POST /api/reviews/{id}/comments/{comment}/apply': async () => {
    const line =
      readyReport()
        .split('\n')
        .findIndex((text) => text.startsWith('A deployment key')) + 1;
    const body = '```suggestion\nA deployment key was used as agreed.\n```';
    const { id } = await addComment(await testActor('reviewer'), await review(), { body, line });
    return { params: { id: await review(), comment: id }, body: { version: 1 } };
  },
  'PUT /api/reviews/{id}/comments': async () => {
    const ada = await db().user.findUniqueOrThrow({ where: { email: PERSON.email } });
    const me: Actor = { id: ada.id, role: 'admin', name: ada.name, email: ada.email, via: 'session' };
    await addComment(me, await review(), { body: 'Pending.', pending: true });
    return { params: { id: await review() } };
  },
  'PUT /api/reviews/{id}/reviewers': async () => ({
    params: { id: await review() },
    body: { users: [(await testActor('reviewer')).id] },
  }),
  'POST /api/reviews/{id}/decision': async () => {
    const { revisionId } = await db().review.findUniqueOrThrow({ where: { id: await review() } });
    return {
      params: { id: await review() },
      body: { decision: 'request_changes', revision: revisionId, note: 'Say why.' },
    };
  },
  'PUT /api/reviews/policy': () => ({ body: { twoForMalicious: true } }),
  'POST /api/connections': () => ({
    body: { name: 'made', target: { kind: 'http', url: 'http://127.0.0.1:9/mcp', allowInternal: true }, secrets: [] },
  }),
  'POST /api/connections/import': () => ({
    body: { file: { mcpServers: { imported: { type: 'http', url: 'https://mcp.example.test/' } } } },
  }),
  'PATCH /api/connections/{id}': () => ({ params: { id: known.connection ?? '' }, body: { enabled: false } }),
  'POST /api/connections/{id}/test': () => ({ params: { id: known.connection ?? '' } }),
  'PUT /api/connections/{id}/tools': async () => {
    const definition = { description: 'Reads.', inputSchema: { type: 'object' } };
    await db().connectionTool.create({
      data: { connectionId: known.connection ?? '', name: 'read', seen: definition, seenHash: 'h' },
    });
    return { params: { id: known.connection ?? '' }, body: { tools: [{ name: 'read', class: 'read', hash: 'h' }] } };
  },
  'DELETE /api/connections/{id}/oauth': async () => {
    const issuer = 'https://login.example.test';
    const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
    await db().connectionSignIn.create({
      data: {
        connectionId: known.connection ?? '',
        resource: 'http://127.0.0.1:9/mcp',
        issuer,
        server: { issuer, ...endpoints, response_types_supported: ['code'] },
        client: { kind: 'registered', clientId: 'soc', redirectUrl: `${ORIGIN}/api/oauth/callback` },
        state: 'signed_in',
        scopes: [],
        missingScopes: [],
      },
    });
    return { params: { id: known.connection ?? '' } };
  },
  'DELETE /api/connections/{id}': () => ({ params: { id: known.connection ?? '' } }),
  'POST /api/notification-channels': () => ({
    body: {
      scope: 'mine',
      kind: 'slack',
      name: 'Me',
      url: 'https://hooks.slack.com/services/T/B/x',
      events: ['mention'],
    },
  }),
  'PATCH /api/notification-channels/{id}': () => {
    known.channel = (answered.channel as { id: string }).id;
    return { params: { id: known.channel }, body: { enabled: false } };
  },
  'POST /api/notification-channels/{id}/test': () => ({ params: { id: known.channel ?? '' } }),
  'DELETE /api/notification-channels/{id}': () => ({ params: { id: known.channel ?? '' } }),
  'PUT /api/settings/models': async () => ({
    body: await (await answerTo('GET /api/settings/models', {})).json(),
  }),
  'PUT /api/settings/retention': () => ({ body: { deliveries: 30, runs: null, evidence: 365 } }),
  'PUT /api/settings/sns': () => ({ body: { topics: [] } }),
  'PUT /api/settings/mail': () => ({
    body: { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'soc@example.test' },
  }),
  'POST /api/settings/mail/test': () => ({}),
  'POST /api/investigations/{id}/questions': async () => {
    const { investigationId } = await openCase();
    return { params: { id: investigationId }, body: { about: 'ben', to: 'ben@example.test', text: 'Was it you?' } };
  },
  'POST /api/write-backs/{id}': async () => {
    const { investigationId } = await openCase();
    const { alertId } = await db().investigationAlert.findFirstOrThrow({ where: { investigationId } });
    const target = { kind: 'http' as const, url: 'https://panther.example/mcp', allowInternal: false };
    const { id: connectionId } = await addConnection(await testActor('admin'), {
      name: 'panther',
      target,
      system: 'panther',
    });
    const id = crypto.randomUUID();
    await db().writeBack.create({
      data: { id, investigationId, reviewId: crypto.randomUUID(), alertId, connectionId, calls: [] },
    });
    return { params: { id }, body: { decision: 'dismiss' } };
  },
  'POST /api/questions/reply': () => {
    const [token = ''] = /[\w-]{43}/.exec(mailbox.mails.at(-1)?.raw.replace(/=\r\n/g, '') ?? '') ?? [];
    return { body: { token, name: 'Ben', text: 'Yes.' } };
  },
  'DELETE /api/settings/mail': () => ({}),
  'POST /api/evaluations': () => ({ body: { suite: 'sigma', limit: 1 } }),
  'POST /api/evaluations/{id}/cancel': () => ({ params: { id: last('id') } }),
  'POST /api/evaluations/{id}/resume': () => ({ params: { id: last('id') } }),
  'POST /api/method/changes': () => ({
    body: { path: 'known/office.yml', text: 'entries: []\n', base: '', note: 'Ours.' },
  }),
  'POST /api/method/changes/{id}/evaluation': () => {
    Object.assign(known, { change: last('id'), changed: last('hash') });
    return { params: { id: last('id') }, body: { suite: 'sigma', limit: 1 } };
  },
  'POST /api/method/changes/{id}/decision': () => ({
    params: { id: known.change ?? '' },
    body: { decision: 'withdraw', hash: known.changed },
  }),
  'POST /api/weekly-reports': () => ({ body: {} }),
  'PUT /api/weekly-reports/settings': () => ({ body: { enabled: true, weekday: 2 } }),
  'DELETE /api/samples': () => ({}),
  'DELETE /api/me/sessions': () => ({}),
  'DELETE /api/me/sessions/{id}': async () => {
    await signIn();
    return { params: { id: (await db().session.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })).id } };
  },
  'DELETE /api/users/{id}/passkeys': async () => ({ params: { id: await idOf('bob') } }),
  'PUT /api/settings/sessions': () => ({ body: { maxHours: 720, idleMinutes: null } }),
  'PUT /api/settings/two-factor': () => ({ body: { roles: [] } }),
  'POST /api/me/two-factor': () => ({ body: { currentPassword: PERSON.password } }),
  'PUT /api/me/password': () => ({
    body: { currentPassword: PERSON.password, newPassword: 'yet another long password' },
  }),
};

let cookie = '';
let answered: Record<string, unknown> = {};
/** A value of the last answer. */
const last = (name: string): string => String(answered[name]);
const idOf = async (name: string) =>
  (await db().user.findUniqueOrThrow({ where: { email: `${name}@example.test` } })).id;
const alert = async () => (await db().alert.findFirstOrThrow({ orderBy: { id: 'asc' } })).id;
const review = async () => {
  known.review ??= (await submitReview(author, (await testInvestigation(author, readyReport())).id)).id;
  return known.review;
};

async function signIn(): Promise<string> {
  const entered = await (await auth()).api.signInEmail({
    body: { email: PERSON.email, password: PERSON.password },
    asResponse: true,
    headers: new Headers({ host: 'localhost' }),
  });
  return (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const operations = new Map(operationsOf(CONTRACT).map((one) => [`${one.method} ${one.path}`, one]));
const mutating = [...operations.keys()].filter((name) => !name.startsWith('GET '));

async function answerTo(name: string, { params = {}, body }: Call): Promise<Response> {
  const [method = '', route = ''] = name.split(' ');
  const handler = ((CONTRACT as Record<string, object>)[route] as Record<string, RouteHandler>)[method] as RouteHandler;
  const url = `${ORIGIN}${route.replace(/\{(?:\.{3})?(\w+)\}/g, (_, key: string) => params[key] ?? '')}`;
  const headers = { cookie, host: 'localhost', origin: ORIGIN, 'content-type': 'application/json' };
  const request = new Request(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return handler(request, { params: Promise.resolve(params) });
}

beforeAll(async () => {
  expect((await answerTo('POST /api/setup', await (CALLS['POST /api/setup'] as () => Promise<Call>)())).status).toBe(
    201,
  );
  expect(await db().auditEntry.count({ where: { verb: 'users.add' } })).toBe(1);
  cookie = await signIn();
  author = await testActor('analyst');
  const admin = await testActor('admin');
  const target = { kind: 'http' as const, url: 'http://127.0.0.1:9/mcp', allowInternal: true };
  known.connection = (await addConnection(admin, { name: 'tools', target, secrets: [] })).id;
});

it('every route that changes something is called below, by a named test or not at all for a reason, and only once', () => {
  const named = [...Object.keys(CALLS), ...ELSEWHERE, ...Object.keys(NOT_RECORDED)];
  expect(named.sort()).toEqual(mutating.sort());
});

it.each(Object.keys(CALLS).filter((name) => name !== 'POST /api/setup'))('%s leaves a row', async (name) => {
  const call = await (CALLS[name] as () => Promise<Call>)();
  const [before] = await db().auditEntry.findMany({ orderBy: { id: 'desc' }, take: 1 });
  const answer = await answerTo(name, call);
  const text = await answer.text();
  // A server that can't be reached is a test that was made.
  expect(answer.status, text).toBeLessThan(name.endsWith('/test') ? 504 : 300);
  answered = answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : {};
  if (typeof answered.path === 'string') answered.token = answered.path.split('token=')[1];
  expect(await db().auditEntry.count({ where: { id: { gt: before?.id ?? 0n } } }), name).toBeGreaterThan(0);
});

it('every row says in words what was done', async () => {
  const verbs = await db().auditEntry.findMany({ distinct: ['verb'], select: { verb: true } });
  expect(verbs.length).toBeGreaterThan(50);
  expect(verbs.filter(({ verb }) => auditLabel(verb) === verb)).toEqual([]);
});
