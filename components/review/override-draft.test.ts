import { describe, expect, it } from 'vitest';
import { addReason, openFindings, overridesOf, readOverrideDraft, writeOverrideDraft } from './override-draft';

const KEYS = ['a', 'b', 'c'];
const read = (draft: unknown, keys = KEYS) => readOverrideDraft(JSON.stringify(draft), keys);

describe('reasons for overriding checks', () => {
  it('are given for the selected findings, one reason after another', () => {
    const first = read({ added: [], selected: ['a', 'c'], reason: 'Counted by hand.' });
    expect(openFindings(first, KEYS)).toEqual(['b']);
    const added = addReason(first);
    expect(added).toEqual({ added: [{ findings: ['a', 'c'], reason: 'Counted by hand.' }], selected: [], reason: '' });
    const second = { ...read(added), reason: 'The vendor says so.' };
    expect(second.selected).toEqual(['b']);
    expect(overridesOf(second)).toEqual([
      { findings: ['a', 'c'], reason: 'Counted by hand.' },
      { findings: ['b'], reason: 'The vendor says so.' },
    ]);
    expect(openFindings(second, KEYS)).toEqual([]);
  });

  it('of the same words are one', () => {
    const draft = {
      added: [{ findings: ['a'], reason: 'Counted by hand.' }],
      selected: ['b'],
      reason: ' Counted by hand. ',
    };
    expect(overridesOf(draft)).toEqual([{ findings: ['a', 'b'], reason: 'Counted by hand.' }]);
  });

  it('that are too short, or for nothing, are not added', () => {
    expect(overridesOf(read({ added: [], selected: ['a'], reason: 'short' }))).toEqual([]);
    expect(overridesOf(read({ added: [], selected: [], reason: 'Counted by hand.' }))).toEqual([]);
  });

  it('survive a reload without findings that the text has no more', () => {
    const draft = { added: [{ findings: ['a', 'gone'], reason: 'Counted by hand.' }], selected: ['gone'], reason: 'x' };
    expect(readOverrideDraft(writeOverrideDraft(draft), KEYS)).toMatchObject({
      added: [{ findings: ['a'], reason: 'Counted by hand.' }],
      selected: [],
    });
  });

  it('begin with all findings selected where they are few, with none where they are many', () => {
    for (const text of ['', '{', '[]', '{"added":3}', 'an old reason']) {
      expect(readOverrideDraft(text, KEYS)).toEqual({ added: [], selected: KEYS, reason: '' });
      expect(readOverrideDraft(text, [...KEYS, 'd'])).toEqual({ added: [], selected: [], reason: '' });
    }
    const none = { added: [], selected: [], reason: '' };
    expect(readOverrideDraft(writeOverrideDraft(none), KEYS)).toEqual(none);
  });
});
