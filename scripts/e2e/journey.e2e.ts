import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from './fixtures';

// The main job, end to end, with two people in a real browser (each page's own test has axe): alert → investigation → edit → review → commit → library.
test('an analyst investigates, a reviewer approves, and the case is found again', async ({
  browser,
  state,
  api,
  signIn,
}) => {
  test.setTimeout(300_000);
  const analyst = await (await browser.newContext({ baseURL: state.url })).newPage();
  await signIn(analyst, 'analyst');
  const title = `Trail tampering by an IAM user ${Date.now()}`;
  const posted = await (await api('analyst')).post('/api/webhooks/generic', {
    data: {
      ...{ id: title, title, severity: 'high', time: '2023-07-10T12:02:26Z' },
      ...{ userArn: 'arn:aws:iam::123837392027:user/bert-jan', sourceIp: '192.168.10.20' },
    },
  });
  expect(posted.status()).toBe(202);

  // The queue: found by its words, previewed, investigated.
  await analyst.goto(`/queue?q=${encodeURIComponent(title)}`);
  await expect(analyst.getByText(title).first()).toBeVisible();
  await analyst.getByText(title).first().click();
  await analyst.getByRole('button', { name: 'Investigate', exact: true }).click();
  await analyst.waitForURL(/\/investigations\/[0-9a-f-]+/);
  const id = analyst.url().split('/').at(-1) ?? '';

  // The run writes the report in sight, by rules, and says so.
  await expect(analyst.getByRole('heading', { name: 'Lessons Learned' }).first()).toBeVisible({ timeout: 150_000 });
  await expect(analyst.getByText('built-in analyst: rules, no language model').first()).toBeVisible();
  const draftOf = async () => (await (await api('analyst')).get(`/api/investigations/${id}/draft`)).json();
  await expect(async () => {
    const { items } = await (await (await api('analyst')).get(`/api/investigations/${id}/runs`)).json();
    expect(items[0].status).toBe('succeeded');
  }).toPass({ timeout: 60_000 });
  const first = await draftOf();
  expect(first.markdown).toMatch(/classification: (MALICIOUS|SUSPICIOUS)/);
  for (const expected of ['GetSecretValue', 'PutEventSelectors', 'GetPasswordData', 'denied']) {
    expect(first.markdown).toContain(expected);
  }

  // A person's words, saved by themselves.
  await analyst.reload();
  const source = analyst.locator('.cm-content').first();
  await source.click();
  await analyst.keyboard.press('Control+End');
  await analyst.keyboard.type('\nConfirmed with the owner of the account by telephone.\n');
  await expect(async () => expect((await draftOf()).markdown).toContain('by telephone')).toPass({ timeout: 20_000 });

  // A stale save is refused with both texts; nothing is lost.
  const stale = await (await api('lead')).put(`/api/investigations/${id}/draft`, {
    headers: { 'if-match': `"${first.version}"` },
    data: { markdown: `${first.markdown}\nA lead's line.\n` },
  });
  expect(stale.status()).toBe(412);
  expect((await stale.json()).error.data.merged).toContain('by telephone');

  // Submit; the author can't approve.
  await analyst
    .getByRole('button', { name: /Submit for review/ })
    .first()
    .click();
  await analyst
    .getByRole('dialog')
    .getByRole('button', { name: /Submit/ })
    .click();
  await expect(async () => {
    const { review } = await (await (await api('analyst')).get(`/api/investigations/${id}`)).json();
    expect(review?.status).toBe('open');
  }).toPass({ timeout: 20_000 });
  const { review } = await (await (await api('analyst')).get(`/api/investigations/${id}`)).json();
  await analyst.goto(`/reviews/${review.id}`);
  await expect(analyst.getByRole('button', { name: /^Approve/ })).toHaveCount(0);

  // The reviewer reads the difference, comments on a line and approves that revision.
  const reviewer = await (await browser.newContext({ baseURL: state.url })).newPage();
  await signIn(reviewer, 'reviewer');
  await reviewer.goto('/reviews');
  await reviewer.getByRole('link', { name: title }).first().click();
  await reviewer.waitForURL(/\/reviews\/[0-9a-f-]+/);
  await expect(reviewer.getByText('by telephone').first()).toBeVisible();
  await reviewer.getByLabel('Comment on the whole').fill('Good work.');
  await reviewer.getByRole('button', { name: 'Comment', exact: true }).last().click();
  await expect(reviewer.getByText('Good work.').first()).toBeVisible();
  await reviewer.getByRole('button', { name: /^Approve revision 1/ }).click();
  await expect(reviewer.getByText('Approved', { exact: true }).first()).toBeVisible();

  // The library shows it with its commit; a partial and defanged indicator finds it.
  await expect(async () => {
    const { items } = await (await (await api('analyst')).get(`/api/investigations/${id}/history`)).json();
    expect(items[0].commit).toMatch(/^[0-9a-f]{40}$/);
  }).toPass({ timeout: 60_000 });
  await analyst.goto(`/library?q=${encodeURIComponent('192[.]168[.]10[.]20')}`);
  await expect(analyst.getByRole('link', { name: title })).toBeVisible();
  await analyst.getByRole('link', { name: title }).click();
  await expect(analyst.getByText('Revision 1').first()).toBeVisible();

  // The store is an ordinary repository.
  if (state.dataDir) {
    const clone = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-clone-'));
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', cwd: clone });
    git('clone', '--quiet', path.join(state.dataDir, 'investigations.git'), 'store');
    const log = git('-C', 'store', 'log', '-1', '--format=%an%n%B');
    expect(log).toContain('Ben Analyst');
    expect(log).toContain('Reviewed-by: Rita Reviewer');
    expect(git('-C', path.join(state.dataDir, 'investigations.git'), 'fsck', '--strict')).toBe('');
    const files = git('-C', 'store', 'ls-files');
    expect(files).toMatch(/investigations\/\d{4}\/\d{2}\/\d{2}\/.+\.md/);
    expect(files).toContain('.evidence.json');
    fs.rmSync(clone, { recursive: true, force: true });
  }
});
