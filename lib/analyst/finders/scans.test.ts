import { expect, it } from 'vitest';
import type { Fact, SourceCase } from '../case';
import { type Finding, REFUSED_SCAN } from '../finding';
import { deniedElsewhere } from './denials';
import { explainScanners, scans } from './scans';

const SCANNER = '203.0.113.250';
const fact = (row: Record<string, unknown>): Fact =>
  ({
    row: {
      principal: SCANNER,
      action: 'GET',
      n: 1,
      first: '2026-11-19T02:00:00Z',
      last: '2026-11-19T02:07:00Z',
      ...row,
    },
    evidence: 1,
  }) as unknown as Fact; // what is read of it
const webLog = (answered: Record<string, unknown>[], ip = SCANNER): SourceCase => {
  const refused = [
    fact({ principal: ip, outcome: 'failed', n: 220, targets: 220 }),
    fact({ principal: ip, outcome: 'denied', n: 24, targets: 24 }),
  ];
  return {
    episodes: refused,
    inside: refused,
    profile: [],
    accepted: answered.map((row) => fact({ principal: ip, outcome: 'ok', others: 0, ...row })),
  } as unknown as SourceCase; // what is read of it
};

it('a web scan that got nothing but what every site has is noise', () => {
  const [found] = scans(webLog([{ target: '/robots.txt' }, { target: '/', others: 40 }]));
  expect(found).toMatchObject({ explained: REFUSED_SCAN, score: 0, techniques: ['T1595.002'] });
  expect(found?.sentence).toContain('tried many addresses of the site');
  expect(deniedElsewhere(webLog([]))).toEqual([]);
});

it('one page that only the scanner was given makes it count, and so does a scanner inside', () => {
  expect(scans(webLog([{ target: '/backup.zip' }]))[0]).toMatchObject({ explained: null, level: 'medium' });
  expect(scans(webLog([], '10.0.0.9'))[0]).toMatchObject({ explained: null, level: 'high' });
});

it('what else a scanner tried in vain is explained with it, what was answered is not', () => {
  const [noise] = scans(webLog([]));
  const finding = (outcome: string): Finding =>
    ({ principals: [SCANNER], explained: null, score: 12, facts: [fact({ outcome })] }) as unknown as Finding; // what is read of it
  const [tried, done] = [finding('failed'), finding('ok')];
  explainScanners([noise as Finding, tried, done]);
  expect(tried).toMatchObject({ explained: REFUSED_SCAN, score: 0 });
  expect(done).toMatchObject({ explained: null, score: 12 });
});
