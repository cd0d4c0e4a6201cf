import fs from 'node:fs';
import { approve, submit, submittedCase, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

test('a case is found by words, filters and a defanged part of an indicator, read, and compared with itself', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const word = `heron${Date.now()}`;
  const { id, title, review } = await submittedCase(analyst, `Bucket ${word} read`);
  await approve(await api('reviewer'), review);
  await writeDraft(analyst, id, (text) => text.replace('about it: timeline.', 'about it: the second timeline.'));
  await approve(await api('reviewer'), await submit(analyst, id));

  await signIn(page, 'analyst');
  await page.goto('/library');
  await expectAccessible(page);
  await page.keyboard.press('/');
  await page.keyboard.type(word);
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=heron/);
  await expect(page.getByRole('link', { name: title })).toBeVisible();
  await page.goto(`/library?q=${word}&classification=BENIGN`);
  await expect(page.getByText('Nothing found')).toBeVisible();
  await page.goto(`/library?entity=${encodeURIComponent('203[.]0[.]113[.]77')}&status=approved&q=${word}`);
  await page.getByRole('link', { name: title }).click();
  await page.waitForURL(`**/library/${id}`);

  await expect(page.getByText('the second timeline')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('navigation', { name: 'Contents' }).getByRole('button', { name: 'Lessons Learned' }).click();
  await expect(page.getByRole('heading', { name: 'Lessons Learned' })).toBeInViewport();
  await expect(page.getByText('Revision 2').first()).toBeVisible();
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByText('Revision 1 to Revision 2')).toBeVisible();
  await expect(page.locator('tr[data-hunk]')).toHaveCount(1);
  await expectAccessible(page, ['light']);
});

test('a title can’t hide what it holds, the approved report is a file, and a store that fails is said on the page', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const word = `ibis${Date.now()}`;
  const { id, review } = await submittedCase(analyst, `Invoice ${word} \u202efdp.exe al\u200bice`);
  await approve(await api('reviewer'), review);
  // What the server tells of a repository that can't be written; that it tells so is shown in lib/store.
  const lastError = 'The disk of the repository is full. It is tried again by itself.';
  await page.route('**/api/store', (route) =>
    route.fulfill({ json: { status: 'failing', pending: 2, oldest: null, lastError, nextAttemptAt: null } }),
  );
  await signIn(page, 'analyst');
  await page.goto(`/library?q=${word}`);
  const link = page.getByRole('link', { name: new RegExp(word) });
  await expect(link.getByTitle('bidi: U+202E')).toBeVisible();
  await expect(link).not.toContainText('\u202e');
  await expect(page.getByText('2 approved reports are safe in the database')).toContainText(lastError);
  await expectAccessible(page);
  await link.click();
  await page.waitForURL(`**/library/${id}`);
  await expect(page.getByRole('heading', { level: 1 }).getByTitle('invisible: U+200B')).toBeVisible();
  const taken = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'PDF' }).click();
  const file = await (await taken).path();
  expect(fs.readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
});
