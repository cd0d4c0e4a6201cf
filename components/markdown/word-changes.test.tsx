import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Markdown } from './markdown';
import { markChanges } from './word-changes';

/** The rendered text with {+added+} and [-removed-] words; a line for each row, item and paragraph. */
function compared(before: string, source: string): string {
  const html = renderToStaticMarkup(<Markdown source={`${source}\n`} before={`${before}\n`} compare={markChanges} />);
  return html
    .replace(/<ins[^>]*>/g, '{+')
    .replace(/<\/ins>/g, '+}')
    .replace(/<del class="rounded[^>]*>/g, '[-')
    .replace(/<\/del>/g, '-]')
    .replace(/<\/(td|th)>\s*/g, ' | ')
    .replace(/<\/(tr|li|p)>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

describe('words that changed, in the rendered text', () => {
  it('are marked inside a paragraph, across bold text and citations', () => {
    expect(compared('Eva read **three** objects [E1] twice.', 'Eva read **nine** objects [E2] twice.')).toMatch(
      /^Eva read \[-three-\]\{\+nine\+\} objects \[-\[E1\]-\]\s?\{\+.*E2.*\+\} twice\.$/,
    );
  });

  it('are marked in their own cell, and rows that are new or gone whole', () => {
    const head = '| Who | What |\n| --- | --- |\n';
    const before = `${head}| eva | read 3 objects |\n| bob | left at noon |\n| ann | signed in |`;
    const after = `${head}| eva | read 9 objects |\n| ann | signed in |\n| kim | came later on |`;
    expect(compared(before, after).split('\n')).toEqual([
      'Who | What |',
      'eva | read [-3 -]{+9 +}objects |',
      '[-bob-] | [-left at noon-] |',
      'ann | signed in |',
      '{+kim+} | {+came later on+} |',
    ]);
  });

  it('are marked in list items, also in lists inside', () => {
    const before = '- Rotate the key now.\n  - Also in CI.\n- Call the owner.\n- Sleep.';
    const after = '- Rotate the old key now.\n  - Also in GitHub CI.\n- Call the owner.';
    expect(compared(before, after).split('\n')).toEqual([
      'Rotate the {+old +}key now.',
      'Also in {+GitHub +}CI.',
      'Call the owner.',
      '[-Sleep.-]',
    ]);
  });

  it('tell strikethrough of the author from what is gone', () => {
    const html = renderToStaticMarkup(
      <Markdown source={'~~old~~ text is here\n'} before={'text was here\n'} compare={markChanges} />,
    );
    expect(html).toMatch(/<ins[^>]*><del>|<del><ins/);
    expect(html).toContain('was');
  });

  it('are none where the texts are the same, and all where nothing is alike', () => {
    expect(compared('The same.', 'The same.')).toBe('The same.');
    expect(compared('Alpha beta.', 'Gamma delta.')).toMatch(/^\{\+Gamma delta\.\+\}\s*\[-Alpha beta\.-\]$/);
  });

  it('never lose a word, and let no text through as an element', () => {
    const before = '<img src=x onerror=alert(1)> one two three four';
    const html = renderToStaticMarkup(
      <Markdown source={'one two <script>x</script> four\n'} before={`${before}\n`} compare={markChanges} />,
    );
    expect(html).not.toMatch(/<(img|script)/);
    expect(html).toContain('onerror');
  });
});
