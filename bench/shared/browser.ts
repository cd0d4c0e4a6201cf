import fs from 'node:fs';
import { type APIRequestContext, type Browser, chromium, request } from '@playwright/test';
import playwright from '../../playwright.config';
import { type E2eState, makePeople } from '../../scripts/e2e/people';
import { freshDataDir, startProduct } from '../../scripts/e2e/product';

/** A product of its own with people, a browser to look at it and the HTTP API as the analyst. */
type World = { url: string; people: E2eState['people']; browser: Browser; client: APIRequestContext };

/** Starts the product on an empty data folder with `env`, lets `measure` work with it, and leaves nothing behind. */
export async function withBrowser(
  measure: (world: World) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const dataDir = freshDataDir();
  const product = await startProduct({ dataDir, env });
  const browser = await chromium.launch(playwright.use?.launchOptions ?? {});
  try {
    const { people } = await makePeople(product.url, product.setupLink ?? '');
    const client = await request.newContext({
      baseURL: product.url,
      extraHTTPHeaders: { authorization: `Bearer ${people.analyst.key}` },
    });
    await measure({ url: product.url, people, browser, client });
  } finally {
    await browser.close();
    await product.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}
