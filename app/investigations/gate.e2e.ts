import type { APIRequestContext, Page } from '@playwright/test';
import { openCase } from '@/scripts/e2e/case';
import { expect } from '@/scripts/e2e/fixtures';
import { scriptedTest } from '@/scripts/e2e/scripted';

// What a person in a browser sees of a run whose model asks for something that leaves the house.
const TICKET = { id: 4711, state: 'closed' };
const write = (section: string, markdown: string) => ({ name: 'report__write_section', args: { section, markdown } });
const rest = [{ calls: [write('Timeline', 'As the tools said.')] }, { text: 'That is all.' }];

const test = scriptedTest(
  {
    conversations: [{ when: 'Close the ticket', turns: [{ calls: [{ name: 'chat__close', args: TICKET }] }, ...rest] }],
  },
  [{ name: 'close', description: 'Closes a ticket.', class: 'write' }],
);

const statusOf = (page: Page, status: string) => page.locator(`[data-testid=run-status][data-status=${status}]`);

async function investigate(page: Page, id: string): Promise<void> {
  await page.goto(`/investigations/${id}`);
  await page.getByRole('button', { name: 'Investigate' }).click();
  // The first run of a product starts its tool servers.
  await expect(page.getByRole('list', { name: 'What the run did' }).locator('li').first()).toBeVisible({
    timeout: 60_000,
  });
}

async function newestRun(api: APIRequestContext, id: string) {
  const { items } = await (await api.get(`/api/investigations/${id}/runs`)).json();
  return items[0];
}

test('who may not allow a change sees no button for it; refused, the model is told and nothing is sent', async ({
  page,
  browser,
  state,
  scripted,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst, 'Close the ticket');
  await signIn(page, 'analyst');
  await investigate(page, id);
  const card = page.getByTestId('approval');
  await expect(card).toContainText('changes something');
  await expect(card).toContainText('A reviewer, lead or admin may allow it.');
  await expect(card.getByRole('button', { name: 'Allow this once' })).toHaveCount(0);
  const run = await newestRun(analyst, id);
  const path = `/api/runs/${run.id}/approvals/1.0`;
  expect((await analyst.post(path, { data: { allow: true } })).status()).toBe(403);
  expect((await analyst.post(path, { data: { allow: true, args: {} } })).status()).toBe(400);

  const reviewer = await (await browser.newContext({ baseURL: state.url })).newPage();
  await signIn(reviewer, 'reviewer');
  await reviewer.goto(`/investigations/${id}`);
  const theirs = reviewer.getByTestId('approval');
  await expect(theirs.getByRole('button', { name: 'Allow this once' })).toBeVisible();
  await theirs.getByRole('button', { name: 'Don’t allow' }).click();
  await expect(theirs).toContainText('Rita Reviewer did not allow this call');
  await expect(card).toContainText('Rita Reviewer did not allow this call');
  await expect(statusOf(page, 'succeeded')).toBeVisible();
  const asked = scripted.model.requests.filter(({ body }) =>
    JSON.stringify(body.messages[0]).includes('Close the ticket'),
  );
  expect(JSON.stringify(asked[1]?.body.messages.at(-1))).toContain('Rita Reviewer did not allow this call');
  expect(scripted.chat.called.filter(({ name }) => name === 'close')).toEqual([]);
  await reviewer.context().close();
});
