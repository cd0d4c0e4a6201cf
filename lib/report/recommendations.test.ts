import { expect, it } from 'vitest';
import { readRecommendations } from './recommendations';

const read = (body: string) => readRecommendations(`# Case\n\n## Recommendations\n\n${body}\n`).map(({ text }) => text);

it.each([
  ['- Rotate key `AKIA1` [E24].', 'Rotate key AKIA1.'],
  ['- Rotate it [E1], [E3–E5] and [E7]; then tell bob [E9, E10].', 'Rotate it; then tell bob.'],
  ['- Reset bob ([E2]), then eve.', 'Reset bob, then eve.'],
  [
    '- [E4] shows the key: rotate it, and [E5] the role: remove it.',
    'shows the key: rotate it, and the role: remove it.',
  ],
  ['- Remove the call of `eval()` [E4].', 'Remove the call of eval().'],
  ['- Ask whether the E5 licence [sic] is needed.', 'Ask whether the E5 licence [sic] is needed.'],
])('reads %j without its citations', (item, text) => {
  expect(read(item)).toEqual([text]);
});

it('makes one of two that differ in their citations only, and none of citations alone', () => {
  expect(read('- Rotate it [E1].\n- Rotate it [E2].\n- [E3]')).toEqual(['Rotate it.']);
});
