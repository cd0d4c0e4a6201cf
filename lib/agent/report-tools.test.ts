import { describe, expect, it } from 'vitest';
import { previewEdit } from '../report/edits';
import { parseReport, readSection } from '../report/report';
import { newReport } from '../report/template';
import { applyReportTool, REPORT_TOOLS } from './report-tools';

const alert = {
  source: 'generic',
  sourceRef: '1',
  title: 'Key used from a new address',
  severity: 'high' as const,
  occurredAt: '2026-01-01T00:00:00.000Z',
  techniques: ['T1078'],
  entities: [{ kind: 'ip' as const, value: '203.0.113.7' }],
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

describe('smaller edits', () => {
  it('add to a section, its hint gone, and leave the rest of the report alone', () => {
    const once = written('add_to_section', {
      section: 'Recommendations',
      markdown: '## Recommendations\n- Rotate the key.',
    });
    expect(readSection(once, 'Recommendations')).toBe('- Rotate the key.');
    const twice = written('add_to_section', { section: 'Recommendations', markdown: '# More\n- Ask the owner.' }, once);
    expect(twice).toBe(once.replace('- Rotate the key.', '- Rotate the key.\n\n### More\n- Ask the owner.'));
  });

  it('put rows into the timeline in time order, and a hypothesis beside the others', () => {
    const row = (time: string) => ({ time, event: 'key used', evidence: [2] });
    const text = written('add_timeline_rows', { rows: [row('2026-01-01T11:00:00Z'), row('2026-01-01T10:00:00Z')] });
    expect(readSection(text, 'Timeline')).toMatch(/10:00:00Z .*\[E2\] \|\n\| 2026-01-01 11:00:00Z/);
    const open = written('set_hypothesis', { name: 'Stolen key', status: 'open', markdown: 'New address [E2].' }, text);
    const refuted = written('set_hypothesis', { name: 'Stolen key', status: 'refuted' }, open);
    expect(refuted).toBe(open.replace('**Status:** open', '**Status:** refuted'));
    // Before anything is known there is nothing to say for it.
    const early = written('set_hypothesis', { name: 'A test', status: 'open' }, open);
    expect(readSection(early, 'Hypothesis Analysis')).toMatch(/### 2\. A test\n\n\*\*Status:\*\* open$/);
  });

  it.each([
    ['add_timeline_rows', { rows: [{ time: 'yesterday', event: 'x', evidence: [1] }] }, 'no time'],
    ['add_timeline_rows', { rows: [{ time: '2026-01-01T10:00:00Z', event: 'x', evidence: [] }] }, 'evidence'],
    ['set_hypothesis', { name: 'A', status: 'proven' }, 'status'],
    ['set_hypothesis', { name: 'A', status: 'refuted' }, 'needs markdown'],
    ['add_to_section', { section: 'Verdict', markdown: 'x' }, 'section'],
  ])('%s refuses %j and says why', (name, args, why) => {
    expect(apply(name, args)).toMatchObject({ ok: false, message: expect.stringContaining(why) });
  });
});

describe('a preview of an edit that is still arriving', () => {
  const text = written('write_section', { section: 'Timeline', markdown: 'one two three' });

  it('shows what has come, and at the end what the tool does', () => {
    const json = JSON.stringify({ find: 'two', replace: 'TWO and more' });
    expect(previewEdit(text, 'replace_text', json.slice(0, 10))).toBe(text);
    expect(previewEdit(text, 'replace_text', json.slice(0, -7))).toContain('one TWO and three');
    for (const [tool, args] of [
      ['replace_text', { find: 'two', replace: '2' }],
      ['add_to_section', { section: 'Timeline', markdown: 'more' }],
      ['add_timeline_rows', { rows: [{ time: '2026-01-01T10:00:00Z', event: 'x', who: 'eve', evidence: [1] }] }],
      ['set_hypothesis', { name: 'A', status: 'open', markdown: 'why' }],
    ] as const) {
      const whole = JSON.stringify(args);
      const body = (markdown: string) => parseReport(markdown).body;
      expect(body(previewEdit(text, tool, whole)), tool).toBe(body(written(tool, args, text)));
      for (let cut = 0; cut < whole.length; cut += 1) previewEdit(text, tool, whole.slice(0, cut));
    }
    expect(previewEdit(text, 'replace_text', 'nonsense')).toBe(text);
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
      classification: 'SUSPICIOUS',
      confidence: 70,
      techniques: ['T1078'],
      model: 'model m',
      summary: 'A key was used.',
      severity: { original: 'high', assessed: 'medium' },
      status: 'draft',
      codename: 'calm-green-fox',
      assessment: 'proposed',
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
