import { describe, expect, it } from 'vitest';
import { parseReport, readSection } from '../investigations/report';
import { newReport } from '../investigations/template';
import { applyReportTool, REPORT_TOOLS } from './report-tools';

const alert = {
  ...{ source: 'generic', sourceRef: '1', title: 'Key used from a new address', severity: 'high' as const },
  ...{
    occurredAt: '2026-01-01T00:00:00.000Z',
    techniques: ['T1078'],
    entities: [{ kind: 'ip' as const, value: '203.0.113.7' }],
  },
};
const report = newReport([alert], 'calm-green-fox', new Date('2026-01-02T00:00:00Z'));
const apply = (name: string, args: unknown, markdown = report) =>
  applyReportTool(markdown, `report__${name}`, args, 'model m');
const written = (name: string, args: unknown, markdown = report): string => {
  const applied = apply(name, args, markdown);
  if (!applied.ok) throw new Error(applied.message);
  return applied.markdown;
};

describe('write_section', () => {
  it('replaces one section and says which model wrote', () => {
    const text = written('write_section', { section: 'Timeline', markdown: '| a |\n|---|' });
    expect(readSection(parseReport(text).body, 'Timeline')).toBe('| a |\n|---|');
    expect(readSection(text, 'Recommendations')).toBe(readSection(report, 'Recommendations'));
    expect(parseReport(text).frontMatter?.model).toBe('model m');
  });

  it('can’t start other sections: its headings are lowered, code is left alone', () => {
    const markdown = '## Timeline\n\n# One\n```\n## code\n```\n## Recommendations\nnone';
    const text = written('write_section', { section: 'Timeline', markdown });
    expect(readSection(text, 'Timeline')).toBe('### One\n```\n## code\n```\n### Recommendations\nnone');
    expect(readSection(text, 'Recommendations')).toBe(readSection(report, 'Recommendations'));
  });

  it.each([
    [{ section: 'Verdict', markdown: 'x' }],
    [{ section: 'Timeline', markdown: ' ' }],
    [{ section: 'Timeline' }],
    [null],
  ])('refuses %j and changes nothing', (args) => {
    expect(apply('write_section', args)).toMatchObject({
      ok: false,
      message: expect.stringContaining('Nothing was changed'),
    });
  });
});

describe('replace_text', () => {
  it('replaces a passage that is there once, dollars and all', () => {
    const text = written('write_section', { section: 'Timeline', markdown: 'one two three' });
    expect(written('replace_text', { find: 'two', replace: '$& $1' }, text)).toContain('one $& $1 three');
  });

  it('refuses what is not there, or twice, and never touches the front matter', () => {
    const text = written('write_section', { section: 'Timeline', markdown: 'aa aa' });
    expect(apply('replace_text', { find: 'aa', replace: '' }, text)).toMatchObject({
      ok: false,
      message: expect.stringContaining('more than once'),
    });
    expect(apply('replace_text', { find: 'status: draft', replace: 'status: approved' })).toMatchObject({ ok: false });
  });
});

describe('set_assessment', () => {
  const assessment = {
    classification: 'SUSPICIOUS',
    confidence: 70,
    assessed_severity: 'medium',
    techniques: ['T1078', 'T1078'],
  };

  it('proposes in the front matter and leaves what a person or the program sets', () => {
    const { frontMatter } = parseReport(written('set_assessment', { ...assessment, summary: 'A key was used.' }));
    expect(frontMatter).toMatchObject({
      ...{
        classification: 'SUSPICIOUS',
        confidence: 70,
        techniques: ['T1078'],
        model: 'model m',
        summary: 'A key was used.',
      },
      ...{ severity: { original: 'high', assessed: 'medium' }, status: 'draft', codename: 'calm-green-fox' },
    });
  });

  it('refuses other values, further fields, and a front matter that can’t be read', () => {
    expect(apply('set_assessment', { ...assessment, confidence: 101 })).toMatchObject({ ok: false });
    expect(apply('set_assessment', { ...assessment, techniques: ['none'] })).toMatchObject({ ok: false });
    expect(apply('set_assessment', { ...assessment, status: 'approved' })).toMatchObject({ ok: false });
    expect(apply('set_assessment', assessment, '---\n: : [\n---\nbody')).toMatchObject({
      ok: false,
      message: expect.stringContaining("can't be read"),
    });
  });
});

it('every tool has a schema a model can be given, and an unknown one is refused', () => {
  for (const tool of REPORT_TOOLS)
    expect(tool.inputSchema).toMatchObject({ type: 'object', required: expect.any(Array) });
  expect(apply('delete_everything', {})).toMatchObject({ ok: false });
});
