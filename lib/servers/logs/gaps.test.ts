import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { testLogs } from './testing';
import { bzip2, monotony, zstd } from './testing-compression';

const at = (minute: number) => `{"eventTime":"2024-01-01T00:0${minute}:00Z","n":${minute}}\n`;

const logs = testLogs(
  {
    'trail.jsonl': at(0) + at(1),
    'empty/nothing.jsonl': '',
    'empty/blank.jsonl': '\n\n\r\n',
    'empty/README.md': '# not a log',
    '.hidden.jsonl': '{}',
    'windows/Security.evtx': Buffer.from('ElfFile\0\0\0binary\0\0'),
    'windows/capture.pcap.gz': gzipSync(Buffer.from([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0])),
    'text/notes.txt': '2024-01-01 00:00:00.5 first\nno time at all\n2024-01-01 00:00:09 last\n',
    'rotated/eve.json': at(0),
    'rotated/eve.json.1': at(1),
    'rotated/eve.json.2.gz': gzipSync(at(2)),
    'rotated/eve.json.3.zst': zstd(at(3)),
    'rotated/eve.json-20240101.bz2': Buffer.concat([bzip2(at(4)), bzip2(at(5))]),
    'rotated/eve.json.4.xz': Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]),
    'twice.log.gz': gzipSync(gzipSync(at(0))),
    'mac.csv': 'eventTime,n\r2024-01-01T00:00:00Z,1\r2024-01-01T00:01:00Z,2\r',
    'bomb/app.log.gz': gzipSync(monotony(400)),
  },
  {},
  async (dir) => {
    fs.symlinkSync('/etc/passwd', path.join(dir, 'link.jsonl'));
    execFileSync('mkfifo', [path.join(dir, 'pipe.jsonl')]);
  },
);

const source = async (name: string) => (await logs.server.sources()).sources.find((item) => item.name === name);

test('what gives no record is listed with the reason, and nothing hangs on links and pipes', async () => {
  const { skipped, ignored, sources } = await logs.server.sources();
  const reasons = Object.fromEntries((skipped ?? []).map(({ file, reason }) => [file, reason]));
  expect(reasons).toMatchObject({
    'link.jsonl': expect.stringMatching(/symbolic link/),
    'pipe.jsonl': expect.stringMatching(/pipe/),
    'windows/Security.evtx': expect.stringMatching(/evtx_dump/),
    'windows/capture.pcap.gz': expect.stringMatching(/packet capture/),
    'twice.log.gz': 'compressed twice: unpack it once',
  });
  expect(ignored).toMatchObject({
    empty: ['empty/nothing.jsonl'],
    'no records in it': ['empty/blank.jsonl'],
    'a document beside the logs': ['empty/README.md'],
    'hidden (its name starts with a dot)': ['.hidden.jsonl'],
  });
  expect(sources.some((item) => /^(link|pipe|passwd|security|capture)/.test(item.name))).toBe(false);
});

test('a name whose file was skipped is answered with the reason', async () => {
  for (const ask of [
    () => logs.server.query('SELECT * FROM security'),
    () => logs.server.ask('count_by', { source: 'security', field: 'x', from: '2024-01-01', to: '2024-01-02' }),
    () => logs.server.ask('describe_source', { source: 'security' }),
  ])
    await expect(ask()).rejects.toThrow(
      /There is no source named security: windows\/Security\.evtx was skipped because .*evtx_dump/,
    );
});

test('lines may end as old Macs ended them', async () => {
  expect(await source('mac')).toMatchObject({ rows: 2, from: '2024-01-01T00:00:00.000Z', unparsable: 0 });
});

test('any other text is a source with a row per line', async () => {
  expect(await source('notes')).toMatchObject({ rows: 3, format: 'text', timeField: 'line', untimed: 1 });
  const table = await logs.server.query('SELECT line, _time FROM notes ORDER BY _line', {
    from: '2024-01-01T00:00:00Z',
    to: '2024-01-01T00:00:01Z',
  });
  expect(table.rows).toEqual([
    ['2024-01-01 00:00:00.5 first', '2024-01-01T00:00:00.500Z'],
    ['no time at all', null],
  ]);
  expect(table.gaps?.map((gap) => gap.kind)).toEqual(['untimed']);
});

test('a query beside what a source covers says so', async () => {
  const table = await logs.server.query('SELECT count(*) FROM trail', {
    from: '2025-01-01T00:00:00Z',
    to: '2025-01-02T00:00:00Z',
  });
  expect(table.gaps).toEqual([
    {
      kind: 'outside_range',
      source: 'trail',
      detail: expect.stringMatching(/from 2024-01-01T00:00:00\.000Z to 2024-01-01T00:01:00\.000Z, none in/),
    },
  ]);
});

test('rotated and compressed files are one log; a query names the one that could not be read', async () => {
  expect(await source('eve')).toMatchObject({ files: 5, rows: 6, unparsable: 0, skippedFiles: 1 });
  const table = await logs.server.query('SELECT n FROM eve ORDER BY n');
  expect(table.rows.flat()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(table.gaps).toEqual([
    {
      kind: 'skipped',
      source: 'eve',
      detail: expect.stringMatching(/rotated\/eve\.json\.4\.xz was skipped: compressed with xz/),
    },
  ]);
});

test('a file that unpacks to very much more than it is is read in part, and says so', async () => {
  expect((await source('app'))?.problems?.at(-1)?.message).toMatch(/grows to more than 250 times its size/);
});
