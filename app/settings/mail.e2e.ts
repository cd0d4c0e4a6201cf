import { type Mailbox, startMailbox } from '@/lib/notifications/testing-mailbox';
import { openCase } from '@/scripts/e2e/case';
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
  await dialog.getByRole('button', { name: 'Add channel', exact: true }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Send a test to Mail' }).click();
  await expect.poll(() => mailbox.mails.length).toBe(2);
  const item = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Remove Mail' }) });
  await item.getByRole('button', { name: 'Change Mail' }).click();
  const change = page.getByRole('dialog', { name: 'Change Mail' });
  await change.getByRole('checkbox', { name: 'Weekly report' }).click();
  await expectAccessible(page);
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(change).toBeHidden();
  await expect(item).not.toContainText('Weekly report');
  await expect(item).toContainText('Review requested');
  await page.getByRole('button', { name: 'Remove Mail' }).click();
  await page.getByRole('button', { name: 'Remove channel' }).click();
  await expect(page.getByRole('button', { name: 'Remove Mail' })).toHaveCount(0);
  // Other tests know no mail server.
  expect((await (await api('admin')).delete('/api/settings/mail')).status()).toBe(204);
});

test('a person without an account answers a question by a link that works once', async ({
  page,
  browser,
  signIn,
  api,
  state,
  expectAccessible,
}) => {
  const [admin, analyst] = [await api('admin'), await api('analyst')];
  const data = { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'soc@soc.example' };
  expect((await admin.put('/api/settings/mail', { data })).ok()).toBe(true);
  const { id } = await openCase(analyst);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('tab', { name: /^Evidence/ }).click();
  await page.getByRole('button', { name: 'Ask a person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask a person' });
  await dialog.getByLabel('About').fill('eva');
  await dialog.getByLabel('E-mail address').fill('eva@owner.example');
  await dialog.getByLabel('Question').fill('Did you sign in from Lisbon at 02:13 UTC?');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Send question' }).click();
  await expect(dialog).toBeHidden();
  const link = () => /https?:\/\/[^\s]+\/ask\/[\w-]+/.exec(mailbox.mails.at(-1)?.raw.replace(/=\r\n/g, '') ?? '')?.[0];
  await expect.poll(link).toBeTruthy();

  const stranger = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const other = await stranger.newPage();
  await other.goto(link() ?? '');
  await expect(other.getByRole('heading', { name: `${state.people.analyst.name} asks you` })).toBeVisible();
  await expect(other.getByText('Did you sign in from Lisbon at 02:13 UTC?')).toBeVisible();
  await expectAccessible(other);
  expect(await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await other.getByLabel('Your name').fill('Eva Stone');
  await other.getByLabel('Your reply').fill('No. I was at home.');
  await other.getByRole('button', { name: 'Send reply' }).click();
  await expect(other.getByRole('status').filter({ hasText: 'Your reply was sent' })).toBeVisible();
  await other.reload();
  await expect(other.getByRole('heading', { name: 'This link doesn’t work' })).toBeVisible();
  await expectAccessible(other);
  await stranger.close();

  const { items } = await (await analyst.get(`/api/investigations/${id}/evidence`)).json();
  expect(JSON.stringify(items)).toContain('eva');
  expect((await admin.delete('/api/settings/mail')).status()).toBe(204);
});
