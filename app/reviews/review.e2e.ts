import { approve, complete, openCase, submit, submittedCase, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

test('a reviewer reads the change, comments on a line and approves; the commit is shown', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const { id, title, review: first } = await submittedCase(analyst);
  await approve(await api('reviewer'), first);
  await writeDraft(analyst, id, (text) =>
    text.replace('about it: timeline.', 'about it: the whole timeline, pay\u202Eload.'),
  );
  const review = await submit(analyst, id);

  await signIn(page, 'reviewer');
  await page.goto('/reviews');
  await expectAccessible(page);
  await page.getByRole('link', { name: title }).click();
  await page.waitForURL(`**/reviews/${review.id}`);
  await expect(page.getByText('Revision 1', { exact: true })).toBeVisible();
  await expect(page.locator('[data-hunk]')).toHaveCount(1);
  await expect(page.getByTitle('bidi: U+202E')).toBeVisible();
  await expectAccessible(page);

  // Keys: the next change, split, a comment on the line.
  await page.keyboard.press('m');
  await expect(page.getByRole('button', { name: 'Unified' })).toBeVisible();
  await page.keyboard.press('m');
  await page.keyboard.press('n');
  await expect(page.locator('tr[data-hunk]')).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await page.getByRole('textbox', { name: /^Comment on line \d+/ }).fill('Which hour?');
  await page.getByRole('button', { name: 'Comment', exact: true }).first().click();
  await expect(page.getByText('Which hour?')).toBeVisible();

  await page.getByRole('tab', { name: 'Rendered' }).click();
  await expect(page.getByText('Changed', { exact: true })).toBeVisible();
  await expectAccessible(page, { themes: ['light'] });
  await page.getByRole('button', { name: 'Approve revision 2' }).click();
  await expect(page.getByTestId('commit')).toHaveText(/^[0-9a-f]{10}$/, { timeout: 60_000 });
  await expect(page.getByText('still open')).toBeVisible();

  // Its alert is closed with what the verdict suggests.
  await page.getByRole('button', { name: 'Close alert…' }).click();
  const closing = page.getByRole('dialog', { name: 'Close this alert as…' });
  await expect(closing.getByRole('textbox', { name: 'Reason' })).toHaveValue(/^Case .* approved as/);
  await expectAccessible(page, { themes: ['light'] });
  await closing.getByRole('button', { name: 'Close alert' }).click();
  await expect(page.getByText(/^1 alert closed as/)).toBeVisible();
});

test('an author can comment but not decide', async ({ page, signIn, api }) => {
  const { review } = await submittedCase(await api('reviewer'));
  await signIn(page, 'reviewer');
  await page.goto(`/reviews/${review.id}`);
  await expect(page.getByRole('button', { name: /^Approve/ })).toHaveCount(0);
  await page.getByLabel('Comment on the whole report').fill('Please look at the timeline.');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(page.getByText('Please look at the timeline.')).toBeVisible();
});

test('a superseded revision can’t be decided, and the page says why', async ({ page, signIn, api }) => {
  const analyst = await api('analyst');
  const { id, review } = await submittedCase(analyst);
  await signIn(page, 'reviewer');
  await page.goto(`/reviews/${review.id}`);
  await expect(page.getByRole('button', { name: 'Approve revision 1' })).toBeVisible();
  await writeDraft(analyst, id, (text) => `${text}\nOne thing more.\n`);
  await submit(analyst, id);
  await page.getByRole('button', { name: 'Approve revision 1' }).click();
  await expect(page.locator('#decision').getByRole('status')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Approve/ })).toHaveCount(0);
});

test('requesting changes needs a note or a comment', async ({ page, signIn, api }) => {
  const opened = await openCase(await api('analyst'));
  await writeDraft(await api('analyst'), opened.id, complete);
  const review = await submit(await api('analyst'), opened.id);
  await signIn(page, 'reviewer');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/reviews/${review.id}`);
  await page.getByRole('tab', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Request changes' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await page.getByLabel('Note').fill('Name the account.');
  await page.getByRole('button', { name: 'Request changes' }).click();
  await expect(page.locator('#decision').getByRole('status')).toBeVisible();
});

test('keys lead from the list through a decision to the next review, and the author to the comments', async ({
  page,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  await submittedCase(analyst, 'Reviewed last');
  const first = await submittedCase(analyst, 'Reviewed first');
  await signIn(page, 'reviewer');
  await page.goto('/reviews?waiting=me');
  const row = page.getByRole('listitem').filter({ hasText: first.title });
  await expect(async () => {
    await page.reload();
    await expect(row).toContainText(/No problems found|\d+ (error|warning)s?/, { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await expect(async () => {
    await page.keyboard.press('j');
    await expect(page.getByRole('link', { name: first.title })).toBeFocused({ timeout: 1000 });
  }).toPass();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/reviews/${first.review.id}`);
  await expect(page.getByRole('button', { name: 'Request changes' })).toBeVisible();
  await expect(async () => {
    await page.keyboard.press('d');
    await expect(page.getByRole('textbox', { name: 'Note' })).toBeFocused({ timeout: 1000 });
  }).toPass();
  await page.keyboard.type('Name the account.');
  await page.getByRole('button', { name: 'Request changes' }).press('Enter');
  // Which one waits next depends on what other tests have submitted; that one does is sure.
  const next = page.locator('#decision').locator(`a[href^="/reviews/"]:not([href*="${first.review.id}"])`).first();
  await expect(next).toBeVisible();
  const address = (await next.getAttribute('href')) ?? '';
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await page.waitForURL(`**${address}`);

  await signIn(page, 'analyst');
  await page.goto(`/investigations/${first.id}`);
  await page.getByRole('link', { name: 'Show the comments' }).click();
  await page.waitForURL(`**/reviews/${first.review.id}`);
});
