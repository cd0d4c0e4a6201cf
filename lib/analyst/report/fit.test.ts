import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../report/schema';
import { fitReport, MOST_WORDS, type Section } from './fit';
import { table, wordCount } from './parts';

const words = (sections: Section[]): number => sections.reduce((sum, [, markdown]) => sum + wordCount(markdown), 0);
const text = (count: number, word = 'word'): string => Array.from({ length: count }, () => word).join(' ');

describe('fitReport', () => {
  it('leaves a report that fits as it is', () => {
    const sections = SECTIONS.map((name): Section => [name, `${text(20)}\n\n- a\n- b`]);
    expect(fitReport(sections)).toEqual(sections);
  });

  it('holds any report to the limit, and says in each section how much it left out', () => {
    const cell = fc.integer({ min: 0, max: 40 }).map((count) => text(count));
    const row = fc.array(cell, { minLength: 3, maxLength: 3 });
    const block = fc.oneof(
      fc.array(row, { maxLength: 60 }).map((rows) => table(['A', 'B', 'C'], rows)),
      fc.array(cell, { maxLength: 30 }).map((items) => items.map((item) => `- ${item}`).join('\n')),
      fc.integer({ min: 0, max: 500 }).map((count) => text(count)),
      cell.map((title) => `### ${title}`),
    );
    const report = fc.tuple(
      ...SECTIONS.map((name) =>
        fc.array(block, { minLength: 1, maxLength: 4 }).map((blocks): Section => [name, blocks.join('\n\n')]),
      ),
    );
    fc.assert(
      fc.property(report, (sections) => {
        const fitted = fitReport(sections);
        expect(fitted.map(([name]) => name)).toEqual([...SECTIONS]);
        const [before, after] = [words(sections), words(fitted)];
        expect(after).toBeLessThanOrEqual(Math.max(MOST_WORDS.plain, 0));
        const noted = fitted.some(([, markdown]) => /\d+ lines? left out here/.test(markdown));
        expect(noted).toBe(before > MOST_WORDS.plain);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out queries without a hit before anything that was found, and the summary last', () => {
    const rows = Array.from({ length: 70 }, (_, index) => [`[E${index}]`, text(20), 'found']);
    const hitless = `Asked without a hit: ${text(300, 'hitless')}`;
    const summary: Section = ['Executive Summary', text(100, 'summary')];
    const found = table(['Evidence', 'Question', 'Showed'], rows);
    const [kept, all] = fitReport([summary, ['Investigation Process', `${found}\n\n${hitless}`]], 1700);
    expect(kept).toEqual(summary);
    expect((all?.[1].match(/\| found \|/g) ?? []).length).toBe(70);
    expect(all?.[1]).not.toContain('hitless');
    const [still, some] = fitReport([summary, ['Investigation Process', `${found}\n\n${hitless}`]], 1000);
    expect(still).toEqual(summary);
    expect((some?.[1].match(/\| found \|/g) ?? []).length).toBeLessThan(70);
  });

  it('leaves no empty table and no heading without text', () => {
    const technical: Section = [
      'Technical Details',
      `### One\n\n${table(['A'], [[text(3000)]])}\n\n### Two\n\n${text(10)}`,
    ];
    expect(fitReport([technical])[0]?.[1]).toBe(
      `### Two\n\n${text(10)}\n\n1 line left out here for length; the evidence has it all.`,
    );
  });
});
