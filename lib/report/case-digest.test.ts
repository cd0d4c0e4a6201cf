import { expect, it } from 'vitest';
import { caseDigest } from './case-digest';

const row = (minute: number, action: string, outcome = 'Success') =>
  `| 2024-01-01 10:${String(minute).padStart(2, '0')}:00Z | bob | ${action} | ${outcome} | E${minute + 1} |`;
const report = (rows: string[]) => `## Hypothesis Analysis

### 1. Stolen key

**Status:** supported

For: it was used from a new address [E4].

### 2. Deployment

**Status:** refuted

## Timeline

| Time (UTC) | Actor | Action | Outcome | Evidence |
|---|---|---|---|---|
${rows.join('\n')}

## Recommendations

- Disable the key AKIAEXAMPLE [E7].
`;

it('keeps what changed or was refused, hypotheses by status and what people said, without evidence numbers', () => {
  const looking = Array.from({ length: 20 }, (_, minute) => row(minute, 'DescribeInstances'));
  const digest = caseDigest(
    report([
      ...looking.slice(0, 10),
      row(30, 'CreateAccessKey for root'),
      row(31, 'StopLogging of the trail', 'AccessDenied'),
      ...looking.slice(10),
      row(45, 'GetObject 2026/11/all.csv of payments-exports'),
      row(50, 'DeleteUser bob'),
      row(55, 'ListBuckets'),
    ]),
    [
      { at: new Date('2024-01-02T00:00:00Z'), what: 'noted', who: 'Ada <a@example.com>', note: 'Compare with [E3].' },
      {
        at: new Date('2024-01-03T00:00:00Z'),
        what: 'errors of the checks overridden',
        who: 'Ben',
        note: 'Seen twice.',
      },
    ],
  );
  expect(digest).toContain('CreateAccessKey for root');
  expect(digest).toContain('StopLogging of the trail · AccessDenied');
  expect(digest).toContain('DeleteUser bob');
  expect(digest).toContain('GetObject 2026/11/all.csv');
  expect(digest.match(/Moment:/g)).toHaveLength(8);
  expect(digest).toContain('- Hypothesis supported: Stolen key');
  expect(digest).toContain('- Hypothesis refuted: Deployment');
  expect(digest).toContain('noted by Ada <a@example.com>: Compare with.');
  expect(digest).toContain('errors of the checks overridden by Ben: Seen twice.');
  expect(digest).not.toMatch(/E\d/);
});
