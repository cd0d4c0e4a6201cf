import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitions, outline, splitBlocks, withDefinitions } from './blocks';

const texts = (markdown: string) => splitBlocks(markdown).map((block) => block.text);

describe('splitBlocks', () => {
  it('loses and invents nothing, and knows the lines', () => {
    const line = fc.constantFrom(
      '# a',
      'text',
      '',
      '- item',
      '  more',
      '```',
      '~~~',
      '> quote',
      '1. one',
      '| a | b |',
      '---',
      '    code',
      '\t',
      '## b',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const markdown = lines.join('\n');
        const blocks = splitBlocks(markdown);
        expect(blocks.map((block) => block.text).join('')).toBe(markdown);
        for (const block of blocks) {
          const before = markdown.slice(0, markdown.indexOf(block.text, 0));
          if (markdown.split(block.text).length === 2) expect(block.line).toBe(before.split('\n').length);
        }
      }),
    );
  });

  it('parts paragraphs, headings, fences and tables', () => {
    expect(texts('# T\npara\nmore\n\n```\na\n\nb\n```\n\n| a |\n|---|\n| 1 |\n')).toEqual([
      '# T\n',
      'para\nmore\n\n',
      '```\na\n\nb\n```\n\n',
      '| a |\n|---|\n| 1 |\n',
    ]);
  });

  it('keeps a loose list with its code and its continuation in one block', () => {
    const list = '1. one\n\n   ```sql\n   select 1\n\n   ```\n\n2. two\n';
    expect(texts(`${list}\nafter`)).toEqual([`${list}\n`, 'after']);
  });

  it('does not take a longer fence for closed by a shorter one, or # in a fence for a heading', () => {
    const code = '````\n```\n# no heading\n````\n';
    expect(texts(code)).toEqual([code]);
  });

  it('numbers lines from where the body starts', () => {
    expect(splitBlocks('a\n\nb', 10).map((block) => block.line)).toEqual([10, 12]);
  });
});

describe('outline', () => {
  it('gives unique ids and plain texts', () => {
    const headings = outline(
      splitBlocks('# The `key`\n\n## Timeline\n\n```\n## not one\n```\n\n## Timeline\n\nSet\n===\n'),
    );
    expect(headings.map(({ id, level, text, line }) => [id, level, text, line])).toEqual([
      ['the-key', 1, 'The key', 1],
      ['timeline', 2, 'Timeline', 3],
      ['timeline-2', 2, 'Timeline', 9],
      ['set', 1, 'Set', 11],
    ]);
  });
});

describe('definitions', () => {
  it('brings a block the definitions that it names, and only those', () => {
    const blocks = splitBlocks(
      'See [the rule][R].\n\nNothing here.\n\n[r]: https://rule.example\n[s]: https://other.example\n',
    );
    const known = definitions(blocks);
    expect(withDefinitions(blocks[0]?.text ?? '', known)).toBe('See [the rule][R].\n\n[r]: https://rule.example\n');
    expect(withDefinitions(blocks[1]?.text ?? '', known)).toBe(blocks[1]?.text);
  });
});
