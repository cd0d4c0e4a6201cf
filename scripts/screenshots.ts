// The pictures of the README: `node --import tsx scripts/screenshots.ts` (after a start has built).
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import config from '@/playwright.config';
import { makePeople } from './e2e/people';
import { freshDataDir, startProduct } from './e2e/product';

const OUT = path.resolve('docs/images');
const ALERT = {
  ...{ id: 'screenshot-1', title: 'CloudTrail event selectors changed by an IAM user', severity: 'high' },
  ...{ time: '2023-07-10T12:00:08Z', userArn: 'arn:aws:iam::123837392027:user/bert-jan' },
};

const dataDir = freshDataDir();
const product = await startProduct({ dataDir });
try {
  if (!product.setupLink) throw new Error('A first start prints the admin link.');
  const { people } = await makePeople(product.url, product.setupLink);
  const call = async (method: string, url: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${people.analyst.key}`, 'content-type': 'application/json' };
    const answer = await fetch(product.url + url, { method, headers, body: body ? JSON.stringify(body) : null });
    return answer.json();
  };
  const { ids } = await call('POST', '/api/webhooks/generic', ALERT);
  const { id } = await call('POST', '/api/investigations', { alertIds: ids });
  const run = await call('POST', `/api/investigations/${id}/runs`, {});
  while (['queued', 'running', 'waiting'].includes((await call('GET', `/api/runs/${run.id}`)).status))
    await delay(1000);

  fs.mkdirSync(OUT, { recursive: true });
  const browser = await chromium.launch(config.use?.launchOptions);
  for (const theme of ['dark', 'light']) {
    const context = await browser.newContext({ baseURL: product.url, viewport: { width: 1440, height: 900 } });
    await context.addCookies([...people.analyst.storage.cookies, { name: 'theme', value: theme, url: product.url }]);
    const page = await context.newPage();
    for (const [name, url, last] of [
      ['editor', `/investigations/${id}`, '.cm-line >> nth=20'],
      ['queue', '/queue', 'tbody tr >> nth=20'],
    ] as const) {
      await page.goto(url);
      // The editor's code comes after the page, the run's steps after the code.
      await page.locator(last).waitFor({ timeout: 60_000 });
      await delay(3000);
      await page.screenshot({ path: path.join(OUT, `${name}-${theme}.png`) });
    }
    await context.close();
  }
  await browser.close();
} finally {
  await product.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
}
process.exit(0);
