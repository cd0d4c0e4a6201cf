import type { Page } from '@playwright/test';
import type { Role } from '@/lib/auth/permissions';
import { colorFindings } from './accessible';
import { approve, submittedCase } from './case';
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

const SETTINGS = [
  ...['profile', 'appearance', 'keys', 'logs', 'connections', 'model', 'method', 'method/corrections', 'reviews'],
  ...['sources', 'notifications', 'samples', 'people', 'sign-in', 'signing', 'retention', 'audit'],
].map((name) => `/settings/${name}`);

/** What the browser complains about: errors and warnings of scripts, files that don't come. */
function watchComplaints(page: Page): string[] {
  const complaints: string[] = [];
  const where = () => new URL(page.url()).pathname;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${where()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${where()}: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${where()}: ${response.status()} ${response.url()}`);
  });
  return complaints;
}

/** Wide, on a phone, and at 400 % zoom on a small screen: one first heading, no level left out, a title, and nothing to scroll sideways. */
async function expectWhole(page: Page): Promise<void> {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
    [320, 256],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect.poll(() => jumpsOf(page), { message: `heading levels of ${page.url()}` }).toEqual([]);
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(overflow, { message: `${page.url()} at ${width} px` }).toBe(0);
  }
  await expect(page).toHaveTitle(/^.+ · Socdown$/);
}

/** Headings that lie more than one level below the one before them, of those that are shown. */
const jumpsOf = (page: Page): Promise<string[]> =>
  page.getByRole('heading').evaluateAll((headings) => {
    const level = (heading: Element | undefined) => Number(heading?.tagName.slice(1) ?? 0);
    return headings.filter((one, at) => level(one) > level(headings[at - 1]) + 1).map((one) => one.outerHTML);
  });

test('every page loads whole, without a complaint of the browser, wide and narrow', async ({ page, signIn, api }) => {
  test.slow();
  const { id, title, review } = await submittedCase(await api('analyst'));
  await approve(await api('reviewer'), review);
  const complaints = watchComplaints(page);
  const look = async (role: Role, paths: string[]) => {
    await signIn(page, role);
    for (const path of paths) {
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      await expectWhole(page);
    }
  };
  await look('analyst', ['/queue', '/inbox', '/entities', '/entities/ip/203.0.113.77', '/reviews', '/library']);
  // Several of them are open at once: the tabs must say which is which.
  for (const path of [`/investigations/${id}`, `/library/${id}`, `/reviews/${review.id}`]) {
    await look('analyst', [path]);
    await expect(page).toHaveTitle(new RegExp(title));
  }
  await look('lead', ['/dashboard', '/dashboard/weekly', '/evaluations']);
  await look('admin', SETTINGS);
  expect(complaints).toEqual([]);
  await page.goto('/nope');
  await expectWhole(page);
});

test('a page that took long on its way has the times of the moment when it was drawn, then those of now', async ({
  page,
  signIn,
}) => {
  const complaints = watchComplaints(page);
  await page.clock.setFixedTime(Date.now() + 7 * 60_000);
  await signIn(page, 'analyst');
  await page.goto('/queue');
  await expect(
    page
      .getByText(/ (?:left|overdue)$/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(complaints).toEqual([]);
});

test('an address with a cursor that is none opens the first page', async ({ page, signIn }) => {
  await signIn(page, 'lead');
  for (const list of ['/reviews', '/library', '/settings/audit', '/queue', '/inbox']) {
    for (const cursor of ['x', '%E2%80%AE', '__proto__', 'A'.repeat(2000), 'eyJ9']) {
      const response = await page.request.get(`${list}?cursor=${cursor}`);
      expect(response.status(), `${list} ${cursor}`).toBe(200);
    }
  }
  await page.goto('/library?cursor=x');
  await expect(page.getByRole('alert').filter({ hasText: 'Ignored an invalid filter' })).toBeVisible();
  await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible();
});

test('the check of colors finds the one faint text among many that are not', async ({ page }) => {
  const alike = '<li class="row">alike</li>'.repeat(30);
  const pageWith = (last: string) =>
    `<!doctype html><html lang="en"><title>Colors</title><main><h1>Colors</h1><ul>${alike}${last}</ul></main>`;
  await page.setContent(pageWith('<li class="row"><b>clear</b></li>'));
  expect(await colorFindings(page)).toEqual([]);
  await page.setContent(pageWith('<li class="row"><b style="color: #999">faint</b></li>'));
  expect(await colorFindings(page)).toEqual([expect.stringContaining('color-contrast')]);
});

test('with the colors of the system what is chosen can be told from the rest', async ({ page, signIn }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await signIn(page, 'analyst');
  await page.goto('/queue');
  const places = page.getByRole('navigation', { name: 'Main' });
  const outlineOf = (name: string) =>
    places.getByRole('link', { name }).evaluate((link) => getComputedStyle(link).outlineStyle);
  expect([await outlineOf('Queue'), await outlineOf('Library')]).toEqual(['solid', 'none']);
});
