import { complete, openCase, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

const ATTACK = { time: '2023-07-10T11:57:51Z', user: 'bert-jan', sourceIp: '192.168.10.20' };

test('a citation shows its evidence and moves nothing else', async ({ page, signIn, api }) => {
  test.setTimeout(400_000);
  const analyst = await api('analyst');
  const { id } = await openCase(analyst, 'Unusual activity of a user', ATTACK);
  const run = await (await analyst.post(`/api/investigations/${id}/runs`, { data: {} })).json();
  await expect(async () => {
    expect((await (await analyst.get(`/api/runs/${run.id}`)).json()).status).toBe('succeeded');
  }).toPass({ timeout: 240_000 });
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await expect(page.locator('.cm-line').nth(20)).toBeVisible({ timeout: 60_000 });
  const preview = page.getByRole('region', { name: 'Preview', exact: true });
  const citations = preview.getByRole('button', { name: /^Show evidence E\d+/ });
  const total = await citations.count();
  expect(total).toBeGreaterThan(3);
  for (const index of [0, 1, Math.floor(total / 2), total - 1]) {
    const citation = citations.nth(index);
    await citation.scrollIntoViewIfNeeded();
    const places = () =>
      page.evaluate(() => ({
        window: [window.scrollY, document.documentElement.scrollTop, document.body.scrollTop],
        frames: [...document.querySelectorAll('main, main > *, main > * > *')].map((element) => element.scrollTop),
        preview: document.querySelector('section[aria-label=Preview]')?.scrollTop,
        source: document.querySelector('.cm-scroller')?.scrollTop,
        height: document.documentElement.scrollHeight - window.innerHeight,
      }));
    // The source follows the preview, on a busy machine not at once.
    await expect(async () => {
      const now = await places();
      await page.waitForTimeout(300);
      expect(await places()).toEqual(now);
    }).toPass();
    const before = await places();
    expect(before.window).toEqual([0, 0, 0]);
    expect(before.height).toBe(0);
    const name = ((await citation.textContent()) ?? '').trim();
    await citation.click();
    const record = page.locator(`[data-evidence="${name.slice(1)}"]`);
    await expect(record.locator('button').first()).toHaveAttribute('aria-expanded', 'true');
    await expect(record.locator('button').first()).toBeInViewport();
    await page.waitForTimeout(200);
    expect(await places()).toEqual(before);
  }
});

test('Ctrl Enter anywhere in the coach box never opens the submit dialog', async ({ page, signIn, api }) => {
  const { id } = await openCase(await api('analyst'));
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await expect(page.locator('.cm-content').first()).toBeVisible();
  const coach = page.getByRole('form', { name: 'Coaching' });
  for (const control of ['radio', 'textbox'] as const) {
    await coach.getByRole(control).last().focus();
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});

test('an error in one panel leaves the rest of the page usable', async ({ page, signIn, api }) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  await writeDraft(analyst, id, complete);
  await signIn(page, 'analyst');
  await page.route('**/api/investigations/*/checks*', (route) =>
    route.fulfill({ json: { version: 2, items: [null] } }),
  );
  await page.goto(`/investigations/${id}`);
  await page.getByRole('tab', { name: /^Checks/ }).click();
  await expect(page.getByTestId('panel-error')).toBeVisible();
  await page.locator('.cm-content').first().click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('\nStill editable.');
  await expect(page.locator('[data-testid=save-status][data-state=saved]')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Preview', exact: true })).toContainText('Still editable.');
});

test('s and a letter show a panel, e goes to the text, in the editor and where a case is read', async ({
  page,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  await signIn(page, 'analyst');
  await page.setViewportSize({ width: 1440, height: 900 });
  const press = async (keys: string) => {
    for (const key of keys.split(' ')) await page.keyboard.press(key);
  };
  const expectPanels = async (panels: Record<string, string>) => {
    for (const [keys, tab] of Object.entries(panels)) {
      await press(keys);
      const shown = page.getByRole('tab', { name: new RegExp(`^${tab}`), selected: true });
      await expect(shown, `${keys} shows ${tab}`).toHaveCount(1);
    }
  };

  await page.goto(`/library/${id}`);
  await expect(page.getByRole('link', { name: 'Open in editor' })).toBeVisible();
  await expectPanels({ 's e': 'Evidence', 's a': 'Alerts', 's t': 'Tasks', 's i': 'About' });
  await press('e');
  await expect(page).toHaveURL(`/investigations/${id}`);

  await expect(page.locator('.cm-content')).toBeVisible();
  await expectPanels({
    's e': 'Evidence',
    's c': 'Checks',
    's p': 'Proposals',
    's a': 'Alerts',
    's t': 'Tasks',
    's b': 'Runbooks',
    's r': 'Run',
  });
  await expect(page.locator('[data-panel=run]')).toBeFocused();
  await press('e');
  await expect(page.locator('.cm-content')).toBeFocused();
  // In the text they are letters.
  const before = await page.locator('.cm-content').textContent();
  await press('s e');
  await expect(page.locator('.cm-content')).not.toHaveText(before ?? '');
  await expect(page.getByRole('tab', { name: /^Run/, selected: true })).toHaveCount(1);
});

test('n walks the findings of the checks and f fixes one; the others keep their places', async ({
  page,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst);
  await writeDraft(analyst, id, (markdown) =>
    complete(markdown).replace(
      /What is to be said about it: technical details\./,
      'It came from 203.0.113.77.\n\nIt came back from 203.0.113.77.',
    ),
  );
  await signIn(page, 'analyst');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/investigations/${id}`);
  const source = page.locator('.cm-content');
  await expect(source).toBeVisible();
  await page.keyboard.press('s');
  await page.keyboard.press('c');
  const errors = page.getByRole('region', { name: 'Errors' }).getByRole('listitem').filter({ hasText: 'Defang' });
  await expect(errors).toHaveCount(2);

  const first = errors.first().getByRole('button', { name: /^line / });
  await expect(async () => {
    if (!(await first.evaluate((button) => button === document.activeElement))) await page.keyboard.press('n');
    await expect(first).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.press('f');
  await expect(errors).toHaveCount(1);
  await expect(source).toContainText('It came from 203[.]0[.]113[.]77.');
  await expect(source).toContainText('It came back from 203.0.113.77.');
  // While the text is newer than the findings, a fix waits in its place.
  await page.route('**/api/investigations/*/draft', (route) =>
    route.request().method() === 'PUT' ? new Promise(() => {}) : route.continue(),
  );
  await page.keyboard.press('e');
  await page.keyboard.type('x');
  await expect(errors.first().getByRole('button', { name: 'Defang' })).toBeDisabled();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});
