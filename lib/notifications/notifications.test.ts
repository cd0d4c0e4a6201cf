import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addAlertComment } from '../alerts/alert-activity';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { triageAlert } from '../alerts/triage-alert';
import { type Actor, SYSTEM } from '../auth/guard';
import { isStandardSignature } from '../auth/signing-secret';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { closeQueue } from '../jobs/queue';
import { requestReviewers } from '../reviews/request-reviewers';
import { submitReview } from '../reviews/submit-review';
import { testInvestigation } from '../reviews/testing';
import { changeTask } from '../tasks/change-task';
import { createTasks } from '../tasks/create-tasks';
import { addChannel, changeChannel, listChannels, removeChannel, testChannel } from './manage-channels';
import { queueNotifications } from './queue-notifications';
import { EVENTS } from './schema';
import { sendNotifications } from './send-notifications';

testDatabase();

let admin: Actor;
let analyst: Actor;
let reviewer: Actor;
let url = '';
let status = 200;
const received: { path: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
const receiver = http.createServer(async (request, answer) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  received.push({ path: request.url ?? '', headers: request.headers, body });
  answer.writeHead(status).end(status === 200 ? 'ok' : 'no such hook');
});

beforeAll(async () => {
  overrideEnv({ PUBLIC_URL: 'https://soc.example' });
  [admin, analyst, reviewer] = [await testActor('admin'), await testActor('analyst'), await testActor('reviewer')];
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await closeQueue();
});
beforeEach(async () => {
  await db().notificationChannel.deleteMany();
  received.length = 0;
  status = 200;
});

const own = { scope: 'mine' as const, kind: 'webhook' as const, name: 'Mine', events: [...EVENTS] };
const team = { ...own, scope: 'installation' as const, name: 'Team', allowInternal: true };
const tell = async () => [await queueNotifications(), await sendNotifications()] as const;

async function alertFor(who: Actor, title: string): Promise<string> {
  const [id = ''] = (await ingestAlerts(SYSTEM, 'generic', JSON.stringify({ id: title, title }))).ids;
  await triageAlert(admin, id, { assignee: who.id });
  return id;
}

describe('a channel', () => {
  it('is told what happened, once, signed, with a link and no word of the case', async () => {
    const { signingSecret = '', channel } = await addChannel(admin, { ...team, url: `${url}/hook` });
    const id = await alertFor(analyst, 'Heron in the vault');
    const investigation = await testInvestigation(analyst);
    const review = await submitReview(analyst, investigation.id, { version: 1 });
    await requestReviewers(analyst, review.id, { users: [reviewer.id ?? ''] });
    await addAlertComment(analyst, id, { body: `@${reviewer.name} what is this?` });
    expect(await tell()).toEqual([3, { sent: 3, failed: 0 }]);
    expect(await tell()).toEqual([0, { sent: 0, failed: 0 }]);
    for (const { headers, body } of received) {
      const message = { id: String(headers['webhook-id']), timestamp: String(headers['webhook-timestamp']), body };
      expect(isStandardSignature(signingSecret, message, String(headers['webhook-signature']))).toBe(true);
      expect(body).not.toMatch(/Heron|what is this|Analyst/);
    }
    const told = received.map(({ body }) => JSON.parse(body));
    expect(told.map(({ type }) => type).sort()).toEqual([
      'socdown.assigned',
      'socdown.mention',
      'socdown.review_requested',
    ]);
    expect(told.find(({ type }) => type === 'socdown.review_requested').data.url).toBe(
      `https://soc.example/reviews/${review.id}`,
    );
    const [shown] = await listChannels(admin);
    expect(shown?.recent.map((one) => one.status)).toEqual(['sent', 'sent', 'sent']);
    // The address and the secret are stored encrypted and in no answer.
    expect(JSON.stringify([channel, shown, await db().notificationChannel.findMany()])).not.toMatch(/\/hook|whsec_/);
  });

  it('of Slack is told in words that Slack can’t read as a link or a mention, with texts where an admin allows them', async () => {
    await addChannel(admin, { ...team, kind: 'slack', url: `${url}/services/T0/B0/x`, withText: true });
    await alertFor(analyst, 'A <!channel> & <https://evil.example|here>');
    await tell();
    const { text } = JSON.parse(received[0]?.body ?? '{}');
    expect(text).toContain('An alert was assigned by Admin');
    expect(text).toContain('A &lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;');
    expect(received[0]?.headers['webhook-signature']).toBeUndefined();
  });

  it('of a person is told what concerns them alone, and not what they did', async () => {
    const events = [...EVENTS];
    const made = await addChannel(analyst, { ...own, events, url: 'https://hooks.example.com/x' });
    await db().notificationChannel.update({ where: { id: made.channel.id }, data: { enabled: true } });
    await alertFor(reviewer, 'Not mine');
    await alertFor(analyst, 'Mine');
    expect(await queueNotifications()).toBe(1);
    await changeChannel(analyst, made.channel.id, { events: ['mention'] });
    await alertFor(analyst, 'Mine too');
    expect(await queueNotifications()).toBe(0);
  });

  it('of a person is told of a task that somebody gave them, and of it again on its due day', async () => {
    const events = ['task_assigned', 'task_due'] as const;
    const { channel } = await addChannel(analyst, { ...own, events: [...events], url: 'https://hooks.example.com/x' });
    const createdAt = new Date(Date.now() - 2 * 86_400_000);
    await db().notificationChannel.update({ where: { id: channel.id }, data: { createdAt } });
    const { id } = await testInvestigation(reviewer);
    const tasks = [{ text: 'Call the owner.' }];
    const { items } = await createTasks(reviewer, id, { tasks, owner: analyst.id ?? '' });
    const taskId = items[0]?.id ?? '';
    await changeTask(reviewer, taskId, { dueOn: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10) });
    expect(await queueNotifications()).toBe(1);
    await changeTask(reviewer, taskId, { dueOn: new Date().toISOString().slice(0, 10) });
    expect(await queueNotifications()).toBe(1);
    expect(await queueNotifications()).toBe(0);
    const sent = await db().notification.findMany({ where: { channelId: channel.id }, orderBy: { event: 'asc' } });
    expect(sent.map(({ event, payload }) => [event, payload])).toMatchObject([
      ['task_assigned', { path: `/library/${id}`, text: null }],
      ['task_due', { path: `/library/${id}`, text: null, by: null }],
    ]);
    // What is done is due no more.
    await changeTask(analyst, taskId, { state: 'done' });
    await db().notification.deleteMany();
    expect(await queueNotifications()).toBe(0);
  });

  it('that fails is tried again later; one that refuses is not', async () => {
    const { channel } = await addChannel(admin, { ...team, url });
    await alertFor(analyst, 'Retry');
    status = 503;
    expect(await tell()).toEqual([1, { sent: 0, failed: 1 }]);
    const waiting = await db().notification.findFirstOrThrow();
    expect(waiting).toMatchObject({
      status: 'queued',
      attempts: 1,
      lastError: expect.stringContaining('answered 503'),
    });
    expect(waiting.nextAttemptAt.getTime()).toBeGreaterThan(Date.now());
    expect(await sendNotifications()).toEqual({ sent: 0, failed: 0 });
    await db().notification.updateMany({ data: { nextAttemptAt: new Date(0) } });
    status = 404;
    await sendNotifications();
    expect((await listChannels(admin))[0]?.recent).toMatchObject([
      { status: 'failed', error: expect.stringContaining('404: no such hook') },
    ]);
    await expect(testChannel(admin, channel.id)).rejects.toMatchObject({
      message: expect.stringContaining('no such hook'),
    });
    status = 200;
    await testChannel(admin, channel.id);
    expect(JSON.parse(received.at(-1)?.body ?? '').data).toMatchObject({
      summary: 'This is a test',
      text: 'A test: this channel works.',
    });
  });

  it('tells that an alert is close to its SLA, a run failed, a case was approved as MALICIOUS', async () => {
    await addChannel(admin, { ...team, url, withText: true });
    const id = await alertFor(analyst, 'Slow');
    await db().alert.update({
      where: { id },
      data: { severity: 5, receivedAt: new Date(Date.now() - 3.5 * 3_600_000) },
    });
    const { id: investigationId } = await testInvestigation(analyst);
    const run = {
      investigationId,
      kind: 'investigate',
      model: 'm',
      requestedById: analyst.id ?? '',
      finishedAt: new Date(Date.now() + 1000),
    };
    await db().run.create({ data: { ...run, id: crypto.randomUUID(), status: 'failed', error: 'No model.' } });
    await submitReview(analyst, investigationId, { version: 1 });
    const decided = { status: 'approved', decidedAt: new Date(Date.now() + 1000), decidedById: reviewer.id };
    await db().review.updateMany({ where: { investigationId }, data: decided });
    const approved = { status: 'approved', classification: 'MALICIOUS' };
    await db().investigation.update({ where: { id: investigationId }, data: approved });
    // The alert was near its SLA before the channel was there.
    await db().notificationChannel.updateMany({ data: { createdAt: new Date(Date.now() - 3_600_000) } });
    await queueNotifications();
    const queued = (await db().notification.findMany()).map(({ event }) => event);
    for (const event of ['sla_near', 'run_failed', 'malicious']) expect(queued).toContain(event);
  });
});

