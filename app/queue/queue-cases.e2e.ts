import { expect, test } from '@/scripts/e2e/fixtures';
import { openQueue, row, sendAlerts, titlesShown } from '@/scripts/e2e/queue';

test.beforeEach(async ({ page, signIn }) => signIn(page, 'analyst'));

test('related alerts are one row that unfolds, and what is done to it is done to all of them', async ({
  page,
  api,
}) => {
  const analyst = await api('analyst');
  const sent = await sendAlerts(analyst, 3, { rule: 'Odd login' });
  const other = await sendAlerts(analyst, 1, { user: 'bob', sourceIp: '198.51.100.1', severity: 'low' }, sent);
  await openQueue(page, sent);
  await page.getByRole('button', { name: 'Group related' }).click();
  await expect(page).toHaveURL(/group=true/);
  const toggle = page.getByRole('button', { name: /^3 alerts/ });
  await expect(toggle).toHaveAttribute('aria-expanded', 'false');
  await expect.poll(() => titlesShown(page, sent.word)).toEqual([sent.titles[0], other.titles[0]]);
  await page.getByRole('checkbox', { name: `Select ${sent.titles[0]}` }).click();
  await expect(page.getByText('3 selected')).toBeVisible();
  await toggle.click();
  await expect.poll(() => titlesShown(page, sent.word)).toEqual([...sent.titles, ...other.titles]);
  // The same by keys, from the row.
  await page.getByRole('link', { name: sent.titles[0] ?? '', exact: true }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(toggle).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(toggle).toHaveAttribute('aria-expanded', 'true');
});

test('an alert is added to a case, its activity says so, and takes a comment', async ({
  page,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const sent = await sendAlerts(analyst, 2);
  const opened = await (await analyst.post('/api/investigations', { data: { alertIds: [sent.ids[0]] } })).json();
  await openQueue(page, sent);
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await page.keyboard.press('Shift+J');
  await expect(page.getByText('2 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Investigate together' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add 2 alerts to a case' });
  await expect(dialog.getByText('1 of 2 is in an open case already')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: `Add to ${opened.codename}` }).click();
  await page.waitForURL(`**/investigations/${opened.id}`);

  await page.goto(`/queue?q=${sent.word}&alert=${sent.ids[1]}`);
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await expect(preview.getByRole('list', { name: 'Activity' })).toContainText(
    `added it to the case ${opened.codename}`,
  );
  await preview.getByRole('textbox', { name: 'Comment' }).fill('Asked the owner.');
  await preview.getByRole('button', { name: 'Add comment' }).click();
  await expect(preview.getByRole('list', { name: 'Activity' }).getByText('Asked the owner.')).toBeVisible();
});

test('several alerts become one investigation, whose alerts lead there', async ({ page, api }) => {
  const analyst = await api('analyst');
  const sent = await sendAlerts(analyst, 2);
  await openQueue(page, sent);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+J');
  await page.getByRole('button', { name: 'Investigate together' }).click();
  await page.waitForURL(/\/investigations\/[0-9a-f-]{36}/, { timeout: 60_000 });
  const id = page.url().split('/').at(-1) ?? '';
  const found = await (await analyst.get(`/api/investigations/${id}`)).json();
  expect(found.alerts.map((alert: { id: string }) => alert.id).sort()).toEqual([...sent.ids].sort());
  const { items } = await (await analyst.get(`/api/investigations/${id}/runs`)).json();
  expect(items).toHaveLength(1);
  await analyst.post(`/api/runs/${items[0].id}/cancel`);

  await openQueue(page, sent);
  await expect(row(page, sent.titles[0] ?? '').getByRole('link', { name: found.codename })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('i');
  // An urgent notice is read out at once, and hidden from the tree until F6 leads there.
  await page.getByRole('button', { name: /^Open /, includeHidden: true }).click();
  await page.waitForURL(`**/investigations/${id}`);
});
