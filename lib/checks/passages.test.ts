import { describe, expect, it } from 'vitest';
import { readEvidenceFile } from '../evidence/read-evidence-file';
import { factFindings } from './fact-findings';
import { applyFix } from './finding';
import { passagesOf } from './passages';

const record = (number: number, rows: unknown[][], args: object = {}) => ({
  number,
  server: 'logs',
  tool: 'query',
  args,
  result: { text: JSON.stringify(rows), structured: null },
});
const records = (...items: object[]) => readEvidenceFile(JSON.stringify({ evidence: items }));
const evidence = records(record(4, [['ada', 3]]), record(5, [['bob', 'denied']]));

const REPORT = `---
title: A case
---

## Executive Summary

\`ada\` signed in three times [E4]. She was refused once [E5].
The host is new.

## Hypothesis Analysis

### 1. Theft

**Status:** supported

*For*

- bob was denied [E5].

## Timeline

| Time | Actor | Evidence |
| --- | --- | --- |
| 07:05Z | ada | E4, E9 |

## Recommendations

1. Lock \`ada\`.
`;

describe('passages', () => {
  const passages = passagesOf(REPORT, evidence);

  it('are the sentences, items and rows that say something, with their places, headings and records', () => {
    expect(passages.map(({ text, heading, cites, line, column }) => [text, heading, cites, line, column])).toEqual([
      ['`ada` signed in three times [E4].', 'Executive Summary', [4], 7, 1],
      ['She was refused once [E5].', 'Executive Summary', [5], 7, 35],
      ['The host is new.', 'Executive Summary', [4, 5], 8, 1],
      ['bob was denied [E5].', 'Hypothesis Analysis > 1. Theft', [5], 18, 3],
      ['| 07:05Z | ada | E4, E9 |', 'Timeline', [4], 24, 1],
      ['Lock `ada`.', 'Recommendations', [], 28, 4],
    ]);
    expect(passages[4]?.columns).toEqual(['Time', 'Actor', 'Evidence']);
  });

  it('bring what they lean on', () => {
    expect(passages.map(({ before }) => before)).toEqual([
      null,
      '`ada` signed in three times [E4].',
      null,
      '*For*',
      null,
      null,
    ]);
  });

  it('carry the label before them, which is no passage of its own', () => {
    const found = passagesOf('## Threat Assessment\n\n**Refused.** Nothing [E5].\n', evidence);
    expect(found.map(({ text, before }) => [text, before])).toEqual([['Nothing [E5].', '**Refused.**']]);
  });

  const keysOf = (markdown: string, items = evidence) => passagesOf(markdown, items).map(({ key }) => key);
  const changed = (before: string[], after: string[]) => before.flatMap((key, at) => (key === after[at] ? [] : [at]));

  it('keep their key while neither they nor their evidence change', () => {
    const keys = keysOf(REPORT);
    expect(new Set(keys).size).toBe(keys.length);
    expect(changed(keys, keysOf(REPORT.replace('The host is new.', 'The host is old.')))).toEqual([2]);
    // "She" is read with the sentence before.
    expect(changed(keys, keysOf(REPORT.replace('`ada` signed', '`bob` signed')))).toEqual([0, 1]);
    expect(changed(keys, keysOf(REPORT.replace('| Actor |', '| Victim |')))).toEqual([4]);
    expect(changed(keys, keysOf(`${REPORT}\n2. Unlock \`ada\`.\n`))).toEqual([]);
    // E4 has other rows: what cites it is stale. A query more: only what cites nothing may be about it.
    const other = records(record(4, [['ada', 4]]), record(5, [['bob', 'denied']]));
    expect(changed(keys, keysOf(REPORT, other))).toEqual([0, 2, 4]);
    const more = records(record(4, [['ada', 3]]), record(5, [['bob', 'denied']]), record(6, []));
    expect(changed(keys, keysOf(REPORT, more))).toEqual([5]);
  });

  it('that say the same have a key each', () => {
    const twice = keysOf('## Timeline\n\nBob was denied [E5].\n\nBob was denied [E5].\n');
    expect(new Set(twice).size).toBe(2);
  });
});

describe('findings of readings', () => {
  const problem = {
    quote: 'three times',
    verdict: 'contradicted' as const,
    record: 4,
    row: 'ada',
    because: 'E4 shows one sign-in; this says three.',
    replacement: 'once',
  };
  const find = (markdown: string, more: object, at = 0) => {
    const passages = passagesOf(markdown, evidence);
    const key = passages[at]?.key ?? '';
    return factFindings(passages, [{ key, problems: [{ ...problem, ...more }] }]);
  };

  it('are warnings at the quoted words, with a fix that swaps them', () => {
    const [found] = find(REPORT, {});
    expect(found).toMatchObject({
      rule: 'fact-check',
      severity: 'warning',
      line: 7,
      column: 17,
      endColumn: 28,
      reason: 'fact-contradicted',
      message: 'Model: E4 shows one sign-in; this says three.',
    });
    expect(found?.fix && applyFix(REPORT, found.fix)).toBe(REPORT.replace('three times', 'once'));
  });

  it('find a quote across line ends, and name the record where the sentence does not', () => {
    const wrapped = REPORT.replace('three times', 'three\ntimes');
    const [found] = find(wrapped, { because: 'Only one sign-in is shown.' });
    expect(found).toMatchObject({ line: 7, message: 'Model: E4: Only one sign-in is shown.' });
    expect(found?.fix && applyFix(wrapped, found.fix)).toContain('signed in once [E4]');
  });

  it('find a quote without the marks of code and emphasis', () => {
    const marked = REPORT.replace('three times', '**three `times`**');
    const [found] = find(marked, {});
    expect(found?.fix && applyFix(marked, found.fix)).toContain('signed in **once`** [E4]');
  });

  it('are gone when the words are', () => {
    const key = passagesOf(REPORT, evidence)[0]?.key ?? '';
    const passages = passagesOf(REPORT.replace('three times', 'once'), evidence);
    expect(factFindings(passages, [{ key, problems: [problem] }])).toEqual([]);
  });

  it.each(['see [here](https://evil.example)', '<img src=x>', 'once | root |', 'once\n\n# New', ' '])(
    'offer no fix that is more than a swap of words: %j',
    (replacement) => {
      expect(find(REPORT, { replacement }).map(({ fix }) => fix)).toEqual([undefined]);
    },
  );

  it('offer no fix where the quoted words stand twice', () => {
    const twice = REPORT.replace('`ada` signed in three times', '`ada` signed in three times, three times');
    expect(find(twice, {}).map(({ fix }) => fix)).toEqual([undefined]);
  });
});
