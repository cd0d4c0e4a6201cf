import { expect, it } from 'vitest';
import { citedBy } from './technique-citations';

it('finds what the lines with a technique cite, and takes no sub-technique for it', () => {
  const report =
    '| T1078 Valid Accounts | [E3] [E1] |\n| T1078.004 Cloud Accounts | [E7] |\nT1078. Then [E3].\nXT1078 [E9]';
  expect(citedBy(report, 'T1078')).toEqual([1, 3]);
  expect(citedBy(report, 'T1078.004')).toEqual([7]);
  expect(citedBy(report, 'T1110')).toEqual([]);
});
