import { type APIRequestContext, expect } from '@playwright/test';
import { SECTIONS } from '@/lib/report/schema';

/** A case of a new alert, with its draft as it was opened. Each call makes its own. */
export async function openCase(api: APIRequestContext, words = 'Key used from a new address', fields: object = {}) {
  const id = `${words} ${Date.now()}${Math.random().toString(36).slice(2, 8)}`;
  const alert = { id, title: id, severity: 'high', time: '2024-05-06T07:08:09Z', sourceIp: '203.0.113.77', ...fields };
  const posted = await api.post('/api/webhooks/generic', { data: alert });
  expect(posted.status(), await posted.text()).toBe(202);
  const { ids } = await posted.json();
  const opened = await api.post('/api/investigations', { data: { alertIds: ids } });
  expect(opened.status(), await opened.text()).toBe(201);
  const { id: investigation } = await opened.json();
  return { id: investigation as string, title: id, draft: await readDraft(api, investigation) };
}

export async function readDraft(api: APIRequestContext, id: string): Promise<{ markdown: string; version: number }> {
  return (await api.get(`/api/investigations/${id}/draft`)).json();
}

/** Saves a text on top of the draft that is there. */
export async function writeDraft(api: APIRequestContext, id: string, change: (markdown: string) => string) {
  const { markdown, version } = await readDraft(api, id);
  const headers = { 'if-match': `"${version}"` };
  const saved = await api.put(`/api/investigations/${id}/draft`, { headers, data: { markdown: change(markdown) } });
  expect(saved.status(), await saved.text()).toBe(200);
  return saved.json() as Promise<{ markdown: string; version: number }>;
}

/** The report with every section written and a conclusion: ready for review. */
export function complete(markdown: string): string {
  const head = markdown.slice(0, markdown.indexOf('\n---\n', 4) + 5);
  const body = SECTIONS.map((name) => `\n## ${name}\n\nWhat is to be said about it: ${name.toLowerCase()}.\n`).join('');
  return (
    head.replace('classification: null', 'classification: SUSPICIOUS').replace('confidence: null', 'confidence: 60') +
    body
  );
}

/** A case whose complete text is in review. */
export async function submittedCase(api: APIRequestContext, words?: string) {
  const opened = await openCase(api, words);
  await writeDraft(api, opened.id, complete);
  return { ...opened, review: await submit(api, opened.id) };
}

export async function submit(api: APIRequestContext, id: string): Promise<{ id: string; revision: { id: string } }> {
  const submitted = await api.post(`/api/investigations/${id}/reviews`, { data: {} });
  expect(submitted.status(), await submitted.text()).toBe(201);
  return submitted.json();
}

export async function approve(api: APIRequestContext, review: { id: string; revision: { id: string } }) {
  const data = { decision: 'approve', revision: review.revision.id };
  const decided = await api.post(`/api/reviews/${review.id}/decision`, { data });
  expect(decided.status(), await decided.text()).toBe(200);
}
