import fs from 'node:fs';
import path from 'node:path';
import { approve, submittedCase } from './case';
import { expect } from './fixtures';
import { scriptedTest } from './scripted';

// A product of its own: the others' approvals need their store.
const test = scriptedTest({ conversations: [{ when: 'nothing is asked', turns: [{ text: 'Nothing.' }] }] }, []);

test('a store that can’t be written is told on every page, keeps what was approved, and is told no more once it can', async ({
  page,
  signIn,
  api,
  state,
}) => {
  const objects = path.join(state.dataDir ?? '', 'investigations.git', 'objects');
  const analyst = await api('analyst');
  const { id, review } = await submittedCase(analyst);
  await signIn(page, 'analyst');
  await page.goto('/queue');
  const notice = page.getByRole('status').filter({ hasText: 'saved in the database' });
  /** The page looks again when it is looked at again, and each minute. */
  const lookAgain = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));

  await fs.promises.rename(objects, `${objects}.away`);
  try {
    fs.writeFileSync(objects, 'Not a folder: nothing can be written below it.');
    await approve(await api('reviewer'), review);
    await expect(async () => {
      await lookAgain();
      await expect(notice).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 30_000 });
    await expect(notice).toContainText('1 approved report is saved in the database but not in the repository yet.');
    await page.goto(`/library/${id}`);
    await expect(notice).toBeVisible();
    await expect(page.getByText('Approved', { exact: true }).first()).toBeVisible();
  } finally {
    fs.rmSync(objects, { force: true });
    fs.renameSync(`${objects}.away`, objects);
  }
  await expect(async () => {
    await lookAgain();
    await expect(notice).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: 60_000 });
  const { items } = await (await analyst.get(`/api/investigations/${id}/history`)).json();
  expect(items).toMatchObject([{ commit: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
});
