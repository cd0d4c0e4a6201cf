import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffBlocks, splitBlocks } from '../report/diff-blocks';
import { readyReport } from '../reviews/testing';
import { hasUnseen, markUnseen } from './invisible-characters';
import { diffSequences, diffText, lineCount, splitLines, splitRows, type TextDiff, visibleRanges } from './line-diff';

const textOf = (parts: { text: string }[]) => parts.map((part) => part.text).join('');
const side = (diff: TextDiff, which: 'before' | 'after') =>
  diff.rows.filter((row) => row[which] !== null).map((row) => textOf(row.parts));

const lines = fc.array(fc.constantFrom('a', 'b', '', '## Timeline', 'the key was used', 'the key was stolen'), {
  maxLength: 30,
});
const texts = fc.oneof(
  lines.map((all) => all.join('\n')),
  lines.map((all) => all.map((line) => `${line}\n`).join('')),
  fc.string({ unit: 'binary' }),
);

describe('a diff of texts', () => {
  it('gives both texts back, numbered, in both views (property)', () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const diff = diffText(before, after);
        expect(side(diff, 'before')).toEqual(splitLines(before));
        expect(side(diff, 'after')).toEqual(splitLines(after));
        for (const which of ['before', 'after'] as const) {
          const numbers = diff.rows.map((row) => row[which]).filter((number) => number !== null);
          expect(numbers).toEqual(numbers.map((_, index) => index + 1));
        }
        for (const row of diff.rows) {
          if (row.kind === 'same') expect(row.parts.some((part) => part.changed)).toBe(false);
        }
        const split = splitRows(diff);
        expect(split.flatMap((row) => (row.left ? [textOf(row.left.parts)] : []))).toEqual(splitLines(before));
        expect(split.flatMap((row) => (row.right ? [textOf(row.right.parts)] : []))).toEqual(splitLines(after));
        expect(diffText(before, before).hunks).toEqual([]);
      }),
    );
  });

  it('marks the words that changed, not the line', () => {
    const { rows } = diffText(
      'x\nThe key was used at 10:04 by Ada.\ny\n',
      'x\nThe key was stolen at 10:05 by Ada.\ny\n',
    );
    const changed = rows.map((row) => row.parts.filter((part) => part.changed).map((part) => part.text));
    expect(changed).toEqual([[], ['used', '04'], ['stolen', '05'], []]);
  });

  it('shows a changed line end and a missing last one', () => {
    expect(diffText('a\r\n', 'a\n').removed).toBe(1);
    expect(diffText('a', 'a\n')).toMatchObject({ hunks: [], finalNewline: { before: false, after: true } });
    expect([lineCount(''), lineCount('a'), lineCount('a\n'), lineCount('a\n\n')]).toEqual([0, 1, 1, 2]);
  });

  it('folds what lies far from a change', () => {
    const before = Array.from({ length: 50 }, (_, n) => `line ${n}`);
    const after = before.with(10, 'new').with(14, 'new').with(40, 'new');
    const { rows, hunks } = diffText(before.join('\n'), after.join('\n'));
    expect(visibleRanges(rows.length, hunks)).toEqual([
      [7, 20],
      [39, 47],
    ]);
  });

  it('stays bounded on hostile 100 KB texts, by giving up precision and never truth', () => {
    // Unbounded, Myers' algorithm would try 10^8 edits and more here. No clock: a busy machine is no failure.
    const shuffled = (seed: number) => Array.from({ length: 12_000 }, (_, n) => `${(n * seed) % 12_007}`).join('\n');
    const pairs: [string, string][] = [
      [shuffled(7), shuffled(5003)],
      ['a\nb\n'.repeat(25_000), 'b\nb\na\n'.repeat(17_000)],
      ['word '.repeat(20_000), 'drow word '.repeat(10_000)],
      ['x'.repeat(100_000), 'y'.repeat(100_000)],
      [
        Array.from({ length: 5000 }, (_, n) => `a ${n}`).join('\n'),
        Array.from({ length: 5000 }, (_, n) => `b ${n}`).join('\n'),
      ],
    ];
    for (const [before, after] of pairs) {
      const diff = diffText(before, after);
      expect(side(diff, 'before').join('\n')).toBe(splitLines(before).join('\n'));
      expect(side(diff, 'after').join('\n')).toBe(splitLines(after).join('\n'));
    }
  }, 120_000);

  it('falls back to lines that are unique on both sides', () => {
    const noise = (salt: string) => Array.from({ length: 1500 }, (_, n) => (n % 2 ? salt : 'x'));
    const before = ['A', ...noise('p'), 'anchor', ...noise('q'), 'B'];
    const after = ['C', ...noise('q').reverse(), 'anchor', ...noise('p').reverse(), 'D'];
    const changes = diffSequences(before, after);
    const covered = changes.some(({ before: [start, end] }) => start <= 1501 && 1501 < end);
    expect(covered).toBe(false);
  });
});

