import type { APIRequestContext } from '@playwright/test';
import { complete, openCase, readDraft, submit, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

const SUMMARY = 'What is to be said about it: executive summary.';
const RECOMMENDED = 'What is to be said about it: recommendations.';

/** One query of the case's own: who read which bucket with which key from where. */
async function recordEvidence(api: APIRequestContext, id: string, user: string) {
  const row = `('2026-01-02T10:00:00Z', 'GetObject', '${user}', 'AKIAIOSFODNN7EXAMPLE', '198.51.100.7', 'payroll')`;
  const names = 'eventTime, eventName, userName, accessKeyId, sourceIPAddress, bucketName';
  const sql = `SELECT * FROM (VALUES ${row}) AS t(${names})`;
  const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z' };
  const data = { server: 'logs', tool: 'query', args: { sql, ...range } };
  const asked = await api.post(`/api/investigations/${id}/evidence`, { data });
  expect(asked.status(), await asked.text()).toBe(201);
  expect(await asked.json()).toMatchObject({ status: 'ok' });
}

test('two cases of related alerts become one from the queue, and two again', async ({
  page,
  signIn,
  api,
  expectAccessible,
}, info) => {
  const analyst = await api('analyst');
  const user = `eva${Date.now()}`;
  const shared = { user, time: '2024-05-06T07:08:09Z' };
  const into = await openCase(analyst, `Key of ${user} used`, shared);
  const from = await openCase(analyst, `Role of ${user} assumed`, shared);
  for (const [{ id }, words] of [
    [into, 'The key was used [E1].'],
    [from, 'The role was assumed [E1].'],
  ] as const) {
    await recordEvidence(analyst, id, user);
    await writeDraft(analyst, id, (text) => complete(text).replace(SUMMARY, words));
  }
  await signIn(page, 'analyst');
  await page.goto(`/queue?group=true&q=${user}&status=new,open`);
  await page.getByRole('button', { name: 'Merge 2 cases…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge cases' });
  await expect(dialog.getByText(/1 alert moves to/)).toBeVisible();
  await expect(dialog.getByText(/E1 is copied to .* as E2; its citations are rewritten/)).toBeVisible();
  await dialog.getByText(/Show the text of/).click();
  await expect(dialog.getByText('Executive Summary').first()).toBeVisible();
  await expectAccessible(page, { within: '[role=dialog]' });
  await info.attach('merge', { body: await page.screenshot(), contentType: 'image/png' });

  await dialog.getByRole('button', { name: /^Merge .* into / }).click();
  await expect(page).toHaveURL(/\/investigations\//);
  const kept = page.url().split('/').at(-1) ?? '';
  const emptied = kept === into.id ? from : into;
  await expect(page.getByText('Has the alerts, text and evidence of')).toBeVisible();
  expect((await readDraft(analyst, kept)).markdown).toContain('[E2]');

  // The emptied case can be read and leads back; the undo gives it its alert again.
  await page.goto(`/investigations/${emptied.id}`);
  await expect(page).toHaveURL(new RegExp(`/library/${emptied.id}`));
  await expect(page.getByText('Merged into')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open in editor' })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Undo merge' }).click();
  await expect(page.getByRole('link', { name: 'Open in editor' })).toBeVisible();
  const again = await (await analyst.get(`/api/investigations/${emptied.id}`)).json();
  expect([again.status, again.alerts.length]).toEqual(['draft', 1]);
});

test('a case that was merged while it is edited says where it went, and keeps what is typed', async ({
  page,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  const [into, from] = [await openCase(analyst), await openCase(analyst)];
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${from.id}`);
  await page.locator('.cm-content').click();
  const merged = await analyst.post(`/api/investigations/${into.id}/merge`, { data: { from: from.id } });
  expect(merged.status(), await merged.text()).toBeLessThan(300);
  const { codename } = await (await analyst.get(`/api/investigations/${into.id}`)).json();
  await page.keyboard.type('Typed too late. ');
  const status = page.getByTestId('save-status');
  await expect(status).toHaveAttribute('data-state', 'refused');
  const link = status.getByRole('link', { name: `Open ${codename}` });
  await expect(link).toHaveAttribute('href', `/investigations/${into.id}`);
  await expect(page.locator('.cm-content')).toContainText('Typed too late.');
});

test('recommendations become tasks, in the editor and the inbox', async ({
  page,
  signIn,
  api,
  expectAccessible,
}, info) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  const rotate = `Rotate key ${Date.now()}`;
  await writeDraft(analyst, id, (text) => complete(text).replace(RECOMMENDED, `- ${rotate} [E1].\n- Call the owner.`));
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('tab', { name: /^Tasks/ }).click();
  await page.getByRole('button', { name: `Make a task: ${rotate}` }).click();
  const tasks = page.getByRole('list', { name: 'Tasks' });
  await expect(tasks.getByText(rotate)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Recommendations' }).getByText('Call the owner.')).toBeVisible();
  await expectAccessible(page, { within: '[role=tabpanel]' });
  await info.attach('tasks', { body: await page.screenshot(), contentType: 'image/png' });

  await page.goto('/inbox');
  const own = page.getByRole('list', { name: 'Your tasks' }).getByRole('listitem').filter({ hasText: rotate });
  await own.getByRole('button', { name: 'Won’t do…' }).click();
  await own.getByRole('button', { name: 'Won’t do', exact: true }).click();
  await expect(own.getByText('Enter why it won’t be done.')).toBeVisible();
  await own.getByLabel('Reason').fill('The key is gone.');
  await own.getByRole('button', { name: 'Won’t do', exact: true }).click();
  await expect(own.getByText(/Reason: The key is gone\./)).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(own).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await info.attach('inbox 390', { body: await page.screenshot(), contentType: 'image/png' });
});

test('a reviewer sees the changed words inside the rendered text', async ({
  page,
  signIn,
  api,
  expectAccessible,
}, info) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  const table = '| Who | What |\n| --- | --- |\n| eva | read 3 objects |\n| bob | left at noon |';
  await writeDraft(analyst, id, (text) => complete(text).replace(SUMMARY, `Eva read three objects.\n\n${table}`));
  const first = await submit(analyst, id);
  await (await api('reviewer')).put(`/api/reviews/${first.id}/seen`);
  await writeDraft(analyst, id, (text) =>
    text.replace('three objects', 'nine objects').replace('3 objects', '9 objects'),
  );
  const second = await submit(analyst, id);
  await signIn(page, 'reviewer');
  await page.goto(`/reviews/${second.id}`);
  await page.getByRole('tab', { name: 'Rendered' }).click();
  await expect(page.locator('p ins')).toHaveText('nine ');
  await expect(page.locator('p del')).toHaveText('three ');
  await expect(page.locator('td ins')).toHaveText('9 ');
  await expectAccessible(page);
  await info.attach('words', { body: await page.screenshot(), contentType: 'image/png' });
});

test('a case is read with its outline and its graph, and printed as the report alone', async ({
  page,
  signIn,
  api,
  expectAccessible,
}, info) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  await recordEvidence(analyst, id, 'eva');
  const long = Array.from({ length: 40 }, (_, index) => `Paragraph ${index + 1}.`).join('\n\n');
  await writeDraft(analyst, id, (text) => complete(text).replace(SUMMARY, long));
  await signIn(page, 'analyst');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/library/${id}`);
  const outline = page.getByRole('navigation', { name: 'Sections' });
  await outline.getByRole('button', { name: 'Technical Details' }).click();
  await expect(page.getByRole('heading', { name: 'Technical Details' })).toBeInViewport();

  const graph = page.getByRole('figure', { name: 'Entity graph of the case' });
  await graph.getByRole('button', { name: /^eva/ }).press('Enter');
  await expect(graph.getByRole('row', { name: /AKIAIOSFODNN7EXAMPLE/ })).toContainText('getobject');
  await expectAccessible(page);
  await info.attach('graph', { body: await page.screenshot(), contentType: 'image/png' });
  await graph.getByRole('button', { name: 'Show table' }).click();
  await expect(graph.getByRole('row', { name: /payroll/ })).toBeVisible();

  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('tab', { name: 'Evidence' })).toBeHidden();
  await expect(outline).toBeHidden();
  await expect(page.getByText('Paragraph 40.')).toBeVisible();
  // On paper nothing scrolls: the page is as high as the report.
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(1200);
  await info.attach('print', { body: await page.screenshot({ fullPage: true }), contentType: 'image/png' });
});
