import { openCase } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

test('a runbook is proposed, refused while it does not parse, approved by somebody else, and shown beside a case', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const name = `badge-${Date.now().toString(36)}`;
  const phrase = `badge ${name.slice(6)}`;
  await signIn(page, 'analyst');
  await page.goto('/settings/method');
  await expectAccessible(page, { themes: ['dark'] });
  await page.getByLabel('Name', { exact: true }).fill(name);
  await expect(async () => {
    await page.getByRole('button', { name: 'Add file' }).click();
    await page.waitForURL(/\/settings\/method\/file/, { timeout: 5000 });
  }).toPass({ timeout: 60_000 });
  const text = page.getByLabel('Text', { exact: true });
  await expect(async () => {
    await text.fill('No front matter');
    await page.getByRole('button', { name: 'Check' }).click();
    await expect(page.getByText(/:1: has no front matter/)).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 60_000 });
  await text.fill(
    `---\ntitle: Badge used twice\nmatch:\n  rules: [${phrase}]\n---\n\n## Questions that decide\n\n1. Whose badge is it? \`who\`\n`,
  );
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText('No problems found.')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByText('Enter why the file should change.')).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Why').fill('Badges are cloned.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.waitForURL(/\/settings\/method\/changes\//);
  await expect(page.getByText('someone else must approve it')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Approve' })).toHaveCount(0);
  const address = page.url();

  await signIn(page, 'reviewer');
  await page.goto(address);
  await expect(page.getByText('Whose badge is it?')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText(/^Proposed by .* Approved by /)).toBeVisible();
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);

  const analyst = await api('analyst');
  const { id } = await openCase(analyst, `Alert: ${phrase}`);
  // The commit follows the approval; from then on the runbook holds.
  await expect(async () => {
    const { items } = await (await analyst.get(`/api/investigations/${id}/runbooks`)).json();
    expect(items.map(({ title }: { title: string }) => title)).toContain('Badge used twice');
  }).toPass({ timeout: 60_000 });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/investigations/${id}`);
  const tab = page.getByRole('tab', { name: 'Runbooks' });
  await expect(async () => {
    await tab.click({ timeout: 5000 });
    await expect(page.getByText(`Fits by rule or title with "${phrase}"`)).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 60_000 });
  await expectAccessible(page);
});
