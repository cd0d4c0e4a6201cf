import type { Page } from '@playwright/test';
import type { CaseGraph } from '@/lib/graph/schema';
import type { CaseTimeline, TimelineEvent } from '@/lib/timeline/schema';
import { complete, openCase, writeDraft } from '@/scripts/e2e/case';
import { expect, test } from '@/scripts/e2e/fixtures';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const TACTICS = ['discovery', 'credential-access', 'collection', null] as const;

const event = (at: number, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  at,
  until: null,
  count: 1,
  actor: 'eva',
  action: 'getobject',
  source: 'cloudtrail',
  outcome: 'success',
  tactic: null,
  evidence: 1,
  ...more,
});

/** A month of everybody's work, and two hours in it that the report tells of, under the mail address. */
function timeline(count: number): CaseTimeline {
  const usual = Array.from({ length: count - 4 }, (_, index) =>
    event(START + (index * 30 * DAY) / count, {
      actor: index % 3 ? 'eva.lind' : `worker${index % 9}`,
      tactic: TACTICS[index % 4] ?? null,
    }),
  );
  const told = [0, 20, 60, 110].map((minute) =>
    event(START + 20 * DAY + minute * 60_000, {
      actor: 'eva.lind@corp.example',
      action: `Deed at minute ${minute}`,
      source: 'report',
      tactic: 'impact',
    }),
  );
  return { events: [...usual, ...told].sort((a, b) => a.at - b.at), omitted: 0 };
}

async function openWith(page: Page, id: string, answers: { timeline: CaseTimeline; graph?: CaseGraph }) {
  await page.route(`**/api/investigations/${id}/timeline`, (route) => route.fulfill({ json: answers.timeline }));
  if (answers.graph)
    await page.route(`**/api/investigations/${id}/graph`, (route) => route.fulfill({ json: answers.graph }));
  await page.goto(`/library/${id}`);
  const figure = page.getByRole('figure', { name: 'Timeline of the case' });
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.getByRole('img').first()).toBeVisible();
  return figure;
}