describe('a diff of blocks', () => {
  it('splits a report into what a reader sees as one', () => {
    const text =
      '---\na: 1\n\nb: 2\n---\n\n# T\nText\nmore\n\n- one\n\n- two\n  deeper\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sql\n\n# no heading\n```\n> q\n\n---\n';
    expect(splitBlocks(text).map(({ kind, line }) => `${kind} ${line}`)).toEqual([
      'front matter 1',
      'heading 7',
      'paragraph 8',
      'list 11',
      'table 16',
      'code 20',
      'quote 24',
      'rule 26',
    ]);
  });

  it('tells changed from removed and added, and keeps both texts whole (property)', () => {
    const before = readyReport({}, 'The deployment key was used by the pipeline at ten.');
    const after = readyReport({}, 'The deployment key was used by a stranger at ten.\n\nWholly new paragraph here.');
    const changes = diffBlocks(before, after).filter((block) => block.change !== 'unchanged');
    expect(changes.map((block) => block.change)).toEqual(['changed', 'added']);
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const diff = diffBlocks(a, b);
        expect(diff.flatMap((block) => (block.before ? [block.before] : []))).toEqual(splitBlocks(a));
        expect(diff.flatMap((block) => (block.after ? [block.after] : []))).toEqual(splitBlocks(b));
      }),
    );
  });
});

describe('unseen characters', () => {
  const kinds = (text: string) =>
    markUnseen(text).flatMap((part) => (part.mark ? [`${part.mark.kind} ${part.mark.code}`] : []));

  it('are marked and never removed', () => {
    expect(kinds('invoice\u202efdp.exe')).toEqual(['bidi U+202E']);
    expect(kinds('al\u200bice')).toEqual(['invisible U+200B']);
    expect(kinds('\u0007\u001b[8m\r')).toEqual(['control U+0007', 'control U+001B', 'control U+000D']);
    expect(kinds('a\u00a0b\u2028')).toEqual(['space U+00A0', 'control U+2028']);
    expect(kinds('tag\u{e0041}')).toEqual(['invisible U+E0041']);
    expect(kinds('\ud800 \ufffe')).toEqual(['control U+D800', 'control U+FFFE']);
    expect(kinds('\u0430lice is admin')).toEqual(['lookalike U+0430']);
    expect(kinds('\u0440\u0430\u0443.com')).toHaveLength(3);
    expect(kinds('ｅvil')).toEqual(['lookalike U+FF45']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(textOf(markUnseen(text))).toBe(text);
      }),
    );
  });

  it('of the collected hostile texts are all marked on their way through the diff, and nothing is lost', () => {
    const unmarked =
      /(?!\t)[\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
    let marked = 0;
    for (const name of ['log_terminal_unicode', 'naughty_strings']) {
      const file = path.resolve('fixtures/attack-corpus', `${name}.json`);
      const items: { payload: string }[] = JSON.parse(fs.readFileSync(file, 'utf8'));
      for (const { payload } of items) {
        const { rows } = diffText('Before.\n', `Before.\n${payload}\n`);
        expect(rows.slice(1).map(({ parts }) => textOf(parts))).toEqual(payload.split('\n'));
        const shown = rows.flatMap(({ parts }) => parts.flatMap(({ text }) => markUnseen(text)));
        for (const { text, mark } of shown)
          if (mark === null) expect(text, JSON.stringify(payload)).not.toMatch(unmarked);
        // What stands in the place of a character can be seen itself.
        for (const { mark } of shown) if (mark) expect(mark.label).not.toMatch(unmarked);
        marked += shown.filter(({ mark }) => mark).length;
      }
    }
    expect(marked).toBeGreaterThan(100);
  });

  it('leave ordinary text alone, in any language', () => {
    for (const text of [
      'a plain line\t|',
      'Zoë Müller',
      'Привет, мир',
      'Καλημέρα',
      '李小龍',
      '⚠️ ✅',
      '“quoted” – it’s 5 %',
    ]) {
      expect(hasUnseen(text), text).toBe(false);
    }
  });
});
