import { expect, test } from '@/scripts/e2e/fixtures';
import { alertOf, openQueue, row, sendAlerts, titlesShown } from '@/scripts/e2e/queue';

test.beforeEach(async ({ page, signIn }) => signIn(page, 'analyst'));

test('keys move, select a range, take, close with a disposition, and undo', async ({ page, api, state }) => {
  const analyst = await api('analyst');
  const sent = await sendAlerts(analyst, 4);
  await openQueue(page, sent);
  const [one = '', two = '', three = '', four = ''] = sent.titles;
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: one, exact: true })).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(page.getByRole('link', { name: one, exact: true })).toBeFocused();

  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await expect(page.getByText('3 selected')).toBeVisible();
  const recounted = page.waitForResponse('**/api/alerts/counts');
  // Twice while the first is under way: one act, with one way back.
  let requests = 0;
  await page.route('**/api/alerts/bulk', async (route) => {
    requests += 1;
    await page.waitForTimeout(500);
    await route.continue();
  });
  await page.keyboard.press('a');
  await page.keyboard.press('a');
  const { mine } = await (await recounted).json();
  await expect(page.getByRole('link', { name: `Mine ${mine}` })).toBeVisible();
  for (const title of [one, two, three]) await expect(row(page, title)).toContainText(state.people.analyst.name);
  await expect(row(page, four)).toContainText('Unassigned');
  expect(requests).toBe(1);
  await page.unroute('**/api/alerts/bulk');
  await expect.poll(async () => (await alertOf(analyst, sent.ids[1])).assignee?.id).toBe(state.people.analyst.id);
  expect(await alertOf(analyst, sent.ids[1])).toMatchObject({ status: 'open' });
  await page.keyboard.press('Escape');
  await expect(page.getByText('3 selected')).toHaveCount(0);

  await page.keyboard.press('c');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /False positive/ })
    .waitFor();
  await page.keyboard.press('3');
  await expect(page.getByRole('button', { name: /The rule is too broad/ })).toBeFocused();
  await page.keyboard.press('1');
  await expect(page.getByRole('textbox', { name: 'Reason' })).toHaveValue('The rule is too broad.');
  await page.keyboard.press('Enter');
  await expect(row(page, three)).toHaveCount(0);
  await expect.poll(async () => (await alertOf(analyst, sent.ids[2])).disposition).toBe('false_positive');
  expect((await alertOf(analyst, sent.ids[2])).closeReason).toBe('The rule is too broad.');
  // The way back of the act before it leaves the screen with a fade: the one of the closing is asked for by name.
  const closing = page.getByRole('dialog').filter({ hasText: /false positive/i });
  await closing.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, three)).toBeVisible();
  expect(await titlesShown(page, sent.word)).toEqual([one, two, three, four]);
  await expect.poll(async () => (await alertOf(analyst, sent.ids[2])).status).toBe('open');
  expect((await alertOf(analyst, sent.ids[2])).disposition).toBeNull();
});