describe('who may what', () => {
  it('keeps a person’s channels to that person and the installation’s to admins', async () => {
    const { channel } = await addChannel(analyst, { ...own, url: 'https://hooks.example.com/x' });
    const { channel: ours } = await addChannel(admin, { ...team, url });
    expect((await listChannels(analyst)).map(({ id }) => id)).toEqual([channel.id]);
    expect((await listChannels(admin)).map(({ id }) => id)).toEqual([ours.id]);
    for (const act of [
      (who: Actor, id: string) => changeChannel(who, id, { enabled: false }),
      (who: Actor, id: string) => removeChannel(who, id),
      (who: Actor, id: string) => testChannel(who, id),
    ]) {
      await expect(act(reviewer, channel.id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(act(admin, channel.id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(act(analyst, ours.id)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(act(analyst, 'x')).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(addChannel(analyst, { ...team, url })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(addChannel({ ...analyst, scope: 'read' }, { ...own, url })).rejects.toMatchObject({
      reason: 'key_scope',
    });
    await removeChannel(analyst, channel.id);
    expect(await listChannels(analyst)).toEqual([]);
  });

  it('refuses addresses inside the network, and what a person may not send', async () => {
    const add = (more: object) => addChannel(analyst, { ...own, url: 'https://hooks.example.com/x', ...more });
    await expect(add({ url: 'https://169.254.169.254/x' })).rejects.toMatchObject({ reason: 'address_refused' });
    await expect(add({ url: 'http://hooks.example.com/x' })).rejects.toMatchObject({ reason: 'address_refused' });
    await expect(add({ url: 'https://10.0.0.1/', allowInternal: true })).rejects.toMatchObject({
      reason: 'invalid_fields',
    });
    await expect(add({ withText: true })).rejects.toMatchObject({ reason: 'invalid_fields' });
    await expect(add({ kind: 'slack' })).rejects.toThrow('hooks.slack.com');
    await expect(add({ events: [] })).rejects.toThrow('at least one');
    const { channel } = await add({});
    await expect(changeChannel(analyst, channel.id, { withText: true })).rejects.toMatchObject({
      reason: 'invalid_fields',
    });
  });
});
