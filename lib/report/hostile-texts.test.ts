import { describe, expect, it } from 'vitest';
import { nightly } from '../env/testing';
import { caseDigest } from './case-digest';
import { diffBlocks } from './diff-blocks';
import { addToSection } from './edits';
import { searchableText } from './plain-text';
import { parseReport, writeSection } from './report';
import { hostileTexts } from './testing/hostile-texts';

/** Everything in this folder that reads a text. */
const readers: Record<string, (text: string) => unknown> = {
  parse: (text) => {
    const report = parseReport(text);
    return [report.frontMatter, report.blocks, report.sections, report.citations, report.hypotheses, report.timeline];
  },
  'plain text': searchableText,
  digest: (text) => caseDigest(text, []),
  edit: (text) => [addToSection(text, 'Timeline', text), writeSection(text, 'Recommendations', text)],
  diff: (text) => diffBlocks(text, `${text}\nx`),
};

/** Not the clock: the machine may be busy with something else. */
function cpuMs(read: () => unknown): number {
  const started = process.cpuUsage();
  read();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/** All texts at full size take half an hour, by night. By day: the parser on all, short. */
const FULL = nightly(1, 0) === 1;
const [SMALL, LARGE] = FULL ? [20_000, 100_000] : [1000, 5000];

describe('hostile texts', () => {
  it('cost no reader more than their length, and make none throw', { timeout: FULL ? 3_600_000 : 300_000 }, () => {
    const slowest: { ms: number; name: string }[] = [];
    for (const [index, [name, make]] of Object.entries(hostileTexts).entries()) {
      for (const [reader, read] of Object.entries(readers)) {
        if (!FULL && reader !== 'parse' && index % 12 !== 0) continue;
        const [small, large] = [make(SMALL), make(LARGE)].map((text) => cpuMs(() => read(text)));
        slowest.push({ ms: large ?? 0, name: `${reader} of ${name}` });
        // Five times the text: 25 times the time would be its square.
        expect(large, `${reader} of ${name}, after ${small} ms`).toBeLessThan(15 * (small ?? 0) + 3000);
      }
    }
    slowest.sort((a, b) => b.ms - a.ms);
    console.info(
      slowest
        .slice(0, 8)
        .map(({ ms, name }) => `${Math.round(ms)} ms ${name}`)
        .join('\n'),
    );
  });

  it('of a megabyte are parsed up to a bound', { timeout: 600_000 }, () => {
    const all = ['paras', 'close', 'lazy', 'setext', 'defs', 'deepList', 'dotted', 'indented', 'base64', 'table'];
    for (const name of FULL ? all : ['dotted', 'base64']) {
      const text = hostileTexts[name]?.(1_000_000) ?? '';
      expect(
        cpuMs(() => parseReport(text).blocks),
        name,
      ).toBeLessThan(60_000);
    }
  });

  it.each([
    ['lists', '- '.repeat(1000)],
    ['quotes', '>'.repeat(3000)],
    ['emphasis', `${'*a **b '.repeat(500)}${'** a* '.repeat(500)}`],
  ])('%s nested without end are plain text with a problem, and the rest is parsed', (_, nested) => {
    const report = parseReport(`## Timeline\n\n${nested}\n\n## Recommendations\n\nDo it [E1].\n`);
    expect(report.unparsed).toMatchObject([{ line: 3, endLine: 3, message: expect.stringMatching(/shown/) }]);
    expect(report.section('Recommendations')?.text).toBe('Do it [E1].');
    expect(report.citations).toHaveLength(1);
  });
});
