import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeReports } from './merge-reports';
import { parseReport } from './report';
import { SECTIONS } from './schema';
import { shiftCitations } from './shift-citations';
import { newReport } from './template';

const options = { codename: 'calm-brave-otter', offset: 10 };
const section = (markdown: string, name: (typeof SECTIONS)[number]) => parseReport(markdown).section(name)?.text ?? '';
const empty = newReport(
  [
    {
      source: 'generic',
      sourceRef: '1',
      title: 'Key used',
      severity: 'low',
      techniques: [],
      entities: [],
      occurredAt: '2026-01-01T10:00:00Z',
    },
  ],
  'quiet-red-fox',
  new Date('2026-01-01T10:00:00Z'),
);
const report = (...sections: [string, string][]) =>
  sections.map(([name, text]) => `## ${name}\n\n${text}\n`).join('\n');
const HEAD = '| Time (UTC) | Actor | Action | Outcome | Evidence |\n| --- | --- | --- | --- | --- |';

describe('evidence numbers', () => {
  it('are raised in citations, lists and ranges, and in an Evidence column without brackets', () => {
    expect(shiftCitations('Seen [E1], [E2, E3] and [E4–E6]; **bold [E7]**.', 10)).toBe(
      'Seen [E11], [E12, E13] and [E14–E16]; **bold [E17]**.',
    );
    expect(
      shiftCitations(`## Timeline\n\n${HEAD}\n| 2026-01-01 10:00:00Z | eva | read 3 rows | ok | E1, E2 |\n`, 4),
    ).toContain('| read 3 rows | ok | E5, E6 |');
  });

  it('stay in code, in words and in the front matter', () => {
    const text = '---\ntitle: "E1 [E1]"\n---\n\nAn E5 licence, `[E1]`.\n\n```\n[E2]\n```\n';
    expect(shiftCitations(text, 10)).toBe(text);
  });

  it('are raised alike, whatever is around them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }),
        fc.nat(500),
        (numbers, by) => {
          const text = numbers.map((number) => `&#91; *a* [E${number}] b`).join('\n\n- ');
          const cited = (markdown: string) => parseReport(markdown).citations.flatMap((one) => one.numbers);
          expect(cited(shiftCitations(text, by))).toEqual(cited(text).map((number) => number + by));
        },
      ),
    );
  });
});

describe('two reports in one', () => {
  it('fills empty sections, and skips the other’s empty ones', () => {
    const other = report(['Executive Summary', 'Eva’s key was used [E1].'], ['Timeline', 'Nothing else.']);
    const { markdown, sections } = mergeReports(empty, other, options);
    expect(section(markdown, 'Executive Summary')).toBe('Eva’s key was used [E11].');
    expect(sections).toEqual([
      { name: 'Executive Summary', change: 'whole' },
      { name: 'Timeline', change: 'whole' },
    ]);
    expect(mergeReports(other, empty, options)).toEqual({ markdown: other, sections: [] });
  });

  it('puts rows of timelines in order, and those of the process behind each other', () => {
    const row = (time: string, number: number) => `| 2026-01-01 ${time}Z | eva | read | ok | [E${number}] |`;
    const process = '| Evidence | Question |\n| --- | --- |';
    const mine = report(
      ['Timeline', `Before.\n\n${HEAD}\n${row('10:00:00', 1)}\n${row('12:00:00', 2)}\n\nAfter.`],
      ['Investigation Process', `${process}\n| [E1] | Who? |`],
    );
    const theirs = report(
      ['Timeline', `${HEAD}\n${row('11:00:00', 1)}\n${row('13:00:00', 2)}\n\nAll times are exact.`],
      ['Investigation Process', `${process}\n| [E2] | Where from? |`],
    );
    const { markdown, sections } = mergeReports(mine, theirs, options);
    const timeline = section(markdown, 'Timeline');
    expect(parseReport(markdown).timeline.map(({ evidence }) => evidence)).toEqual([[1], [11], [2], [12]]);
    expect(timeline).toMatch(/^Before\.[\s\S]*After\.\n\n### From calm-brave-otter\n\nAll times are exact\.$/);
    expect(section(markdown, 'Investigation Process')).toBe(`${process}\n| [E1] | Who? |\n| [E12] | Where from? |`);
    expect(sections.map(({ change }) => change)).toEqual(['rows', 'rows']);
  });

  it('counts hypotheses on, and tells two of one name apart', () => {
    const one = (number: number, name: string) => `### ${number}. ${name}\n\n**Status:** open\n\nWhy.`;
    const mine = report(['Hypothesis Analysis', one(1, 'Stolen key')]);
    const theirs = report(['Hypothesis Analysis', `${one(1, 'Stolen key')}\n\n${one(2, 'A test')}`]);
    const found = parseReport(mergeReports(mine, theirs, options).markdown).hypotheses;
    expect(found.map(({ number, name }) => [number, name])).toEqual([
      [1, 'Stolen key'],
      [2, 'Stolen key (from calm-brave-otter)'],
      [3, 'A test'],
    ]);
  });

  it('keeps sections of the team’s own, text outside of sections, and open code blocks apart', () => {
    const mine = report(['Lessons Learned', 'Rotate.'], ['Annex', '```\nopen']);
    const theirs = `Loose words.\n\n# A title\n\n${report(['Annex', '# Deep\n\nMore.'], ['Contacts', 'On call.'])}`;
    const { markdown } = mergeReports(mine, theirs, options);
    expect(parseReport(markdown).sections.map(({ name, level }) => [name, level])).toEqual([
      ['Lessons Learned', 2],
      ['Annex', 2],
      ['Contacts', 2],
      ['From calm-brave-otter', 2],
    ]);
    for (const words of ['Loose words.', '### Deep\n\nMore.', 'On call.']) expect(markdown).toContain(words);
  });

  it('keeps footnotes and link references of both', () => {
    const mine = report(['Lessons Learned', 'Mine[^1] and [site].\n\n[^1]: My note.\n\n[site]: https://a.example/']);
    const theirs = report([
      'Recommendations',
      'Theirs[^1], [site], [site][] and [words][site]; `[site]`.\n\n[^1]: Their note.\n\n[site]: https://b.example/',
    ]);
    const { markdown } = mergeReports(mine, theirs, options);
    expect(section(markdown, 'Recommendations')).toBe(
      'Theirs[^1-calm-brave-otter], [site][site-calm-brave-otter], [site][site-calm-brave-otter] and [words][site-calm-brave-otter]; `[site]`.\n\n[^1-calm-brave-otter]: Their note.\n\n[site-calm-brave-otter]: https://b.example/',
    );
    expect(section(markdown, 'Lessons Learned')).toContain('Mine[^1] and [site].');
  });

  it('loses no line of either', () => {
    const words = fc.stringMatching(/^[a-z]{3,8}( [a-z]{2,8}){0,4}$/);
    const texts = fc.array(fc.tuple(fc.constantFrom(...SECTIONS, 'Annex', 'Contacts'), words), { maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (mine, theirs) => {
        const { markdown } = mergeReports(report(...mine), report(...theirs), options);
        for (const [, text] of [...mine, ...theirs]) expect(markdown).toContain(text);
      }),
      { numRuns: 30 },
    );
  });
});
