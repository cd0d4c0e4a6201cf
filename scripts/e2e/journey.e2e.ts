import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { readDraft } from './case';
import { expect, test } from './fixtures';

type Draft = Awaited<ReturnType<typeof readDraft>>;

/** Presses Tab until the focus is on it. @throws when it takes more than a person would bear. */
async function tabTo(page: Page, target: Locator, most = 40): Promise<void> {
  await expect(target).toBeVisible();
  for (let pressed = 0; pressed <= most; pressed += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${target} is not within ${most} Tabs`);
}

/** Presses a key that leads to a place of the page, again until the page is awake and it does. */
async function leadTo(page: Page, key: string, target: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await expect(target).toBeFocused({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
}

/** The queue: found by its words, investigated. */
async function findAndInvestigate(analyst: Page, title: string): Promise<string> {
  const { keyboard } = analyst;
  await analyst.goto('/queue');
  await leadTo(analyst, '/', analyst.getByRole('searchbox', { name: 'Search alerts' }));
  await keyboard.type(title);
  await analyst.waitForURL(/q=Trail/);
  await expect(analyst.locator('tbody').getByRole('row')).toHaveCount(1);
  await keyboard.press('Escape');
  await keyboard.press('j');
  await expect(analyst.getByRole('link', { name: title })).toBeFocused();
  await keyboard.press('i');
  await analyst.waitForURL(/\/investigations\/[0-9a-f-]+/);
  return analyst.url().split('/').at(-1) ?? '';
}

/** The run writes the report while one watches, by rules, and says so. */
async function reportWritten(analyst: Page, api: APIRequestContext, id: string) {
  await expect(analyst.getByRole('heading', { name: 'Lessons Learned' }).first()).toBeVisible({ timeout: 150_000 });
  await expect(analyst.getByText('built-in analyst: rules, no language model').first()).toBeVisible();
  await expect(async () => {
    const { items } = await (await api.get(`/api/investigations/${id}/runs`)).json();
    expect(items[0].status).toBe('succeeded');
  }).toPass({ timeout: 150_000 });
  const first = await readDraft(api, id);
  expect(first.markdown).toMatch(/classification: (MALICIOUS|SUSPICIOUS)/);
  for (const expected of ['GetSecretValue', 'PutEventSelectors', 'GetPasswordData', 'denied']) {
    expect(first.markdown).toContain(expected);
  }
  return first;
}

/** What the keys do is a key away. */
async function lookUpKeys(analyst: Page): Promise<void> {
  const { keyboard } = analyst;
  await keyboard.press('?');
  const keys = analyst.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(keys).toContainText('Coach the investigation');
  await keyboard.press('Escape');
  await expect(keys).toHaveCount(0);
}

/** A person's words, saved by themselves. */
async function writeByHand(
  analyst: Page,
  analystApi: APIRequestContext,
  lead: APIRequestContext,
  id: string,
  first: Draft,
): Promise<void> {
  const { keyboard } = analyst;
  await keyboard.press('e');
  await expect(analyst.locator('.cm-content').first()).toBeFocused();
  await keyboard.press('Control+End');
  await keyboard.type('\nConfirmed with the owner of the account by telephone.\n');
  await expect(async () => expect((await readDraft(analystApi, id)).markdown).toContain('by telephone')).toPass({
    timeout: 20_000,
  });

  // A stale save is refused with both texts; nothing is lost.
  const stale = await lead.put(`/api/investigations/${id}/draft`, {
    headers: { 'if-match': `"${first.version}"` },
    data: { markdown: `${first.markdown}\nA lead's line.\n` },
  });
  expect(stale.status()).toBe(412);
  expect((await stale.json()).error.data.merged).toContain('by telephone');
}

/** Coached in words; the proposed changes are gone through and one is accepted. */
async function coach(analyst: Page, api: APIRequestContext, id: string): Promise<void> {
  const { keyboard } = analyst;
  await keyboard.press('Escape');
  await keyboard.press('c');
  await expect(analyst.getByLabel('Coach the investigation')).toBeFocused();
  await keyboard.type('What is missing?');
  await keyboard.press('Control+Enter');
  await expect(analyst.locator('[data-testid=run-status]')).toHaveAttribute('data-status', /queued|running/);
  await expect(analyst.locator('[data-testid=run-status][data-status=succeeded]')).toBeVisible({ timeout: 150_000 });
  await keyboard.press('Escape');
  const hunks = analyst.locator('[data-hunk]');
  // On a busy machine the second key may come too late for the first.
  await expect(async () => {
    await keyboard.press('s');
    await keyboard.press('p');
    await expect(hunks.first()).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 30_000 });
  const offered = await hunks.count();
  await keyboard.press('n');
  await expect(hunks.first()).toBeFocused();
  await keyboard.press('a');
  await expect(hunks).toHaveCount(offered - 1);
  await expect(async () => expect((await readDraft(api, id)).markdown).toContain('by telephone')).toPass();
}

