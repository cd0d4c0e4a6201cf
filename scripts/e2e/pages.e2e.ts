import { expect, test } from './fixtures';

for (const [path, title, role] of [
  ['/queue', 'Queue', 'analyst'],
  ['/reviews', 'Reviews', 'analyst'],
  ['/library', 'Library', 'analyst'],
  ['/dashboard', 'Dashboard', 'lead'],
] as const) {
  test(`${path} opens for the role ${role} and is closed to the signed out`, async ({ page, signIn }) => {
    await page.goto(path);
    await expect(page).toHaveURL(/sign-in/);
    await signIn(page, role);
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 }).first()).toContainText(title);
  });
}
