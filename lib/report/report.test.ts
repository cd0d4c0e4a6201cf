import { describe, expect, it } from 'vitest';
import { summaryOf } from './plain-text';
import { formatReport, parseReport, patchFrontMatter, readSection, writeSection } from './report';
import type { FrontMatter } from './schema';
import { isEmptyReport, isEmptySection, newReport } from './template';

const FRONT: FrontMatter = {
  title: 'Key: "used" from #1',
  codename: 'calm-silver-heron',
  alerts: ['generic:1'],
  status: 'draft',
  classification: null,
  confidence: null,
  severity: { original: 'high', assessed: null },
  techniques: ['T1078'],
  entities: [{ kind: 'ip', value: '203.0.113.7' }],
  model: null,
  opened: '2024-01-01T00:00:00.000Z',
  updated: '2024-01-01T00:00:00.000Z',
};
const report = formatReport(FRONT, '\n## Timeline\n\nNothing.\n');

describe('front matter', () => {
  it('comes back as it was, and writing it again changes nothing', () => {
    const read = parseReport(report);
    expect(read).toMatchObject({ frontMatter: FRONT, problem: null, body: '\n## Timeline\n\nNothing.\n' });
    expect(formatReport(read.frontMatter ?? FRONT, read.body)).toBe(report);
    expect(patchFrontMatter(report, { status: 'draft' })).toBe(report);
  });

  it('is read with Windows line ends, a byte order mark and blanks after the dashes, and kept in that form', () => {
    const windows = report.replaceAll('\n', '\r\n');
    expect(parseReport(windows).frontMatter).toEqual(FRONT);
    const patched = patchFrontMatter(windows, { confidence: 80 });
    expect(parseReport(patched).frontMatter?.confidence).toBe(80);
    expect(patched.replaceAll('\r\n', '')).not.toContain('\n');
    expect(parseReport(`\uFEFF${report.replace('---', '---  ')}`).frontMatter).toEqual(FRONT);
  });

  it('may be all there is', () => {
    const alone = report.slice(0, report.indexOf('\n\n## Timeline'));
    expect(parseReport(alone)).toMatchObject({ frontMatter: FRONT, body: '' });
    expect(parseReport('---\n---').problem).toContain('Front matter');
    expect(parseReport('---\n---\ntext').body).toBe('text');
    expect(parseReport('').problem).toContain('No front matter');
  });

  it('keeps unknown keys, order and comments when a field is changed', () => {
    const own = report.replace('techniques:', '# checked with Ada\nticket: SEC-12\ntechniques:');
    const patched = patchFrontMatter(own, { classification: 'BENIGN', confidence: 90 });
    expect(patched).toContain('# checked with Ada\nticket: SEC-12\ntechniques:');
    expect(parseReport(patched).frontMatter).toMatchObject({
      classification: 'BENIGN',
      confidence: 90,
      ticket: 'SEC-12',
    });
    expect(
      patched.replace('classification: BENIGN', 'classification: null').replace('confidence: 90', 'confidence: null'),
    ).toBe(own);
  });

  it.each([
    ['a repeated key', report.replace('confidence: null', 'confidence: null\nconfidence: 100'), 'confidence'],
    [
      'a wrong value, by its line',
      report.replace('confidence: null', 'confidence: 300'),
      `line ${report.split('\n').indexOf('confidence: null') + 1}`,
    ],
    ['broken syntax, by its line', report.replace('status: draft', 'status: "draft'), 'line'],
    ['a list', '---\n- a\n---\n', 'top level'],
    ['aliases', report.replace('model: null', 'model: &a x\nother: *a'), 'Alias'],
    ['a nesting deeper than the stack', `---\na: ${'['.repeat(100_000)}\n---\n`, 'Front matter'],
    ['a list in a list in a list …', `---\n${'- '.repeat(50_000)}a\n---\n`, 'nested'],
    ['too many lines', `---\n${'a: b\n'.repeat(5000)}---\n`, 'lines'],
    ['too long', `---\na: ${'x'.repeat(400_000)}\n---\n`, 'KB'],
  ])('with %s is a problem in words, and the body is still there', (_, text, words) => {
    const read = parseReport(text);
    expect(read.frontMatter).toBeNull();
    expect(read.problem).toContain(words);
    expect(text.endsWith(read.body)).toBe(true);
    expect(patchFrontMatter(text, { status: 'approved' })).toBe(text);
  });

  it('refuses a YAML bomb and thousands of keys at once', () => {
    const bomb = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`);
    const many = Array.from({ length: 2900 }, (_, i) => `key${i}: 1`);
    const started = process.cpuUsage();
    expect(parseReport(`---\na0: &a0 x\n${bomb.join('\n')}\n---\n`).frontMatter).toBeNull();
    expect(parseReport(`---\n${many.join('\n')}\n---\n`).frontMatter).toBeNull();
    expect(cpuMs(started)).toBeLessThan(5000);
  });

  it('can’t reach a prototype', () => {
    parseReport(report.replace('model: null', 'model: null\n__proto__: {polluted: true}'));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('sections', () => {
  const body =
    '\n## Executive Summary\n\nOne.\n\n## Timeline\n\n```sh\n## Recommendations\n```\n\nTwo.\n\n## Recommendations ##\n\nThree.\n';

  it('are found by their heading, not inside code', () => {
    expect(readSection(body, 'Timeline')).toBe('```sh\n## Recommendations\n```\n\nTwo.');
    expect(readSection(body, 'Recommendations')).toBe('Three.');
    expect(readSection(body, 'Lessons Learned')).toBeNull();
    expect(readSection(body.replaceAll('\n', '\r\n'), 'Recommendations')).toBe('Three.');
    expect(readSection('~~~\n```\n## Timeline\n~~~\n## Timeline\nx', 'Timeline')).toBe('x');
    expect(readSection('````\n```\n## Timeline\n````\n', 'Timeline')).toBeNull();
    expect(readSection('```a`b\n## Timeline\nx', 'Timeline')).toBe('x');
  });

  it('are replaced in place, or put in where they belong', () => {
    const replaced = writeSection(body, 'Timeline', 'New.');
    expect(replaced).toBe('\n## Executive Summary\n\nOne.\n\n## Timeline\n\nNew.\n\n## Recommendations ##\n\nThree.\n');
    const added = writeSection(body, 'Hypothesis Analysis', 'H1.');
    expect(added.indexOf('## Hypothesis')).toBeGreaterThan(added.indexOf('One.'));
    expect(added.indexOf('## Hypothesis')).toBeLessThan(added.indexOf('## Timeline'));
    expect(writeSection(body, 'Lessons Learned', 'L.').endsWith('Three.\n\n## Lessons Learned\n\nL.\n')).toBe(true);
  });

  it('are not taken for a comment of the front matter', () => {
    const commented = report.replace('model: null', '## Executive Summary\nmodel: null');
    const written = writeSection(commented, 'Executive Summary', 'Text.');
    expect(parseReport(written).frontMatter).toEqual(FRONT);
    expect(parseReport(written).body).toBe('\n## Executive Summary\n\nText.\n\n## Timeline\n\nNothing.\n');
  });

  it('close a code block that was left open, so that the next section is still one', () => {
    const written = writeSection(writeSection(report, 'Timeline', '```\nno end'), 'Recommendations', 'R.');
    expect(readSection(written, 'Timeline')).toBe('```\nno end\n```');
    expect(readSection(written, 'Recommendations')).toBe('R.');
  });

  it('keep Windows line ends', () => {
    const written = writeSection(report.replaceAll('\n', '\r\n'), 'Lessons Learned', 'a\nb');
    expect(written.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('are found in no time in a hostile line', () => {
    const started = process.cpuUsage();
    expect(readSection(`## a${' '.repeat(200_000)}b\n## ${'#'.repeat(200_000)} x\n## Timeline\nx`, 'Timeline')).toBe(
      'x',
    );
    expect(cpuMs(started)).toBeLessThan(2000);
  });
});

describe('a new report', () => {
  const alerts = [
    {
      source: 'okta',
      sourceRef: 'b',
      title: 'Second',
      severity: 'low' as const,
      occurredAt: '2024-01-02T00:00:00.000Z',
    },
    {
      source: 'guardduty',
      sourceRef: 'a',
      title: 'First',
      severity: 'critical' as const,
      occurredAt: '2024-01-03T00:00:00.000Z',
    },
  ].map((alert) => ({ ...alert, techniques: ['T1078'], entities: [{ kind: 'user' as const, value: 'ada' }] }));
  const markdown = newReport(alerts, 'calm-silver-heron', new Date('2024-01-04T00:00:00Z'));

  it('has its alerts’ facts, the highest severity, and sections that count as empty', () => {
    expect(parseReport(markdown).frontMatter).toMatchObject({
      title: 'First (and 1 more)',
      alerts: ['okta:b', 'guardduty:a'],
      severity: { original: 'critical', assessed: null },
      techniques: ['T1078'],
      entities: [{ kind: 'user', value: 'ada' }],
    });
    expect(isEmptyReport(markdown)).toBe(true);
    expect(isEmptyReport(markdown.replaceAll('\n', '\r\n'))).toBe(true);
  });

  it('is readable whatever its alerts bring', () => {
    const [alert] = alerts;
    const long = { kind: 'url' as const, value: `https://evil.test/${'x'.repeat(2000)}` };
    const many = Array.from({ length: 300 }, (_, i) => ({
      kind: 'url' as const,
      value: `https://evil.test/${i}/${'x'.repeat(400)}`,
    }));
    const all = Array.from({ length: 50 }, (_, i) => ({
      ...alert!,
      sourceRef: `${i}${'ref '.repeat(250)}`,
      entities: [long, ...many],
    }));
    const { frontMatter, problem } = parseReport(newReport(all, 'calm-silver-heron', new Date('2024-01-04T00:00:00Z')));
    expect(problem).toBeNull();
    expect(frontMatter?.alerts).toHaveLength(50);
    expect(frontMatter?.entities.length).toBeGreaterThan(100);
    expect(frontMatter?.entities).not.toContainEqual(long);
  });

  it('is no longer empty once a section says something', () => {
    expect(isEmptyReport(writeSection(markdown, 'Lessons Learned', 'None.'))).toBe(false);
    expect(isEmptySection('Timeline', readSection(markdown, 'Timeline'))).toBe(true);
    expect(isEmptySection('Timeline', `${readSection(markdown, 'Timeline')}\n\nMore.`)).toBe(false);
  });
});

/** Not the clock: the machine may be busy with something else. */
function cpuMs(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

it('the line for lists is the summary without the verdict that stands beside it, and without citations', () => {
  const text = writeSection(
    report,
    'Executive Summary',
    '**BENIGN**, confidence 90. The help desk did it [E1], as before [E2] [E13–E15].',
  );
  expect(summaryOf(parseReport(text))).toBe('The help desk did it, as before.');
});
