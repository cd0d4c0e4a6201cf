import type { APIRequestContext, Page } from '@playwright/test';
import { openCase, readDraft } from '@/scripts/e2e/case';
import { expect } from '@/scripts/e2e/fixtures';
import { CORPUS, harmOf, quoted, watch } from '@/scripts/e2e/hostile';
import { MODEL_KEY, scriptedTest } from '@/scripts/e2e/scripted';

// What a person in a browser sees of a run whose model asks for something that leaves the house, is away, or writes hostile text.
// Each case is about another address: a past case that shares one is in the prompt, by which a conversation is chosen.
const MESSAGE = { channel: '#soc', text: 'Was this you? pay\u202Eload <b>now</b>', recipients: ['ben@example.com'] };
/** Few enough that the page is drawn many times meanwhile; hostile.e2e.ts has all of them, whole. */
const ARRIVING = CORPUS.filter((_, index) => index % 12 === 0);
const TICKET = { id: 4711, state: 'closed' };
const write = (section: string, markdown: string) => ({ name: 'report__write_section', args: { section, markdown } });
const rest = [{ calls: [write('Timeline', 'As the tools said.')] }, { text: 'That is all.' }];

const test = scriptedTest(
  {
    conversations: [
      { when: 'Ask the owner', turns: [{ text: 'I ask.', calls: [{ name: 'chat__post', args: MESSAGE }] }, ...rest] },
      { when: 'Close the ticket', turns: [{ calls: [{ name: 'chat__close', args: TICKET }] }, ...rest] },
      {
        when: 'Overloaded',
        turns: [
          {
            faults: [
              { kind: 'status', status: 529, type: 'overloaded_error', message: 'Overloaded', retryAfter: '900' },
            ],
            calls: [write('Timeline', 'It came back.')],
          },
          { text: 'That is all.' },
        ],
      },
      {
        when: 'Hostile stream',
        turns: [
          { deltaSize: 120, delayMs: 120, calls: [write('Technical Details', quoted(ARRIVING).text)] },
          { text: 'That is all.' },
        ],
      },
    ],
  },
  [
    { name: 'post', description: 'Posts a message.', class: 'egress' },
    { name: 'close', description: 'Closes a ticket.', class: 'write' },
  ],
);

const statusOf = (page: Page, status: string) => page.locator(`[data-testid=run-status][data-status=${status}]`);

type SignIn = (page: Page, who: 'analyst') => Promise<void>;

/** A case of its own, as an analyst opens it and has it investigated; the page shows the run. @returns its id */
async function investigate(
  { page, analyst, signIn }: { page: Page; analyst: APIRequestContext; signIn: SignIn },
  words: string,
  fields: object = {},
): Promise<string> {
  const { id } = await openCase(analyst, words, fields);
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  await page.getByRole('button', { name: 'Investigate' }).click();
  // The first run of a product starts its tool servers.
  await expect(page.getByRole('list', { name: 'Run steps' }).locator('li').first()).toBeVisible({
    timeout: 60_000,
  });
  return id;
}

async function newestRun(api: APIRequestContext, id: string) {
  const { items } = await (await api.get(`/api/investigations/${id}/runs`)).json();
  return items[0];
}

