import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...fs
    .readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );

it('every link between pages of the documentation leads to a file, and to a heading of it', () => {
  const broken = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s:]+)\)/g)].flatMap(([, link = '']) => {
      const [to = '', anchor] = link.split('#');
      const file = to === '' ? page : path.join(path.dirname(page), to);
      if (!fs.existsSync(path.join(ROOT, file))) return [`${page}: ${link}`];
      return anchor && file.endsWith('.md') && !anchorsOf(file).includes(anchor) ? [`${page}: ${link}`] : [];
    }),
  );
  expect(PAGES.length).toBeGreaterThan(20);
  expect(broken).toEqual([]);
});