/** Submit; the author can't approve. */
async function submitForReview(analyst: Page, api: APIRequestContext, id: string): Promise<void> {
  const { keyboard } = analyst;
  await keyboard.press('Control+Enter');
  const submit = analyst.getByRole('dialog', { name: 'Submit for review' });
  await expect(submit.getByRole('button', { name: 'Submit for review' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(submit).toHaveCount(0);
  const { review } = await (await api.get(`/api/investigations/${id}`)).json();
  expect(review.status).toBe('open');
  await analyst.goto(`/reviews/${review.id}`);
  await expect(analyst.getByRole('button', { name: /^Approve/ })).toHaveCount(0);
}

/** The reviewer reads the difference, comments on a line, marks the change and approves that revision. */
async function readAndApprove(reviewer: Page, title: string): Promise<void> {
  await reviewer.goto('/queue');
  await leadTo(reviewer, '/', reviewer.getByRole('searchbox', { name: 'Search alerts' }));
  await reviewer.keyboard.press('Escape');
  await reviewer.keyboard.press('g');
  await reviewer.keyboard.press('r');
  await reviewer.waitForURL('**/reviews');
  await tabTo(reviewer, reviewer.getByRole('link', { name: title }).first());
  await reviewer.keyboard.press('Enter');
  await reviewer.waitForURL(/\/reviews\/[0-9a-f-]+/);
  await expect(reviewer.getByText('by telephone').first()).toBeVisible();
  // A first revision opens rendered; its lines are one tab to the left.
  await tabTo(reviewer, reviewer.getByRole('tab', { name: 'Rendered' }), 60);
  await reviewer.keyboard.press('ArrowLeft');
  await leadTo(reviewer, 'n', reviewer.locator('tr[data-hunk]').first());
  await reviewer.keyboard.press('c');
  const comment = reviewer.getByRole('textbox', { name: /^Comment on line/ });
  await expect(comment).toBeFocused();
  await reviewer.keyboard.type('Good work.');
  await reviewer.keyboard.press('Control+Enter'); // kept until the decision
  await expect(reviewer.getByText('Good work.').first()).toBeVisible();
  await expect(comment).toHaveCount(0);
  await reviewer.keyboard.press('r');
  const approve = reviewer.getByRole('button', { name: /^Approve revision 1/ });
  // What the comment left behind may still take the focus back.
  await expect(async () => {
    await reviewer.keyboard.press('d');
    await tabTo(reviewer, approve, 6);
  }).toPass({ timeout: 30_000 });
  await reviewer.keyboard.press('Enter');
  await expect(reviewer.getByText('Approved', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
}

/** The library shows it with its commit; a partial and defanged indicator finds it. */
async function findAgain(analyst: Page, api: APIRequestContext, id: string, title: string): Promise<void> {
  const { keyboard } = analyst;
  await expect(async () => {
    const { items } = await (await api.get(`/api/investigations/${id}/history`)).json();
    expect(items[0].commit).toMatch(/^[0-9a-f]{40}$/);
  }).toPass({ timeout: 60_000 });
  await keyboard.press('g');
  await keyboard.press('l');
  await analyst.waitForURL('**/library');
  await leadTo(analyst, '/', analyst.getByRole('searchbox'));
  await keyboard.type('192[.]168[.]10[.]20');
  await keyboard.press('Enter');
  await tabTo(analyst, analyst.getByRole('link', { name: title }));
  await keyboard.press('Enter');
  await expect(analyst.getByText('Revision 1', { exact: true }).first()).toBeVisible();
  await tabTo(analyst, analyst.getByRole('button', { name: 'Export' }));
  await keyboard.press('Enter');
  await expect(analyst.getByRole('menuitem', { name: 'PDF' })).toBeFocused();
  const [download] = await Promise.all([analyst.waitForEvent('download'), keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toMatch(/^[\w.-]+\.pdf$/);
}

/** The store is an ordinary repository. */
function checkStore(dataDir: string): void {
  const clone = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-clone-'));
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', cwd: clone });
  git('clone', '--quiet', path.join(dataDir, 'investigations.git'), 'store');
  const log = git('-C', 'store', 'log', '-1', '--format=%an%n%B');
  expect(log).toContain('Ben Analyst');
  expect(log).toContain('Reviewed-by: Rita Reviewer');
  expect(git('-C', path.join(dataDir, 'investigations.git'), 'fsck', '--strict')).toBe('');
  const files = git('-C', 'store', 'ls-files');
  expect(files).toMatch(/investigations\/\d{4}\/\d{2}\/\d{2}\/.+\.md/);
  expect(files).toContain('.evidence.json');
  fs.rmSync(clone, { recursive: true, force: true });
}

// The main job, end to end, with two people in a real browser, both without a mouse (each page's own test has axe):
// alert → investigation → coaching → edit → review → commit → library → file.
test('an analyst investigates, a reviewer approves, and the case is found again, all by keyboard', async ({
  browser,
  state,
  api,
  signIn,
}) => {
  test.setTimeout(300_000);
  const pageOf = async (role: 'analyst' | 'reviewer') => {
    const page = await (await browser.newContext({ baseURL: state.url })).newPage();
    await signIn(page, role);
    return page;
  };
  const [analyst, analystApi] = [await pageOf('analyst'), await api('analyst')];
  const title = `Trail tampering by an IAM user ${Date.now()}`;
  const posted = await analystApi.post('/api/webhooks/generic', {
    data: {
      id: title,
      title,
      severity: 'high',
      time: '2023-07-10T12:02:26Z',
      userArn: 'arn:aws:iam::123837392027:user/bert-jan',
      sourceIp: '192.168.10.20',
    },
  });
  expect(posted.status()).toBe(202);

  const id = await findAndInvestigate(analyst, title);
  const first = await reportWritten(analyst, analystApi, id);
  await lookUpKeys(analyst);
  await writeByHand(analyst, analystApi, await api('lead'), id, first);
  await coach(analyst, analystApi, id);
  await submitForReview(analyst, analystApi, id);
  await readAndApprove(await pageOf('reviewer'), title);
  await findAgain(analyst, analystApi, id, title);
  if (state.dataDir) checkStore(state.dataDir);
});
