import { expect, it } from 'vitest';
import type { CaseFile } from '../model/model';
import { noticeTrust } from './notice-trust';

const file = (trust: CaseFile['trust']) => ({ trust }) as CaseFile; // all that is read

it('names what the team says, defanged and escaped, and that it did not count', () => {
  const line = {
    kind: 'ip',
    value: '203.0.113.7',
    trust: 'scanner',
    note: 'Weekly\n## scan',
    expiresAt: null,
    from: 'Ada',
  } as const;
  const text = noticeTrust(file([line]));
  expect(text).toContain('`203[.]0[.]113[.]7` is scanner');
  expect(text).toContain('did not count in the verdict');
  expect(text.split('\n')).toHaveLength(1);
  expect(noticeTrust(file(Array.from({ length: 6 }, () => line)))).toContain('2 more notes');
  expect(noticeTrust(file(undefined))).toBe('');
});
