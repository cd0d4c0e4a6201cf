import { expect, test } from 'vitest';
import { absentField } from './known-fields';
import { testLogs } from './testing';

const at = (minute: number) => `2024-03-04T09:0${minute}:00Z`;
const quiet = [1, 2, 3].map((minute) =>
  JSON.stringify({ eventTime: at(minute), eventSource: 'ec2.amazonaws.com', eventName: 'DescribeInstances' }),
);
const other = [1, 2].map((minute) => JSON.stringify({ time: at(minute), user: 'eva', eventName: 'opened' }));
const range = { from: '2024-03-04T00:00:00Z', to: '2024-03-05T00:00:00Z' };
const logs = testLogs({ 'trail.jsonl': quiet.join('\n'), 'app.jsonl': other.join('\n') });

test('a trail in which nothing was refused answers what was refused: nothing', async () => {
  const refused = await logs.server.query(
    `SELECT eventName, count(*) AS n, count(*) FILTER (errorCode IS NOT NULL) AS refused FROM trail GROUP BY 1`,
  );
  expect(refused.rows).toEqual([['DescribeInstances', 3, 0]]);
  expect(refused.notes).toEqual(['trail: no event of the whole source has "errorCode": it is NULL in each row.']);
  expect(refused.gaps).toBeUndefined();
  const whole = await logs.server.query(
    `SELECT requestParameters->>'$.userName' AS made, "userIdentity.arn" AS who FROM trail LIMIT 1`,
  );
  expect(whole.rows).toEqual([[null, null]]);
  expect(whole.notes).toHaveLength(2);
  const counted = await logs.server.ask('count_by', {
    source: 'trail',
    field: 'errorCode',
    where: 'errorcode IS NULL',
    ...range,
  });
  expect(JSON.stringify(counted)).toContain('NULL in each row');
});

test('in a log of another kind, and for any other name, it is an error as before', async () => {
  await expect(logs.server.query('SELECT errorCode FROM app')).rejects.toThrow(/no column "errorCode"/);
  await expect(logs.server.query('SELECT eventNames FROM trail')).rejects.toThrow(
    /no column "eventNames".*"eventName"/,
  );
  await expect(logs.server.ask('count_by', { source: 'app', field: 'errorCode', ...range })).rejects.toThrow(
    /no field/,
  );
});

test('a kind is known by all its marks', () => {
  const fields = (...names: string[]) => ({ columns: names.map((name) => ({ path: name.split('.') })), rare: [] });
  expect(absentField(fields('eventName', 'eventSource'), 'ERRORCODE')).toBe('errorCode');
  expect(absentField(fields('eventName'), 'errorCode')).toBeNull();
  expect(absentField(fields('eventType', 'actor.alternateId'), 'outcome.reason')).toBe('outcome.reason');
  expect(absentField(fields('auditID', 'verb'), 'eventName')).toBeNull();
});
