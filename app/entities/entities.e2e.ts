import { openCase, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

test('an entity is looked up from the report, opened, said to be a scanner, and taken back', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  // Of a range that no sample uses.
  const address = `198.19.${Date.now() % 250}.${1 + (process.pid % 250)}`;
  const safe = address.replaceAll('.', '[.]');
  const { id } = await openCase(analyst, 'Scan of a web server', { sourceIp: address });
  await writeDraft(analyst, id, (text) => `${text}\n## Lessons Learned\n\nAll requests came from ${safe}.\n`);
  await signIn(page, 'analyst');

  await page.goto(`/investigations/${id}`);
  const indicator = page
    .getByRole('region', { name: 'Preview', exact: true })
    .getByRole('button', { name: safe, exact: true })
    .last();
  const card = page.getByRole('dialog', { name: safe });
  // The page is there before its code is.
  await expect(async () => {
    await indicator.click({ timeout: 5000 });
    await expect(card).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 60_000 });
  await expect(card).toContainText('1 alert, 1 case');
  await expectAccessible(page, { within: '[role=dialog]' });
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await expect(indicator).toBeFocused();
  await page.keyboard.press('Enter');
  await card.getByRole('button', { name: 'Ask about it' }).click();
  await expect(page.getByLabel('Coach the investigation')).toHaveValue(new RegExp(safe.replace(/[[\].]/g, '\\$&')));

  await page.goto(`/entities/ip/${address}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(safe);
  await expect(page.getByRole('link', { name: 'Scan of a web server' }).first()).toBeVisible();
  const open = page.getByRole('button', { name: 'Set trust' });
  await expect(async () => {
    await open.click({ timeout: 3000 });
    await expect(page.getByRole('dialog', { name: 'Trust' })).toBeVisible({ timeout: 3000 });
  }).toPass({ timeout: 60_000 });
  await page.getByRole('combobox', { name: 'Trust' }).click();
  await expect(page.getByRole('option', { name: 'Known good' })).toHaveCount(0);
  await page.getByRole('option', { name: 'Scanner' }).click();
  await page.getByLabel('Note').fill('Weekly scan');
  await page.getByRole('button', { name: 'Save trust' }).click();
  const facts = page.getByRole('region', { name: 'Facts' });
  await expect(facts).toContainText('Scanner');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(facts).not.toContainText('Scanner');
  await expect(page.getByRole('region', { name: 'Trust history' })).toContainText('removed');

  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  // Under another of its names, with a slash in it, and what can't be.
  await page.goto(`/entities/arn/${encodeURIComponent('arn:aws:sts::123456789012:assumed-role/Deploy/run-1')}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('arn:aws:iam::123456789012:role/Deploy');
  await page.goto('/entities/ip/nowhere');
  await expect(page.getByText('Page not found')).toBeVisible();
});

test('an entity is watched from its card, stands in the lists, is exported, and its next alert is in the inbox', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const address = `198.18.${Date.now() % 250}.${1 + (process.pid % 250)}`;
  const safe = address.replaceAll('.', '[.]');
  const send = async (title: string) =>
    (await (await analyst.post('/api/webhooks/generic', { data: { id: title, title, sourceIp: address } })).json())
      .ids[0];
  const first = await send(`Watched ${address} one`);
  await signIn(page, 'analyst');
  await page.goto(`/queue?alert=${first}`);
  const preview = page.getByRole('complementary', { name: 'Preview' });
  const entity = preview.getByRole('button', { name: safe, exact: true });
  const card = page.getByRole('dialog', { name: safe });
  await expect(async () => {
    await entity.click({ timeout: 5000 });
    await expect(card).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 60_000 });
  await card.getByRole('button', { name: 'Lists' }).click();
  await page.getByRole('menuitem', { name: /^Watch/ }).click();
  await expect(card.getByRole('list', { name: 'Trust' })).toHaveText('Watched');
  await page.keyboard.press('Escape');

  const second = await send(`Watched ${address} two`);
  await page.goto('/inbox');
  await page.keyboard.press('j');
  await page.getByRole('link', { name: `Watched ${address} two` }).click();
  await page.waitForURL(new RegExp(second));
  await expect(preview.getByRole('heading', { level: 2 })).toContainText('two');

  await page.goto('/entities?trust=watched');
  await expect(page.getByRole('row').filter({ hasText: safe })).toContainText('Watched');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Text, one value per line' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('watched.txt');
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
