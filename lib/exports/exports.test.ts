import fs from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { GET } from '@/app/api/investigations/[id]/export/[format]/route';
import type { Actor } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { writeSection } from '../report/report';
import { approvedRevision, readyReport, testInvestigation } from '../reviews/testing';
import type { TimelineEvent } from '../timeline/schema';
import { readDocument } from './document';
import { exportReport } from './export-report';
import { pdfPages, pdfText } from './testing';
import { toHtml } from './to-html';
import { toPdf } from './to-pdf';

testDatabase();

const approval = {
  codename: 'calm-brave-otter',
  revision: 2,
  author: 'Ada',
  reviewer: 'Grace',
  approvedAt: '2026-01-02T03:04:05.000Z',
  contentHash: 'ab'.repeat(32),
  commit: null,
};
const TEXT = `| Time | Event |\n|---|:-:|\n| 2026-01-02 03:00:00Z | Zoë: Ключ, 中文, 😀 \u202egnp.exe [E1] |

- [x] done ![logo](https://evil.example/x.png)
- <img src=x onerror=alert(1)> <script>alert(1)</script>
- [the site](javascript:alert(1)) and https://evil.example/a?b=c

> quoted \`code\`

\`\`\`
${'a'.repeat(300)}
\`\`\`
`;

async function approvedCase(): Promise<{ analyst: Actor; id: string; revision: string }> {
  const analyst = await testActor('analyst');
  const text = writeSection(readyReport({ title: 'Root key <b>used</b>' }), 'Timeline', TEXT);
  const { id } = await testInvestigation(analyst, text);
  return { analyst, id, revision: await approvedRevision(analyst, await testActor('reviewer'), id, text) };
}

const event = (minute: number, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  at: Date.UTC(2026, 0, 2, 3, minute),
  until: null,
  count: 1,
  actor: 'eva',
  action: 'createaccesskey',
  source: 'cloudtrail',
  outcome: 'success',
  tactic: 'persistence',
  evidence: 1,
  ...more,
});
const timelineWith = (actor: string) => ({ events: [event(0), event(30, { actor, tactic: null })], omitted: 0 });

