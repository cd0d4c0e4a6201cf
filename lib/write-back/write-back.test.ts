import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { SYSTEMS } from '../connections/catalogue/catalogue';
import { changeConnection } from '../connections/manage-connections';
import type { HttpTestServer } from '../connections/testing/mcp-server';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { connectStandIn, type Reply } from '../polling/testing-connection';
import { decideReview } from '../reviews/decide-review';
import { submitReview } from '../reviews/submit-review';
import { overrideAll, readyReport, testInvestigation } from '../reviews/testing';
import { decideWriteBack, listWriteBacks } from './decide';
import { sendWriteBacks } from './send';
import { neededTools, WRITE_SYSTEMS } from './systems';

testDatabase();

let admin: Actor;
let analyst: Actor;
let reviewer: Actor;
const servers: HttpTestServer[] = [];
/** What the stand-in keeps, and how it answers next. */
const state = { comments: [] as string[], status: '', calls: [] as string[], next: [] as Reply[] };

beforeAll(async () => {
  admin = await testActor('admin');
  analyst = await testActor('analyst');
  reviewer = await testActor('reviewer');
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await closeQueue();
});
beforeEach(async () => {
  Object.assign(state, { comments: [], status: '', calls: [], next: [] });
  await db().connection.deleteMany();
});

/** A stand-in of the system's server over the real transport, with its reviewed tools and classes. */
async function connect(system: string): Promise<string> {
  const tools = neededTools(WRITE_SYSTEMS[system]!); // each test names one of them
  const { id, server } = await connectStandIn(admin, system, [...tools.write, ...tools.read], (name, args) => {
    state.calls.push(name);
    const next = state.next.shift();
    if (next) return next;
    if (name === 'list_alert_comments') return { text: JSON.stringify({ success: true, comments: state.comments }) };
    if (name === 'falcon_get_detection_details') return { text: JSON.stringify([{ comments: state.comments }]) };
    const comment = args.comment ?? args.append_comment;
    if (typeof comment === 'string') state.comments.push(comment);
    if (typeof args.status === 'string') state.status = args.status;
    return { text: '{"success":true}' };
  });
  servers.push(server);
  await changeConnection(admin, id, { writeBack: true });
  return id;
}

/** An approved case of one alert of this source. */
async function approved(source: string, classification: 'BENIGN' | 'SUSPICIOUS' = 'BENIGN'): Promise<string> {
  const { id, alertId } = await testInvestigation(analyst, readyReport({ classification }));
  await db().alert.update({ where: { id: alertId }, data: { source, sourceRef: `ref-${id}` } });
  const review = await submitReview(analyst, id);
  const overrides = await overrideAll(review.id);
  await decideReview(reviewer, review.id, { decision: 'approve', revision: review.revision.id, overrides });
  return id;
}
const send = () => sendWriteBacks(new AbortController().signal);
const due = (id: string) => db().writeBack.update({ where: { id }, data: { nextAttemptAt: new Date(0) } });
async function offer(caseId: string) {
  const [item, ...others] = await listWriteBacks(reviewer, caseId);
  expect(others).toEqual([]);
  return item!; // checked by its use
}

it('the catalogue has the tools of every system, each with the class that it needs', () => {
  const offered = SYSTEMS.flatMap(({ id, writeBackTools }) => (writeBackTools ? [[id, writeBackTools]] : []));
  expect(Object.fromEntries(offered)).toEqual(
    Object.fromEntries(Object.entries(WRITE_SYSTEMS).map(([id, system]) => [id, neededTools(system)])),
  );
  for (const { id, classes } of SYSTEMS.filter(({ writeBackTools }) => writeBackTools)) {
    const { read, write } = neededTools(WRITE_SYSTEMS[id]!); // it has such tools
    expect(classes.read).toEqual(expect.arrayContaining(read));
    expect(classes.write).toEqual(expect.arrayContaining(write));
  }
});

it.each([
  ['panther', 'panther', 'RESOLVED', 'TRIAGED'],
  ['crowdstrike-falcon', 'crowdstrike', 'closed', 'in_progress'],
])('%s: comments the alert and sets its status, once a reviewer confirmed the exact calls', async (...args) => {
  const [system, source, closed, open] = args;
  await connect(system);
  const id = await approved(source);
  const proposed = await offer(id);
  expect(proposed).toMatchObject({ state: 'proposed', mayDecide: true, alert: { source, sourceRef: `ref-${id}` } });
  expect(JSON.stringify(proposed.calls)).toContain(closed);
  expect(await send()).toEqual({ sent: 0, failed: 0 });
  expect(state.calls).toEqual([]);
  expect((await decideWriteBack(reviewer, proposed.id, { decision: 'send' })).state).toBe('queued');
  expect(await send()).toEqual({ sent: 1, failed: 0 });
  expect(state).toMatchObject({ status: closed, comments: [expect.stringContaining('BENIGN')] });
  // The comment says how it was judged and where to read it, and nothing of the report.
  expect(state.comments[0]).not.toContain('deployment key');
  expect(await send()).toEqual({ sent: 0, failed: 0 });
  expect(await offer(id)).toMatchObject({ state: 'sent', decidedBy: reviewer.name });
  const verbs = await db().auditEntry.findMany({
    where: { subjectId: id, verb: { startsWith: 'write_backs.' } },
    orderBy: { id: 'asc' },
  });
  expect(verbs.map(({ verb, actorId }) => [verb, actorId])).toEqual([
    ['write_backs.send', reviewer.id],
    ['write_backs.sent', null],
  ]);
  // Somebody may still be responding to it.
  expect(JSON.stringify((await offer(await approved(source, 'SUSPICIOUS'))).calls)).toContain(open);
});

