import type { APIRequestContext } from '@playwright/test';
import { complete, openCase, submit, writeDraft } from '@/scripts/e2e/case';
import { expect } from '@/scripts/e2e/fixtures';
import { scriptedTest } from '@/scripts/e2e/scripted';

// A model reads a report against its evidence: asked for, followed, its finding dismissed, restored and fixed, and what a reviewer sees.
const BECAUSE = 'E1 shows christophe refused; this says that he came in.';
const READ = Array.from({ length: 60 }, (_, at) => at + 1);
const FOUND = {
  passage: 1,
  quote: 'came in',
  record: 1,
  row: 'christophe,refused',
  because: BECAUSE,
  verdict: 'contradicted',
  replacement: 'was kept out',
};

const test = scriptedTest(
  {
    conversations: [
      {
        when: 'The passages:',
        turns: [{ calls: [{ name: 'report_problems', args: { read: READ, problems: [FOUND] } }], delayMs: 150 }],
      },
    ],
  },
  [],
);

/** A complete report whose summary cites one record that says otherwise. */
async function openReport(api: APIRequestContext): Promise<string> {
  const { id } = await openCase(api, 'Who came in');
  const args = {
    sql: `SELECT 'christophe' AS who, 'refused' AS outcome FROM cloudtrail LIMIT 1`,
    from: '2024-07-01T00:00:00Z',
    to: '2024-08-31T00:00:00Z',
  };
  const asked = await api.post(`/api/investigations/${id}/evidence`, {
    data: { server: 'logs', tool: 'query', args },
  });
  expect(asked.status(), await asked.text()).toBeLessThan(300);
  const said = 'What is to be said about it: executive summary.';
  await writeDraft(api, id, (markdown) => complete(markdown).replace(said, 'Christophe came in by the VPN [E1].'));
  return id;
}

test('is asked for by keyboard, followed to its end, dismissed, restored, fixed, and told to the reviewer', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const id = await openReport(analyst);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('tab', { name: /Checks/ }).click();
  const region = page.getByRole('region', { name: 'Fact check' });
  const state = region.getByTestId('fact-check-state');
  await expect(state).toContainText('A model compares each statement with its evidence.');

  await region.getByRole('button', { name: /^Fact-check with / }).focus();
  await page.keyboard.press('Enter');
  await expect(region.getByTestId('fact-check-progress')).toContainText(/: 0 of \d+ statements read/, {
    timeout: 30_000,
  });
  await expect(region.getByRole('button', { name: 'Stop fact check' })).toBeVisible();
  await expect(state).toHaveText(/^(\d+) of \1 statements read by \S+\.$/, { timeout: 60_000 });
  await expect(region.getByTestId('run-usage')).toContainText('tokens in');
  await expect(region.getByRole('button', { name: /Fact-check/ })).toHaveCount(0);

  const warnings = page.getByRole('region', { name: 'Warnings' });
  const finding = warnings.getByRole('listitem').filter({ hasText: `Model: ${BECAUSE}` });
  await expect(finding).toBeVisible();
  await expectAccessible(page, { within: '[role=tabpanel]:not([hidden])' });

  await finding.getByRole('button', { name: 'Dismiss' }).click();
  await expect(finding).toHaveCount(0);
  await region.getByText('1 dismissed finding').click();
  await region.getByRole('button', { name: 'Restore' }).click();
  await expect(finding).toBeVisible();

  await finding.getByRole('button', { name: /was kept out/ }).click();
  await expect(finding).toHaveCount(0, { timeout: 30_000 });
  await expect(state).toContainText('1 new or changed statement not read yet.');
  await expect(region.getByRole('button', { name: /^Fact-check 1 statement with / })).toBeVisible();

  const review = await submit(analyst, id);
  await signIn(page, 'reviewer');
  await page.goto(`/reviews/${review.id}`);
  await expect(page.getByTestId('fact-check-state')).toContainText(
    /Fact check: \d+ of \d+ statements read by \S+\. 1 new or changed statement not read yet\. Last read/,
  );
});

test('can be stopped, and fits a phone', async ({ page, signIn, api }) => {
  const id = await openReport(await api('analyst'));
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('tab', { name: /Checks/ }).click();
  const region = page.getByRole('region', { name: 'Fact check' });
  await region.getByRole('button', { name: /^Fact-check with / }).click();
  await region.getByRole('button', { name: 'Stop fact check' }).click();
  await expect(region.getByText('Stopped', { exact: false })).toBeVisible({ timeout: 30_000 });
  await expect(region.getByRole('button', { name: /^Fact-check/ })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});
