import type { Page } from '@playwright/test';
import { appCode } from '@/lib/auth/testing-app-code';
import { expect, test } from '@/scripts/e2e/fixtures';

const PASSWORD = 'correct horse battery';

async function enter(page: Page, email: string): Promise<void> {
  await page.context().clearCookies();
  await page.goto('/sign-in?next=%2Fsettings%2Fprofile');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** An admin adds a person without a password, who opens the link and chooses one. */
async function invite(page: Page, name: string, email: string): Promise<void> {
  await page.goto('/settings/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByRole('button', { name: 'Add person', exact: true }).click();
  const link = (await dialog.getByTestId('one-time-link').textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('invited');
  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: `Welcome, ${name}` })).toBeVisible();
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(page).toHaveURL(/\/queue/);
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This link is no longer valid' })).toBeVisible();
}

test('an invited person sets up two-factor sign-in, signs in with a recovery code once, and an admin takes it away', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  test.setTimeout(240_000);
  const mark = Date.now().toString(36);
  const [name, email] = [`Ivo ${mark}`, `ivo-${mark}@e2e.test`];
  await signIn(page, 'admin');
  await invite(page, name, email);

  await page.goto('/settings/profile');
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Two-factor sign-in' }) });
  await section.getByRole('button', { name: 'Set up' }).click();
  await section.getByLabel('Your password').fill('not the password');
  await section.getByRole('button', { name: 'Continue' }).click();
  await expect(section.getByText('This is not your current password.')).toBeVisible();
  await section.getByLabel('Your password').fill(PASSWORD);
  await section.getByRole('button', { name: 'Continue' }).click();
  await expect(section.getByRole('img', { name: /^QR code/ })).toBeVisible();
  await expect(section.getByLabel('Code from the app')).toBeFocused();
  await expectAccessible(page);
  const secret = ((await section.getByTestId('totp-secret').textContent()) ?? '').trim();
  await section.getByLabel('Code from the app').fill('000000');
  await section.getByRole('button', { name: 'Turn on' }).click();
  await expect(section.getByText(/^This code is wrong/)).toBeVisible();
  await section.getByLabel('Code from the app').fill(appCode(secret));
  await section.getByRole('button', { name: 'Turn on' }).click();
  const codes = section.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(codes).not.toHaveCount(0);
  const [first = ''] = await codes.allTextContents();
  await expectAccessible(page);
  await section.getByRole('button', { name: 'I saved the codes' }).click();
  await expect(section.getByText('on', { exact: true })).toBeVisible();
  await expect(page.getByText(first)).toHaveCount(0);

  await enter(page, email);
  await expect(page.getByLabel('Code from your authenticator app')).toBeFocused();
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await expectAccessible(page);
  const field = page.getByLabel('Recovery code');
  await field.fill(first);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL(/\/settings\/profile$/);
  await enter(page, email);
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await field.fill(first);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText(/^This code is wrong/)).toBeVisible();
  await expect(page).toHaveURL(/\/sign-in/);

  await signIn(page, 'admin');
  await page.goto('/settings/people');
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText('two-factor');
  await row.getByRole('button', { name: `More actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Remove second factor…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove second factor' }).click();
  await expect(row.getByText('two-factor')).toHaveCount(0);
  await enter(page, email);
  await expect(page).toHaveURL(/\/settings\/profile$/);
});

test('open work goes to whom an admin names when a person is deactivated', async ({
  page,
  signIn,
  api,
  state,
  expectAccessible,
}) => {
  const [admin, analyst] = [await api('admin'), await api('analyst')];
  const mark = Date.now().toString(36);
  const person = { name: `Gus ${mark}`, email: `gus-${mark}@e2e.test`, password: PASSWORD, role: 'analyst' };
  const { id } = await (await admin.post('/api/users', { data: person })).json();
  const alert = { id: `gus-${mark}`, title: `Work of ${person.name}`, severity: 'low', time: '2024-05-06T07:08:09Z' };
  const { ids } = await (await analyst.post('/api/webhooks/generic', { data: alert })).json();
  const given = await analyst.patch(`/api/alerts/${ids[0]}`, { data: { assignee: id } });
  expect(given.ok(), await given.text()).toBe(true);

  await signIn(page, 'admin');
  await page.goto('/settings/people');
  const button = page.getByRole('button', { name: `Deactivate ${person.name}` });
  await button.click();
  const dialog = page.getByRole('dialog', { name: `Deactivate ${person.name}?` });
  await expect(dialog).toContainText('1 open alert');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await button.click();
  await dialog.getByRole('combobox', { name: 'Hand over to' }).click();
  await page.getByRole('option', { name: state.people.lead.name }).click();
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByRole('row', { name: new RegExp(person.name) })).toContainText('deactivated');
  const moved = await (await analyst.get(`/api/alerts/${ids[0]}`)).json();
  expect(moved.assignee.id).toBe(state.people.lead.id);
});
