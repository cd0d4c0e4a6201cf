import { describe, expect, it } from 'vitest';
import { groupName, openErrors, overridesOf, readOverrideDraft, writeOverrideDraft } from './override-draft';

const error = (line: number, value: string, rule: 'evidence' | 'defang' | 'total' = 'evidence') => ({
  rule,
  line,
  column: 1,
  reason: rule === 'total' ? 'sum-differs' : 'value-unsupported',
  data: { value },
});
const ERRORS = [error(3, '203.0.113.7'), error(5, 'AKIAEXAMPLE', 'defang'), error(9, '203.0.113.7', 'defang')];
const [FIRST, SECOND] = ['evidence:value-unsupported:3:1 defang:value-unsupported:9:1', 'defang:value-unsupported:5:1'];

describe('reasons for overriding checks', () => {
  it('are one for the errors of the same name, and one for each other', () => {
    const draft = readOverrideDraft('', ERRORS);
    expect(draft).toEqual({ [FIRST]: '', [SECOND]: '' });
    expect(openErrors(draft)).toBe(3);
    const written = { ...draft, [FIRST]: 'Our own test range.' };
    expect(openErrors(written)).toBe(1);
    expect(overridesOf(written)).toEqual([{ findings: FIRST.split(' '), reason: 'Our own test range.' }]);
  });

  it('are not shared by numbers, though they are the same', () => {
    const same = [error(3, '12', 'total'), error(4, '12', 'total')];
    expect(Object.keys(readOverrideDraft('', same))).toEqual(same.map((one) => groupName([one])));
  });

  it('that are too short are not sent', () => {
    expect(overridesOf({ [FIRST]: ' short    ', [SECOND]: 'Counted by hand.' })).toEqual([
      { findings: [SECOND], reason: 'Counted by hand.' },
    ]);
  });

  it('survive a reload without errors that the text has no more', () => {
    const kept = writeOverrideDraft({ [FIRST]: 'Our own test range.', gone: 'Counted by hand.' });
    expect(readOverrideDraft(kept, ERRORS)).toEqual({ [FIRST]: 'Our own test range.', [SECOND]: '' });
  });

  it('begin empty where what was kept is something else', () => {
    for (const text of ['', '{', '[]', '3', '{"added":3}', 'an old reason'])
      expect(readOverrideDraft(text, ERRORS)).toEqual({ [FIRST]: '', [SECOND]: '' });
  });
});
