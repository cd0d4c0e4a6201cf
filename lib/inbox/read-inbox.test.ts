import { beforeAll, expect, it } from 'vitest';
import { addAlertComment } from '../alerts/alert-activity';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { setTrust } from '../entities/set-trust';
import { closeQueue } from '../jobs/queue';
import { addComment } from '../reviews/add-comment';
import { requestReviewers } from '../reviews/request-reviewers';
import { submitReview } from '../reviews/submit-review';
import { testInvestigation } from '../reviews/testing';
import { markInboxRead, readInbox } from './read-inbox';
import { MarkRead } from './schema';

testDatabase();

let author: Actor;
let reviewer: Actor;
let reviewId: string;
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  const investigation = await testInvestigation(author);
  const review = await submitReview(author, investigation.id, { version: 1 });
  reviewId = review.id;
  await requestReviewers(author, reviewId, { users: [reviewer.id ?? ''] });
  return closeQueue;
});
const kinds = async (actor: Actor) => (await readInbox(actor)).items.map(({ kind }) => kind);

it('tells a reviewer what is asked, and the author what was said and decided; reading clears the count', async () => {
  expect(await kinds(reviewer)).toEqual(['review_requested']);
  await addComment(reviewer, reviewId, { body: 'Which hour?' });
  expect(await kinds(author)).toEqual(['comment']);
  const review = (await readInbox(author)).items[0];
  expect(review).toMatchObject({
    by: { name: reviewer.name },
    text: 'Which hour?',
    href: `/reviews/${reviewId}`,
    unread: true,
  });
  await markInboxRead(author);
  expect((await readInbox(author)).unread).toBe(0);
});

it('marks single items as read, of one’s own inbox only', async () => {
  await addComment(reviewer, reviewId, { body: 'And which day?' });
  const { items } = await readInbox(author);
  const [id = ''] = items.filter(({ unread }) => unread).map((item) => item.id);
  await markInboxRead(reviewer, { ids: [id] });
  expect((await readInbox(author)).unread).toBe(1);
  await markInboxRead(author, { ids: [id, id, 'no such item'] });
  await markInboxRead(author, { ids: [id] });
  expect((await readInbox(author)).unread).toBe(0);
  expect(await db().inboxItemRead.count()).toBe(1);
  await markInboxRead(author);
  expect(await db().inboxItemRead.count()).toBe(0);
  expect((await readInbox(author)).unread).toBe(0);
  for (const ids of [[], [''], 'all', [1], Array(101).fill('x')])
    expect(MarkRead.safeParse({ ids }).success).toBe(false);
});

it('tells who is mentioned, also on an alert, and nobody else', async () => {
  const { ids } = await ingestAlerts(SYSTEM, 'generic', JSON.stringify({ id: 'inbox', title: 'T' }));
  const other = await testActor('analyst');
  await addAlertComment(author, ids[0] ?? '', { body: `@${other.name} please look` });
  await addComment(author, reviewId, { body: `and @${other.name.toUpperCase()}` });
  expect(await kinds(other)).toEqual(['mention', 'mention']);
  expect(await kinds(await testActor('analyst'))).toEqual([]);
  expect(await kinds(author)).toEqual(['comment', 'comment']);
});

it('tells who watches an entity of its newest alert since then, under each of its names, and nobody else', async () => {
  const [watcher, other] = [await testActor('analyst'), await testActor('analyst')];
  const send = (id: string, facts: object) =>
    ingestAlerts(SYSTEM, 'generic', JSON.stringify({ id, title: `Alert ${id}`, ...facts }));
  const role = 'arn:aws:iam::123456789012:role/Watch_me';
  const session = (name: string) => ({ userIdentity: { arn: `arn:aws:sts::123456789012:assumed-role/${name}/run` } });
  await send('w0', { source_ip: '198.51.100.77' });
  for (const [kind, value] of [
    ['ip', '198.51.100.77'],
    ['email', 'mia@corp.test'],
    ['arn', role],
  ] as const)
    await setTrust(watcher, { kind, value }, { trust: 'watched' });
  await setTrust(watcher, { kind: 'ip', value: '198.51.100.78' }, { trust: 'known-bad' });
  expect(await kinds(watcher)).toEqual([]);

  for (const id of ['w1', 'w2']) await send(id, { source_ip: '198.51.100.77' });
  await send('w3', { user: 'Mia@corp.test', source_ip: '198.51.100.78' });
  await send('w4', session('Watch_me'));
  await send('w5', session('WatchXme'));
  const { items } = await readInbox(watcher);
  expect(items.map(({ kind, title, text }) => [kind, title, text])).toEqual([
    ['watched', 'Alert w4', role],
    ['watched', 'Alert w3', 'mia[@]corp[.]test'],
    ['watched', 'Alert w2', '198[.]51[.]100[.]77'],
  ]);
  expect(await kinds(other)).toEqual([]);
  await setTrust(watcher, { kind: 'ip', value: '198.51.100.77' }, { trust: 'none' });
  expect(await kinds(watcher)).toEqual(['watched', 'watched']);
});

it('refuses the system, which has no inbox, and who may not', async () => {
  await expect(readInbox(SYSTEM)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(markInboxRead(SYSTEM)).rejects.toMatchObject({ code: 'forbidden' });
  const nobody = { ...author, role: 'visitor' } as unknown as Actor; // not a Role on purpose
  await expect(readInbox(nobody)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(markInboxRead(nobody)).rejects.toMatchObject({ code: 'forbidden' });
});
