import type { Page } from '@playwright/test';
import { submittedCase } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

/** Where the focus is: its name, and whether a person sees that it is there. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { top, bottom, left, right, width } = element.getBoundingClientRect();
    return {
      name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)}`,
      isMarked: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0,
      isInView: width > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
    };
  });

/** Presses Tab until the page ends, and fails at a place that nobody sees. */
async function walk(page: Page, most = 80): Promise<string[]> {
  const names: string[] = [];
  while (names.length < most) {
    await page.keyboard.press('Tab');
    const place = await focused(page);
    if (!place) break;
    expect(place, `${page.url()}, after ${names.at(-1)}`).toMatchObject({ isMarked: true, isInView: true });
    names.push(place.name);
  }
  return names;
}

test('the Tab key goes through the settings, always visible, and dialogs return the focus', async ({
  page,
  signIn,
}) => {
  test.setTimeout(240_000);
  await signIn(page, 'admin');
  for (const subject of ['people', 'keys', 'notifications', 'sign-in', 'audit', 'retention', 'sources', 'profile']) {
    await page.goto(`/settings/${subject}`);
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
    await page.waitForLoadState('networkidle');
    const [first = '', ...rest] = await walk(page);
    expect(first, subject).toContain('Skip to content');
    expect(rest.length, subject).toBeGreaterThan(20);
  }
  for (const [subject, name] of [
    ['people', 'Add a person'],
    ['keys', 'Create a key'],
    ['notifications', 'Add a channel'],
    ['connections', 'Add a connection'],
  ] as const) {
    await page.goto(`/settings/${subject}`);
    const button = page.getByRole('button', { name });
    const dialog = page.getByRole('dialog');
    await button.focus();
    await expect(async () => {
      if (!(await dialog.isVisible())) await page.keyboard.press('Enter');
      await expect(dialog).toBeVisible({ timeout: 2000 });
    }).toPass();
    await expect(dialog.locator(':focus')).toHaveCount(1);
    // The focus stays within.
    for (let at = 0; at < 12; at += 1) await page.keyboard.press('Tab');
    await expect(dialog.locator(':focus')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(button, subject).toBeFocused();
  }
});

test('the Tab key goes through a review, always visible, and a comment is sent by keyboard', async ({
  page,
  signIn,
  api,
}) => {
  const { review } = await submittedCase(await api('analyst'));
  await signIn(page, 'reviewer');
  await page.goto(`/reviews/${review.id}`);
  await expect(page.getByRole('button', { name: 'Approve revision 1' })).toBeVisible();
  const names = await walk(page, 120);
  expect(names[0]).toContain('Skip to content');
  expect(names.some((name) => name.includes('Request changes'))).toBe(true);
  await page.getByLabel('Comment on the whole report').focus();
  await page.keyboard.type('Which hour?');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Which hour?').first()).toBeVisible();
});
