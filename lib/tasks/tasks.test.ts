import { v7 as uuid } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { mergeCases } from '../drafts/merge-cases';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { undoMerge } from '../drafts/undo-merge';
import { readInbox } from '../inbox/read-inbox';
import { closeQueue } from '../jobs/queue';
import { getReview } from '../reviews/get-review';
import { submitReview } from '../reviews/submit-review';
import { readyReport, testInvestigation } from '../reviews/testing';
import { changeTask } from './change-task';
import { createTasks } from './create-tasks';
import { listCaseTasks, listOwnTasks } from './list-tasks';

testDatabase();
afterAll(closeQueue);

const PLACEHOLDER = 'What is to say about it: Recommendations.';
const RECOMMENDED =
  '### Immediate\n\n- Rotate key `AKIA1` [E2].\n  - Also in CI.\n\n### Long-term\n\n- Turn off long-lived keys.';
const caseOf = (owner: Actor) => testInvestigation(owner, readyReport().replace(PLACEHOLDER, RECOMMENDED));
const ROTATE = { text: 'Rotate key AKIA1. Also in CI.', heading: 'Immediate' };

describe('creating tasks', () => {
  it('takes the words of a recommendation, makes them the creator’s own, and makes them once', async () => {
    const analyst = await testActor('analyst');
    const { id } = await caseOf(analyst);
    const before = await listCaseTasks(analyst, id);
    expect(before).toEqual({
      items: [],
      recommendations: [ROTATE, { text: 'Turn off long-lived keys.', heading: 'Long-term' }],
    });
    const [first] = before.recommendations;
    const made = await createTasks(analyst, id, { tasks: [first ?? ROTATE] });
    expect(made.items).toMatchObject([{ ...ROTATE, state: 'open', owner: { id: analyst.id }, investigation: { id } }]);
    expect(made.recommendations).toHaveLength(1);
    expect((await createTasks(await testActor('lead'), id, { tasks: [ROTATE, ROTATE] })).items).toEqual(made.items);
    expect((await listOwnTasks(analyst)).map(({ text }) => text)).toEqual([ROTATE.text]);
  });

  it('keeps the words when the report changes', async () => {
    const analyst = await testActor('analyst');
    const { id } = await caseOf(analyst);
    await createTasks(analyst, id, { tasks: [ROTATE] });
    const { markdown, version } = await readDraft(analyst, id);
    await saveDraft(analyst, id, { markdown: markdown.replace(RECOMMENDED, '- Nothing.'), version });
    expect(await listCaseTasks(analyst, id)).toMatchObject({
      items: [ROTATE],
      recommendations: [{ text: 'Nothing.' }],
    });
  });

  it('refuses nothing to do, an unknown case or owner, and who may not', async () => {
    const analyst = await testActor('analyst');
    const { id } = await caseOf(analyst);
    await expect(createTasks(analyst, id, { tasks: [] })).rejects.toThrow();
    await expect(createTasks(analyst, id, { tasks: [{ text: '  ' }] })).rejects.toThrow(/Enter what to do/);
    await expect(createTasks(analyst, uuid(), { tasks: [ROTATE] })).rejects.toMatchObject({ code: 'not_found' });
    await expect(createTasks(analyst, 'x', { tasks: [ROTATE] })).rejects.toMatchObject({ code: 'not_found' });
    await expect(createTasks(analyst, id, { tasks: [ROTATE], owner: 'nobody-known' })).rejects.toMatchObject({
      reason: 'unknown_assignee',
    });
    const visitor = { ...analyst, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    await expect(createTasks(visitor, id, { tasks: [ROTATE] })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listCaseTasks(visitor, id)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await db().task.count({ where: { investigationId: id } })).toBe(0);
  });
});

describe('changing a task', () => {
  it('gives it to somebody, who finds it in the inbox, ends it with a reason, and reopens it', async () => {
    const [analyst, other] = [await testActor('analyst'), await testActor('analyst')];
    const { id } = await caseOf(analyst);
    const task = (await createTasks(analyst, id, { tasks: [ROTATE], owner: null })).items[0];
    const taskId = task?.id ?? '';
    expect(task?.owner).toBeNull();
    expect(await changeTask(analyst, taskId, { owner: other.id ?? '' })).toMatchObject({ owner: { id: other.id } });
    expect((await readInbox(other)).items).toMatchObject([{ kind: 'task_assigned', text: ROTATE.text }]);
    const declined = await changeTask(other, taskId, { state: 'declined', reason: 'The key is gone.' });
    expect(declined).toMatchObject({ state: 'declined', reason: 'The key is gone.' });
    expect(declined.endedAt).not.toBeNull();
    expect(await listOwnTasks(other)).toEqual([]);
    expect((await readInbox(other)).items).toEqual([]);
    expect(await changeTask(other, taskId, { state: 'open' })).toMatchObject({ reason: null, endedAt: null });
    const rows = await db().auditEntry.findMany({
      where: { verb: 'tasks.change', subjectId: id },
      orderBy: { id: 'asc' },
    });
    expect(rows.map(({ actorId, data }) => [actorId, data])).toMatchObject([
      [analyst.id, { task: taskId, ownerId: other.id }],
      [other.id, { task: taskId, state: 'declined', reason: 'The key is gone.' }],
      [other.id, { task: taskId, state: 'open' }],
    ]);
  });

  it('has a due day, which can be taken away; what is due first comes first', async () => {
    const analyst = await testActor('analyst');
    const { id } = await caseOf(analyst);
    const { items } = await createTasks(analyst, id, { tasks: [ROTATE, { text: 'Call the owner.' }] });
    const [first, second] = items.map((task) => task.id);
    expect(await changeTask(analyst, second ?? '', { dueOn: '2026-12-01' })).toMatchObject({ dueOn: '2026-12-01' });
    expect((await listOwnTasks(analyst)).map((task) => [task.id, task.dueOn])).toEqual([
      [second, '2026-12-01'],
      [first, null],
    ]);
    for (const dueOn of ['tomorrow', '2026-02-30', ''])
      await expect(changeTask(analyst, second ?? '', { dueOn })).rejects.toThrow(/Enter a day/);
    expect(await changeTask(analyst, second ?? '', { dueOn: null })).toMatchObject({ dueOn: null });
    const rows = await db().auditEntry.findMany({
      where: { verb: 'tasks.change', subjectId: id },
      orderBy: { id: 'asc' },
    });
    expect(rows.map(({ data }) => data)).toMatchObject([{ dueOn: '2026-12-01' }, { dueOn: null }]);
  });

  it('refuses declining without a reason, unknown tasks and owners, and who may not', async () => {
    const analyst = await testActor('analyst');
    const { id } = await caseOf(analyst);
    const taskId = (await createTasks(analyst, id, { tasks: [ROTATE] })).items[0]?.id ?? '';
    await expect(changeTask(analyst, taskId, { state: 'declined' })).rejects.toThrow(/Enter why/);
    await expect(changeTask(analyst, taskId, { state: 'declined', reason: ' ' })).rejects.toThrow(/Enter why/);
    await expect(changeTask(analyst, taskId, {})).rejects.toThrow();
    await expect(changeTask(analyst, taskId, { owner: 'nobody-known' })).rejects.toMatchObject({
      reason: 'unknown_assignee',
    });
    await expect(changeTask(analyst, uuid(), { state: 'done' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(changeTask(analyst, 'x', { state: 'done' })).rejects.toMatchObject({ code: 'not_found' });
    const visitor = { ...analyst, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    await expect(changeTask(visitor, taskId, { state: 'done' })).rejects.toMatchObject({ code: 'forbidden' });
    expect((await listCaseTasks(analyst, id)).items).toMatchObject([{ state: 'open' }]);
  });
});

it('a review says how many are open, and a merge takes them along', async () => {
  const analyst = await testActor('analyst');
  const [into, from] = [await caseOf(analyst), await caseOf(analyst)];
  await createTasks(analyst, into.id, { tasks: [ROTATE] });
  await createTasks(analyst, from.id, { tasks: [ROTATE, { text: 'Call the owner.' }] });
  await mergeCases(analyst, into.id, { from: from.id });
  expect((await listCaseTasks(analyst, into.id)).items.map(({ text }) => text)).toEqual([
    ROTATE.text,
    'Call the owner.',
  ]);
  await expect(createTasks(analyst, from.id, { tasks: [{ text: 'More.' }] })).rejects.toMatchObject({
    reason: 'wrong_investigation_status',
  });
  await undoMerge(analyst, from.id);
  expect((await listCaseTasks(analyst, from.id)).items).toHaveLength(2);
  const review = await submitReview(analyst, from.id);
  expect((await getReview(analyst, review.id)).openTasks).toBe(2);
});
