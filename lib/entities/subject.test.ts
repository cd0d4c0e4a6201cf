import { describe, expect, it } from 'vitest';
import { readKnownLists } from './known-lists';
import { formPatterns, subjectOf } from './subject';

describe('the subject of an entity', () => {
  it.each([
    ['ip', '203[.]0[.]113[.]7', 'ip:203.0.113.7'],
    ['ip', '::ffff:203.0.113.7', 'ip:203.0.113.7'],
    ['ip', '2001:DB8:0:0:0:0:0:1', 'ip:2001:db8::1'],
    ['domain', 'Login.Evil[.]Example.', 'domain:login.evil.example'],
    ['host', 'WEB-1.corp.example.', 'host:web-1.corp.example'],
    ['email', 'Eva[@]Corp[.]example', 'email:eva@corp.example'],
    ['user', 'Eva@Corp.example', 'email:eva@corp.example'],
    ['user', 'eva', 'user:eva'],
    ['access_key', 'akiaabcdefghijklmnop', 'access_key:AKIAABCDEFGHIJKLMNOP'],
    ['arn', 'arn:aws:sts::123456789012:assumed-role/Deploy/run-17', 'arn:arn:aws:iam::123456789012:role/Deploy'],
    ['arn', 'arn:aws:sts::123456789012:assumed-role/Deploy/a/b', 'arn:arn:aws:iam::123456789012:role/Deploy'],
    ['arn', 'arn:aws:iam::123456789012:role/service/Deploy', 'arn:arn:aws:iam::123456789012:role/Deploy'],
    ['arn', 'arn:aws-us-gov:iam::123456789012:role/Deploy', 'arn:arn:aws-us-gov:iam::123456789012:role/Deploy'],
    ['arn', 'arn:aws:iam::123456789012:user/eva', 'arn:arn:aws:iam::123456789012:user/eva'],
    ['arn', 'arn:aws:ec2:eu-west-1:123456789012:instance/i-0ABCDEF123456789a', 'instance:i-0abcdef123456789a'],
    ['arn', 'arn:aws:s3:::Reports', 'bucket:reports'],
    ['arn', 'arn:aws:s3:::reports/2026/a.csv', 'arn:arn:aws:s3:::reports/2026/a.csv'],
    ['role', 'Deploy', 'role:Deploy'],
  ] as const)('%s %s is %s', (kind, value, subject) => {
    const found = subjectOf(kind, value);
    expect(`${found?.kind}:${found?.value}`).toBe(subject);
    // Its own subject is itself.
    expect(found && subjectOf(found.kind, found.value)).toEqual(found);
  });

  it.each([
    ['ip', '999.1.1.1'],
    ['ip', 'evil.example'],
    ['user', '  '],
  ] as const)('%s %s is not an entity', (kind, value) => expect(subjectOf(kind, value)).toBeNull());

  it('takes no wildcard of a value for one', () => {
    expect(formPatterns({ kind: 'email', value: 'a_%@corp.example' })).toEqual([
      { kind: 'email', pattern: 'a\\_\\%@corp.example' },
      { kind: 'user', pattern: 'a\\_\\%@corp.example' },
    ]);
  });
});

describe('known lists', () => {
  it('reads entries with ranges and expiry, in one form, with their place', () => {
    const { entries, problems } = readKnownLists([
      [
        'own.yml',
        `# Networks
entries:
  - kind: ip
    value: 203.0.113.0/24
    trust: corporate-range
    note: Office.
    expires: 2027-01-31
  - { kind: user, value: Svc@Corp.example, trust: service-account, note: Backups }
`,
      ],
      ['empty.yml', '\n'],
    ]);
    expect(problems).toEqual([]);
    expect(entries).toMatchObject([
      {
        value: '203.0.113.0/24',
        trust: 'corporate-range',
        place: 'known/own.yml:3',
        expiresAt: new Date('2027-02-01'),
      },
      { kind: 'email', value: 'svc@corp.example', range: null, expiresAt: null, place: 'known/own.yml:8' },
    ]);
  });

  it('names what is wrong with its line and keeps the rest', () => {
    const { entries, problems } = readKnownLists([
      ['a.yml', 'entries:\n  - kind: ip\n    value: [\n'],
      ['b.yml', '- kind: ip\n'],
      [
        'c.yml',
        `entries:
  - { kind: ip, value: 203.0.113.0/40, trust: scanner, note: x }
  - { kind: ip, value: 0.0.0.0/0, trust: known-good, note: x }
  - { kind: planet, value: x, trust: scanner, note: x }
  - { kind: ip, value: 203.0.113.9, trust: friendly, note: x }
  - { kind: ip, value: 203.0.113.9, trust: scanner }
  - { kind: ip, value: 203.0.113.9, trust: scanner, note: x, expires: soon }
  - { kind: ip, value: 203.0.113.9, trust: scanner, note: x, exires: 2027-01-01 }
  - just a text
  - { kind: ip, value: 203.0.113.9, trust: scanner, note: Good }
`,
      ],
    ]);
    expect(entries.map(({ note }) => note)).toEqual(['Good']);
    expect(problems.map((text) => text.split(': ')[0])).toEqual([
      expect.stringMatching(/^known\/a\.yml:\d$/),
      'known/b.yml:1',
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((line) => `known/c.yml:${line}`),
    ]);
  });
});
