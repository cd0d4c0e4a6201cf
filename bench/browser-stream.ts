/**
 * The browser's processor time while a report of 25 KB is written before a reader's eyes: pieces of 36 characters, one every 12 ms
 * (STREAM_MS), from the model's service through the product to the editor's preview. As a ratio to a bare page in the same browser
 * that appends the same pieces as plain text at the same pace. Needs a browser and builds the product if that was not done.
 */
import type { CDPSession, Page } from '@playwright/test';
import { startAnthropicServer } from '../lib/agent/testing/anthropic-server';
import { SECTIONS } from '../lib/report/schema';
import { openCase } from '../scripts/e2e/case';
import { withBrowser } from './shared/browser';

const EVERY_MS = Number(process.env.STREAM_MS ?? 12);
const CHUNK_SIZE = 36;
const KILOBYTES = 25;

type Spent = { task: number; script: number; layout: number };

/** Milliseconds that the page's main thread has worked so far. */
async function spent(session: CDPSession): Promise<Spent> {
  const { metrics } = await session.send('Performance.getMetrics');
  const ms = (name: string) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1000;
  return {
    task: ms('TaskDuration'),
    script: ms('ScriptDuration'),
    layout: ms('LayoutDuration') + ms('RecalcStyleDuration'),
  };
}

async function during(page: Page, work: () => Promise<void>): Promise<Spent> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const before = await spent(session);
  await work();
  const after = await spent(session);
  return { task: after.task - before.task, script: after.script - before.script, layout: after.layout - before.layout };
}

/** Sections as an investigation writes them: prose with receipts and indicators, a long table, lists, queries. */
function sections(): { section: string; markdown: string }[] {
  const size = (KILOBYTES * 1024) / SECTIONS.length;
  return SECTIONS.map((section, index) => {
    const parts = section === 'Timeline' ? ['| Time | Event | Evidence |', '|---|---|---|'] : [];
    for (let n = 1; parts.join('\n').length < size; n += 1) {
      if (section === 'Timeline')
        parts.push(
          `| 2026-01-01 10:${String(n % 60).padStart(2, '0')}:00Z | \`GetObject\` by **mallory** from 203[.]0[.]113[.]${n} | [E${n % 9}] |`,
        );
      else if (n % 4 === 0)
        parts.push(
          '',
          ...[1, 2, 3].map((item) => `- Finding ${n}.${item}: *${item} of ${n}* keys were read [E${item}]`),
          '',
        );
      else if (n % 7 === 0)
        parts.push('', '```sql', `SELECT user, count(*) FROM cloudtrail WHERE n = ${n + index} GROUP BY 1`, '```', '');
      else
        parts.push(
          `The key of **mallory** was used ${n} times from 198[.]51[.]100[.]${n} [E${n % 9}], which evil[.]example also shows; see hxxps://evil[.]example/${n}.`,
          '',
        );
    }
    return { section, markdown: parts.join('\n') };
  });
}

const written = sections();
const whole = written.map(({ markdown }) => markdown).join('\n\n');
const calls = written.map((args) => ({ name: 'report__write_section', args }));
const api = await startAnthropicServer({
  conversations: [{ turns: [{ calls, deltaSize: CHUNK_SIZE, delayMs: EVERY_MS }, { text: 'Done.' }] }],
});
const env = { ANTHROPIC_BASE_URL: api.url, ANTHROPIC_API_KEY: 'none' };
await withBrowser(async ({ url, people, browser, client }) => {
  const opened = await openCase(client);

  const bare = await browser.newPage();
  await bare.setContent('<pre id="text" style="white-space: pre-wrap"></pre>');
  const floor = await during(bare, () =>
    bare.evaluate(
      async ({ text, size, ms }) => {
        for (let at = 0; at < text.length; at += size) {
          document.getElementById('text')?.append(text.slice(at, at + size));
          await new Promise((resolve) => setTimeout(resolve, ms));
        }
      },
      { text: whole, size: CHUNK_SIZE, ms: EVERY_MS },
    ),
  );

  const context = await browser.newContext({
    storageState: people.analyst.storage,
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.goto(`${url}/investigations/${opened.id}`);
  await page.waitForLoadState('networkidle');
  const ours = await during(page, async () => {
    const { id } = await (await client.post(`/api/investigations/${opened.id}/runs`, { data: {} })).json();
    for (;;) {
      const run = await (await client.get(`/api/runs/${id}`)).json();
      if (run.status === 'failed') throw new Error(run.error);
      if (run.status === 'succeeded') break;
      await page.waitForTimeout(250);
    }
    await page.getByText('Finding 20.3').first().waitFor();
  });

  const line = (name: string, { task, script, layout }: Spent) =>
    `${name.padEnd(22)} ${task.toFixed(0).padStart(6)} ms of the main thread: script ${script.toFixed(0)}, layout and style ${layout.toFixed(0)}`;
  console.log(
    `${(whole.length / 1024).toFixed(1)} KB in ${Math.ceil(whole.length / CHUNK_SIZE)} pieces, one every ${EVERY_MS} ms`,
  );
  console.log(line('plain text, appended', floor));
  console.log(line('the report, rendered', ours));
  console.log(`ratio                  ${(ours.task / floor.task).toFixed(1)}`);
}, env);
await api.close();
