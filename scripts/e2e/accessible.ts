import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { nightly } from '@/lib/env/testing';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];
/** Set on the texts whose colors are looked at. */
const SAMPLE = 'data-contrast-sample';
const ALL_TEXTS = nightly(1, 0) === 1;

/** In both themes or those named, in the page or `within` a part (CSS). */
export type AccessibleOptions = { themes?: ('dark' | 'light')[]; within?: string };

/** Fails with the list of axe's findings: all rules but those about colors once, and those in each theme. */
export async function expectAccessible(
  page: Page,
  { themes = ['dark', 'light'], within }: AccessibleOptions = {},
): Promise<void> {
  const before = await page.evaluate(() => document.documentElement.dataset.theme);
  await expectNothing('axe', () => findingsOf(axeOf(page, within).withTags(RULES).disableRules(COLOR_RULES)));
  for (const theme of themes) {
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    await expectNothing(`axe in the ${theme} theme`, () => colorFindings(page, within));
  }
  await page.evaluate((name) => {
    document.documentElement.dataset.theme = name;
  }, before);
}

/** What axe says about the colors of the page as it is now. */
export async function colorFindings(page: Page, within = 'body'): Promise<string[]> {
  if (!ALL_TEXTS) await page.evaluate(markTexts, { mark: SAMPLE, within });
  return findingsOf(axeOf(page, ALL_TEXTS ? within : `[${SAMPLE}]`).withRules(COLOR_RULES));
}

/** Nothing but violations, and without a second page to put frames together in: we have no frames. */
function axeOf(page: Page, within: string | undefined): AxeBuilder {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
  return within ? axe.include(within) : axe;
}

async function findingsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((node) => node.target).join('\n  ')}`);
}

/** Again until it holds: a page that is still waking up has controls without their names for a moment. */
async function expectNothing(what: string, find: () => Promise<string[]>): Promise<void> {
  await expect(async () => expect(await find(), what).toEqual([])).toPass({ timeout: 60_000 });
}

/**
 * In the page: marks one text of those that look alike, since elements with the same tags, classes and states from the
 * root down have the same colors. Most of what axe took was the same colours in each row again.
 */
function markTexts({ mark, within }: { mark: string; within: string }): void {
  const keys = new Map<Element, string>();
  const isState = ({ name, value }: Attr) =>
    /^(?:class|style|disabled|hidden|href)$/.test(name) ||
    (name !== mark && /^(?:data|aria)-/.test(name) && /^[a-z-]{0,12}$/.test(value));
  const keyOf = (element: Element | null): string => {
    if (!element) return '';
    const known = keys.get(element);
    if (known !== undefined) return known;
    const states = [...element.attributes]
      .filter(isState)
      .map(({ name, value }) => name === 'href' || `${name}=${value}`);
    const key = `${keyOf(element.parentElement)}>${element.tagName} ${states.join(' ')}`;
    keys.set(element, key);
    return key;
  };
  for (const marked of document.querySelectorAll(`[${mark}]`)) marked.removeAttribute(mark);
  const seen = new Set<string>();
  for (const root of document.querySelectorAll(within))
    for (const element of [root, ...root.querySelectorAll('*')]) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim());
      if (!hasText || seen.has(keyOf(element))) continue;
      seen.add(keyOf(element));
      element.setAttribute(mark, '');
    }
}