it('a lost answer is tried again, without a second comment', async () => {
  await connect('crowdstrike-falcon');
  const { id } = await offer(await approved('crowdstrike'));
  await decideWriteBack(reviewer, id, { decision: 'send' });
  const row = () => db().writeBack.findUniqueOrThrow({ where: { id } });
  // The server is away: nothing arrives.
  const url = servers.at(-1)?.url ?? '';
  const { connectionId } = await row();
  const point = (to: string) => db().$executeRaw`
    UPDATE connections SET config = jsonb_set(config, '{target,url}', to_jsonb(${to}::text)) WHERE id = ${connectionId}::uuid`;
  await point('http://127.0.0.1:1/mcp');
  expect(await send()).toEqual({ sent: 0, failed: 1 });
  expect(await row()).toMatchObject({ status: 'queued', attempts: 1, lastError: expect.any(String) });
  await point(url);
  // The comment arrives before the answer is lost: as after a kill between the call and its record.
  state.comments.push(JSON.parse(JSON.stringify((await row()).calls))[0].args.append_comment);
  await due(id);
  expect(await send()).toEqual({ sent: 1, failed: 0 });
  expect(state.comments).toHaveLength(1);
});

it('what the system refuses is failed at once, and can be sent again from where it stopped', async () => {
  await connect('panther');
  const caseId = await approved('panther');
  const { id } = await offer(caseId);
  await decideWriteBack(reviewer, id, { decision: 'send' });
  state.next = [{ text: '{"success":true}' }, { isError: true, text: 'status TRIAGED is not allowed' }];
  expect(await send()).toEqual({ sent: 0, failed: 1 });
  expect(await offer(caseId)).toMatchObject({ state: 'failed', error: expect.stringContaining('not allowed') });
  state.calls = [];
  await decideWriteBack(reviewer, id, { decision: 'send' });
  expect(await send()).toEqual({ sent: 1, failed: 0 });
  expect(state.calls).toEqual(['update_alert_status']);
});

it('offers nothing where it is switched off, for other sources, samples and alerts without an id of their own', async () => {
  const id = await connect('panther');
  expect(await listWriteBacks(reviewer, await approved('okta'))).toEqual([]);
  await changeConnection(admin, id, { writeBack: false });
  expect(await listWriteBacks(reviewer, await approved('panther'))).toEqual([]);
});

it('refuses who may not change anything there, what was decided, and a connection that was switched off', async () => {
  const connection = await connect('panther');
  const { id } = await offer(await approved('panther'));
  await expect(decideWriteBack(analyst, id, { decision: 'send' })).rejects.toMatchObject({ reason: 'forbidden' });
  await expect(decideWriteBack({ ...reviewer, scope: 'read' }, id, { decision: 'send' })).rejects.toMatchObject({
    reason: 'key_scope',
  });
  await expect(decideWriteBack(reviewer, 'x', { decision: 'send' })).rejects.toMatchObject({ reason: 'not_found' });
  await expect(decideWriteBack(reviewer, id, { decision: 'maybe' } as never)).rejects.toThrow();
  await changeConnection(admin, connection, { writeBack: false });
  await expect(decideWriteBack(reviewer, id, { decision: 'send' })).rejects.toMatchObject({ reason: 'write_back_off' });
  expect((await decideWriteBack(reviewer, id, { decision: 'dismiss' })).state).toBe('dismissed');
  await expect(decideWriteBack(reviewer, id, { decision: 'send' })).rejects.toMatchObject({
    reason: 'write_back_decided',
  });
  expect(state.calls).toEqual([]);
  await expect(changeConnection(analyst, connection, { writeBack: true })).rejects.toMatchObject({
    reason: 'forbidden',
  });
  await db().connection.update({ where: { id: connection }, data: { system: 'splunk' } });
  await expect(changeConnection(admin, connection, { writeBack: true })).rejects.toMatchObject({
    data: { fields: { writeBack: expect.stringContaining('no tool') } },
  });
});

it('a tool that is no longer allowed is not called', async () => {
  const connection = await connect('panther');
  const caseId = await approved('panther');
  const { id } = await offer(caseId);
  await decideWriteBack(reviewer, id, { decision: 'send' });
  await db().connectionTool.updateMany({
    where: { connectionId: connection, name: 'add_alert_comment' },
    data: { class: 'refused' },
  });
  expect(await send()).toEqual({ sent: 0, failed: 1 });
  expect(await offer(caseId)).toMatchObject({ state: 'failed', error: expect.stringContaining('add_alert_comment') });
  expect(state.calls).toEqual([]);
});
