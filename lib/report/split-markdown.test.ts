import fc from 'fast-check';
import type { RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { nightly } from '../env/testing';
import { splitMarkdown } from './split-markdown';

const whole = (text: string): RootContent[] =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }).children;

/** Type, line and words of each top-level block. */
const outline = (nodes: RootContent[], line = 0): string[] =>
  nodes.map((node) => `${(node.position?.start.line ?? 0) + line} ${JSON.stringify(bare(node))}`);

function bare(node: unknown): unknown {
  const {
    position: _,
    data: __,
    children,
    ...rest
  } = node as { position: unknown; data: unknown; children?: unknown[] };
  // Unclosed HTML or code keeps or loses a last line end with what follows it.
  const value = 'value' in rest ? { value: String(rest.value).trimEnd() } : {};
  return { ...rest, ...value, ...(children ? { children: children.map(bare) } : {}) };
}

const LINES = [
  '# a',
  'text',
  '',
  '',
  '',
  '- item',
  '  more',
  '    deep',
  '```',
  '```sql',
  '````',
  '~~~',
  '> quote',
  '> ```',
  '1. one',
  '2. two',
  '10) ten',
  '   three',
  '-',
  '  - sub',
  '   ```',
  '  ```',
  '| a | b |',
  '|---|---|',
  '---',
  '===',
  '***',
  '- - -',
  '\t',
  '\ttab',
  '<!--',
  '-->',
  '<!-- a -->',
  '<div>',
  '</div>',
  '<pre>',
  '</pre>',
  '<a>',
  '<?',
  '?>',
  '  <!--',
  '  # b',
  '- # h',
  '- ```',
  '- > q',
  '[^1]: foot',
  '`a',
  '- [ ] task',
  '+ plus',
  '>',
  '-\tt',
];

describe('splitMarkdown', () => {
  it('gives chunks that are the text and parse alone as they do in it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...LINES), { maxLength: 14 }), (lines) => {
        const text = lines.join('\n');
        const chunks = splitMarkdown(text);
        expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
        const parts = chunks.flatMap((chunk) => outline(whole(chunk.text), chunk.line - 1));
        expect(parts).toEqual(outline(whole(text)));
      }),
      { numRuns: nightly(300, 100) },
    );
  });

  it('splits an ordinary report at each block', () => {
    const text = '# T\npara\nmore\n\n```\na\n\nb\n```\n| a |\n|---|\n| 1 |\n\n- i\n\n  j\n\nend\n';
    expect(splitMarkdown(text).map((chunk) => [chunk.line, chunk.kind, chunk.text.trim().split('\n')[0]])).toEqual([
      [1, 'blocks', '# T'],
      [2, 'blocks', 'para'],
      [5, 'code', '```'],
      [10, 'blocks', '| a |'],
      [14, 'blocks', '- i'],
      [18, 'blocks', 'end'],
    ]);
  });
});
