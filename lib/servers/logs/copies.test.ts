import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { testLogs } from './testing';

const login = (second: number, user = 'eve') =>
  `{"time":"2024-03-04T09:00:0${second}Z","event":"login","user":"${user}"}\n`;
const failed = (n: number) =>
  `2024-03-04T09:00:${String(n).padStart(2, '0')}+00:00 web1 sshd[8${n}]: Failed password for root from 203.0.113.${n} port 5 ssh2\n`;
const twice = login(0) + login(1);
/** Longer than what is looked at of each file, and the same up to there. */
const long = (last: string) => Array.from({ length: 400 }, (_, n) => login(n % 10, `u${n}`)).join('') + last;

const logs = testLogs({
  'app.log': twice,
  'app.log.1.gz': gzipSync(twice),
  'app (1).log': twice,
  'kept/app.log': twice,
  'long/a.log': long(login(1, 'first')),
  'long/b.log': long(login(1, 'second')),
  'one/h1/state.txt': 'started\n',
  'two/h2/state.txt': 'started\n',
  'grown/auth.log': Array.from({ length: 40 }, (_, n) => failed(n)).join(''),
  'grown/old/auth.log': Array.from({ length: 25 }, (_, n) => failed(n)).join(''),
  'odd/report.csv': 'Report\nof\nthe week\nnothing to say\nuser,time\n',
  'odd/flows.parquet': `PAR1${'x'.repeat(200)}PAR1`,
  'odd/empty.csv': 'user,time\n',
  'sheet/sheet.csv': 'timestamp,user\n1.70954E+12,eve\n1.70955E+12,mal\n',
  'local/router.log': 'Mar  4 09:00:00 r1 sshd[1]: Accepted password for eve from 203.0.113.9 port 1 ssh2\n',
  'local/audit.csv': 'When,User\n2024-03-04 09:00:00,eve\n2024-03-04 09:00:01,eve\n',
  'local/marked.csv': 'Time (UTC),Account\n2024-03-04 09:00:00,eve\n2024-03-04 09:00:01,mal\n',
  'holes/crash.log': `${'\0'.repeat(5000)}2024-03-04T09:00:00Z h1 sshd[1]: Invalid user x from 203.0.113.9 port 1\n${'\0'.repeat(40)}2024-03-04T09:00:01Z h1 sshd[1]: Invalid user y from 203.0.113.9 port 1\n`,
  'holes/zeros.log': '\0'.repeat(9000),
  // What an encrypted file looks like: every byte as often as any other.
  'holes/noise.bin': Buffer.from(Array.from({ length: 6000 }, (_, n) => (n * 167 + (n >> 8) * 31) % 256)),
  'holes/wtmp': Buffer.concat(
    Array.from({ length: 20 }, () => Buffer.from(`\x07\0\0\0pts/0${'\0'.repeat(60)}eve${'\0'.repeat(300)}`)),
  ),
});

const source = async (name: string) => (await logs.server.sources()).sources.find((item) => item.name === name);

test('of files with the same content one is read, and the others are named with the one that is', async () => {
  expect(await source('app')).toMatchObject({ files: 1, rows: 2 });
  const { ignored = {} } = await logs.server.sources();
  expect(ignored['a copy of another file, whose rows are counted once']).toEqual([
    'app (1).log (of app.log)',
    'app.log.1.gz (of app.log)',
    'kept/app.log (of app.log)',
  ]);
  await expect(logs.server.query('SELECT 1 FROM kept_app')).rejects.toThrow('no source named kept_app');
});

test('files that differ behind the same beginning are both read', async () => {
  expect(await source('long')).toMatchObject({ files: 2, rows: 802 });
});

test('one row without a time is no copy of another', async () => {
  const states = (await logs.server.sources()).sources.filter(({ name }) => name.includes('state'));
  expect(states.reduce((sum, { rows }) => sum + rows, 0)).toBe(2);
});

test('a source whose times have no zone says so, unless its name says that they are UTC', async () => {
  expect((await source('router'))?.notes?.join()).toContain('have no time zone; they are read as UTC and may be local');
  expect((await source('local_audit'))?.notes?.join()).toContain('The times in When have no time zone');
  expect((await source('marked'))?.notes).toBeUndefined();
  const { notes = [] } = await logs.server.query('SELECT count(*) FROM router');
  expect(notes.join()).toContain('router: The times have no time zone');
});

test('zero bytes between lines are left out and told', async () => {
  expect(await source('crash')).toMatchObject({ rows: 2, from: '2024-03-04T09:00:00.000Z', unparsable: 0 });
  expect((await source('crash'))?.notes?.join()).toContain('zero bytes between lines');
});

test('bytes that are no text are no source', async () => {
  const { skipped = [] } = await logs.server.sources();
  expect(
    skipped.filter(({ file }) => !file.startsWith('odd/')).map(({ file, reason }) => `${file}: ${reason}`),
  ).toEqual([
    'holes/noise.bin: a binary file of an unknown kind: export it as text, JSON or CSV',
    'holes/wtmp: a record of logins in its binary form: export it with `last -F -f FILE`',
    'holes/zeros.log: nothing but zero bytes',
  ]);
});

test('a copy of a log from before it grew is named with the log, and its rows count once', async () => {
  expect(await source('auth')).toMatchObject({ files: 1, rows: 40 });
  const { ignored = {} } = await logs.server.sources();
  expect(ignored['the beginning of another file, whose rows are counted once']).toEqual([
    'grown/old/auth.log (of grown/auth.log)',
  ]);
});

test('a file in whose text no record is found is a gap, and one without any text is not', async () => {
  const { skipped = [] } = await logs.server.sources();
  expect(skipped.find(({ file }) => file === 'odd/report.csv')?.reason).toContain('no records were found');
  expect(skipped.map(({ file }) => file)).not.toContain('odd/empty.csv');
});

test('numbers that a spreadsheet shortened are named', async () => {
  expect((await source('sheet'))?.notes?.join()).toContain('A spreadsheet shortened the numbers in timestamp');
});

test('a damaged Parquet file says what to do, and not where the folder lies', async () => {
  const { skipped = [] } = await logs.server.sources();
  const reason = skipped.find(({ file }) => file === 'odd/flows.parquet')?.reason ?? '';
  expect(reason).toContain('a damaged Parquet file: export or copy it again');
  expect(reason).not.toContain(logs.dir);
});
