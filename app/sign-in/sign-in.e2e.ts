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
    await expect(page.getByRole('alert').filter({ hasText: 'Wrong e-mail address or password.' })).toBeVisible();

    await page.getByLabel('Password').fill(state.people.analyst.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/settings\/keys$/);

    const account = page.getByRole('button', { name: `Account of ${state.people.analyst.name}` }).first();
    const signOut = page.getByRole('menuitem', { name: 'Sign out' });
    await expect(async () => {
      await account.click();
      await expect(signOut).toBeVisible({ timeout: 1000 });
    }).toPass();
    await signOut.click();
    await expect(page).toHaveURL(/\/sign-in$/);
    await page.goto('/queue');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fqueue$/);
  });

  test('leads back to the whole address, query included', async ({ page, state }) => {
    const address = '/queue?status=closed&alert=00000000-0000-7000-8000-000000000000';
    await page.goto(address);
    await expect(page).toHaveURL(new RegExp(`/sign-in\\?next=${encodeURIComponent(address)}$`));
    await page.getByLabel('E-mail address').fill(state.people.analyst.email);
    await page.getByLabel('Password').fill(state.people.analyst.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/queue\?.*alert=00000000-0000-7000-8000-000000000000/);
  });

  test('tells a deactivated person why they are signed out and can’t come back', async ({
    page,
    api,
    expectAccessible,
  }) => {
    const admin = await api('admin');
    const person = { name: 'Gone Person', email: `gone-${Date.now()}@e2e.test`, password: 'correct horse battery' };
    const { id } = await (await admin.post('/api/users', { data: { ...person, role: 'analyst' } })).json();
    const signIn = async () => {
      await page.getByLabel('E-mail address').fill(person.email);
      await page.getByLabel('Password').fill(person.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await page.goto('/queue');
    await signIn();
    await expect(page.getByRole('heading', { name: 'Queue' })).toBeVisible();
    await page.goto('about:blank'); // the open page would notice by itself, and leave at its own time
    expect((await admin.patch(`/api/users/${id}`, { data: { disabled: true } })).status()).toBe(200);
    await page.goto('/reviews');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Freviews$/);
    await expect(page.getByRole('status').filter({ hasText: 'Your account was deactivated' })).toBeVisible();
    await expectAccessible(page);
    await signIn();
    await expect(page.getByRole('alert').filter({ hasText: 'This account is deactivated.' })).toBeVisible();
  });

  test('tells on the next page that a session has ended, also after the open page has noticed it first', async ({
    page,
    api,
  }) => {
    const admin = await api('admin');
    const person = { name: 'Late Person', email: `late-${Date.now()}@e2e.test`, password: 'correct horse battery' };
    const { id } = await (await admin.post('/api/users', { data: { ...person, role: 'analyst' } })).json();
    await page.goto('/queue');
    await page.getByLabel('E-mail address').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Queue' })).toBeVisible();
    await page.goto('about:blank');
    for (const disabled of [true, false])
      expect((await admin.patch(`/api/users/${id}`, { data: { disabled } })).status()).toBe(200);
    // What the page asks by itself, as its next poll: the answer must leave the cookie that the sign-in page reads.
    expect((await page.request.get('/api/me')).status()).toBe(401);
    await page.goto('/library');
    await expect(page.getByRole('status').filter({ hasText: 'Your session has ended.' })).toBeVisible();
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
  await expect(page.getByRole('heading', { name: 'This link is no longer valid' })).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});
