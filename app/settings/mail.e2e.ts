import { type Mailbox, startMailbox } from '@/lib/notifications/testing-mailbox';
import { expect, test } from '@/scripts/e2e/fixtures';

let mailbox: Mailbox;
test.beforeAll(async () => {
  mailbox = await startMailbox();
});
test.afterAll(() => mailbox.close());

test('an admin sets up e-mail, tests it, and chooses it for themselves', async ({
  page,
  signIn,
  api,
  expectAccessible,
  state,
}) => {
  await signIn(page, 'admin');
  await page.goto('/settings/notifications');
  const form = page.locator('form').filter({ has: page.getByLabel('Host') });
  await form.getByLabel('Host').fill('127.0.0.1');
  await form.getByLabel('Port').fill(String(mailbox.port));
  await form.getByRole('combobox', { name: 'Encryption' }).click();
  await page.getByRole('option', { name: 'None, own network only' }).click();
  await form.getByLabel('User').fill('socdown');
  await form.getByLabel('From').fill('socdown@soc.example');
  await form.getByRole('button', { name: 'Save mail server' }).click();
  await expect(form.getByText('Enter the user’s password.')).toBeVisible();
  await expect(form.getByLabel('Password')).toBeFocused();
  await form.getByLabel('Password').fill('a password of a test');
  await form.getByRole('button', { name: 'Save mail server' }).click();
  await form.getByRole('button', { name: 'Send me a test' }).click();
  await expect(page.getByText(`Test sent to ${state.people.admin.email}`).first()).toBeVisible();
  expect(mailbox.mails.map(({ to }) => to)).toEqual([[state.people.admin.email]]);
  await expect(form.getByLabel('Password')).toHaveValue('');
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/settings/profile');
  await page.getByRole('button', { name: 'Add a channel' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a channel' });
  await dialog.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'E-mail' }).click();
  await expect(dialog.getByText(`Sent to ${state.people.admin.email}`)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Mail');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Send a test to Mail' }).click();
  await expect.poll(() => mailbox.mails.length).toBe(2);
  await page.getByRole('button', { name: 'Remove Mail' }).click();
  await expect(page.getByRole('button', { name: 'Remove Mail' })).toHaveCount(0);
  // Other tests know no mail server.
  expect((await (await api('admin')).delete('/api/settings/mail')).status()).toBe(204);
});