test('the preview shows indicators in safe form, copies them so, and gives the focus back', async ({
  page,
  context,
  api,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const sent = await sendAlerts(await api('analyst'), 2, {
    url: 'https://console.example.test/finding/1',
    description: '<img src=x onerror=alert(1)>',
  });
  await openQueue(page, sent);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await expect(preview.getByRole('heading', { level: 2 })).toHaveText(sent.titles[0] ?? '');
  await expect(preview.getByText('<img src=x onerror=alert(1)>').first()).toBeVisible();
  await expect(preview.locator('img')).toHaveCount(0);
  await preview.getByRole('button', { name: 'Copy 203[.]0[.]113[.]77', exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('203[.]0[.]113[.]77');
  await preview.getByRole('button', { name: 'Copy 203[.]0[.]113[.]77 raw' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('203.0.113.77');
  for (const link of await preview.locator('a[target=_blank]').all()) {
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  }
  // The address names it: a reload shows the same.
  await page.reload();
  await expect(preview.getByRole('heading', { level: 2 })).toHaveText(sent.titles[0] ?? '');
  // The page is there before its code is. A click that timed out may still have closed it.
  await expect(async () => {
    if (await preview.isVisible()) {
      await preview.getByRole('button', { name: 'Close the preview' }).click({ timeout: 2000 });
    }
    await expect(preview).toHaveCount(0, { timeout: 3000 });
  }).toPass();
  await expect(page.getByRole('link', { name: sent.titles[0] ?? '', exact: true })).toBeFocused();
});

test('filters, text and order are in the address, and a bad address says so', async ({ page, api }) => {
  const analyst = await api('analyst');
  const high = await sendAlerts(analyst, 2);
  const low = await sendAlerts(analyst, 1, { severity: 'low' }, high);
  await openQueue(page, high);
  expect(await titlesShown(page, high.word)).toEqual([...high.titles, ...low.titles]);
  await page.getByRole('button', { name: 'Severity', exact: true }).first().click();
  await page.getByRole('menuitemcheckbox', { name: 'Low' }).click();
  await expect(page).toHaveURL(/severity=low/);
  await page.keyboard.press('Escape');
  await expect.poll(() => titlesShown(page, high.word)).toEqual(low.titles);
  await page.goBack();
  await expect.poll(() => titlesShown(page, high.word)).toEqual([...high.titles, ...low.titles]);

  await page.keyboard.press('/');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(`${high.word} nothing-like-it`);
  await expect(page.getByText('No alerts match these filters')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(/\/queue$/);

  // Values with their counts, a saved view of what was chosen, and the way back to it.
  await page.goto(`/queue?q=${high.word}`);
  const mallory = page.getByRole('menuitem', { name: /^mallory@example\.test\s*3$/ });
  // The page is there before its code is.
  await expect(async () => {
    if (!(await mallory.isVisible())) {
      await page.getByRole('button', { name: 'Entity', exact: true }).click({ timeout: 2000 });
    }
    await expect(mallory).toBeVisible({ timeout: 3000 });
  }).toPass();
  await mallory.click();
  await expect(page).toHaveURL(/entity=mallory/);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(`View of ${high.word}`);
  await page.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByRole('button', { name: `View of ${high.word}` })).toBeVisible();

  await page.goto('/queue?severity=apocalyptic');
  await expect(page.getByText('Invalid filter in the URL')).toBeVisible();
  await expect(page.getByText(/^Severity.* must be one of .*critical/)).toBeVisible();
  await page.goto('/queue?cursor=nonsense');
  await expect(page.getByRole('link', { name: 'Show all alerts' })).toBeVisible();
});

test('what was typed survives a failed request and an ended session', async ({ page, api }) => {
  const sent = await sendAlerts(await api('analyst'), 1);
  await openQueue(page, sent);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.route('**/api/alerts/*', (route) =>
    route.request().method() === 'PATCH' ? route.abort() : route.fallback(),
  );
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'Close this alert as…' });
  await dialog.getByRole('button', { name: /Benign/ }).click();
  await dialog.getByLabel('Reason', { exact: true }).fill('Mallory called, and it is a planned test.');
  await dialog.getByRole('button', { name: 'Close alert' }).click();
  await expect(page.getByText('No alerts were changed').first()).toBeVisible();
  await expect(dialog.getByLabel('Reason', { exact: true })).toHaveValue('Mallory called, and it is a planned test.');
  await page.unroute('**/api/alerts/*');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  const cookies = await page.context().cookies();
  const comment = page.getByLabel('Comment', { exact: true });
  await comment.fill('Asked Mallory.');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Add comment' }).click();
  await expect(page.getByText(/^You are signed out\. Sign in again in another tab/)).toBeVisible();
  await page.context().addCookies(cookies);
  await page.reload();
  await expect(comment).toHaveValue('Asked Mallory.');
  await page.getByRole('button', { name: 'Add comment' }).click();
  await expect(page.getByRole('list', { name: 'Activity' })).toContainText('Asked Mallory.');
  await expect(comment).toHaveValue('');
});

test('new alerts are announced and wait; selection and focus survive their arrival', async ({ page, api }) => {
  const analyst = await api('analyst');
  const sent = await sendAlerts(analyst, 2);
  await page.clock.install();
  await openQueue(page, sent);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const more = await sendAlerts(analyst, 2, { severity: 'critical' }, sent);
  const badge = page.getByRole('button', { name: /^2 new alerts/ });
  await page.clock.fastForward(20_000); // until the page asks again
  await expect(badge).toBeVisible();
  await expect(page.getByTestId('announcements')).toContainText('2 new alerts.');
  expect(await titlesShown(page, sent.word)).toEqual(sent.titles);
  await expect(page.getByRole('link', { name: sent.titles[1] ?? '', exact: true })).toBeFocused();

  await badge.click();
  await expect.poll(() => titlesShown(page, sent.word)).toEqual([...more.titles, ...sent.titles]);
  await expect(row(page, sent.titles[1] ?? '').getByRole('checkbox')).toBeChecked();
  await expect(page.getByText('1 selected')).toBeVisible();
  await expect(badge).toHaveCount(0);
});

test('a column’s name sorts, Ctrl-K acts on the row, and a link opens an alert that the list doesn’t have', async ({
  page,
  api,
  state,
}) => {
  const analyst = await api('analyst');
  const sent = await sendAlerts(analyst, 2);
  const low = await sendAlerts(analyst, 1, { severity: 'low' }, sent);
  await openQueue(page, sent);
  const sortBy = (name: string) => page.getByRole('columnheader', { name }).getByRole('button').click();
  await sortBy('Due');
  await expect(page).toHaveURL(/sort=sla/);
  await expect(page.getByRole('columnheader', { name: 'Due' })).toHaveAttribute('aria-sort', 'ascending');
  await sortBy('Age');
  await expect(page).toHaveURL(/sort=received/);
  await expect(page.getByRole('columnheader', { name: 'Age', exact: true })).not.toHaveAttribute('aria-sort', 'none');
  await sortBy('Age');
  await expect(page).toHaveURL(/sort=age/);
  for (const column of ['Source', 'Status', 'Assignee']) {
    await sortBy(column);
    await expect(page).toHaveURL(new RegExp(`sort=${column.toLowerCase()}`));
    await expect(page.getByRole('columnheader', { name: column })).toHaveAttribute('aria-sort', 'ascending');
    await expect(row(page, sent.titles[0] ?? '')).toBeVisible();
  }
  await sortBy('Severity');
  await expect(page).not.toHaveURL(/sort=/);

  await page.getByRole('link', { name: sent.titles[0] ?? '', exact: true }).focus();
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('combobox', { name: /^Search commands/ });
  await palette.fill(`assign to ${state.people.lead.name}`);
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await alertOf(analyst, sent.ids[0])).assignee?.name).toBe(state.people.lead.name);
  await page.keyboard.press('ControlOrMeta+k');
  await palette.fill('recovery codes');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/settings/profile');

  await page.goto(`/queue?q=${sent.word}&severity=high&alert=${low.ids[0]}`);
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await expect(preview.getByRole('heading', { level: 2 })).toHaveText(low.titles[0] ?? '');
  expect(await titlesShown(page, sent.word)).toEqual(sent.titles);
  await expect(async () => {
    await page.keyboard.press('m');
    await expect(preview.getByRole('textbox', { name: 'Comment' })).toBeFocused({ timeout: 2000 });
  }).toPass();
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  await expect.poll(async () => (await alertOf(analyst, low.ids[0])).assignee?.name).toBe(state.people.analyst.name);
  await page.keyboard.press('z');
  await expect.poll(async () => (await alertOf(analyst, low.ids[0])).assignee).toBeNull();
});

test('z undoes a change that is still on its way to the server', async ({ page, api }) => {
  const analyst = await api('analyst');
  const sent = await sendAlerts(analyst, 1);
  const first = row(page, sent.titles[0] ?? '');
  await openQueue(page, sent);
  let letGo = () => {};
  const pressed = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/api/alerts/*', async (route) => {
    if (route.request().method() === 'PATCH') await pressed;
    await route.continue();
  });
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await expect(first).not.toContainText('Unassigned');
  await page.keyboard.press('z');
  await expect(page.getByTestId('announcements')).toContainText('Will be undone as soon as it is saved.');
  letGo();
  await expect(page.getByTestId('announcements')).toContainText('Undone.');
  await expect(first).toContainText('Unassigned');
  expect(await alertOf(analyst, sent.ids[0])).toMatchObject({ assignee: null, status: 'new' });
});

test('a refused change is put back and said in words', async ({ page, api }) => {
  const sent = await sendAlerts(await api('analyst'), 1);
  await openQueue(page, sent);
  await page.route('**/api/alerts/*', (route) =>
    route.request().method() === 'PATCH'
      ? route.fulfill({
          status: 503,
          json: { error: { code: 'unavailable', message: 'The database is being moved.' } },
        })
      : route.continue(),
  );
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await expect(page.getByText('The database is being moved.').first()).toBeVisible();
  await expect(row(page, sent.titles[0] ?? '')).toContainText('Unassigned');
});

test('is accessible in both themes, wide and narrow, and reflows at 320 px', async ({
  page,
  api,
  expectAccessible,
}) => {
  test.setTimeout(240_000);
  const sent = await sendAlerts(await api('analyst'), 3);
  await openQueue(page, sent);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: 'Preview' }).getByText('Raw document')).toBeVisible();
  await expectAccessible(page);

  // The splitter moves by keyboard.
  const splitter = page.getByRole('separator', { name: 'Width of the preview' });
  const before = Number(await splitter.getAttribute('aria-valuenow'));
  await splitter.focus();
  await page.keyboard.press('ArrowLeft');
  expect(Number(await splitter.getAttribute('aria-valuenow'))).toBe(before - 2);

  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: sent.titles[0] ?? '', exact: true }).focus();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help.getByText('Assign to me')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await expect(page.getByRole('link', { name: sent.titles[0] ?? '', exact: true })).toBeFocused();

  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`/queue?q=${sent.word}`);
  await expect(row(page, sent.titles[0] ?? '')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await page.getByRole('link', { name: sent.titles[0] ?? '', exact: true }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Investigate' })).toBeVisible();
  await expectAccessible(page);
});
