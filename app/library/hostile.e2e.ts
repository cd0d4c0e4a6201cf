import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { APIRequestContext, Browser, Page } from '@playwright/test';
import { type CheckReport, findingKey, groupFindings } from '@/lib/checks/finding';
import { complete, openCase, submit, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';
import { CORPUS, expectAllShown, harmIn, quoted, watch } from '@/scripts/e2e/hostile';

// Every item of the corpora of Markdown that loads, leaks or runs, in a real browser, wherever a report is shown. Two revisions
// hold half of them each, so that the review shows all of them as removed and as added.
const HALVES = [CORPUS.filter((_, index) => index % 2 === 0), CORPUS.filter((_, index) => index % 2 === 1)];

/** Writes half of the corpus as the last section of the report; answers the line that it begins at. */
async function writeHalf(api: APIRequestContext, id: string, half: number): Promise<number> {
  const { markdown } = await writeDraft(api, id, (text) => `${complete(text)}\n${quoted(HALVES[half] ?? []).text}`);
  return markdown.split('\n').findIndex((line) => line.startsWith('> ')) + 1;
}

type Wrongs = () => Promise<string[]>;
type Exported = { half: number; html: string; pdf: Buffer; md: string };

/** Edited: source and preview. */
async function lookAtEditor(page: Page, wrongs: Wrongs, id: string, half: number, first: number): Promise<void> {
  const items = HALVES[half] ?? [];
  const { lines } = quoted(items);
  await page.goto(`/investigations/${id}`);
  const preview = page.getByRole('region', { name: 'Preview', exact: true });
  await expect(preview.locator(`[data-line="${first + (lines.at(-1) ?? 0) - 1}"]`)).toBeAttached({ timeout: 60_000 });
  await expectAllShown(preview, items, lines, first);
  expect(await harmIn(preview)).toEqual([]);
  expect(await harmIn(page.locator('.cm-content'))).toEqual([]);
  expect(await wrongs()).toEqual([]);
}

/** Reviewed: by line and rendered; the second time all of the first is there too, as removed. */
async function lookAtReview(page: Page, wrongs: Wrongs, review: string): Promise<void> {
  for (const view of ['source', 'rendered']) {
    await page.goto(`/reviews/${review}?view=${view}`);
    const diff =
      view === 'source'
        ? page.getByRole('region', { name: /^Changes: / })
        : page.locator('section[data-line]').first().locator('xpath=../..');
    await expect.poll(() => diff.getByText('attacker.example').count(), { timeout: 60_000 }).toBeGreaterThan(5);
    expect(await harmIn(diff)).toEqual([]);
    expect(await wrongs()).toEqual([]);
  }
}

async function approveAsItIs(reviewer: APIRequestContext, id: string, review: Awaited<ReturnType<typeof submit>>) {
  const checked = await reviewer.get(`/api/investigations/${id}/checks?revision=${review.revision.id}`);
  const found = (await checked.json()) as CheckReport; // the route's own response
  const groups = groupFindings(found.items.filter(({ severity }) => severity === 'error'));
  const data = {
    decision: 'approve',
    revision: review.revision.id,
    overrides: groups.map((group, at) => ({
      findings: group.map(findingKey),
      reason: `Item ${at + 1} of a test, as it is.`,
    })),
  };
  const decided = await reviewer.post(`/api/reviews/${review.id}/decision`, { data });
  expect(decided.status(), await decided.text()).toBe(200);
}

async function lookAtLibrary(page: Page, wrongs: Wrongs, id: string, half: number, first: number): Promise<void> {
  const items = HALVES[half] ?? [];
  const { lines } = quoted(items);
  await page.goto(`/library/${id}`);
  const report = page.getByRole('region', { name: 'Report' });
  await expect(report.locator(`[data-line="${first + (lines.at(-1) ?? 0) - 1}"]`)).toBeAttached({ timeout: 60_000 });
  await expectAllShown(report, items, lines, first);
  expect(await harmIn(report)).toEqual([]);
  expect(await wrongs()).toEqual([]);
}

async function exportAll(api: APIRequestContext, id: string, half: number): Promise<Exported> {
  const take = async (format: string) => {
    const answer = await api.get(`/api/investigations/${id}/export/${format}`);
    expect(answer.headers()).toMatchObject({
      'content-disposition': expect.stringContaining('attachment'),
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    });
    return answer.body();
  };
  const [html, md, pdf] = [await take('html'), await take('md'), await take('pdf')];
  return { half, html: html.toString(), md: md.toString(), pdf };
}

/** A link asks first, whichever way it is pressed, and says the whole address; nothing is opened. */
async function pressLinks(page: Page, wrongs: Wrongs): Promise<void> {
  const links = page.getByRole('region', { name: 'Report' }).locator('a[href^=http]');
  expect(await links.count()).toBeGreaterThan(5);
  const unasked = await links.evaluateAll(async (all) => {
    const bad: string[] = [];
    for (const link of all as HTMLAnchorElement[]) {
      const went = link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
      const isTold = () => [...document.querySelectorAll('[role=dialog] p')].some((p) => p.textContent === link.href);
      let told = isTold();
      for (let look = 0; look < 50 && !told; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        told = isTold();
      }
      if (went || !told) bad.push(link.href);
    }
    return bad;
  });
  expect(unasked).toEqual([]);
  await page.keyboard.press('Escape');
  const address = (await links.first().getAttribute('href')) ?? 'no address';
  await links.first().click({ button: 'middle' });
  await expect(page.getByRole('dialog')).toContainText(address);
  expect(page.context().pages()).toHaveLength(1);
  expect(await wrongs()).toEqual([]);
}

/** Exported: the page opened from the disk; the Markdown is the text as it was approved; the PDF has nothing that acts. */
async function lookAtExports(browser: Browser, exports: Exported[]): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-export-'));
  const asked: string[] = [];
  const onDisk = await browser.newContext();
  const disk = await watch(onDisk, 'http://nowhere.invalid');
  onDisk.on('request', (request) => asked.push(request.url()));
  const exported = await onDisk.newPage();
  for (const { half, html, pdf, md } of exports) {
    const file = path.join(folder, `${half}.html`);
    fs.writeFileSync(file, html);
    await exported.goto(pathToFileURL(file).href);
    await expect(exported.locator('main blockquote').first()).toBeVisible();
    expect(await harmIn(exported.locator('body'))).toEqual([]);
    expect(await exported.locator('a, [href], [src]').count()).toBe(0);
    expect(md).toContain(quoted(HALVES[half] ?? []).text.trim());
    const acts = /\/(URI|JavaScript|Launch|OpenAction|EmbeddedFile|SubmitForm|GoToR)\b|\/(JS|AA)\s*[(<]/;
    expect(pdf.toString('latin1')).not.toMatch(acts);
  }
  expect(asked.map((url) => path.basename(url))).toEqual(['0.html', '1.html']);
  expect(await disk.wrongs()).toEqual([]);
  await onDisk.close();
  fs.rmSync(folder, { recursive: true, force: true });
}

test('a hostile report loads nothing, runs nothing and leads nowhere unasked: read, edited, reviewed, exported', async ({
  browser,
  state,
  api,
  signIn,
}) => {
  test.setTimeout(240_000);
  expect(CORPUS.length).toBe(830);
  const context = await browser.newContext({ baseURL: state.url });
  const { wrongs } = await watch(context, state.url);
  const page = await context.newPage();
  await signIn(page, 'analyst');
  const [analyst, reviewer] = [await api('analyst'), await api('reviewer')];
  const { id } = await openCase(analyst);
  const exports: Exported[] = [];
  for (const half of [0, 1]) {
    const first = await writeHalf(analyst, id, half);
    await lookAtEditor(page, wrongs, id, half, first);
    const review = await submit(analyst, id);
    await lookAtReview(page, wrongs, review.id);
    await approveAsItIs(reviewer, id, review);
    await lookAtLibrary(page, wrongs, id, half, first);
    exports.push(await exportAll(analyst, id, half));
  }
  await pressLinks(page, wrongs);
  await lookAtExports(browser, exports);
  await context.close();
});
