import type { Page } from '@playwright/test';
import { complete, openCase, readDraft, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

const saved = (page: Page) => expect(page.locator('[data-testid=save-status][data-state=saved]')).toBeVisible();

/** An alert whose user did much in the sample logs. */
const ATTACK = { time: '2023-07-10T11:57:51Z', user: 'bert-jan', sourceIp: '192.168.10.20' };

/** Puts the cursor at the end of the source and types. */
async function typeAtEnd(page: Page, text: string) {
  await page.locator('.cm-content').first().click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(text);
}

test('what is typed is saved by itself, on top of the version that was read', async ({ page, signIn, api }) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await typeAtEnd(page, '\nThe owner confirmed it.');
  await expect(page.getByLabel('Preview').getByText('The owner confirmed it.')).toBeVisible();
  await saved(page);
  await expect(async () =>
    expect((await readDraft(analyst, id)).markdown).toContain('The owner confirmed it.'),
  ).toPass();

  // Another person's save shows up while nothing here is unsaved.
  await writeDraft(await api('lead'), id, (text) => text.replace('The owner confirmed it.', 'The owner denied it.'));
  await expect(page.getByLabel('Preview').getByText('The owner denied it.')).toBeVisible();
});

test('a stale save is merged side by side, and neither text is lost', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  await writeDraft(analyst, id, complete);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await expect(page.locator('.cm-content').first()).toBeVisible();
  // Held back until the other text is there: two people at the same moment.
  let release = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  await page.route('**/draft', async (route) => {
    if (route.request().method() === 'GET') return route.abort();
    await held;
    return route.continue();
  });
  await typeAtEnd(page, 'Mine at the end.');
  await writeDraft(await api('lead'), id, (text) => `${text.trimEnd()} Theirs at the end.\n`);
  release();
  const dialog = page.getByRole('dialog', { name: /saved this report while you were writing/ });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByText('1 conflict marker left')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save merged text' })).toBeDisabled();
  await expectAccessible(page);
  expect((await readDraft(analyst, id)).markdown).not.toContain('Mine at the end.');

  const merged = dialog.getByRole('textbox', { name: 'Merged text' });
  const both = (await readDraft(analyst, id)).markdown.replace(
    'Theirs at the end.',
    'Theirs at the end. Mine at the end.',
  );
  await merged.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(both);
  await dialog.getByRole('button', { name: 'Save merged text' }).click();
  await expect(async () => expect((await readDraft(analyst, id)).markdown).toBe(both)).toPass();
  await saved(page);
});

test('offline, the text waits and is saved when the server answers again', async ({ page, signIn, api, context }) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await expect(page.locator('.cm-content').first()).toBeVisible();
  await context.setOffline(true);
  await typeAtEnd(page, '\nWritten in a tunnel.');
  await expect(page.locator('[data-testid=save-status][data-state=retrying]')).toBeVisible();
  await context.setOffline(false);
  await saved(page);
  expect((await readDraft(analyst, id)).markdown).toContain('Written in a tunnel.');
});

test('submit lists what to fix and jumps there; a complete report is submitted', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('button', { name: 'Submit for review' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Set the classification in the front matter')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Submit for review' })).toBeDisabled();
  await expectAccessible(page);
  await dialog
    .getByRole('button', { name: /^line \d+/ })
    .first()
    .click();
  await expect(page.locator('.cm-flash')).toContainText('classification: null');

  await writeDraft(analyst, id, complete);
  await expect(page.getByLabel('Preview').getByText('What is to be said about it: timeline.')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Enter');
  await dialog.getByRole('button', { name: 'Submit for review' }).click();
  await expect(page.getByText('This report is in review.')).toBeVisible();
});

