import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchLines } from './match-lines';
import { merge3 } from './merge';

describe('three-way merge', () => {
  const base = 'one\ntwo\nthree\nfour\nfive\n';

  it('takes both sides’ changes', () => {
    const merged = merge3(base, base.replace('one', 'ONE'), base.replace('five', 'FIVE\nsix'));
    expect(merged).toEqual({ text: 'ONE\ntwo\nthree\nfour\nFIVE\nsix\n', conflicts: 0 });
  });

  it('takes the same change once, and a deletion', () => {
    expect(merge3(base, base.replace('two\n', ''), base.replace('two\n', '')).text).toBe('one\nthree\nfour\nfive\n');
    expect(merge3(base, base, base.replace('two\n', '')).text).toBe('one\nthree\nfour\nfive\n');
  });

  it('marks what both changed, with both sides whole', () => {
    const merged = merge3(base, base.replace('three', 'mine'), base.replace('three', 'theirs'), {
      theirs: 'version 4, by Ada',
    });
    expect(merged.conflicts).toBe(1);
    expect(merged.text).toBe('one\ntwo\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> version 4, by Ada\nfour\nfive\n');
  });

  it('works without a base', () => {
    expect(merge3(null, 'a\nmine\nb', 'a\nb\nc')).toEqual({ text: 'a\nmine\nb\nc', conflicts: 0 });
    expect(merge3(null, 'x', 'y').text).toBe('<<<<<<< yours\nx\n=======\ny\n>>>>>>> saved meanwhile');
  });

  it('keeps the line ends of the one who saves', () => {
    const merged = merge3(base, base.replace('one', 'ONE').replaceAll('\n', '\r\n'), base.replace('five', 'FIVE'));
    expect(merged).toEqual({ text: 'ONE\r\ntwo\r\nthree\r\nfour\r\nFIVE\r\n', conflicts: 0 });
  });

  it('loses no line that a side wrote, is the other side where one did nothing, and has a conflict only where both wrote', () => {
    const word = fc.constantFrom('', 'a', 'b', 'c', '## T', '| x |');
    const text = fc.array(word, { maxLength: 14 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, text, (from, mine, theirs) => {
        expect(merge3(from, mine, from).text).toBe(mine);
        expect(merge3(from, from, theirs).text).toBe(theirs);
        expect(merge3(from, mine, mine)).toEqual({ text: mine, conflicts: 0 });
        const merged = merge3(from, mine, theirs);
        const counts = count(merged.text);
        const inBase = count(from);
        for (const side of [mine, theirs]) {
          for (const [line, times] of count(side)) {
            if (times > (inBase.get(line) ?? 0)) expect(counts.get(line) ?? 0).toBeGreaterThanOrEqual(1);
          }
        }
        // The marked sides can be told apart again: choosing mine in every conflict keeps all that mine added.
        if (merged.conflicts > 0) expect(merged.text.match(/^<<<<<<< /gm)).toHaveLength(merged.conflicts);
      }),
      { numRuns: 500 },
    );
  });

  it('stays quick for a long text, also for one of which nothing is left', () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => (i % 2 ? '' : `line ${i}`));
    const mine = lines.map((line, i) => (i % 100 === 0 ? `mine ${i}` : line));
    const theirs = lines.map((line, i) => (i % 100 === 50 ? `theirs ${i}` : line));
    const started = process.cpuUsage();
    expect(merge3(lines.join('\n'), mine.join('\n'), theirs.join('\n')).conflicts).toBe(0);
    const other = lines.map((line, i) => (line === '' ? '' : `other ${i}`));
    expect(merge3(lines.join('\n'), mine.join('\n'), other.join('\n')).conflicts).toBeGreaterThan(0);
    expect(cpuMs(started)).toBeLessThan(10_000);
  });
});

describe('matching lines', () => {
  it('finds unique lines where the shortest difference would take too long', () => {
    const a = Array.from({ length: 6000 }, (_, i) => `a ${i}`);
    const b = a.map((line, i) => (i % 3 === 0 ? line : `b ${i}`));
    const matches = matchLines(a, b);
    expect(matches.reduce((sum, match) => sum + match.length, 0)).toBe(2000);
    for (const { a: inA, b: inB, length } of matches) {
      for (let i = 0; i < length; i += 1) expect(a[inA + i]).toBe(b[inB + i]);
    }
  });
});

function count(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** Not the clock: the machine may be busy with something else. */
function cpuMs(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}
