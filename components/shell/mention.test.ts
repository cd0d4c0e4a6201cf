import { describe, expect, it } from 'vitest';
import { mentionAt, namesFor } from './mention';

describe('a mention while it is typed', () => {
  it.each([
    ['@', 0, ''],
    ['@ev', 0, 'ev'],
    ['see @Eva Lo', 4, 'Eva Lo'],
    ['(@José', 1, 'José'],
  ])('%j', (text, at, typed) => expect(mentionAt(text, text.length)).toEqual({ at, typed }));

  it.each(['eva@example.com', 'a @ b', '', '@eva\n'])('is not in %j', (text) =>
    expect(mentionAt(text, text.length)).toBeNull(),
  );

  it('is what stands before the caret only', () => {
    expect(mentionAt('@ev please', 3)).toEqual({ at: 0, typed: 'ev' });
  });

  it('is for people whose name has a word that begins like it', () => {
    const people = ['Eva Long', 'Steve Vale', 'Li Evans'].map((name) => ({ name }));
    expect(namesFor(people, 'ev').map(({ name }) => name)).toEqual(['Eva Long', 'Li Evans']);
    expect(namesFor(people, 'eva long')).toEqual([]);
    expect(namesFor(people, '')).toHaveLength(3);
  });
});
