import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defang, findEntities, mergeEntities, refang } from './entities';
import type { EntityKind } from './schema';

const found = (doc: unknown) => findEntities(doc).map(({ kind, value }) => `${kind}:${value}`);

describe('findEntities', () => {
  it.each([
    ['203.0.113.7 did it', ['ip:203.0.113.7']],
    ['from 203[.]0[.]113[.]7:443', ['ip:203.0.113.7']],
    ['::ffff:203.0.113.7', ['ip:203.0.113.7']],
    ['2001:DB8:0:0:0:0:0:1', ['ip:2001:db8::1']],
    ['at 10:20:30 on aa:bb:cc:dd:ee:ff, std::cout, AWS::IAM::Role', []],
    ['0.0.0.0/0 and 127.0.0.1 and 10.0.0.0/8 and ::', []],
    ['Chrome/124.0.0.0 v1.2.3.4.5 999.1.1.1', []],
    ['hxxps://evil[.]example[.]com/a?b=c', ['url:https://evil.example.com/a?b=c', 'domain:evil.example.com']],
    ['http://203.0.113.7:8080/x.', ['url:http://203.0.113.7:8080/x', 'ip:203.0.113.7']],
    ['mail jane.doe[@]corp[.]example[.]com now', ['email:jane.doe@corp.example.com']],
    ['evil-domain.com and sub.evil.co.uk', ['domain:evil-domain.com', 'domain:sub.evil.co.uk']],
    ['setup.py run.sh svchost.exe report.md archive.zip index.html libc.so', []],
    ['com.amazonaws.services.s3 org.apache.commons.io java.lang.String os.path process.name user.id', []],
    ['It was disabled.It came back. e.g. version 1.2.3', []],
    ['iam.amazonaws.com ec2.us-east-1.amazonaws.com', []],
    [
      'AKIAIOSFODNN7EXAMPLE and ASIAIOSFODNN7EXAMPLE',
      ['access_key:AKIAIOSFODNN7EXAMPLE', 'access_key:ASIAIOSFODNN7EXAMPLE'],
    ],
    ['AROAIOSFODNN7EXAMPLE', []],
    ['i-0123456789abcdef0', ['instance:i-0123456789abcdef0']],
    [`sha256 ${'ab1'.repeat(21)}f`, [`hash:${'ab1'.repeat(21)}f`]],
    ['0'.repeat(64), []],
    ['s3://my-bucket/key', ['bucket:my-bucket']],
  ])('%s', (text, expected) => {
    expect(found({ text })).toEqual(expected);
  });

  it('an ARN yields what it names', () => {
    expect(found(['arn:aws:iam::123456789012:user/ops/jane'])).toEqual([
      'arn:arn:aws:iam::123456789012:user/ops/jane',
      'account:123456789012',
      'user:jane',
    ]);
    expect(found(['arn:aws:sts::123456789012:assumed-role/Admin/jane@corp.example.com'])).toEqual([
      'arn:arn:aws:sts::123456789012:assumed-role/Admin/jane@corp.example.com',
      'account:123456789012',
      'role:Admin',
      'email:jane@corp.example.com',
    ]);
    expect(found(['arn:aws:s3:::my-bucket/some/key'])).toEqual([
      'arn:arn:aws:s3:::my-bucket/some/key',
      'bucket:my-bucket',
    ]);
    expect(found(['arn:aws:guardduty:eu-west-1:123456789012:detector/d/finding/f'])).toEqual(['account:123456789012']);
  });

  it('a key tells what the form does not', () => {
    const doc = {
      userIdentity: {
        userName: 'jane',
        accountId: '123456789012',
        accessKeyId: 'ABCDEFGHIJKLMNOPQRST',
        sessionContext: { sessionIssuer: { userName: 'Admin' } },
      },
      'host.name': 'WEB-1',
      process: { name: 'bash', parent: { name: 'sshd' } },
      requestParameters: { bucketName: 'logs', instanceId: 'i-abc' },
      file: { path: 'x', name: 'evil.dll' },
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
      detectorId: 'd41d8cd98f00b204e9800998ecf8427f',
      account: 'N/A',
      query: 'evil.sh',
    };
    expect(found(doc)).toEqual([
      'user:jane',
      'account:123456789012',
      'access_key:ABCDEFGHIJKLMNOPQRST',
      'role:Admin',
      'host:web-1',
      'process:bash',
      'process:sshd',
      'bucket:logs',
      'instance:i-abc',
      'file:evil.dll',
      'hash:d41d8cd98f00b204e9800998ecf8427e',
      'domain:evil.sh',
    ]);
  });

  it('leaves out links of the sender, help and user agents', () => {
    expect(
      found({
        references: ['https://docs.example.com'],
        FalconHostLink: 'https://falcon.example.com/x',
        userAgent: 'Mozilla/5.0 (+https://bot.example.com)',
      }),
    ).toEqual([]);
  });

  it('has no repeats and stays within bounds', () => {
    const many = Array.from(
      { length: 5000 },
      (_, index) => `10.1.${index >> 8}.${index & 255} host${index}.example.com`,
    );
    const entities = findEntities({ many, again: many });
    expect(entities.length).toBeLessThanOrEqual(200);
    expect(new Set(entities.map((entity) => JSON.stringify(entity))).size).toBe(entities.length);
    expect(mergeEntities(entities, entities)).toEqual(entities);
  });

  it('never throws, and each value it finds can be found again in itself', () => {
    fc.assert(
      fc.property(fc.anything(), (doc) => {
        for (const { kind, value } of findEntities(doc)) {
          expect(value.length).toBeGreaterThan(0);
          if (kind === 'ip' || kind === 'hash' || kind === 'email')
            expect(findEntities([value])).toContainEqual({ kind, value });
        }
      }),
    );
  });

  it('takes linear time on text made to be slow', () => {
    const texts = [
      'a.'.repeat(10_000),
      '1.'.repeat(10_000),
      ':'.repeat(20_000),
      `${'a'.repeat(10_000)}@`,
      'arn:aws:'.repeat(2500),
      'http://'.repeat(3000),
      '-'.repeat(20_000),
      'a-'.repeat(10_000),
    ];
    const start = performance.now();
    for (const text of texts) findEntities({ text, userName: text });
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('walks a document deeper than the call stack', () => {
    let deep: unknown = '203.0.113.7';
    for (let level = 0; level < 15_000; level++) deep = [deep];
    expect(found(deep)).toEqual(['ip:203.0.113.7']);
  });
});

describe('fanging', () => {
  it.each([
    ['ip', '203.0.113.7', '203[.]0[.]113[.]7'],
    ['ip', '2001:db8::1', '2001[:]db8[:][:]1'],
    ['domain', 'evil.example.com', 'evil[.]example[.]com'],
    ['email', 'a.b@evil.com', 'a.b[@]evil[.]com'],
    ['user', 'a.b@evil.com', 'a.b[@]evil[.]com'],
    ['user', 'jane', 'jane'],
    ['url', 'https://u.evil.com/a.b?c=d.e', 'hxxps://u[.]evil[.]com/a.b?c=d.e'],
    ['hash', 'abc', 'abc'],
  ] as [EntityKind, string, string][])('%s %s', (kind, value, safe) => {
    expect(defang(kind, value)).toBe(safe);
    expect(refang(safe)).toBe(value);
  });

  it('reads the other usual marks', () => {
    expect(refang('hXXp://a(.)b{.}c[dot]com/x, d[at]e[.]com')).toBe('hTTp://a.b.c.com/x, d@e.com');
    expect(refang('plain text (see above) [1] a.b')).toBe('plain text (see above) [1] a.b');
  });

  const marks = /\[\.\]|\(\.\)|\{\.\}|\[@\]|\[:\]|dot|\(at\)|\[at\]|xx/i;
  it.each([
    ['ip', fc.oneof(fc.ipV4(), fc.ipV6())],
    ['domain', fc.domain()],
    ['host', fc.domain()],
    ['email', fc.emailAddress()],
    ['url', fc.webUrl({ withQueryParameters: true, withFragments: true })],
    ['user', fc.string()],
    ['file', fc.string()],
  ] as [EntityKind, fc.Arbitrary<string>][])('refang undoes defang of any %s', (kind, arbitrary) => {
    fc.assert(
      fc.property(
        arbitrary.filter((value) => !marks.test(value)),
        (value) => refang(defang(kind, value)) === value,
      ),
    );
  });
});
