import { describe, expect, it } from 'vitest';
import { putHypothesis, readHypotheses } from './hypotheses';

const SECTION = `Ranked.

### 1. Insider takes data

**Status:** open

Confirmed by reads [E4].

### 2. Backup job

Usual volume [E5].

### Rules of the verdict

- none`;
const put = (change: Parameters<typeof putHypothesis>[1], section = SECTION): string => {
  const result = putHypothesis(section, change);
  if (!result.ok) throw new Error(result.message);
  return result.text;
};

describe('hypotheses', () => {
  it('are the numbered headings, with their status and text', () => {
    expect(readHypotheses(SECTION)).toMatchObject([
      { name: 'Insider takes data', status: 'open', text: '**Status:** open\n\nConfirmed by reads [E4].' },
      { name: 'Backup job', status: null, text: 'Usual volume [E5].' },
    ]);
    expect(readHypotheses('### A\nx\n```\n### 1. code\n```\n### B').map(({ name }) => name)).toEqual(['A', 'B']);
  });

  it('are the items of a numbered list where there are no such headings', () => {
    const list =
      'Ranked:\n\n1. **Theft with a role** (likely). For: 30 calls [E1].\n   Against: none answered [E3].\n2. An exercise: the tool’s name [E2].\n\n```\n3. code\n```';
    expect(readHypotheses(list)).toMatchObject([
      {
        name: 'Theft with a role',
        status: 'likely',
        text: '**Theft with a role** (likely). For: 30 calls [E1].\n   Against: none answered [E3].',
      },
      { name: 'An exercise', status: null, text: expect.stringMatching(/^An exercise: the tool’s name \[E2\]\./) },
    ]);
    expect(readHypotheses('Guessing, or a forgotten password.')).toEqual([]);
  });

  it('change their status alone, in one line', () => {
    expect(put({ name: '1. insider TAKES data', status: 'supported' })).toBe(SECTION.replace('open', 'supported'));
    const second = put({ name: 'Backup job', status: 'refuted' });
    expect(second).toBe(SECTION.replace('### 2. Backup job\n', '### 2. Backup job\n\n**Status:** refuted\n'));
  });

  it('are added after the last one, before what is none; a text can start no other hypothesis', () => {
    const text = put({ name: 'Red team', status: 'open', text: '### Exercise\nNobody announced one [E6].' });
    expect(text).toContain(
      'Usual volume [E5].\n\n### 3. Red team\n\n**Status:** open\n\n#### Exercise\nNobody announced one [E6].\n\n### Rules',
    );
    expect(readHypotheses(put({ name: 'Only one', status: 'open', text: 'x' }, '')).map(({ name }) => name)).toEqual([
      'Only one',
    ]);
    const rewritten = put({ name: 'Backup job', status: 'refuted', text: 'There is no such job [E9].' });
    expect(readHypotheses(rewritten)[1]).toMatchObject({
      status: 'refuted',
      text: '**Status:** refuted\n\nThere is no such job [E9].',
    });
    expect(rewritten).toContain('Confirmed by reads [E4].');
  });

  it('are not begun or lost by code, comments, quotes and indented text', () => {
    const names = (text: string) => readHypotheses(text).map(({ name }) => name);
    const decoys = [
      '```sql\n```sql\n### 9. none\n```',
      '````\n```\n### 9. none\n```\n````',
      '~~~\n```\n### 9. none\n~~~',
      '<!--\n\n### 9. none\n\n-->',
      '> ### 9. none',
      '    ### 9. none',
      '- a\n\n  ### 9. none',
    ];
    for (const decoy of decoys) {
      const text = `### 1. First\n\nFor it.\n\n${decoy}\n\n### 2. Second\n\nx`;
      expect(names(text), decoy).toEqual(['First', 'Second']);
      const added = put({ name: 'Third', status: 'open', text: `${decoy}\n\n### H\n\ny` }, text);
      expect(names(added), decoy).toEqual(['First', 'Second', 'Third']);
      expect(added, decoy).toContain(decoy);
    }
  });

  it('take the place that their rank says, and all are numbered by it', () => {
    const ranked = put({ name: 'Backup job', status: 'supported', rank: 1 });
    expect(readHypotheses(ranked).map(({ number, name, status }) => [number, name, status])).toEqual([
      [1, 'Backup job', 'supported'],
      [2, 'Insider takes data', 'open'],
    ]);
    expect(ranked).toMatch(
      /^Ranked\.\n\n### 1\. Backup job\n[\s\S]*Usual volume \[E5\]\.\n\n### 2\. Insider[\s\S]*### Rules of the verdict/,
    );
    const third = put({ name: 'Test', status: 'open', text: 'New.', rank: 2 }, ranked);
    expect(readHypotheses(third).map(({ name }) => name)).toEqual(['Backup job', 'Test', 'Insider takes data']);
    expect(put({ name: 'Test', status: 'refuted', rank: 20 }, third)).toMatch(
      /### 3\. Test\n\n\*\*Status:\*\* refuted/,
    );
  });

  it('that are new need a text, unless they are open', () => {
    expect(putHypothesis(SECTION, { name: 'Nothing', status: 'refuted' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('"Insider takes data", "Backup job"'),
    });
    expect(putHypothesis(SECTION, { name: 'Nothing', status: 'open' })).toMatchObject({
      ok: true,
      text: expect.stringMatching(/### \d+\. Nothing\n\n\*\*Status:\*\* open$/m),
    });
  });
});
