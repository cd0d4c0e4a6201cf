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
  await expect(page.getByText('No matching cases')).toBeVisible();
  await page.goto(`/library?entity=${encodeURIComponent('203[.]0[.]113[.]77')}&status=approved&q=${word}`);
  await page.getByRole('link', { name: title }).click();
  await page.waitForURL(`**/library/${id}`);

  await expect(page.getByText('the second timeline')).toBeVisible();
  await expectAccessible(page);

  // The last approved text as a file, by keyboard.
  for (const [index, [ending, begin]] of [
    ['pdf', '%PDF-'],
    ['html', '<!doctype html>'],
    ['md', '---\ntitle: '],
  ].entries()) {
    await page.getByRole('button', { name: 'Export' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem').first()).toBeFocused();
    for (let n = 0; n < index; n += 1) await page.keyboard.press('ArrowDown');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`^[\\w.-]+\\.${ending}$`));
    const text = fs.readFileSync(await download.path(), 'utf8');
    expect(text.slice(0, begin?.length)).toBe(begin);
    if (ending !== 'pdf') expect(text).toContain('the second timeline');
  }

  await page.getByRole('navigation', { name: 'Sections' }).getByRole('button', { name: 'Lessons Learned' }).click();
  await expect(page.getByRole('heading', { name: 'Lessons Learned' })).toBeInViewport();
  await expect(page.getByText('Revision 2', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByText('Revision 1 to Revision 2')).toBeVisible();
  await expect(page.locator('tr[data-hunk]')).toHaveCount(1);
  await expectAccessible(page, { themes: ['light'] });
});
