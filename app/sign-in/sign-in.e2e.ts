import { expect, test } from '@/scripts/e2e/fixtures';

test.describe('sign-in', () => {
  test('refuses in words, lets in, returns to the page asked for, and out again', async ({
    page,
    state,
    expectAccessible,
  }) => {
    await page.goto('/settings/keys');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings%2Fkeys$/);
    await expectAccessible(page);
    await page.getByLabel('E-mail address').fill(state.people.analyst.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(
      page.getByRole('alert').filter({ hasText: 'The address or the password is not right.' }),
    ).toBeVisible();

    await page.getByLabel('Password').fill(state.people.analyst.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/settings\/keys$/);

    await page
      .getByRole('button', { name: `Account of ${state.people.analyst.name}` })
      .first()
      .click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/sign-in$/);
    await page.goto('/queue');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fqueue$/);
  });

  test('sends nobody to another site after signing in', async ({ page, state, signIn }) => {
    await signIn(page, 'analyst');
    for (const next of ['https://evil.test/', '//evil.test/', '/\\evil.test', 'javascript:alert(1)']) {
      await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
      await expect(page).toHaveURL(new RegExp(`^${state.url}/queue`));
    }
  });
});

test('a setup link that was used says so and leads on', async ({ page, expectAccessible }) => {
  await page.goto('/setup?token=used-long-ago');
  await expect(page.getByRole('heading', { name: 'This link does not work any more' })).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});
