import type { APIRequestContext, Page } from '@playwright/test';
import { suggestionBlock } from '@/lib/reviews/suggestion';
import { approve, readDraft, submit, submittedCase, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

const lineOf = (markdown: string, words: string) => markdown.split('\n').findIndex((line) => line.includes(words)) + 1;
const section = 'What is to be said about it: recommendations.';

type Accessible = (page: Page, options?: { themes?: ('dark' | 'light')[] }) => Promise<void>;
type Review = Awaited<ReturnType<typeof submit>>;

/** Suggests other words for a passage of the rendered text; what is typed survives a reload. */
async function suggestForPassage(page: Page, review: Review): Promise<void> {
  await page.goto(`/reviews/${review.id}?view=rendered`);
  const passage = page.locator('section[data-line]', { hasText: section });
  await passage.hover();
  await passage.getByRole('button', { name: /^Comment on the passage/ }).click();
  await page.getByRole('button', { name: 'Suggest a change' }).click();
  const box = page.getByRole('textbox', { name: /^Comment on line/ });
  await box.fill((await box.inputValue()).replace(section, 'Rotate the key.'));
  await page.reload();
  await expect(page.getByRole('textbox', { name: /^Comment on line/ })).toHaveValue(/Rotate the key/);
  await page.getByRole('button', { name: 'Add to review' }).first().click();
  await expect(page.getByText('Pending', { exact: true })).toBeVisible();
}

/** Several lines as one: by Shift and a click on the numbers, and by Shift and the arrow keys. */
async function suggestForLines(page: Page, markdown: string): Promise<void> {
  await page.getByRole('tab', { name: 'Changes' }).click();
  const number = (line: number) => page.locator(`tr[data-line="${line}"] [data-gutter]`).last();
  const timeline = lineOf(markdown, '## Timeline');
  await number(timeline).click();
  await number(timeline + 2).click({ modifiers: ['Shift'] });
  await expect(page.locator('tr[data-selected]')).toHaveCount(3);
  await page.locator(`tr[data-line="${timeline + 2}"]`).focus();
  await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.locator('tr[data-selected]')).toHaveCount(3);
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Suggest a change' }).click();
  await page
    .getByRole('textbox', { name: `Comment on lines ${timeline} to ${timeline + 2}` })
    .fill(suggestionBlock('## Timeline\n\nNothing before 09:00.'));
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByText('Pending', { exact: true })).toHaveCount(2);
}

/** Applies both suggestions; of the second, somebody has changed the line meanwhile: both versions are shown, and a person picks one. */
async function applySuggestions(
  page: Page,
  expectAccessible: Accessible,
  analyst: APIRequestContext,
  lead: APIRequestContext,
  id: string,
): Promise<void> {
  const apply = (words: string) =>
    page
      .getByRole('region', { name: /^Thread/ })
      .filter({ hasText: words })
      .getByRole('button', { name: 'Apply suggestion' });
  await apply('09:00').click();
  await expect(page.getByText(/^Suggestion applied by/)).toHaveCount(1);
  expect((await readDraft(analyst, id)).markdown).toContain('\n\n## Timeline\n\nNothing before 09:00.\n\n## ');
  await writeDraft(lead, id, (text) => text.replace(section, 'Call the owner.'));
  await apply('Rotate the key.').click();
  const dialog = page.getByRole('dialog', { name: 'These lines have changed in the draft' });
  await expect(dialog.getByText('Call the owner.').first()).toBeVisible();
  await expect(dialog.getByText('Rotate the key.').first()).toBeVisible();
  await expectAccessible(page, { themes: ['dark'] });
  await dialog
    .getByRole('textbox', { name: 'Merged text' })
    .fill((await readDraft(analyst, id)).markdown.replace('Call the owner.', 'Call the owner. Rotate the key.'));
  await dialog.getByRole('button', { name: 'Save merged text' }).click();
  await expect(page.getByText(/^Suggestion applied by/)).toHaveCount(2);
  expect((await readDraft(analyst, id)).markdown).toContain('\nCall the owner. Rotate the key.\n');
}