test('a run writes while one watches, its evidence opens from a citation, and later changes are proposals', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  test.setTimeout(500_000);
  const analyst = await api('analyst');
  const { id } = await openCase(analyst, 'Unusual activity of a user', ATTACK);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('button', { name: 'Investigate' }).click();
  await expect(page.locator('[data-testid=run-status][data-status=succeeded]')).toBeVisible({ timeout: 240_000 });
  await expect(page.getByText('built-in analyst: rules, no language model').first()).toBeVisible();
  const preview = page.getByLabel('Preview');
  await expect(preview.getByRole('heading', { name: 'Lessons Learned' })).toBeVisible();
  await expect(preview.getByRole('figure', { name: 'Timeline of the case' })).toBeVisible();
  await expectAccessible(page);
  // Who saw the run end needn't be told of it.
  const toldOfRun = async () => {
    const inbox = await (await analyst.get('/api/notifications')).json();
    return inbox.items.find(({ href }: { href: string }) => href === `/investigations/${id}`)?.unread;
  };
  await expect.poll(toldOfRun).toBe(false);

  const citation = preview.getByRole('button', { name: /^Show evidence E\d+/ }).first();
  const name = (await citation.textContent()) ?? '';
  await citation.click();
  const record = page.locator(`[data-evidence="${name.slice(1)}"]`);
  await expect(record.getByRole('button', { name: new RegExp(`^${name}`) })).toHaveAttribute('aria-expanded', 'true');
  await expect(record.getByText('sha256')).toBeVisible();
  // The text beside it was looked at: from here on, only what is new.
  await expectAccessible(page, { within: '[role=tabpanel]' });

  // A large result comes page by page.
  const { items } = await (await analyst.get(`/api/investigations/${id}/evidence`)).json();
  const large = items.find(
    (item: { number: number; rows: number | null }) => (item.rows ?? 0) > 50 && `E${item.number}` !== name,
  );
  const row = page.locator(`[data-evidence="${large.number}"]`);
  await row.getByRole('button', { name: new RegExp(`^E${large.number}`) }).click();
  await row.getByRole('button', { name: 'Next' }).click();
  await expect(row.getByText(`Rows 51–${Math.min(100, large.rows)} of ${large.rows}`)).toBeVisible();

  // Coverage gaps.
  await page.getByRole('button', { name: 'Coverage gaps' }).click();
  await expect(page).toHaveURL(/evidence=coverage/);
  const coverage = page.getByRole('region', { name: 'Coverage' });
  const logs = coverage.getByRole('row', { name: /cloudtrail/ });
  await expect(logs.locator('[data-state=answered]').first()).toBeVisible();
  await expect(coverage.locator('[data-state=unqueried]').first()).toContainText('Not queried');
  await expectAccessible(page, { within: '[role=tabpanel]' });

  // The assessment is the model's proposal until a person makes it theirs.
  const proposed = page.getByRole('region', { name: 'Proposed assessment' });
  await expect(proposed).toContainText('Malicious');
  expect((await readDraft(analyst, id)).markdown).toContain('assessment: proposed');
  await proposed.getByRole('button', { name: 'Accept this assessment' }).click();
  await expect(proposed).toHaveCount(0);
  await expect(async () => expect((await readDraft(analyst, id)).markdown).toContain('assessment: set')).toPass();
  const assessment = page.getByRole('region', { name: 'Assessment', exact: true });
  await assessment.getByRole('button', { name: 'Edit assessment' }).click();
  await assessment.getByRole('spinbutton', { name: 'Confidence (%)' }).fill('77');
  await expectAccessible(page, { within: '[aria-label=Assessment]' });
  await assessment.getByRole('button', { name: 'Save assessment' }).click();
  await expect(assessment).toContainText('77 %');
  await expect(async () => expect((await readDraft(analyst, id)).markdown).toContain('confidence: 77')).toPass();

  // From now on the text is a person's: a run offers, it doesn't write.
  await typeAtEnd(page, '\nA person wrote this line.\n');
  await saved(page);
  const before = await readDraft(analyst, id);
  await page.getByRole('tab', { name: /^Run(?!book)/ }).click();
  await page.getByRole('button', { name: 'What is missing?' }).click();
  await expect(page.locator('[data-testid=run-status]')).toHaveAttribute('data-status', /queued|running/);
  await expect(page.locator('[data-testid=run-status][data-status=succeeded]')).toBeVisible({ timeout: 240_000 });
  expect(await readDraft(analyst, id)).toMatchObject({ markdown: before.markdown });
  await expectAccessible(page, { within: '[role=tabpanel]' });
  await page.getByRole('button', { name: /^Proposed \d+ change/ }).click();
  const hunk = page.locator('[data-hunk]', { hasText: '### What is missing' });
  await expectAccessible(page, { within: '[role=tabpanel]' });
  await hunk.getByRole('button', { name: 'Accept this change' }).click();
  await expect(hunk).toHaveCount(0);
  const taken = (await readDraft(analyst, id)).markdown;
  expect(taken).toContain('### What is missing');
  expect(taken).toContain('A person wrote this line.');

  // A passage is asked about by keyboard; the answer is a note, and no text changes.
  const passage = preview.getByText('Key findings', { exact: true });
  await passage.click({ clickCount: 3, position: { x: 4, y: 8 } });
  await expect(page.getByRole('button', { name: /^Ask about this/ })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Shift+x');
  const coach = page.getByRole('form', { name: 'Coaching' });
  await expect(coach.getByRole('figure')).toContainText('Executive Summary');
  await expect(coach.getByRole('radio', { name: 'Note only' })).toBeChecked();
  await expect(coach.getByLabel('Ask about the selection')).toBeFocused();
  await page.keyboard.type('What is E3?');
  await page.keyboard.press('ControlOrMeta+Enter');
  const note = page.getByRole('region', { name: 'Answer' });
  await expect(note).toContainText('is a call of', { timeout: 120_000 });
  await expect(note.getByRole('button', { name: 'Show evidence E3' }).first()).toBeVisible();
  expect((await readDraft(analyst, id)).markdown).toBe(taken);
  await coach.getByText('Previous coaching (2)').click();
  await expect(coach.getByRole('list', { name: 'Previous coaching' })).toContainText('1 accepted');
  await expectAccessible(page, { within: '[role=tabpanel]' });
});

test('on a phone the panes are tabs', async ({ page, signIn, api, expectAccessible }) => {
  const { id } = await openCase(await api('analyst'));
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('tab', { name: 'Source' }).click();
  await typeAtEnd(page, '\nFrom a phone.');
  await page.getByRole('tab', { name: 'Preview' }).click();
  await expect(page.getByLabel('Preview', { exact: true }).getByText('From a phone.')).toBeVisible();
  await page.getByRole('tab', { name: 'Source' }).click();
  await expect(page.locator('.cm-content').first()).toContainText('From a phone.');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);

  // The run has the room until someone has something to say.
  await page.getByRole('tab', { name: 'Run', exact: true }).click();
  const coach = page.getByRole('form', { name: 'Coaching' });
  await expect(coach.getByRole('button', { name: 'Who else?' })).toBeVisible();
  expect((await coach.boundingBox())?.height).toBeLessThan(844 / 4);
  await expect(coach.getByRole('radio', { name: 'Note only' })).toBeHidden();
  await coach.getByRole('textbox').focus();
  await expect(coach.getByRole('radio', { name: 'Note only' })).toBeVisible();
});
