import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openCase } from '../agent/testing/open-case';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { listEvidence } from '../evidence/list-evidence';
import { readEvidence } from '../evidence/read-evidence';
import { closeQueue } from '../jobs/queue';
import { removeMail, setMail } from '../notifications/mail-setting';
import { type Mailbox, startMailbox } from '../notifications/testing-mailbox';
import { connectStandIn } from '../polling/testing-connection';
import { rememberSecret } from '../secrets/known-secrets';
import { answerQuestion, readQuestion } from './answer-question';
import { askPerson, listQuestions } from './ask-person';

testDatabase();

let admin: Actor;
let analyst: Actor;
let id = '';
let mailbox: Mailbox;
const ORIGIN = 'https://soc.example';
const question = { about: 'ben@acme.example', to: 'owner@acme.example', text: 'Did you sign in from Lisbon at 02:13?' };
const reply = { name: 'Ben Ito', text: 'Yes, I was at the airport.' };

beforeAll(async () => {
  admin = await testActor('admin');
  mailbox = await startMailbox();
  ({ actor: analyst, investigationId: id } = await openCase());
});
afterAll(async () => {
  await mailbox.close();
  await closeQueue();
});
beforeEach(async () => {
  Object.assign(mailbox, { mails: [], commands: [], refusal: null });
  await db().question.deleteMany();
  await setMail(admin, { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'soc@soc.example' });
});

/** The token of the newest mail. */
const tokenOf = () => {
  const text = (mailbox.mails.at(-1)?.raw ?? '').replace(/=\r\n/g, '');
  return /https:\/\/soc\.example\/ask\/([\w-]{43})/.exec(text)?.[1] ?? '';
};
async function ask(): Promise<string> {
  await askPerson(analyst, id, question, ORIGIN);
  return tokenOf();
}

it('mails a link; its reply becomes a statement in the evidence, with who gave it and when', async () => {
  const asked = await askPerson(analyst, id, question, ORIGIN);
  expect(asked).toMatchObject({ state: 'waiting', askedBy: analyst.name, evidence: null });
  expect(mailbox.mails[0]).toMatchObject({ to: ['owner@acme.example'] });
  // The mail says who asks; what is asked stands behind the link.
  expect(mailbox.mails[0]?.raw).toContain(analyst.name);
  expect(mailbox.mails[0]?.raw).not.toMatch(/Lisbon|ben@acme/);
  const token = tokenOf();
  const shown = await readQuestion(token);
  expect(shown).toEqual({ askedBy: analyst.name, text: question.text, expiresAt: asked.expiresAt });
  const before = (await listEvidence(analyst, id)).length;
  await answerQuestion({ token, ...reply }, '203.0.113.9');
  const [listed] = await listQuestions(analyst, id);
  expect(listed).toMatchObject({ state: 'answered', answeredBy: 'Ben Ito', evidence: before + 1 });
  const record = await readEvidence(analyst, id, before + 1);
  expect(record).toMatchObject({ server: 'people', tool: 'ask', status: 'ok', question: question.text });
  expect(record.args).toMatchObject({ about: question.about, to: question.to, askedBy: analyst.name });
  expect(JSON.stringify(record)).toContain(reply.text);
  expect(record.sha256).toMatch(/^[0-9a-f]{64}$/);
  const audited = await db().auditEntry.findMany({
    where: { verb: { startsWith: 'questions.' } },
    orderBy: { id: 'asc' },
  });
  expect(audited.map(({ verb, actorId }) => [verb, actorId])).toEqual([
    ['questions.ask', analyst.id],
    ['questions.answer', null],
  ]);
  // Only the hash of the token is kept.
  const kept = [await db().question.findMany(), audited.map(({ data }) => data), await db().run.findMany()];
  expect(JSON.stringify(kept)).not.toContain(token);
});

it('takes one reply, however many come at once, and none through a link that is old, wrong or used', async () => {
  const token = await ask();
  const before = (await listEvidence(analyst, id)).length;
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map((n) => answerQuestion({ token, ...reply, text: `reply ${n}` }, null)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await listEvidence(analyst, id)).length).toBe(before + 1);
  await expect(readQuestion(token)).rejects.toMatchObject({ code: 'not_found' });
  const second = await ask();
  await db().question.updateMany({ where: { status: 'waiting' }, data: { expiresAt: new Date(0) } });
  expect((await listQuestions(analyst, id)).map(({ state }) => state)).toEqual(['expired', 'answered']);
  for (const dead of [second, 'x'.repeat(43), '', '../x']) {
    await expect(readQuestion(dead)).rejects.toMatchObject({ code: 'not_found' });
    await expect(answerQuestion({ token: dead || 'x', ...reply }, null)).rejects.toMatchObject({ code: 'not_found' });
  }
  expect((await listEvidence(analyst, id)).length).toBe(before + 1);
});

