/**
 * The time from the click on a citation until its evidence is open and in view, in the editor and on the reading page of a case that
 * was investigated. Needs a browser; builds the product if that was not done. The aim is less than 100 ms.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { openCase } from '../scripts/e2e/case';
import { withBrowser } from './shared/browser';

const CLICKS = 40;
const ATTACK = { time: '2023-07-10T11:57:51Z', user: 'bert-jan', sourceIp: '192.168.10.20' };

await withBrowser(async ({ url, people, browser, client }) => {
  const { id } = await openCase(client, 'Unusual activity of a user', ATTACK);
  const run = await (await client.post(`/api/investigations/${id}/runs`, { data: {} })).json();
  while (!['succeeded', 'failed'].includes((await (await client.get(`/api/runs/${run.id}`)).json()).status))
    await delay(1000);
  const context = await browser.newContext({
    storageState: people.analyst.storage,
    viewport: { width: 1440, height: 900 },
  });
  console.log('page       clicks   median   95 %   worst (ms)');
  for (const [name, path] of [
    ['editor', `/investigations/${id}`],
    ['reading', `/library/${id}`],
  ] as const) {
    const page = await context.newPage();
    await page.goto(url + path);
    const times = (await measure(page)).sort((a, b) => a - b);
    const at = (part: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0);
    console.log(`${name.padEnd(10)} ${times.length}       ${at(0.5)}       ${at(0.95)}     ${at(1)}`);
    await page.close();
  }
});

/** Clicks on citations from the first to the last and round again; milliseconds in the page itself, the protocol of the browser apart. */
async function measure(page: Page): Promise<number[]> {
  await page.locator('button[aria-label^="Show evidence E"]').nth(3).waitFor({ timeout: 60_000 });
  await page.waitForLoadState('networkidle');
  // What tsx puts around functions that have a name.
  await page.evaluate('globalThis.__name = (named) => named');
  return page.evaluate(async (clicks) => {
    const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
    const inView = (number: string): boolean => {
      const row = document.querySelector(`[data-evidence="${number}"] > button[aria-expanded=true]`);
      const box = row?.getBoundingClientRect();
      return box !== undefined && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
    };
    const times: number[] = [];
    for (let index = 0; index < clicks; index++) {
      const all = [...document.querySelectorAll<HTMLElement>('button[aria-label^="Show evidence E"]')];
      const citation = all[(index * 7) % all.length];
      const number = /E(\d+)/.exec(citation?.getAttribute('aria-label') ?? '')?.[1] ?? '';
      // Folded again, so that it has to be opened.
      document.querySelector<HTMLElement>(`[data-evidence="${number}"] > button[aria-expanded=true]`)?.click();
      citation?.scrollIntoView({ block: 'center' });
      await new Promise((resolve) => setTimeout(resolve, 400));
      const start = performance.now();
      citation?.click();
      while (!inView(number) && performance.now() - start < 5000) await frame();
      times.push(performance.now() - start);
    }
    return times;
  }, CLICKS);
}
