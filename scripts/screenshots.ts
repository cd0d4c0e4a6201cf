// The pictures of the README and the documentation, after a start has built:
// `node --import tsx scripts/screenshots.ts [width] [folder]`.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import type { Script } from '@/lib/agent/testing/anthropic-script';
import config from '@/playwright.config';
import { type E2eState, makePeople } from './e2e/people';
import { freshDataDir, startProduct } from './e2e/product';
import { startScripted } from './e2e/scripted';

const [width = '1440', out = 'docs/images'] = process.argv.slice(2);
const SIZE = { width: Number(width), height: Number(width) < 800 ? 844 : 900 };
const RECORDED = path.resolve('fixtures/recorded-case');
fs.mkdirSync(out, { recursive: true });

const browser = await chromium.launch(config.use?.launchOptions);
await ofBuiltIn();
await ofModel();
await browser.close();
process.exit(0);

/** The queue, the editor, an entity, the dashboard and two compared evaluations, as the product is on its first day. */
async function ofBuiltIn(): Promise<void> {
  const dataDir = freshDataDir();
  const product = await startProduct({ dataDir });
  try {
    if (!product.setupLink) throw new Error('A first start prints the admin link.');
    const state = await makePeople(product.url, product.setupLink);
    const call = caller(state);
    const { items } = await call('GET', '/api/alerts?limit=1');
    const { id } = await call('POST', '/api/investigations', { alertIds: [items[0].id] });
    await runToEnd(call, id);
    await pictures(browser, state, [
      { name: 'editor', url: `/investigations/${id}`, last: '.cm-line >> nth=20', before: stepsShown },
      { name: 'queue', url: '/queue', last: 'tbody tr >> nth=20' },
    ]);
    const [{ kind, value }] = items[0].entities;
    const [before, after] = await evaluations(caller(state, 'lead'));
    await pictures(browser, state, [
      { name: 'entity', url: `/entities/${kind}/${encodeURIComponent(value)}`, last: 'table' },
      { name: 'dashboard', url: '/dashboard', last: 'table', person: 'lead' },
      { name: 'comparison', url: `/evaluations/compare?a=${before}&b=${after}`, last: 'table', person: 'lead' },
    ]);
  } finally {
    await product.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

function stepsShown(page: Page): Promise<void> {
  return page.getByRole('list', { name: 'Run steps' }).waitFor({ timeout: 60_000 });
}

/** The same cases twice, to be compared. */
async function evaluations(call: Call): Promise<string[]> {
  const ids: string[] = [];
  for (const seed of ['1', '1'])
    ids.push((await call('POST', '/api/evaluations', { suite: 'sigma', limit: 3, seed })).id);
  for (const id of ids) while ((await call('GET', `/api/evaluations/${id}`)).status !== 'finished') await delay(1000);
  return ids;
}

/** A model's run: its thinking and its tools, a call that waits for a person, and what coaching offers. */
async function ofModel(): Promise<void> {
  const recorded: Script = JSON.parse(fs.readFileSync(path.join(RECORDED, 'conversation.json'), 'utf8')); // parsed by the server
  const asks = {
    when: 'Ask christophe',
    turns: [
      {
        thinking:
          'Only christophe can say whether this was an announced exercise. A message leaves the house, so a person has to allow it: short, without indicators, and no verdict in it.',
        text: 'I ask him in the team’s channel.',
        calls: [
          {
            name: 'chat__post_message',
            args: {
              channel: '#cloud-team',
              text: 'christophe: on 2024-07-30 at 21:31 UTC your user assumed a role and asked for the passwords of 30 instances. Was this you, and was it planned?',
              thread: null,
            },
          },
        ],
      },
    ],
  };
  const scripted = await startScripted({ ...recorded, conversations: [asks, ...recorded.conversations] }, [
    { name: 'post_message', description: 'Posts a message to a channel.', class: 'egress' },
  ]);
  try {
    const { state } = scripted;
    const call = caller(state);
    const { ids } = await call(
      'POST',
      '/api/webhooks/generic',
      JSON.parse(fs.readFileSync(path.join(RECORDED, 'alert.json'), 'utf8')),
    );
    const { id } = await call('POST', '/api/investigations', { alertIds: ids });
    const url = `/investigations/${id}`;
    await runToEnd(call, id);
    const unfolded = async (page: Page) => {
      await page.getByText('Thinking', { exact: true }).first().click();
      await page.getByRole('list', { name: 'Run steps' }).evaluate((list) => list.parentElement?.scrollTo(0, 0));
    };
    await pictures(browser, state, [{ name: 'run', url, tab: 'Run', last: 'text=Thinking', before: unfolded }]);
    await runToEnd(call, id, 'How many instances were tried?');
    await pictures(browser, state, [{ name: 'proposals', url, tab: 'Proposals', last: '[data-hunk]' }]);
    await runToEnd(call, id, 'Ask christophe whether this was an exercise.');
    await pictures(browser, state, [{ name: 'approval', url, tab: 'Run', last: '[data-testid=approval]' }]);
  } finally {
    await scripted.stop();
  }
}

type Call = ReturnType<typeof caller>;

function caller({ url, people }: E2eState, who: 'analyst' | 'lead' = 'analyst') {
  return async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${people[who].key}`, 'content-type': 'application/json' };
    return (await fetch(url + path, { method, headers, body: body ? JSON.stringify(body) : null })).json();
  };
}

/** Until it has ended, or waits for a person. */
async function runToEnd(call: Call, id: string, instruction?: string): Promise<void> {
  const run = await call('POST', `/api/investigations/${id}/runs`, instruction ? { instruction } : {});
  while (['queued', 'running'].includes((await call('GET', `/api/runs/${run.id}`)).status)) await delay(500);
}

/** `last`: what is there when the page is whole. `tab`: the panel to open on it. */
type Picture = {
  name: string;
  url: string;
  last: string;
  tab?: string;
  person?: 'analyst' | 'lead';
  before?: (page: Page) => Promise<void>;
};

async function pictures(on: Browser, { url: baseURL, people }: E2eState, list: Picture[]): Promise<void> {
  for (const theme of ['dark', 'light']) {
    const context = await on.newContext({ baseURL, viewport: SIZE });
    const page = await context.newPage();
    for (const { name, url, last, tab, before, person = 'analyst' } of list) {
      await context.addCookies([...people[person].storage.cookies, { name: 'theme', value: theme, url: baseURL }]);
      await page.goto(url);
      if (tab) await page.getByRole('tab', { name: new RegExp(`^${tab}\\b`) }).click();
      // The editor's code comes after the page, the run's steps after the code.
      await page.locator(last).first().waitFor({ timeout: 60_000 });
      await delay(3000);
      await before?.(page);
      await page.screenshot({ path: path.join(out, `${name}-${theme}.png`) });
    }
    await context.close();
  }
}