it('slows down who tries one link again and again', async () => {
  const attempts = [];
  for (let n = 0; n < 8; n += 1)
    attempts.push(await answerQuestion({ token: 'guess', ...reply }, '203.0.113.77').catch((error) => error.reason));
  expect(attempts.slice(0, 4)).toEqual(['not_found', 'not_found', 'not_found', 'not_found']);
  expect(attempts).toContain('too_many_attempts');
});

it('refuses bad input, secrets, and sends nothing then', async () => {
  for (const change of [
    { about: '' },
    { about: 'a\nb' },
    { to: 'nobody' },
    { to: 'a@b.example\r\nBcc: c@d.example' },
    { to: 'a@b.example,c@d.example' },
    { text: ' ' },
    { text: 'x'.repeat(1001) },
  ])
    await expect(askPerson(analyst, id, { ...question, ...change }, ORIGIN)).rejects.toThrow();
  rememberSecret('canary-secret-of-questions-1');
  await expect(
    askPerson(analyst, id, { ...question, text: 'Is canary-secret-of-questions-1 yours?' }, ORIGIN),
  ).rejects.toMatchObject({
    data: { fields: { text: expect.stringContaining('secret') } },
  });
  await removeMail(admin);
  await expect(ask()).rejects.toThrow('No mail server');
  await expect(askPerson(analyst, crypto.randomUUID(), question, ORIGIN)).rejects.toMatchObject({ code: 'not_found' });
  expect(mailbox.mails).toEqual([]);
  expect(await db().question.count()).toBe(0);
  const token = 'x';
  for (const change of [{ name: '' }, { name: 'a\r\nb' }, { text: '' }, { text: 'x'.repeat(4001) }, { text: 'a\0b' }])
    await expect(answerQuestion({ token, ...reply, ...change }, null)).rejects.toThrow();
});

it('asks by Slack: the same link, to one person, through a tool that is allowed as egress', async () => {
  const slack = { ...question, by: 'slack' as const, to: 'U024BE7LH' };
  await expect(askPerson(analyst, id, slack, ORIGIN)).rejects.toThrow('no Slack connection');
  let reply = { text: '{"ok":true}' };
  const { id: connection, server } = await connectStandIn(
    admin,
    'slack-reference',
    ['slack_post_message'],
    () => reply,
  );
  try {
    for (const to of ['C024BE7LH', '#general', 'owner@acme.example', ''])
      await expect(askPerson(analyst, id, { ...slack, to }, ORIGIN)).rejects.toThrow();
    expect(server.called).toEqual([]);
    const asked = await askPerson(analyst, id, slack, ORIGIN);
    expect(asked).toMatchObject({ state: 'waiting', by: 'slack', to: 'U024BE7LH' });
    const [{ name, args } = { name: '', args: {} }] = server.called;
    expect([name, args.channel_id]).toEqual(['slack_post_message', 'U024BE7LH']);
    expect(String(args.text)).not.toMatch(/Lisbon|ben@acme/);
    const token = /\/ask\/([\w-]{43})/.exec(String(args.text))?.[1] ?? '';
    await answerQuestion({ token, name: 'Ben Ito', text: 'Yes.' }, null);
    const [{ evidence } = { evidence: null }] = await listQuestions(analyst, id);
    const record = await readEvidence(analyst, id, evidence ?? 0);
    expect(JSON.stringify(record)).toContain('sent by Slack to U024BE7LH');
    reply = { text: '{"ok":false,"error":"channel_not_found"}' };
    await expect(askPerson(analyst, id, slack, ORIGIN)).rejects.toThrow('channel_not_found');
    await db().connectionTool.updateMany({ where: { connectionId: connection }, data: { class: 'refused' } });
    await expect(askPerson(analyst, id, slack, ORIGIN)).rejects.toThrow('set the class to egress');
    expect((await listQuestions(analyst, id)).map(({ state }) => state)).toEqual(['failed', 'failed', 'answered']);
  } finally {
    await server.close();
    await db().connection.deleteMany();
  }
});

it('shows a mail that could not be sent as failed, and its link does not work', async () => {
  mailbox.refusal = '550 no such person';
  await expect(ask()).rejects.toThrow('550');
  expect(await listQuestions(analyst, id)).toMatchObject([{ state: 'failed', error: expect.stringContaining('550') }]);
});

it('refuses keys that may not send anything out, and limits what one person asks a day', async () => {
  for (const scope of ['read', 'intake'] as const)
    await expect(askPerson({ ...analyst, scope }, id, question, ORIGIN)).rejects.toMatchObject({ reason: 'key_scope' });
  await expect(listQuestions({ ...analyst, scope: 'intake' }, id)).rejects.toMatchObject({ reason: 'key_scope' });
  await ask();
  const { id: _, tokenHash: __, ...row } = await db().question.findFirstOrThrow();
  const more = Array.from({ length: 49 }, (_item, n) => ({ ...row, id: crypto.randomUUID(), tokenHash: `hash ${n}` }));
  await db().question.createMany({ data: more });
  await expect(ask()).rejects.toThrow('50 questions in a day');
});
