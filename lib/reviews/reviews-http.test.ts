import { beforeAll, expect, it } from 'vitest';
import { GET as readRevision } from '@/app/api/investigations/[id]/history/[revision]/route';
import { GET as history } from '@/app/api/investigations/[id]/history/route';
import { POST as submit } from '@/app/api/investigations/[id]/reviews/route';
import { POST as comment } from '@/app/api/reviews/[id]/comments/route';
import { POST as decide } from '@/app/api/reviews/[id]/decision/route';
import { GET as read } from '@/app/api/reviews/[id]/route';
import { GET as list } from '@/app/api/reviews/route';
import { keyHeaders, testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { readyReport, testInvestigation } from './testing';

testDatabase();

type Route = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
let analyst: Record<string, string>;
let reviewer: Record<string, string>;
let investigation: Awaited<ReturnType<typeof testInvestigation>>;
let unready: Awaited<ReturnType<typeof testInvestigation>>;

beforeAll(async () => {
  const author = await testActor('analyst');
  analyst = await keyHeaders(author);
  reviewer = await keyHeaders(await testActor('reviewer'));
  investigation = await testInvestigation(author);
  unready = await testInvestigation(author, readyReport({ classification: null }));
  return closeQueue;
});

async function call(route: Route, headers: Record<string, string>, params: Record<string, string>, body?: unknown) {
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await route(new Request('http://localhost/api', init), { params: Promise.resolve(params) });
  return { status: response.status, body: await response.json() };
}

it('a review over HTTP: submit, read, comment, decide, history; each refuses bad input and the wrong person', async () => {
  const { id } = investigation;
  expect(await call(submit, {}, { id }, {})).toMatchObject({ status: 401 });
  expect(await call(submit, analyst, { id }, { version: 0 })).toMatchObject({ status: 400 });
  expect(await call(submit, analyst, { id }, { version: 9 })).toMatchObject({ status: 412 });
  expect(await call(submit, analyst, { id: unready.id }, {})).toMatchObject({
    status: 422,
    body: { error: { data: { issues: [{}] } } },
  });
  const made = await call(submit, analyst, { id }, { version: 1 });
  expect(made.status).toBe(201);
  const [review, revision]: [string, string] = [made.body.id, made.body.revision.id];

  expect(await call(list, analyst, {})).toMatchObject({
    status: 200,
    body: { items: [{ id: review }], nextCursor: null },
  });
  expect(await call(read, analyst, { id: review })).toMatchObject({
    status: 200,
    body: { decision: { allowed: false } },
  });
  expect(await call(comment, analyst, { id: review }, { body: 'Look here', line: 2 })).toMatchObject({ status: 201 });
  expect(await call(comment, analyst, { id: review }, { body: 'x', line: 100_000 })).toMatchObject({ status: 400 });
  expect(await call(comment, {}, { id: review }, { body: 'x' })).toMatchObject({ status: 401 });

  expect(await call(decide, analyst, { id: review }, { decision: 'approve', revision })).toMatchObject({ status: 403 });
  expect(await call(decide, reviewer, { id: review }, { decision: 'yes', revision })).toMatchObject({ status: 400 });
  expect(await call(decide, reviewer, { id: review }, { decision: 'approve', revision: review })).toMatchObject({
    status: 409,
  });
  const decided = await call(decide, reviewer, { id: review }, { decision: 'approve', revision });
  expect(decided).toMatchObject({
    status: 200,
    body: { status: 'approved', openAlerts: [{ id: investigation.alertId }] },
  });
  expect(await call(decide, reviewer, { id: review }, { decision: 'approve', revision })).toMatchObject({
    status: 409,
  });

  expect(await call(history, analyst, { id })).toMatchObject({
    status: 200,
    body: { items: [{ revision, commit: null }] },
  });
  expect(await call(readRevision, analyst, { id, revision })).toMatchObject({
    status: 200,
    body: { markdown: readyReport() },
  });
  expect(await call(readRevision, analyst, { id, revision: 'x' })).toMatchObject({ status: 404 });
  expect(await call(history, {}, { id })).toMatchObject({ status: 401 });
});
