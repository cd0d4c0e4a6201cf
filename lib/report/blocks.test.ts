import { describe, expect, it } from 'vitest';
import { parseReport } from './report';

const parse = (body: string) => parseReport(`---\na: 1\n---\n${body}`);
const shown = (body: string) => parse(body).blocks.map(({ kind, text }) => [kind, text]);

describe('blocks', () => {
  it('are headings, paragraphs, items, rows, code and HTML, with the words as a reader sees them', () => {
    expect(
      shown(
        '# A *b*\n\nOne\ntwo `c` &amp; \\[d\\] [e](f)\n\n- i\n\n  more\n  1. j\n\n| h | k |\n|--|--|\n| a \\| b | `c` |\n\n```x\n# y\n```\n\n<!-- z -->\n\n> q\n',
      ),
    ).toEqual([
      ['heading', 'A b'],
      ['paragraph', 'One\ntwo c & [d] e'],
      ['item', 'i'],
      ['paragraph', 'more'],
      ['item', 'j'],
      ['row', 'a | b | c'],
      ['code', '# y'],
      ['html', '<!-- z -->'],
      ['paragraph', 'q'],
    ]);
  });

  it('know their lines, section, heading, nesting and table', () => {
    const { blocks } = parse(
      '## Timeline\n\n### Day 1\n\n3. a\n   - b\n\n| T | Evidence |\n|--|--|\n| x | E2, E4–E6 |\n\nSet\n---\n\n> c\n',
    );
    expect(blocks.map(({ line, endLine, section, heading }) => [line, endLine, section, heading])).toEqual([
      [4, 4, 'Timeline', ''],
      [6, 6, 'Timeline', 'Day 1'],
      [8, 8, 'Timeline', 'Day 1'],
      [9, 9, 'Timeline', 'Day 1'],
      [13, 13, 'Timeline', 'Day 1'],
      [15, 16, 'Set', ''],
      [18, 18, 'Set', ''],
    ]);
    expect(blocks[2]).toMatchObject({ list: 1, number: 3 });
    expect(blocks[3]).toMatchObject({ list: 2, number: null });
    expect(blocks[4]).toMatchObject({
      table: 0,
      head: ['T', 'Evidence'],
      cells: [{ text: 'x' }, { text: 'E2, E4–E6' }],
    });
    expect(blocks[6]).toMatchObject({ isQuote: true });
  });

  it('keep the cells that a row has too many', () => {
    const [row] = parse('| a | b |\n|--|--|\n| 1 | 2 | 3 |\n').blocks;
    expect(row?.cells.map(({ text }) => text)).toEqual(['1', '2', '3']);
    expect(row?.head).toHaveLength(2);
  });

  it('lead from each character back to its place in the report', () => {
    const report = parse(
      'x\n\n> one \\*two\n> thr&eacute;e **four** `` `five ``\n\n| a | b \\| six |\n|--|--|\n| `seven` | \\_eight |\r\n',
    );
    const lines = report.markdown.split('\n');
    for (const word of ['one', 'two', 'e four', 'four', '`five', 'seven', 'eight']) {
      const block = report.blocks.find(({ text }) => text.includes(word));
      if (!block) throw new Error(word);
      const last = word.split(' ').at(-1) ?? word;
      const { line, column } = report.placeOf(block, block.text.indexOf(word) + word.length - last.length);
      expect(lines[line - 1]?.slice(column - 1), word).toMatch(last);
      expect(lines[line - 1]?.slice(column - 1).startsWith(last), word).toBe(true);
    }
  });
});

describe('citations', () => {
  const cited = (body: string) => parse(body).citations.map(({ numbers }) => numbers);
  it('are single, several, ranges, and bare in an Evidence column', () => {
    expect(cited('a [E7]. b [E3, E4; E9] c [E1–E3] d [E5-7]')).toEqual([[7], [3, 4, 9], [1, 2, 3], [5, 6, 7]]);
    expect(cited('| When | Evidence |\n|--|--|\n| E1 | E2, [E3] E8–E9 |\n')).toEqual([[2], [3], [8, 9]]);
  });

  it('are none in code, in comments and in other words, and one where a link has its name', () => {
    expect(cited('`[E1]` E2 [E] [Ex1] E3a\n\n    [E4]\n\n```\n[E5]\n```\n\n<!-- [E6] -->')).toEqual([]);
    expect(cited('a [E7]\n\n[E7]: https://x.example')).toEqual([[7]]);
  });
});

describe('sections', () => {
  const named = (body: string) =>
    parse(body).sections.map(({ name, known, line, endLine }) => [name, known, line, endLine]);
  it('begin at headings of level 1 and 2, in any form of heading', () => {
    expect(named('## timeline ##\na\n\nLessons *Learned*\n---\n  # T\nb\n### c\n')).toEqual([
      ['timeline', 'Timeline', 4, 6],
      ['Lessons Learned', 'Lessons Learned', 7, 8],
      ['T', null, 9, 12],
    ]);
  });

  it('begin at no heading inside code, comments, HTML, quotes and lists', () => {
    for (const decoy of [
      '````\n```\n## Timeline\n```\n````',
      '```sql\n```sql\n## Timeline\n```',
      '    ## Timeline',
      '<!--\n## Timeline\n-->',
      '<!--\n\n## Timeline\n\n-->',
      '<pre>\n\n## Timeline\n\n</pre>',
      '<div>\n## Timeline\n</div>',
      '> ## Timeline',
      '- ## Timeline',
      '1. a\n\n   ## Timeline',
    ]) {
      expect(parse(`## Executive Summary\n\n${decoy}\n\n## Timeline\n\nreal`).section('Timeline')?.text, decoy).toBe(
        'real',
      );
    }
  });
});
