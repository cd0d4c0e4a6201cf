import { expect, it } from 'vitest';
import { checkReport } from './check-report';
import { evidenceRecord } from './testing/evidence-record';

const alert = {
  title: 'Port scan of i-061213b235719e428',
  occurredAt: '2026-11-26T09:01:30.000Z',
  entities: [
    { kind: 'ip', value: '198.18.26.83' },
    { kind: 'instance', value: 'i-061213b235719e428' },
    { kind: 'ip', value: '10.20.11.199' },
  ],
};
const EVIDENCE = [
  evidenceRecord(4, { server: 'socdown', tool: 'get_alert', text: JSON.stringify({ alert }), structured: { alert } }),
];
/** A timeline whose one row has a time, of an alert that names its machine among its entities. */
const found = (time: string) =>
  checkReport(
    `## Timeline\n\n| Time (UTC) | Actor | Action | Outcome | Evidence |\n| --- | --- | --- | --- | --- |\n| ${time} | Alert | Port scan of i-061213b235719e428 | low severity | [E4] |\n`,
    EVIDENCE,
  )
    .filter(({ rule, line }) => rule === 'evidence' && line === 5)
    .map(({ severity }) => severity);

it('finds the time of an alert though its entities, which have none, name the same machine', () => {
  expect(found('2026-11-26 09:01:30Z')).toEqual([]);
  expect(found('2026-11-26 09:07:30Z')).toEqual(['error']);
});
