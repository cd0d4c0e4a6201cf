import { expect, test } from 'vitest';
import { readTime } from './read-time';
import { chooseTimeFields, timeFieldName, timeObserver } from './time-field';

const NOON = Date.UTC(2023, 6, 10, 11, 42, 18) * 1000;

test.each([
  ['2023-07-10T11:42:18Z', NOON],
  ['2023-07-10 11:42:18', NOON],
  ['2023-07-10T11:42:18.123456Z', NOON + 123_456],
  ['2023-07-10T11:42:18.123456789Z', NOON + 123_456],
  ['2023-07-10 11:42:18,5', NOON + 500_000],
  ['2023-07-10T13:42:18+02:00', NOON],
  ['2023-07-10T13:42:18+0200', NOON],
  ['2023-07-10 11:42:18 UTC', NOON],
  ['20230710T114218Z', NOON],
  ['10/Jul/2023:13:42:18 +0200', NOON],
  ['[10/Jul/2023:11:42:18 +0000]', NOON],
  ['7/10/2023 11:42:18 AM', NOON],
  ['/Date(1688989338000)/', NOON],
  ['1688989338', NOON],
  [1688989338, NOON],
  [1688989338000, NOON],
  [1688989338000000, NOON],
  [1688989338.5, NOON + 500_000],
  ['2023-13-10T11:42:18Z', undefined],
  ['7', undefined],
  [42, undefined],
  ['arn:aws:iam::111122223333:user/x', undefined],
  ['', undefined],
  [null, undefined],
  [true, undefined],
])('%j is read as %j', (value, micros) => {
  expect(readTime(value)).toBe(micros);
});

function choose(records: Record<string, unknown>[]): string[] {
  const observer = timeObserver();
  for (const record of records) observer.observe(record);
  return chooseTimeFields([{ records: records.length, times: observer.stats() }]).map(timeFieldName);
}

const at = (n: number) => new Date(1688989338000 + n * 1000).toISOString();
const many = (make: (n: number) => Record<string, unknown>) => Array.from({ length: 30 }, (_, n) => make(n));

test('a column whose first records leave day and month open is decided by a later one', () => {
  const observer = timeObserver();
  for (const time of ['03/04/2024 09:00', '03/05/2024 09:00']) observer.observe({ time });
  expect(observer.needsDates()).toBe(true);
  observer.observeDates({ time: '25/05/2024 09:00' });
  expect(observer.needsDates()).toBe(false);
  const times = observer.stats();
  expect(chooseTimeFields([{ records: 2, times }])[0]).toMatchObject({ order: 'dmy' });
  expect(times[0]?.seen).toBe(2);
});

test('a Windows event has the time that its log gave it, not one that is inside it', () => {
  const record = (n: number) => ({
    Event: {
      System: { TimeCreated: { '#attributes': { SystemTime: at(n) } } },
      EventData: { UtcTime: at(n - 60) },
    },
  });
  expect(choose(many(record))[0]).toBe('Event.System.TimeCreated.#attributes.SystemTime');
});

test.each([
  [['03/04/2024 09:00', '03/25/2024 09:00'], 'mdy'],
  [['03/04/2024 09:00', '25/03/2024 09:00'], 'dmy'],
  [['03/04/2024 09:00:00 AM', '04/04/2024 09:00:00 PM'], 'mdy'],
  [['03.04.2024 09:00', '04.04.2024 09:00'], 'dmy'],
  [['03/04/2024 09:00', '03/05/2024 09:00', '03/06/2024 10:00'], 'mdy'],
  [['04/03/2024 09:00', '05/03/2024 09:00', '06/03/2024 10:00'], 'dmy'],
])('the whole column decides between day and month: %j', (values, order) => {
  const observer = timeObserver();
  for (const time of values) observer.observe({ time });
  expect(chooseTimeFields([{ records: values.length, times: observer.stats() }])[0]?.order).toBe(order);
});

test.each([
  [
    'CloudTrail, whose sessions have times too',
    many((n) => ({ eventTime: at(n), userIdentity: { sessionContext: { attributes: { creationDate: at(0) } } } })),
    'eventTime',
  ],
  ['an expiry is not when it happened', many((n) => ({ expiresAt: at(n + 999), created_at: at(n) })), 'created_at'],
  ['when it arrived is not when it happened', many((n) => ({ receivedTime: at(n + 5), occurred: at(n) })), 'occurred'],
  ['nested', many((n) => ({ id: { time: at(n) }, kind: 'x' })), 'id.time'],
  ['a name that says nothing, but text that is a time', many((n) => ({ x1: at(n), x2: 'text' })), 'x1'],
  [
    'an epoch without a telling name counts when it counts up',
    many((n) => ({ q: 1688989338 + n, size: 1700000000 - ((n * 7919) % 1000) * 1e5 })),
    'q',
  ],
  ['ECS', many((n) => ({ '@timestamp': at(n), event: { ingested: at(n + 1), created: at(n) } })), '@timestamp'],
  ['the start of a span', many((n) => ({ ZENDDATE: 731235700 + n, ZSTARTDATE: 731235600 + n })), 'ZSTARTDATE'],
  [
    'a date with the name of its month beside a time of day',
    many((n) => ({ Datum: `${n + 1}. Nov. 2026`, Uhrzeit: '09:00:00' })).slice(0, 20),
    'Datum + Uhrzeit',
  ],
  [
    'a short list with a total and a signature below it',
    [{ Time: at(0) }, { Time: at(1) }, { Time: at(2) }, { Time: 'Total' }, { Time: 'Made by a program' }],
    'Time',
  ],
  ['Windows', many((n) => ({ TimeCreated: `/Date(${1688989338000 + n * 1000})/`, Id: n })), 'TimeCreated'],
])('%s', (_what, records, field) => {
  expect(choose(records)[0]).toBe(field);
});

test('numbers and texts that are no times give none', () => {
  expect(
    choose(
      many((n) => ({ port: 443, bytes: n * 100, account: '111122223333', serial: 1600000000 + ((n * 7919) % 30) })),
    ),
  ).toEqual([]);
});

test('another time stands in where the first is missing', () => {
  const records = many((n) => (n % 3 ? { eventTime: at(n) } : { timestamp: 1688989338 + n }));
  expect(choose(records).sort()).toEqual(['eventTime', 'timestamp']);
});
