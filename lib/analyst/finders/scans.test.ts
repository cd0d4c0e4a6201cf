import { expect, it } from 'vitest';
import type { Fact, SourceCase } from '../case';
import { type Finding, REFUSED_SCAN, SAME_SCAN } from '../finding';
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

it('a scan from inside is explained by one of an earlier week at the same hour, and by no other', () => {
  const after = (first: string, n_before = 200, ip = '10.0.0.9'): Finding | undefined => {
    const source = webLog([], ip);
    const known = fact({ principal: ip, outcome: 'failed', first, n_before, n_case: 220, days_before: 1 });
    return scans({ ...source, profile: [known] } as unknown as SourceCase)[0]; // what is read of it
  };
  expect(after('2026-11-12T02:10:00Z')).toMatchObject({ explained: SAME_SCAN, score: 0 });
  expect(after('2026-11-12T05:10:00Z')).toMatchObject({ explained: null });
  expect(after('2026-11-16T02:00:00Z')).toMatchObject({ explained: null });
  expect(after('2026-11-12T02:10:00Z', 20)).toMatchObject({ explained: null });
  expect(after('2026-11-12T02:10:00Z', 200, SCANNER)?.explained).not.toBe(SAME_SCAN);
});
