import { describe, expect, it } from 'vitest';
import { findIssues } from '@/lib/checks/readiness';
import { SECTIONS } from '@/lib/report/schema';
import { unknownCitations } from './unknown-citations';

const head = `---
title: A key used from a new address
codename: calm-blue-heron
alerts: []
status: draft
classification: null
confidence: null
severity: {original: high, assessed: null}
techniques: []
entities: []
model: null
opened: 2026-01-01T00:00:00Z
updated: 2026-01-01T00:00:00Z
---
`;
const full =
  head.replace('classification: null', 'classification: MALICIOUS') +
  SECTIONS.map((name) => `\n## ${name}\n\nSaid.\n`).join('');

describe('findIssues', () => {
  it('finds nothing in a whole report', () => expect(findIssues(full)).toEqual([]));

  it('leads to the line of each', () => {
    const text = full
      .replace('classification: MALICIOUS', 'classification: null')
      .replace('## Timeline\n\nSaid.', '## Timeline\n');
    const lines = text.split('\n');
    expect(findIssues(text).map(({ line }) => lines[line - 1])).toEqual(['classification: null', '## Timeline']);
  });

  it('leads to the top when the front matter can’t be read', () => {
    expect(findIssues(`nothing\n${full}`)[0]?.line).toBe(1);
  });
});

describe('unknownCitations', () => {
  it('names each once, at its first line', () => {
    expect(unknownCitations('a [E1]\nb [E7]\nc [E7] [E8]', new Set([1]))).toEqual([
      { message: '[E7] is cited, but there is no such evidence record.', line: 2 },
      { message: '[E8] is cited, but there is no such evidence record.', line: 3 },
    ]);
  });

  it('reads ranges and lists', () => {
    expect(unknownCitations('a [E1–E3]\nb [E2, E9]', new Set([1, 2])).map(({ line }) => line)).toEqual([1, 2]);
  });
});
