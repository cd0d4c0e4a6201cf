import { randomUUID } from 'node:crypto';
import type { APIRequestContext, Page } from '@playwright/test';
import { expect } from './fixtures';

export type Sent = { word: string; ids: string[]; titles: string[] };

/** Sends alerts that share a word nothing else has; the tests look at these alone. */
export async function sendAlerts(
  api: APIRequestContext,
  count: number,
  more: Record<string, unknown> = {},
  known?: Sent,
): Promise<Sent> {
  const word = known?.word ?? `heron${randomUUID().replaceAll('-', '').slice(0, 10)}`;
  const from = known?.titles.length ?? 0;
  const titles = Array.from({ length: count }, (_, index) => `Odd login ${from + index + 1} ${word}`);
  const data = titles.map((title, index) => ({
    id: `${word}-${from + index}`,
    title,
    severity: 'high',
    sourceIp: '203.0.113.77',
    user: 'mallory@example.test',
    // Oldest last, whatever order they came in.
    time: new Date(Date.UTC(2024, 4, 20, 12, 0, 0) - (from + index) * 60_000).toISOString(),
    ...more,
  }));
  const answer = await api.post('/api/webhooks/generic', { data });
  expect(answer.status(), await answer.text()).toBe(202);
  const { ids } = await answer.json();
  return { word, ids, titles };
}

export async function openQueue(page: Page, { word, titles }: Sent, more = ''): Promise<void> {
  await page.goto(`/queue?q=${word}${more}`);
  await expect(row(page, titles[0] ?? '')).toBeVisible();
}

export const row = (page: Page, title: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: title, exact: true }) });
export const titlesShown = (page: Page, word: string) =>
  page
    .locator('tbody')
    .getByRole('link', { name: new RegExp(word) })
    .allTextContents();
export const alertOf = async (api: APIRequestContext, id: string | undefined) =>
  (await api.get(`/api/alerts/${id}`)).json();