describe('an exported report', () => {
  it('is to be had as Markdown, HTML and PDF over the API, and who took it is recorded', async () => {
    const { analyst, id, revision } = await approvedCase();
    const headers = await keyHeaders(analyst);
    const get = (format: string, query = '') =>
      GET(new Request(`http://x/api/investigations/${id}/export/${format}${query}`, { headers }), {
        params: Promise.resolve({ id, format }),
      });
    const md = await get('md', `?revision=${revision}`);
    const approvedText = (await db().revision.findUniqueOrThrow({ where: { id: revision } })).markdown;
    expect(await md.text()).toBe(approvedText.replace(/^status: .*$/m, 'status: approved'));
    expect(md.headers.get('content-disposition')).toMatch(/^attachment; filename="case-[0-9a-f]+\.r1\.md"$/);
    expect(await (await get('html')).text()).toContain('Root key &#x3C;b>used');
    const pdf = Buffer.from(await (await get('pdf')).arrayBuffer());
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await db().auditEntry.count({ where: { verb: 'reports.export', subjectId: id, actorId: analyst.id } })).toBe(
      3,
    );
    expect((await get('exe')).status).toBe(404);
    expect((await get('pdf', '?revision=..')).status).toBe(400);
    const nobody = await GET(new Request(`http://x/api/investigations/${id}/export/pdf`), {
      params: Promise.resolve({ id, format: 'pdf' }),
    });
    expect(nobody.status).toBe(401);
  });

  it('is refused for a case of which nothing is approved', async () => {
    const analyst = await testActor('analyst');
    const { id } = await testInvestigation(analyst);
    await expect(exportReport(analyst, id, 'html')).rejects.toMatchObject({ code: 'conflict' });
    await expect(exportReport(analyst, 'no-id', 'html')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('as HTML has no element that loads, runs or leads anywhere, whatever the report says', async () => {
    const corpora = ['markdown_exfil', 'markdown_html_xss'].map(
      (name) => `fixtures/attack-corpus/markdown/${name}.json`,
    );
    const payloads = (await Promise.all(corpora.map((file) => fs.readFile(file, 'utf8')))).flatMap(
      (text) => JSON.parse(text) as { payload?: string }[],
    );
    const hostile = payloads.flatMap(({ payload }) => (typeof payload === 'string' ? [payload] : []));
    expect(hostile.length).toBeGreaterThan(300);
    const known =
      /^(?:!doctype|html|head|meta|title|style|body|main|h[1-6]|dl|dt|dd|p|ul|ol|li|pre|code|blockquote|strong|em|del|br|hr|table|thead|tbody|tr|th|td|div|b|span|svg|text|line|rect|circle)$/;
    for (const payload of [TEXT, ...hostile]) {
      const html = toHtml(
        readDocument(`## Timeline\n\n${payload}`, { ...approval, author: payload }, [], timelineWith(payload)),
      );
      for (const [tag = '', name = ''] of html.matchAll(/<\/?([^\s>/]*)[^>]*>/g)) {
        expect(name.toLowerCase(), payload).toMatch(known);
        expect(tag, payload).not.toMatch(/\s(?:src|href|srcset|action|data|on\w+|poster|background)\s*=/i);
      }
      expect(html).not.toMatch(/\u202e/);
    }
  });

  it('as PDF has its words, in other scripts too, and no action or address that leads out', async () => {
    const pdf = await toPdf(readDocument(writeSection(readyReport(), 'Timeline', TEXT), approval));
    expect(pdf.length).toBeGreaterThan(5000);
    const raw = pdf.toString('latin1');
    for (const word of ['/URI', '/JavaScript', '/Launch', '/OpenAction', '/EmbeddedFile'])
      expect(raw).not.toContain(word);
    const text = pdfText(pdf);
    expect(text).not.toMatch(/https?:/);
    for (const words of ['Zoë', 'Ключ', '中文', '😀', 'U+202E', 'hxxps://evil[.]example'])
      expect(text.replace(/\s+/g, '')).toContain(words.replace(/\s+/g, ''));
  });

  it('as PDF keeps tables in lists on the page, headings with their tables, and says what each paragraph is', async () => {
    const rows = Array.from({ length: 55 }, (_, at) => `| ${at} | x |`).join('\n');
    const filler = (count: number) => Array.from({ length: count }, (_, at) => `Paragraph ${at}.\n`).join('\n');
    const nested = '- item\n\n  | a | b |\n  |---|---|\n  | in a list | c |\n\n> | q |\n> |---|\n> | in a quote |\n';
    for (const count of [20, 21, 22, 23, 24, 25, 26]) {
      const text = `## Long\n\n${nested}\n${filler(count)}\n## Last heading\n\n| n | v |\n|---|---|\n${rows}\n`;
      const pdf = await toPdf(readDocument(text, approval));
      const pages = pdfPages(pdf);
      for (const { right } of pages) expect(right, 'the right end of what is drawn').toBeLessThanOrEqual(595 - 55);
      const heading = pages.find(({ text: words }) => words.includes('Last heading'));
      expect(heading?.text, `${count} paragraphs before`).toMatch(/Last heading\s*nv0x/);
      const tags = pdf.toString('latin1').match(/\/S \/(?:H\d|P)\b/g) ?? [];
      expect(tags.filter((tag) => tag.endsWith('H1'))).toHaveLength(1);
      expect(tags.filter((tag) => tag.endsWith('H2'))).toHaveLength(2);
      expect(tags.length).toBeGreaterThan(count + 55);
    }
  });

  it('has the timeline as vectors below its heading, with numbers for tactics: it prints in black and white', async () => {
    const timeline = {
      events: [
        event(0),
        event(20, { outcome: 'failure', tactic: 'impact', count: 7 }),
        event(50, { actor: '中文 <b>' }),
      ],
      omitted: 2,
    };
    const document = readDocument(writeSection(readyReport(), 'Timeline', TEXT), approval, [], timeline);
    const html = toHtml(document);
    const [, svg = ''] =
      /<h2>Timeline<\/h2><div class="picture">(<svg[\s\S]*?<\/svg>)/.exec(html.replace(/>\s+</g, '><')) ?? [];
    expect(svg).toContain('Timeline of 5 events from 2026-01-02 03:00 UTC on');
    for (const words of ['1  Impact', '2  Persistence', '×7', '中文 &#x3C;b>', 'Hollow: failed'])
      expect(svg).toContain(words);
    const colors = [...svg.matchAll(/#([0-9a-f]{6})/g)].map(
      ([, hex = '']) => hex.match(/../g)?.map((part) => Number.parseInt(part, 16)) ?? [],
    );
    for (const parts of colors) expect(Math.max(...parts) - Math.min(...parts), 'nearly gray').toBeLessThan(24);
    const pdf = await toPdf(document);
    const plain = await toPdf(readDocument(writeSection(readyReport(), 'Timeline', TEXT), approval));
    const text = pdfText(pdf).replace(/\s+/g, '');
    for (const words of ['2Persistence', '×7', 'Hollow:failed', '中文<b>']) expect(text).toContain(words);
    expect(pdfText(plain)).not.toContain('Hollow');
    // Without a picture in pixels.
    expect(pdf.toString('latin1')).not.toContain('/Subtype /Image');
  });

  it('as PDF is made of any text of the corpus', async () => {
    const lists = ['naughty_strings', 'log_terminal_unicode'].map((name) => `fixtures/attack-corpus/${name}.json`);
    const texts = (await Promise.all(lists.map((file) => fs.readFile(file, 'utf8')))).flatMap(
      (text) => JSON.parse(text) as { payload?: string }[],
    );
    const all = texts.flatMap(({ payload }) => (typeof payload === 'string' ? [payload] : [])).join('\n\n');
    const document = readDocument(`## Timeline\n\n${all}`, approval, [], timelineWith(all.slice(0, 5000)));
    expect((await toPdf(document)).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
