import { expect, test } from '@/scripts/e2e/fixtures';

test('a passkey is added in the profile and signs in; removed, it no longer does', async ({
  page,
  state,
  expectAccessible,
}) => {
  test.setTimeout(180_000);
  // Chromium's own virtual device answers as a fingerprint reader would.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const { name, email, password } = state.people.lead;
  // At an address without a name there is nothing to press.
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Use a passkey' })).toHaveCount(0);
  const origin = `http://localhost:${new URL(state.url).port}`;
  await page.goto(`${origin}/sign-in?next=%2Fsettings%2Fprofile`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/settings\/profile$/);
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Passkeys' }) });
  const add = section.getByRole('button', { name: 'Add a passkey' });
  // The page is there before its code is.
  await expect(async () => {
    if (await add.isVisible()) await add.click({ timeout: 2000 });
    await expect(section.getByLabel('Name')).toBeVisible({ timeout: 3000 });
  }).toPass();
  await section.getByLabel('Name').fill('Laptop');
  await section.getByLabel('Your password').fill('not the password');
  await section.getByRole('button', { name: 'Continue' }).click();
  await expect(section.getByText('This is not your current password.')).toBeVisible();
  await section.getByLabel('Your password').fill(password);
  await section.getByRole('button', { name: 'Continue' }).click();
  const row = section.getByRole('listitem').filter({ hasText: 'Laptop' });
  await expect(row).toContainText('never used');
  await expectAccessible(page);

  await page.context().clearCookies();
  await page.goto(`${origin}/sign-in?next=%2Fsettings%2Fprofile`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  // The device, the sign-in and a whole page: more than a machine with other work does in the usual time.
  await expect(page).toHaveURL(/\/settings\/profile$/, { timeout: 45_000 });
  await expect(page.getByRole('button', { name: `Account of ${name}` }).first()).toBeVisible();
  await expect(row).toContainText('last used');
  await row.getByRole('button', { name: 'Remove Laptop' }).click();
  await row.getByRole('button', { name: 'Remove passkey' }).click();
  await expect(row).toHaveCount(0);

  await page.context().clearCookies();
  await page.goto(`${origin}/sign-in`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText('This passkey is unknown here')).toBeVisible();
});
