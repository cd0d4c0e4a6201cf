import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyHunks, hunksOf, placeHunks } from './hunks';

const WORDS = ['', 'a', 'b', 'c', '## T', '| x |', 'one two', '- item'];
const lines = (min: number, max: number) => fc.array(fc.constantFrom(...WORDS), { minLength: min, maxLength: max });
type Change = { at: number; remove: number; insert: string[] };
const changes = (tag: string) =>
  fc.array(
    fc.record({
      at: fc.nat(20),
      remove: fc.nat(3),
      insert: fc.array(
        fc.nat(99).map((n) => `${tag} ${n}`),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 4 },
  );
const edited = (text: string[], list: Change[]): string[] =>
  list.reduce((now, { at, remove, insert }) => now.toSpliced(at % (now.length + 1), remove, ...insert), text);

describe('hunks on a text that a person went on with', () => {
  it('never change, move or lose a line that the person wrote, whichever are taken', () => {
    fc.assert(
      fc.property(
        lines(1, 16),
        changes('human'),
        changes('machine'),
        fc.infiniteStream(fc.boolean()),
        (base, human, machine, coin) => {
          const current = edited(base, human);
          const proposed = edited(base, machine);
          const hunks = hunksOf(base, proposed).filter(() => coin.next().value);
          const result = applyHunks(current, proposed, hunks, placeHunks(base, current, hunks));
          const written = (text: string[]) => text.filter((line) => line.startsWith('human'));
          expect(written(result)).toEqual(written(current));
          // What the machine took out stood in the base: nothing else can go.
          const removed = hunks.reduce((sum, hunk) => sum + hunk.removed, 0);
          const added = hunks.reduce((sum, hunk) => sum + hunk.added, 0);
          expect(result.length).toBeGreaterThanOrEqual(current.length - removed);
          expect(result.length).toBeLessThanOrEqual(current.length + added);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('taken whole on an untouched text are the proposed text, and none of them changes nothing', () => {
    fc.assert(
      fc.property(lines(1, 16), changes('machine'), (base, machine) => {
        const proposed = edited(base, machine);
        const hunks = hunksOf(base, proposed);
        expect(applyHunks(base, proposed, hunks, placeHunks(base, base, hunks))).toEqual(proposed);
        expect(applyHunks(base, proposed, [], new Map())).toEqual(base);
      }),
      { numRuns: 500 },
    );
  });
});

describe('hypotheses that are ranked anew', () => {
  const block = (rank: number, name: string, text: string) => [
    `### ${rank}. ${name}`,
    '',
    '**Status:** open',
    '',
    `- ${text}`,
    '',
  ];
  const section = (...blocks: string[][]) => [
    '# Case',
    '',
    '## Hypothesis Analysis',
    '',
    ...blocks.flat(),
    '## Timeline',
    '',
    'x',
  ];

  it('are one change, whichever of them moves', () => {
    const base = section(
      block(1, 'Insiders', 'three keys'),
      block(2, 'Stolen keys', 'one address'),
      block(3, 'Routine', 'no'),
    );
    const swapped = section(
      block(1, 'Stolen keys', 'one address'),
      block(2, 'Insiders', 'three keys'),
      block(3, 'Routine', 'no'),
    );
    const last = section(
      block(1, 'Stolen keys', 'one address'),
      block(2, 'Routine', 'no'),
      block(3, 'Insiders', 'three keys'),
    );
    for (const proposed of [swapped, last]) {
      const hunks = hunksOf(base, proposed);
      expect(hunks).toHaveLength(1);
      expect(applyHunks(base, proposed, hunks, placeHunks(base, base, hunks))).toEqual(proposed);
    }
  });

  it('leave changes of other sections, and of headings that stay, to be decided one by one', () => {
    const base = section(block(1, 'Insiders', 'three keys'), block(2, 'Stolen keys', 'one address'));
    const ranked = section(block(1, 'Stolen keys', 'one address'), block(2, 'Insiders', 'three keys'));
    expect(hunksOf(base, [...ranked.slice(0, -1), 'y'])).toHaveLength(2);
    const texts = section(block(1, 'Insiders', 'two keys'), block(2, 'Stolen keys', 'new address'));
    expect(hunksOf(base, texts)).toHaveLength(2);
  });
});
