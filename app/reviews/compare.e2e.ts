import { complete, openCase, submit, submittedCase, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

test('a first revision opens rendered, a later one compared with the last that this reviewer saw', async ({
  page,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  const { id, review: first } = await submittedCase(analyst);
  await signIn(page, 'reviewer');
  const seen = page.waitForResponse((response) => response.url().endsWith(`/reviews/${first.id}/seen`));
  await page.goto(`/reviews/${first.id}`);
  await seen;
  await expect(page.getByRole('tab', { name: 'Rendered' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('tr[data-changed]')).toHaveCount(0);
  await expect(page.getByText('about it: timeline.')).toBeVisible();

  await writeDraft(analyst, id, (text) => text.replace('about it: timeline.', 'about it: the second timeline.'));
  const second = await submit(analyst, id);
  await page.goto(`/reviews/${second.id}`);
  await expect(page.getByRole('tab', { name: 'Changes' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('tr[data-hunk]')).toHaveCount(1);
  await expect(page.locator('tr[data-changed]').last()).toContainText('the second timeline');
  await expect(page.getByRole('combobox', { name: 'Compare' })).toContainText('Revision 1');
  // The new lines can be commented, although the text on the left is not the approved one.
  await page.locator('tr[data-hunk]').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await expect(page.getByRole('textbox', { name: /^Comment on line/ })).toBeFocused();

  // Somebody who saw no earlier revision reads it.
  await signIn(page, 'lead');
  await page.goto(`/reviews/${second.id}`);
  await expect(page.getByRole('tab', { name: 'Rendered' })).toHaveAttribute('aria-selected', 'true');
});

test('the reviewer has evidence, coverage, checks and alerts beside the report, and citations open the evidence', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  test.setTimeout(400_000);
  const analyst = await api('analyst');
  const attack = { time: '2023-07-10T11:57:51Z', user: 'bert-jan', sourceIp: '192.168.10.20' };
  const { id } = await openCase(analyst, 'Unusual activity of a user', attack);
  const run = await (await analyst.post(`/api/investigations/${id}/runs`, { data: {} })).json();
  await expect(async () => {
    expect((await (await analyst.get(`/api/runs/${run.id}`)).json()).status).toBe('succeeded');
  }).toPass({ timeout: 240_000 });
  const review = await submit(analyst, id);
  await signIn(page, 'reviewer');
  await page.goto(`/reviews/${review.id}`);
  const aside = page.getByRole('complementary', { name: 'Review' });
  const report = page.getByRole('tabpanel', { name: 'Rendered' });
  const citation = report.getByRole('button', { name: /^Show evidence E\d+/ }).nth(3);
  await citation.scrollIntoViewIfNeeded();
  const name = (await citation.textContent()) ?? '';
  const before = await report.evaluate((element) => element.scrollTop);
  await citation.click();
  const record = aside.locator(`[data-evidence="${name.slice(1)}"]`);
  await expect(record.getByRole('button', { name: new RegExp(`^${name}\\b`) })).toHaveAttribute(
    'aria-expanded',
    'true',
  );
  await expect(record).toBeInViewport();
  expect(await report.evaluate((element) => element.scrollTop)).toBe(before);
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await expectAccessible(page);

  await aside.getByRole('button', { name: 'Coverage gaps' }).click();
  await expect(aside.getByRole('region', { name: 'Coverage' })).toBeVisible();
  await aside.getByRole('tab', { name: /^Checks/ }).click();
  await expect(aside.getByRole('tabpanel', { name: /^Checks/ })).toContainText(/No problems found|line \d+/);
  await aside.getByRole('tab', { name: /^Alerts/ }).click();
  await expect(aside.getByRole('list', { name: 'Alerts of this case' })).toBeVisible();
});

test('requested changes need the attention of the author, in the reviews and where the queue has nothing of theirs', async ({
  page,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  const { id, title, review } = await submittedCase(analyst);
  const data = { decision: 'request_changes', revision: review.revision.id, note: 'Name the account.' };
  expect((await (await api('reviewer')).post(`/api/reviews/${review.id}/decision`, { data })).status()).toBe(200);
  await signIn(page, 'analyst');
  await page.goto('/reviews?waiting=me');
  await expect(page.getByRole('link', { name: title })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Reviews/ }).first()).toContainText(/\d/);
  await writeDraft(analyst, id, complete);
  await submit(analyst, id);
  await page.reload();
  await expect(page.getByRole('link', { name: title })).toHaveCount(0);
});