test('what would be sent is shown whole; allowed once by one person, seen by the other, it is sent exactly so, once', async ({
  page,
  browser,
  state,
  scripted,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  const id = await investigate({ page, analyst, signIn }, 'Ask the owner');
  const card = page.getByTestId('approval');
  await expect(card.getByRole('heading')).toHaveText('Needs approval: chat.post');
  await expect(card).toContainText('sends data out');
  await expect(statusOf(page, 'waiting')).toHaveText('Waiting for approval');
  const told = card.getByLabel('Arguments');
  await expect(told.locator('dt')).toHaveText(['channel', 'recipients', 'text']);
  await expect(told.locator('dd').nth(0)).toHaveText('#soc');
  await expect(told.locator('dd').nth(2)).toHaveText(/^Was this you\? pay.*load <b>now<\/b>$/);
  await expect(told.getByTitle('bidi: U+202E')).toBeVisible();
  await expect(told.locator('dd').nth(1)).toHaveText(/^\[\s*"ben@example\.com"\s*\]$/);
  await expectAccessible(page);
  expect(scripted.chat.called).toEqual([]);

  // Somebody else, elsewhere, is led to it and sees the same.
  const other = await (await browser.newContext({ baseURL: state.url })).newPage();
  await signIn(other, 'lead');
  await other.goto('/queue');
  await other.getByRole('link', { name: '1 approval pending' }).first().click();
  await other.waitForURL(`**/investigations/${id}`);
  await expect(other.getByTestId('approval').getByRole('button', { name: 'Approve once' })).toBeVisible();

  await card.getByRole('button', { name: 'Approve once' }).click();
  await expect(card).toContainText('Approved by Ben Analyst');
  await expect(other.getByTestId('approval')).toContainText('Approved by Ben Analyst');
  await expect(other.getByRole('button', { name: 'Approve once' })).toHaveCount(0);
  await expect(statusOf(page, 'succeeded')).toBeVisible();
  expect(scripted.chat.called).toEqual([{ name: 'post', args: MESSAGE }]);
  expect((await readDraft(analyst, id)).markdown).toContain('As the tools said.');
  const run = await newestRun(analyst, id);
  const again = await (await api('lead')).post(`/api/runs/${run.id}/approvals/1.0`, { data: { allow: true } });
  expect(again.status()).toBe(409);
  expect(scripted.chat.called).toHaveLength(1);
  await other.context().close();
});

test('who may not allow a change sees no button for it; refused, the model is told and nothing is sent', async ({
  page,
  browser,
  state,
  scripted,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  const id = await investigate({ page, analyst, signIn }, 'Close the ticket', { sourceIp: '198.51.100.2' });
  const card = page.getByTestId('approval');
  await expect(card).toContainText('writes');
  await expect(card).toContainText('A reviewer, lead or admin can approve it.');
  await expect(card.getByRole('button', { name: 'Approve once' })).toHaveCount(0);
  const run = await newestRun(analyst, id);
  const path = `/api/runs/${run.id}/approvals/1.0`;
  expect((await analyst.post(path, { data: { allow: true } })).status()).toBe(403);
  expect((await analyst.post(path, { data: { allow: true, args: {} } })).status()).toBe(400);

  const reviewer = await (await browser.newContext({ baseURL: state.url })).newPage();
  await signIn(reviewer, 'reviewer');
  await reviewer.goto(`/investigations/${id}`);
  const theirs = reviewer.getByTestId('approval');
  await expect(theirs.getByRole('button', { name: 'Approve once' })).toBeVisible();
  await theirs.getByRole('button', { name: 'Deny' }).click();
  await expect(theirs).toContainText('Denied by Rita Reviewer');
  await expect(card).toContainText('Denied by Rita Reviewer');
  await expect(statusOf(page, 'succeeded')).toBeVisible();
  const asked = scripted.model.requests.filter(({ body }) =>
    JSON.stringify(body.messages[0]).includes('Close the ticket'),
  );
  expect(JSON.stringify(asked[1]?.body.messages.at(-1))).toContain('Rita Reviewer did not allow this call');
  expect(scripted.chat.called.filter(({ name }) => name === 'close')).toEqual([]);
  await reviewer.context().close();
});

test('a run whose model is away says what it waits for and until when, also after a reload, and continues when told to', async ({
  page,
  signIn,
  api,
  expectAccessible,
}) => {
  const analyst = await api('analyst');
  await investigate({ page, analyst, signIn }, 'Overloaded', { sourceIp: '198.51.100.3' });
  const suspended = page.getByTestId('suspended');
  const words = /^Suspended: 529 overloaded_error: Overloaded\. Retries automatically at \d\d:\d\d:\d\d UTC/;
  await expect(suspended).toHaveText(words);
  await page.reload();
  await expect(suspended).toHaveText(words);
  await expect(statusOf(page, 'waiting')).toHaveText('Retrying later');
  await expect(page.getByRole('tab', { name: 'Run (waiting)' })).toBeVisible();
  await expect(page.getByText('Waiting for approval')).toHaveCount(0);
  await expect(page.getByRole('link', { name: /pending$/ })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Retry now' }).click();
  await expect(statusOf(page, 'succeeded')).toBeVisible();
  await expect(suspended).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Preview', exact: true })).toContainText('It came back.');
});

test('hostile text that a model writes is harmless at every moment of its arrival', async ({
  browser,
  state,
  signIn,
  api,
}) => {
  const analyst = await api('analyst');
  const { id } = await openCase(analyst, 'Hostile stream', { sourceIp: '198.51.100.4' });
  const context = await browser.newContext({ baseURL: state.url });
  const { wrongs } = await watch(context, state.url);
  const page = await context.newPage();
  await signIn(page, 'analyst');
  await page.goto(`/investigations/${id}`);
  const preview = page.getByRole('region', { name: 'Preview', exact: true });
  await expect(preview).toBeVisible();
  // Each change of the preview is looked at as it happens.
  await page.evaluate(`(() => {
    const harmOf = ${harmOf.toString()};
    const preview = document.querySelector('section[aria-label=Preview]');
    window.looks = 0;
    new MutationObserver((changes) => {
      window.looks += 1;
      // What lies within something else that changed is looked at with it: looking must not hold the page up.
      const changed = new Set(changes.map(({ target }) => (target.nodeType === 1 ? target : target.parentElement)));
      changed.delete(preview);
      for (const block of changed) {
        let outer = block && block.parentElement;
        while (outer && outer !== preview && !changed.has(outer)) outer = outer.parentElement;
        if (block && !changed.has(outer)) for (const what of harmOf(block)) window.wrongSeen(what);
      }
    }).observe(preview, { childList: true, subtree: true, attributes: true, characterData: true });
  })()`);
  await page.getByRole('button', { name: 'Investigate' }).click();
  await expect(statusOf(page, 'succeeded')).toBeVisible({ timeout: 60_000 });
  await expect(preview.locator('blockquote').nth(ARRIVING.length - 1)).toBeAttached();
  // How often is up to the machine.
  expect(await page.evaluate('window.looks')).toBeGreaterThan(0);
  expect(await wrongs()).toEqual([]);
  await context.close();
});

test('models, prices and budgets are saved; what is wrong is said at its field; the key is shown nowhere', async ({
  page,
  scripted,
  signIn,
  api,
  expectAccessible,
}) => {
  const [admin, analyst] = [await api('admin'), await api('analyst')];
  const before = await (await admin.get('/api/settings/models')).json();
  await signIn(page, 'admin');
  await page.goto('/settings/model');
  await expect(page.getByText(new URL(scripted.model.url).host)).toBeVisible();
  await expectAccessible(page);

  const save = page.getByRole('button', { name: 'Save' });
  const second = page
    .getByRole('listitem')
    .filter({ has: page.getByLabel('Model', { exact: true }) })
    .nth(1);
  await page.getByRole('button', { name: 'Add a model' }).click();
  await second.getByLabel('Model', { exact: true }).fill(before.default);
  await save.click();
  await expect(page.getByRole('alert').filter({ hasText: 'a name is there twice' })).toBeVisible();
  await second.getByLabel('Model', { exact: true }).fill('local-70b');
  await second.getByLabel('Context (tokens)').fill('10');
  await second.getByLabel('$ input').fill('0.5');
  await save.click();
  await expect(second.getByText('At least 1,000 tokens.')).toBeVisible();
  await expect(second.getByText('Give all four prices, or none.')).toHaveCount(3);
  await expect(second.getByLabel('Context (tokens)')).toBeFocused();
  await expectAccessible(page, { themes: ['dark'] });
  await second.getByLabel('Context (tokens)').fill('32000');
  for (const price of ['output', 'cache read', 'cache write']) await second.getByLabel(`$ ${price}`).fill('1.25');
  const run = page.getByRole('group', { name: 'Per run' });
  await run.getByLabel('Tokens').fill('0');
  await save.click();
  await expect(run.getByText('More than 0; empty is no limit.')).toBeVisible();
  await run.getByLabel('Tokens').fill('4000000');
  await save.click();
  await expect(page.getByText('Saved. Applies from the next model call.').first()).toBeVisible();
  await page.reload();
  await expect(second.getByLabel('Model', { exact: true })).toHaveValue('local-70b');
  await expect(second.getByLabel('$ cache read')).toHaveValue('1.25');
  await expect(run.getByLabel('Tokens')).toHaveValue('4000000');
  const price = { input: 0.5, output: 1.25, cacheRead: 1.25, cacheWrite: 1.25 };
  const saved = await (await admin.get('/api/settings/models')).json();
  expect(saved.models).toEqual([...before.models, { id: 'local-70b', thinking: true, contextTokens: 32_000, price }]);
  expect(saved.budgets.run).toEqual({ tokens: 4_000_000, cost: null });

  // A new run may use it; others read these settings and change nothing.
  expect((await analyst.put('/api/settings/models', { data: before })).status()).toBe(403);
  await signIn(page, 'analyst');
  const pages = [await (await page.request.get('/settings/model')).text(), JSON.stringify(saved)];
  await page.goto('/settings/model');
  await expect(page.getByText('Only admins can change these settings.')).toBeVisible();
  await expect(run.getByLabel('Tokens')).toBeDisabled();
  await expect(save).toHaveCount(0);
  for (const text of [...pages, await page.content()]) expect(text).not.toContain(MODEL_KEY);
  expect((await admin.put('/api/settings/models', { data: before })).status()).toBe(200);
});
