import { randomUUID } from 'node:crypto';
import { SETTINGS_PAGES } from '@/components/shell/further-pages';
import { expect, test } from '@/scripts/e2e/fixtures';

const SUBJECTS = [
  ...SETTINGS_PAGES.flatMap(({ pages }) => pages.map(({ href }) => href)),
  '/settings/method/corrections',
];

test('an admin adds a person, changes the role and switches the account off', async ({
  page,
  signIn,
  api,
  playwright,
  state,
}) => {
  const email = `${randomUUID()}@e2e.test`;
  const password = 'correct horse battery';
  const name = `Nia ${email.slice(0, 6)}`;
  const signInAs = async () => {
    const context = await playwright.request.newContext({
      baseURL: state.url,
      extraHTTPHeaders: { origin: state.url },
    });
    const { status } = await context
      .post('/api/auth/sign-in/email', { data: { email, password } })
      .then((r) => ({ status: r.status() }));
    const me = await context.get('/api/me');
    const role = me.ok() ? (await me.json()).role : null;
    await context.dispose();
    return { status, role };
  };
  await signIn(page, 'admin');
  await page.goto('/settings/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a person' });
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('E-mail address').fill(state.people.lead.email);
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Add person', exact: true }).click();
  await expect(dialog.getByText(/^There is already a user/)).toBeVisible();
  await expect(dialog.getByLabel('E-mail address')).toBeFocused();
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByRole('button', { name: 'Add person', exact: true }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText(email);
  expect(await signInAs()).toEqual({ status: 200, role: 'analyst' });

  await row.getByRole('combobox', { name: `Role of ${name}` }).click();
  await page.getByRole('option', { name: 'reviewer' }).click();
  await expect(page.getByText(`${name} now has the role reviewer.`).first()).toBeVisible();
  expect(await signInAs()).toEqual({ status: 200, role: 'reviewer' });

  await row.getByRole('button', { name: `Deactivate ${name}` }).click();
  await expect(row.getByText('deactivated')).toBeVisible();
  expect((await signInAs()).role).toBeNull();
  const { items } = await (await (await api('admin')).get('/api/users')).json();
  expect(items.find((item: { email: string }) => item.email === email)).toMatchObject({
    role: 'reviewer',
    disabled: true,
  });
});

test('a key is shown once, works, and is refused when revoked', async ({ page, signIn, playwright, state }) => {
  const name = `Intake ${randomUUID().slice(0, 8)}`;
  const statusWith = async (key: string) => {
    const context = await playwright.request.newContext({
      baseURL: state.url,
      extraHTTPHeaders: { authorization: `Bearer ${key}` },
    });
    const status = (await context.get('/api/me')).status();
    await context.dispose();
    return status;
  };
  await signIn(page, 'analyst');
  await page.goto('/settings/keys');
  await page.getByRole('button', { name: 'Create a key' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create key', exact: true }).click();
  const key = (await page.getByTestId('new-key').textContent()) ?? '';
  expect(key).toMatch(/^socdown_/);
  await page.getByRole('button', { name: 'Done' }).click();
  expect(await statusWith(key)).toBe(200);
  await page.reload();
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toBeVisible();
  expect(await page.content()).not.toContain(key);

  await row.getByRole('button', { name: `Revoke ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  // While the dialog is open, nobody sees a row behind it.
  await expect(page.getByText(/^Key “.*” revoked$/).first()).toBeVisible();
  await expect(row).toHaveCount(0);
  expect(await statusWith(key)).toBe(401);
});

test('an analyst sees people, and nothing to change them with', async ({ page, signIn, state }) => {
  await signIn(page, 'analyst');
  await page.goto('/settings/people');
  await expect(page.getByRole('row', { name: new RegExp(state.people.reviewer.name) })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add a person' })).toHaveCount(0);
  await expect(page.getByText(state.people.reviewer.email)).toHaveCount(0);
  await page.goto('/settings/samples');
  await expect(page.getByRole('heading', { name: 'Samples' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Remove/ })).toHaveCount(0);
});

test('the command of a source has this installation’s address', async ({ page, signIn, state }) => {
  await signIn(page, 'analyst');
  await page.goto('/settings/sources');
  await expect(page.locator('pre')).toContainText(`${state.url}/api/webhooks/generic`);
  await page.getByRole('combobox', { name: 'Sender' }).click();
  await page.getByRole('option', { name: 'GuardDuty' }).click();
  await expect(page.locator('pre')).toContainText(`${state.url}/api/webhooks/guardduty`);
});

test('the theme and the single-letter keys are kept', async ({ page, signIn }) => {
  await signIn(page, 'analyst');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/settings/appearance');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark'); // as the device wants, until a person chooses
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('combobox', { name: 'Theme' }).click();
  await page.getByRole('option', { name: 'Light' }).click();
  await page.getByRole('checkbox', { name: 'Single-letter shortcuts' }).click();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(page.getByRole('checkbox', { name: 'Single-letter shortcuts' })).not.toBeChecked();
  await page.locator('main').focus();
  await page.keyboard.press('?');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toHaveCount(0);
});

test('every subject is accessible in both themes and fits a narrow window', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  test.setTimeout(400_000);
  await signIn(page, 'admin');
  for (const subject of SUBJECTS) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(subject);
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${subject} at 320 px`).toBeLessThanOrEqual(0);
  }
});
