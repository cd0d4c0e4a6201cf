import { expect, test } from './fixtures';

for (const [path, title] of [
  ['/queue', 'Queue'],
  ['/reviews', 'Reviews'],
  ['/library', 'Library'],
] as const) {
  test(`${path} opens for an analyst and is closed to others`, async ({ page, signIn }) => {
    await page.goto(path);
    await expect(page).toHaveURL(/sign-in/);
    await signIn(page, 'analyst');
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 }).first()).toContainText(title);
  });
}
