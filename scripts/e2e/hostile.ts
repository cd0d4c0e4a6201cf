import fs from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Locator } from '@playwright/test';
import { expect } from './fixtures';

type Item = { payload: string; expect: string; family: string };

/** Every item of the Markdown corpora; U+0000 is what no text of ours can hold. */
export const CORPUS = ['markdown_exfil.json', 'markdown_html_xss.json', 'cc-by-sa/commonmark_html_links.json'].flatMap(
  (file): Item[] => JSON.parse(fs.readFileSync(path.resolve('fixtures/attack-corpus/markdown', file), 'utf8')),
);

/**
 * Items as one text, each in a quotation of its own: nothing that one leaves open (a fence, a comment) hides the next.
 * `lines`: where each begins, counted from the text's first line (1).
 */
export function quoted(items: readonly Item[]): { text: string; lines: number[] } {
  const lines: number[] = [];
  let at = 1;
  const texts = items.map(({ payload }) => {
    const own = payload.replaceAll('\0', '').split(/\r\n?|\n/);
    lines.push(at);
    at += own.length + 1;
    return `${own.map((line) => `> ${line}`).join('\n')}\n`;
  });
  return { text: texts.join('\n'), lines };
}

export type Watch = {
  /** What a page of this context asked of a host that isn't ours, ran, opened or was refused by its policy, since the last look. */
  wrongs(): Promise<string[]>;
};

/** Watches all pages of a context. No foreign host is reached: such a request is written down and cut off. */
export async function watch(context: BrowserContext, ownUrl: string): Promise<Watch> {
  const own = new URL(ownUrl).host;
  const wrongs: string[] = [];
  await context.route(
    (url) => /^(https?|wss?|ftp):$/.test(url.protocol) && url.host !== own,
    (route) => {
      wrongs.push(`request: ${route.request().url()}`);
      return route.abort();
    },
  );
  context.on('dialog', (dialog) => {
    wrongs.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (page) => {
    page.on('popup', (popup) => wrongs.push(`popup: ${popup.url()}`));
    page.on('framenavigated', (frame) => {
      if (frame.parentFrame()) wrongs.push(`frame: ${frame.url()}`);
    });
    page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`));
  });
  await context.exposeFunction('wrongSeen', (what: string) => wrongs.push(what));
  await context.addInitScript(() => {
    const tell = (what: string) => (window as unknown as { wrongSeen(what: string): void }).wrongSeen(what);
    document.addEventListener('securitypolicyviolation', (event) =>
      tell(`policy: ${event.blockedURI} ${event.sample}`),
    );
    // Whatever a payload calls to show that it ran.
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'] as const)
      Object.defineProperty(window, name, { value: (...args: unknown[]) => tell(`${name}(${args.join()})`) });
  });
  return { wrongs: async () => wrongs.splice(0) };
}

/**
 * What must not be in a rendered text: elements that load or run, event handlers, addresses other than http(s), places in the page
 * and (`own`) pages of ours. Each with the line of the block that it stands in. Runs in the page: it knows nothing but what it is given.
 */
export function harmOf(root: Element, own?: string): string[] {
  const wrong: string[] = [];
  const banned =
    /^(script|img|image|iframe|frame|object|embed|applet|form|style|link|meta|base|audio|video|source|track|math|foreignobject|template|noscript|marquee|portal)$/i;
  const loading = /^(src|srcset|srcdoc|action|formaction|background|poster|data|ping|xlink:href|manifest|http-equiv)$/i;
  for (const each of [root, ...root.querySelectorAll('*')]) {
    const say = (what: string) =>
      wrong.push(
        `line ${each.closest('[data-line]')?.getAttribute('data-line')}: ${what}: ${each.outerHTML.slice(0, 200)}`,
      );
    // The source editor’s own mark beside a folded text loads nothing.
    if (banned.test(each.tagName) && !each.matches('img.cm-widgetBuffer:not([src])')) say('element');
    for (const { name, value } of each.attributes) {
      if (/^on/i.test(name)) say(name);
      if (loading.test(name)) say(name);
      if (name !== 'href') continue;
      if (each.tagName !== 'A') say('href');
      if (!/^(https?:\/\/|#)/i.test(value) && !(own && new RegExp(own).test(value))) say('address');
      if (/^https?:/i.test(value) && each.getAttribute('rel') !== 'noopener noreferrer nofollow') say('rel');
    }
  }
  return wrong;
}

export async function harmIn(root: Locator, own?: RegExp): Promise<string[]> {
  // React's mark where a part of the page is still to come; nothing that a text holds may pass for it.
  await expect(root.locator('template[data-dgst]')).toHaveCount(0);
  return root.evaluate(harmOf, own?.source);
}

/** That each item stands in the rendered text: its block is there, and not empty. `first`: the line of the report that the text begins at. */
export async function expectAllShown(
  root: Locator,
  items: readonly Item[],
  lines: number[],
  first: number,
): Promise<void> {
  const shown = new Map(
    await root.evaluate((element) =>
      [...element.querySelectorAll<HTMLElement>('[data-line]')].map(
        (block) => [Number(block.dataset.line), block.querySelector('blockquote')?.textContent ?? ''] as const,
      ),
    ),
  );
  const missing = items.filter(({ payload }, index) => {
    const text = shown.get(first + (lines[index] ?? 0) - 1);
    // A link without words that leads nowhere has nothing to show.
    return text === undefined || (text.trim() === '' && /\w/.test(payload.replace(/\[\]\([^)]*\)/g, '')));
  });
  expect(
    missing.map(({ payload }) => payload),
    'items that are not shown',
  ).toEqual([]);
}
