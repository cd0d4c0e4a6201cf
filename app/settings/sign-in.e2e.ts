import { randomUUID } from 'node:crypto';
import { startAuthorizationServer } from '@/lib/connections/testing/authorization-server';
import { expect, test } from '@/scripts/e2e/fixtures';

test('an admin signs in to a server by OAuth, sees as whom and for what, and signs out', async ({
  page,
  signIn,
  api,
  state,
  expectAccessible,
}) => {
  const redirectUrl = `${state.url}/api/oauth/callback`;
  const server = await startAuthorizationServer({ redirectUrl });
  const admin = await api('admin');
  const name = `e2e-${randomUUID().slice(0, 8)}`;
  await signIn(page, 'admin');
  // The authorization server is another site: the test goes there, the browser gets what it sends back.
  let choice: 'allow' | 'refuse' = 'refuse';
  await page.route('**/oauth/start', async (route) => {
    const response = await route.fetch();
    const { authorizationUrl } = await response.json();
    await route.fulfill({ json: { authorizationUrl: (await server.consent(authorizationUrl, choice)).href } });
  });
  await page.goto('/settings/connections');
  await page.getByRole('button', { name: 'Add a connection' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a connection' });
  await dialog.getByRole('button', { name: /^Another MCP server/ }).click();
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByRole('combobox', { name: 'Transport' }).click();
  await page.getByRole('option', { name: /Streamable HTTP/ }).click();
  await dialog.getByLabel('URL', { exact: true }).fill(server.mcp.url);
  await dialog.getByRole('checkbox', { name: 'On our internal network' }).click();
  await dialog.getByRole('checkbox', { name: 'Sign in with OAuth' }).click();
  await expect(dialog.getByTestId('redirect-url')).toHaveText(redirectUrl);
  await expectAccessible(page);
  await page.screenshot({ path: 'test-results/oauth-form.png' });
  await dialog.getByLabel('Client secret (optional)').fill('a secret without its client');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText('Enter the client ID that the secret belongs to.')).toBeVisible();
  await dialog.getByLabel('Client secret (optional)').fill('');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();

  await page.waitForURL(/\/settings\/connections\/[0-9a-f-]{36}$/);
  const id = page.url().split('/').at(-1) ?? '';
  try {
    await expect(page.getByText('not signed in')).toBeVisible();
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'The sign-in was cancelled' })).toBeVisible();
    choice = 'allow';
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByText('signed in', { exact: true })).toBeVisible();
    await expect(page.getByText('alerts:read')).toBeVisible();
    // Tested at once, with the token.
    await expect(page.getByRole('list', { name: 'Test' }).getByRole('listitem')).toHaveCount(2);
    await expectAccessible(page);
    await page.screenshot({ path: 'test-results/oauth-signed-in.png', fullPage: true });
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.screenshot({ path: 'test-results/oauth-signed-in-390.png', fullPage: true });

    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByText('not signed in')).toBeVisible();
    const { signIn: after } = await (await admin.get(`/api/connections/${id}`)).json();
    expect(after.state).toBe('none');
  } finally {
    await admin.delete(`/api/connections/${id}`);
    await server.close();
  }
});
