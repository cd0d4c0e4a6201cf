/**
 * The JavaScript of each page, gzip-compressed: what its HTML names (first load: parsed before the page can be used) and what the
 * browser has fetched once the page is idle (with what is imported on demand). Needs a browser; builds the product if that was
 * not done.
 */
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { submittedCase } from '../scripts/e2e/case';
import { withBrowser } from './shared/browser';

await withBrowser(async ({ url, people, browser, client }) => {
  const { id, review } = await submittedCase(client);
  const context = await browser.newContext({ storageState: people.analyst.storage });
  const paths = {
    editor: `/investigations/${id}`,
    queue: '/queue',
    reviews: '/reviews',
    review: `/reviews/${review.id}`,
    library: '/library',
    case: `/library/${id}`,
    settings: '/settings/appearance',
  };
  console.log('page       first load   when idle (KB of JavaScript, gzip)');
  for (const [name, path] of Object.entries(paths)) {
    const page = await context.newPage();
    const { first, idle } = await scripts(page, url + path);
    console.log(`${name.padEnd(10)} ${kilobytes(first)}       ${kilobytes(idle)}`);
    await page.close();
  }
  const signedOut = await browser.newPage();
  const { first, idle } = await scripts(signedOut, `${url}/sign-in`);
  console.log(`${'sign-in'.padEnd(10)} ${kilobytes(first)}       ${kilobytes(idle)}`);
});

/** Compressed bytes of the scripts that the HTML names, and of all that were fetched when the network is idle. */
async function scripts(page: Page, url: string): Promise<{ first: number; idle: number }> {
  const sizes = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith('.js')) return;
    sizes.set(
      pathname,
      response.body().then((body) => gzipSync(body).length),
    );
  });
  const response = await page.goto(url, { waitUntil: 'networkidle' });
  if (!response?.ok()) throw new Error(`${url} answers ${response?.status()}`);
  const html = await response.text();
  const named = new Set([...html.matchAll(/<script[^>]*\ssrc="([^"?]+\.js)/g)].map(([, path]) => path));
  let [first, idle] = [0, 0];
  for (const [path, size] of sizes) {
    idle += await size;
    if (named.has(path)) first += await size;
  }
  return { first, idle };
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0).padStart(10);
}