test.describe('the pictures of a case', () => {
  let id: string;
  test.beforeEach(async ({ page, signIn, api }) => {
    const analyst = await api('analyst');
    ({ id } = await openCase(analyst));
    await writeDraft(analyst, id, complete);
    await signIn(page, 'analyst');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('the timeline opens on the incident, with one lane a person, and zooms by mouse and by keys', async ({
    page,
    expectAccessible,
  }, info) => {
    const figure = await openWith(page, id, { timeline: timeline(300) });
    const count = figure.locator('figcaption > span').first();
    await expect(count).toHaveText(/^\d{1,2} of 300 events$/);
    await expect(figure.getByText('eva.lind', { exact: true })).toHaveCount(1);
    await expect(figure.getByText('eva.lind@corp.example')).toHaveCount(0);
    await expect(figure.locator('svg text', { hasText: 'Deed at minute 60' })).toBeVisible();
    await expectAccessible(page);
    await info.attach('incident', { body: await figure.screenshot(), contentType: 'image/png' });

    await figure.getByRole('button', { name: 'Show all' }).click();
    await expect(count).toHaveText('300 events');
    // By keys: the start of the part shown moves a tenth of the month.
    const start = figure.getByRole('slider', { name: 'Start of the part shown' });
    const before = Number(await start.getAttribute('aria-valuenow'));
    await start.press('Shift+ArrowRight');
    const after = Number(await start.getAttribute('aria-valuenow'));
    expect(after - before).toBeGreaterThan(2.5 * DAY);
    await expect(start).toBeFocused();
    await expect(count).toHaveText(/^2\d\d of 300 events$/);
    await start.press('Home');
    await expect(count).toHaveText('300 events');

    // By mouse: across a third of the lanes.
    const plot = await figure.getByRole('img').first().boundingBox();
    if (!plot) throw new Error('The plot has a place.');
    await page.mouse.move(plot.x + plot.width / 3, plot.y + 40);
    await page.mouse.down();
    await page.mouse.move(plot.x + (plot.width * 2) / 3, plot.y + 60, { steps: 5 });
    await page.mouse.up();
    await expect(count).toHaveText(/^(9\d|1[01]\d) of 300 events$/);
    await figure.getByRole('button', { name: 'Incident' }).click();
    await expect(count).toHaveText(/^\d{1,2} of 300 events$/);
  });

  test('the timeline fills the screen, and its evidence closes that', async ({ page, expectAccessible }, info) => {
    const figure = await openWith(page, id, { timeline: timeline(300) });
    await figure.getByRole('button', { name: 'Full screen' }).click();
    const dialog = page.getByRole('dialog', { name: 'Timeline of the case' });
    await expect(dialog.getByRole('figure')).toBeVisible();
    const box = await dialog.boundingBox();
    expect(box?.width).toBeGreaterThan(1440 * 0.9);
    await expectAccessible(page);
    await info.attach('full screen', { body: await page.screenshot(), contentType: 'image/png' });
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(figure.getByRole('button', { name: 'Full screen' })).toBeFocused();
    await figure.getByRole('button', { name: 'Full screen' }).click();
    await dialog.getByRole('button', { name: 'Show table' }).click();
    await dialog.getByRole('button', { name: 'E1', exact: true }).first().click();
    await expect(dialog).toHaveCount(0);
  });

  test('the strip is drawn on by finger', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    const figure = await openWith(page, id, { timeline: timeline(300) });
    await figure.getByRole('button', { name: 'Show all' }).click();
    const strip = figure.getByRole('img', { name: 'Where the events of the whole case are' });
    await strip.scrollIntoViewIfNeeded();
    const box = await strip.boundingBox();
    if (!box) throw new Error('The strip has a place.');
    const client = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', part: number) =>
      client.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x: box.x + box.width * part, y: box.y + box.height / 2 }],
      });
    await touch('touchStart', 0.3);
    for (const part of [0.4, 0.5, 0.6]) await touch('touchMove', part);
    await touch('touchEnd', 0.6);
    await expect(figure.locator('figcaption > span').first()).toHaveText(/^(8\d|9\d|1[01]\d) of 300 events$/);
  });

  test('with 5,000 events a frame takes about as long as with 100', async ({ page }) => {
    const frames: number[] = [];
    for (const count of [100, 5000]) {
      const figure = await openWith(page, id, { timeline: timeline(count) });
      await figure.getByRole('button', { name: 'Show all' }).click();
      const start = figure.getByRole('slider', { name: 'Start of the part shown' });
      await start.focus();
      // Each key is a new domain: all marks are placed and drawn again.
      const took = await page.evaluate(async () => {
        const slider = document.activeElement;
        const times: number[] = [];
        for (let step = 0; step < 40; step += 1) {
          const begun = performance.now();
          slider?.dispatchEvent(
            new KeyboardEvent('keydown', { key: step < 20 ? 'ArrowRight' : 'ArrowLeft', bubbles: true }),
          );
          await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
          times.push(performance.now() - begun);
        }
        return times.sort((a, b) => a - b)[20] ?? 0;
      });
      frames.push(took);
      await page.unroute(`**/api/investigations/${id}/timeline`);
    }
    const [few = 0, many = 0] = frames;
    expect(many, `${few.toFixed(1)} ms with 100 events, ${many.toFixed(1)} ms with 5,000`).toBeLessThan(few * 3 + 16);
  });

  test('the graph of 60 entities unfolds and stays in its frame', async ({ page, expectAccessible }, info) => {
    const of = (kind: CaseGraph['nodes'][number]['kind'], count: number) =>
      Array.from({ length: count }, (_, index) => ({
        id: `${kind}:${index}`,
        kind,
        name: `${kind} ${index} with a name of some length`,
        count: 1000 - index,
        failures: index % 5 === 0 ? 3 : 0,
      }));
    const nodes = [...of('actor', 24), ...of('address', 16), ...of('target', 20)];
    const edge = (from: string, to: string, count: number) => ({
      from,
      to,
      count,
      failures: 0,
      first: START,
      last: START + DAY,
      actions: ['getobject'],
      evidence: [1],
    });
    const edges = [
      ...Array.from({ length: 24 }, (_, index) => edge(`actor:${index}`, `address:${index % 16}`, 100 - index)),
      ...Array.from({ length: 16 }, (_, index) => edge(`address:${index}`, `target:${(index * 3) % 20}`, 50 - index)),
    ];
    await openWith(page, id, { timeline: timeline(20), graph: { nodes, edges, omitted: 0 } });
    const graph = page.getByRole('figure', { name: 'Entity graph of the case' });
    await expect(graph.getByRole('button', { name: /^actor / })).toHaveCount(8);
    await graph.getByRole('button', { name: 'Show 16 more' }).click();
    await expect(graph.getByRole('button', { name: /^actor / })).toHaveCount(24);
    await graph.getByRole('button', { name: 'Full screen' }).click();
    const dialog = page.getByRole('dialog', { name: 'Entity graph of the case' });
    for (const more of ['Show 16 more', 'Show 8 more', 'Show 12 more'])
      await dialog.getByRole('button', { name: more }).click();
    await expect(
      dialog.getByRole('listitem').filter({ has: page.getByRole('button', { name: /events/ }) }),
    ).toHaveCount(60);
    await dialog.getByRole('button', { name: /^actor 3 / }).click();
    await expect(dialog.getByRole('row', { name: /actor 3 / })).toContainText('getobject');
    await expectAccessible(page);
    await info.attach('graph', { body: await page.screenshot(), contentType: 'image/png' });
  });
});