/** The next revision: the thread's line is gone, another thread's stands two lines lower. */
async function followThread(
  page: Page,
  analyst: APIRequestContext,
  id: string,
  review: Review,
  markdown: string,
): Promise<void> {
  const line = lineOf(markdown, 'it: lessons');
  await analyst.post(`/api/reviews/${review.id}/comments`, { data: { body: 'Still here?', line } });
  await writeDraft(analyst, id, (text) => text.replace('## Executive', 'First.\n\n## Executive'));
  const second = await submit(analyst, id);
  await page.goto(`/reviews/${second.id}?from=${review.revision.id}&view=source`);
  const hunks = page.locator('tr[data-hunk]');
  await expect(hunks).toHaveCount(3);
  for (const key of ['n', 'n', 'p']) await page.keyboard.press(key);
  await expect(hunks.first()).toBeFocused();
  await page.getByRole('button', { name: 'Back to this review' }).click();
  await expect(page.getByRole('region', { name: `Thread on line ${line + 2}` })).toContainText('Still here?');
  await page.keyboard.press('w');
  const changes = page.getByRole('region', { name: /^Changes/ });
  await expect(changes.getByText('Ben Analyst', { exact: true }).first()).toBeVisible();
  await page.getByRole('tab', { name: 'Rendered' }).click();
  await expect(page.getByText('Ben Analyst', { exact: true }).first()).toBeVisible();
}

test('a suggestion survives a reload, is submitted with the decision, and the author applies it; the thread follows its line', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const { id, review } = await submittedCase(analyst);
  const { markdown } = await readDraft(analyst, id);
  await signIn(page, 'reviewer');
  await suggestForPassage(page, review);
  await suggestForLines(page, markdown);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Request changes' }).click();
  await expect(page.locator('#decision').getByRole('status')).toBeVisible();

  await signIn(page, 'analyst');
  await page.reload();
  await applySuggestions(page, expectAccessible, analyst, await api('lead'), id);
  await followThread(page, analyst, id, review, markdown);
});

const wrong = (text: string) => text.replace('technical details.', 'technical details at http://evil.example.com/x.');

test('the editor marks the findings of the checks and fixes one with a click', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const { id } = await submittedCase(analyst);
  await writeDraft(analyst, id, wrong);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('tab', { name: 'Checks' }).click();
  const panel = page.getByRole('tabpanel', { name: /^Checks/ });
  await expect(panel.getByText('can be clicked or resolved')).toBeVisible();
  await expect(page.locator('.cm-lint-marker-error').first()).toBeVisible();
  await expectAccessible(page);
  await panel.getByRole('button', { name: 'Defang' }).first().click();
  await expect(panel.getByText('can be clicked or resolved')).toHaveCount(0);
  await expect.poll(async () => (await readDraft(analyst, id)).markdown).toContain('hxxp://evil[.]example[.]com/x');
});

test('errors block approval until a reason is given', async ({ page, signIn, api, expectAccessible }) => {
  const analyst = await api('analyst');
  const { id, review: first, title } = await submittedCase(analyst);
  await approve(await api('reviewer'), first);
  await writeDraft(analyst, id, wrong);
  const review = await submit(analyst, id);
  await signIn(page, 'reviewer');
  await page.goto('/reviews?waiting=me');
  await page.getByRole('link', { name: title }).click();
  await page.waitForURL(`**/reviews/${review.id}`);
  const aside = page.getByRole('complementary', { name: 'Review' });
  await expect(aside.getByTestId('check-summary')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Approve revision 2' })).toBeDisabled();
  await aside.getByRole('tab', { name: /^Checks/ }).click();
  const line = aside.getByRole('button', { name: /^line \d+/ });
  await line.first().click();
  await expect(page.locator('tr[data-line]:focus')).toContainText('evil.example.com');
  await page.keyboard.press('r');
  await expect(page.getByRole('button', { name: 'Change reviewed', pressed: true })).toBeVisible();
  await aside.getByRole('tab', { name: 'Review' }).click();
  await page.getByLabel('Reason for overriding these 2 errors').fill('The address is our own test range.');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Approve revision 2' }).click();
  await expect(page.getByTestId('commit')).toHaveText(/^[0-9a-f]{10}$/, { timeout: 60_000 });
  await expect(aside.getByText('The address is our own test range.')).toBeVisible();
});
