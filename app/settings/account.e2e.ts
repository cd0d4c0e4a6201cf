import { randomUUID } from 'node:crypto';
import { expect, test } from '@/scripts/e2e/fixtures';

test('a person is invited by link, sets a password, and looks after the account', async ({
  page,
  signIn,
  browser,
  state,
  expectAccessible,
}) => {
  test.setTimeout(120_000);
  const mark = randomUUID().slice(0, 8);
  const [name, email] = [`Ivy ${mark}`, `${mark}@e2e.test`];
  await signIn(page, 'admin');
  await page.goto('/settings/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const link = (await page.getByTestId('one-time-link').textContent()) ?? '';
  expect(link).toContain(`${state.url}/set-password?token=`);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('invited');

  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const own = await context.newPage();
  await own.goto(link);
  await expect(own.getByRole('heading', { name: `Welcome, ${name}` })).toBeVisible();
  await own.getByLabel('New password').fill('a password of my own');
  await own.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(own).toHaveURL(/\/queue/);
  await own.goto(link);
  await expect(own.getByRole('heading', { name: 'This link is no longer valid' })).toBeVisible();

  await own.goto('/settings/profile');
  expect(await own.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await own.getByLabel('Name').fill(`Ivy Renamed ${mark}`);
  await own.getByRole('button', { name: 'Save name' }).click();
  await expect(own.getByText('Name saved').first()).toBeVisible();
  await own.getByLabel('Current password').fill('not my password');
  await own.getByLabel('New password').fill('another password of mine');
  await own.getByRole('button', { name: 'Change password' }).click();
  await expect(own.getByText('This is not your current password.')).toBeVisible();
  await own.getByLabel('Current password').fill('a password of my own');
  await own.getByRole('button', { name: 'Change password' }).click();
  await expect(own.getByText(/^Password changed/).first()).toBeVisible();
  await expect(own.getByRole('list', { name: 'Sessions' })).toContainText('this device');
  await context.close();

  await page.reload();
  await expect(page.getByRole('row', { name: new RegExp(`Ivy Renamed ${mark}`) })).not.toContainText('invited');
  await page.getByRole('button', { name: `More actions for Ivy Renamed ${mark}` }).click();
  await page.getByRole('menuitem', { name: 'Password reset link' }).click();
  await expect(page.getByTestId('one-time-link')).toContainText('/set-password?token=');
  await expectAccessible(page);
});

test('a key that only sends alerts is refused elsewhere, and both keys work after a rotation', async ({
  page,
  signIn,
  playwright,
  state,
  expectAccessible,
}) => {
  const name = `Sender ${randomUUID().slice(0, 8)}`;
  const statusOf = async (key: string, path: string, data?: object) => {
    const context = await playwright.request.newContext({
      baseURL: state.url,
      extraHTTPHeaders: { authorization: `Bearer ${key}` },
    });
    const answer = data ? await context.post(path, { data }) : await context.get(path);
    const status = answer.status();
    await context.dispose();
    return status;
  };
  await signIn(page, 'analyst');
  await page.goto('/settings/keys');
  await page.getByRole('button', { name: 'Create a key' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('combobox', { name: 'Permissions' }).click();
  await page.getByRole('option', { name: 'Send alerts' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const key = (await page.getByTestId('new-key').textContent()) ?? '';
  await page.getByRole('button', { name: 'Done' }).click();
  const alert = { id: name, title: 'From a sender', severity: 'low' };
  expect(await statusOf(key, '/api/webhooks/generic', alert)).toBe(202);
  expect(await statusOf(key, '/api/alerts')).toBe(403);

  await page.getByRole('button', { name: `Rotate ${name}` }).click();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  const fresh = (await page.getByTestId('new-key').textContent()) ?? '';
  await page.getByRole('button', { name: 'Done' }).click();
  for (const one of [key, fresh]) expect(await statusOf(one, '/api/webhooks/generic', alert)).toBe(202);
  await expect(page.getByRole('row', { name: new RegExp(name) })).toHaveCount(2);
  await expect(page.getByText('replaced', { exact: true }).first()).toBeVisible();
});
