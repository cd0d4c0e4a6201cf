import type { Page } from '@playwright/test';
import { openCase } from '@/scripts/e2e/case';
import { expect } from '@/scripts/e2e/fixtures';
import { scriptedTest } from '@/scripts/e2e/scripted';

// What an analyst sees of a run that opens sub-investigations: one that answers, one that the model declines, and one that is stopped.
const COUNT = {
  name: 'logs__query',
  args: {
    sql: 'SELECT count(*) AS n FROM cloudtrail',
    from: '2024-07-01T00:00:00Z',
    to: '2024-08-31T00:00:00Z',
    question: 'How many events are there?',
  },
};
const ask = (...questions: string[]) => ({
  name: 'investigate__parallel',
  args: { questions: questions.map((question) => ({ question, entity: 'christophe', source: 'cloudtrail' })) },
});
const [COUNTED, DECLINED, SLOW] = ['How many events has the trail?', 'Which key was it?', 'Where did it all go?'];

const test = scriptedTest(
  {
    conversations: [
      { when: COUNTED.replace('?', '\\?'), turns: [{ calls: [COUNT] }, { text: 'It has many, **whole** [E4].' }] },
      { when: DECLINED.replace('?', '\\?'), turns: [{ text: 'No.', stop: 'refusal' }] },
      { when: SLOW.replace('?', '\\?'), turns: [{ text: 'slow '.repeat(400), deltaSize: 5, delayMs: 250 }] },
      // The brief of the second case names the first one's alert: its own title has to match first.
      { when: 'Stopped in the middle', turns: [{ calls: [ask(SLOW)] }, { text: 'Done.' }] },
      {
        when: 'Two questions',
        turns: [
          { calls: [ask(COUNTED, DECLINED)] },
          { calls: [{ name: 'report__write_section', args: { section: 'Timeline', markdown: 'As told [E4].' } }] },
          { text: 'One question is open.' },
          { text: 'One question is open.' },
        ],
      },
    ],
  },
  [],
);

const statusOf = (page: Page, status: string) => page.locator(`[data-testid=run-status][data-status=${status}]`);
const steps = (page: Page) => page.getByRole('list', { name: 'Run steps' });

test('each question, its answer with records to open, and one without an answer; at every width', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const { id } = await openCase(await api('analyst'), 'Two questions');
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByLabel('Allow parallel sub-investigations').check();
  await page.getByRole('button', { name: 'Investigate' }).click();
  await expect(statusOf(page, 'succeeded')).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText('parallel', { exact: true })).toBeVisible();

  const answered = steps(page).locator('details', { hasText: 'Sub-investigation 1' });
  const declined = steps(page).locator('details', { hasText: 'Sub-investigation 2' });
  await expect(answered.getByLabel('answered')).toBeVisible();
  await expect(declined.getByLabel('no answer')).toBeVisible();
  await answered.locator('summary').click();
  await declined.locator('summary').click();
  await expect(declined).toContainText('the model declined to answer');
  await expect(steps(page)).toContainText('Sub 1');
  await expectAccessible(page);

  await answered.getByRole('button', { name: 'Show evidence E4' }).click();
  await expect(page.getByRole('tab', { name: /Evidence/ })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText(COUNT.args.question).first()).toBeVisible();

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('tab', { name: 'Run', exact: true }).click();
  await expect(answered).toContainText('It has many, whole');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});

test('a stopped run says so above its steps, and nothing of it looks as if it went on', async ({
  page,
  signIn,
  api,
}) => {
  const { id } = await openCase(await api('analyst'), 'Stopped in the middle');
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByLabel('Allow parallel sub-investigations').check();
  await page.getByRole('button', { name: 'Investigate' }).click();
  await expect(steps(page).getByText('Sub-investigation 1')).toBeVisible({ timeout: 60_000 });
  // What can't be used now leaves its room to the steps.
  await expect(page.getByRole('list', { name: 'Quick prompts' })).toHaveCount(0);
  await expect(page.getByLabel('Allow parallel sub-investigations')).toHaveCount(0);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(statusOf(page, 'cancelled')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Stopped by a person. What was written is kept.', { exact: true })).toBeInViewport();
  await expect(steps(page).getByLabel('not finished')).toBeVisible();
  await expect(steps(page).getByLabel('no answer')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Quick prompts' })).toBeVisible();
});
