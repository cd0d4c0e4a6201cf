import { describe, expect, it } from 'vitest';
import { checkReport } from './check-report';
import { evidenceRecord } from './testing/evidence-record';

const TABLE = (columns: string[], rows: unknown[][]) => ({ structured: { columns, rows }, rows: rows.length });
const RANGE = { timeFrom: '2026-11-01T00:00:00Z', timeTo: '2026-11-25T00:00:00Z' };
const ALL = [
  ['2026-11-07T09:00:00Z', 'eva.lund', 'edit', '203.0.113.61', 'success', 'Norway'],
  ['2026-11-09T10:02:00Z', 'eva.lund', 'view', '203.0.113.61', 'success', 'Norway'],
  ['2026-11-12T10:02:00Z', 'tom.berg', 'download', '203.0.113.62', 'success', 'Norway'],
  ['2026-11-19T13:02:00Z', 'eva.lund', 'authorize', '198.18.60.4', 'success', 'Vietnam'],
  ['2026-11-19T13:05:00Z', 'eva.lund', 'download', '198.18.60.4', 'success', 'Vietnam'],
];
const COLUMNS = ['_time', 'who', 'action', 'ip', 'result', 'country'];
const EVIDENCE = [
  evidenceRecord(1, { ...RANGE, ...TABLE(COLUMNS, ALL), args: { sql: 'SELECT * FROM drive ORDER BY _time' } }),
  evidenceRecord(2, {
    ...RANGE,
    ...TABLE(COLUMNS, []),
    args: { sql: "SELECT * FROM drive WHERE action IN ('delete', 'trash')" },
  }),
];

const found = (sentence: string): string[] =>
  checkReport(`## Technical Details\n\n${sentence}\n`, EVIDENCE).flatMap(({ reason, severity, message }) =>
    /absence|actor-differs|outcome-differs/.test(reason) ? [`${severity} ${reason}: ${message}`] : [],
  );

describe('what a sentence denies, and a row has', () => {
  it.each([
    ['Nobody edited or viewed anything [E2].', 'edit by eva.lund'],
    ['Nobody downloaded a file in the whole log [E2].', 'download'],
    ['tom.berg never downloaded a file [E1].', 'download'],
    ['tom.berg made no call in the whole period [E1].', 'download by tom.berg'],
    ['eva.lund worked daily, never at weekends [E1].', 'edit by eva.lund'],
    ['The address `198[.]18[.]60[.]4` was never used [E1].', '198.18.60.4'],
    ['eva.lund made no call at all after 2026-11-19 13:03:00Z [E1].', 'download by eva.lund'],
    ['eva.lund was quiet, with none on the 9th [E1].', 'view by eva.lund'],
    ['No request of eva.lund was recorded at weekends [E1].', 'edit by eva.lund'],
  ])('warns: %s', (sentence, value) => {
    const contradicted = found(sentence).filter((text) => text.includes('absence-contradicted'));
    expect(contradicted.join('\n')).toContain(value);
  });

  it.each([
    'Nobody deleted a file [E2].',
    'eva.lund made no call at all after 2026-11-19 13:06:00Z [E1].',
    'eva.lund was quiet, with none on the 8th [E1].',
    'tom.berg was the actor of two events, none refused [E1].',
    'tom.berg never edited a file [E1].',
    'Nobody but eva.lund edited a file [E1].',
    'A client that eva.lund had never used came with it [E1].',
    'No file went without a download [E1].',
    'Nobody downloads a file in order to help a thief [E2].',
  ])('says nothing of what is so: %s', (sentence) => {
    expect(found(sentence).filter((text) => text.includes('contradicted'))).toEqual([]);
  });
});

describe('what stands at a second', () => {
  it('warns where somebody else acts at it, cited or not', () => {
    expect(found('At 13:05:00Z tom.berg downloaded the file.')).toEqual([
      expect.stringContaining('warning actor-differs: E1 has eva.lund'),
    ]);
    expect(found('At 13:05:00Z eva.lund downloaded the file.')).toEqual([]);
  });

  it('warns where it ended the other way', () => {
    expect(found('At 13:05:00Z eva.lund was refused.')).toEqual([expect.stringContaining('outcome-differs')]);
    expect(found('At 13:05:00Z eva.lund was let in.')).toEqual([]);
  });
});
