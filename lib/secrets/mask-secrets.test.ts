import { describe, expect, it } from 'vitest';
import { rememberSecret } from './known-secrets';
import { maskResult, maskSecrets, maskSecretsIn } from './mask-secrets';

// Put together here, so that no scanner of repositories takes them for real ones.
const b64 = (length: number) => 'aB3dE5gH7jK9mN1pQ2sT4vW6yZ8'.repeat(4).slice(0, length);
const pem = (kind: string) =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${b64(64)}\n${b64(40)}\n-----END ${kind}PRIVATE KEY-----`;
const jwt = `eyJ${b64(20)}.eyJ${b64(40)}.${b64(30)}`;

/** Text, and what must not be left of it. */
const SECRETS: Record<string, [string, string]> = {
  'a private key': [`found ${pem('RSA ')} in the file`, b64(40)],
  'a private key that was cut': [`${pem('').slice(0, 80)}`, b64(40)],
  'a private key as JSON': [JSON.stringify({ body: pem('OPENSSH ') }), b64(40)],
  'a JWT': [`Cookie: session=${jwt}; path=/`, b64(30)],
  'an AWS pair': [`AKIA${'IOSFODNN7EXAMPLE'},${b64(40)}`, b64(40)],
  'an AWS secret by name': [`aws_secret_access_key = ${b64(40)}`, b64(40)],
  'camel case': [`{"secretAccessKey":"${b64(40)}","sessionToken":"${b64(90)}"}`, b64(40)],
  'escaped JSON in a string': [JSON.stringify({ raw: JSON.stringify({ masterUserPassword: 'hunter2!' }) }), 'hunter2!'],
  'a GitHub token': [`remote: ghp_${b64(36)}`, b64(36)],
  'a fine-grained token': [`github_pat_${b64(30)}`, b64(30)],
  'a Slack token': [`xoxb-${b64(30)}`, b64(30)],
  'a Slack webhook': [`https://hooks.slack.com/services/T0/B0/${b64(24)}`, b64(24)],
  'an Anthropic key': [`sk-ant-${b64(40)}`, b64(40)],
  'a Google key': [`AIza${b64(35)}`, b64(35)],
  'a key of ours': [`socdown_${b64(43)}`, b64(43)],
  'a header': [`> Authorization: Bearer ${b64(30)}`, b64(30)],
  basic: [`{"authorization": "Basic ${b64(24)}"}`, b64(24)],
  'a password in an address': ['postgres://app:Tr0ub4dor@db.example/x', 'Tr0ub4dor'],
  'a password of a command': ['mysql --password hunter22 -h db', 'hunter22'],
  curl: ['curl -s -u admin:hunter22 https://x.example', 'hunter22'],
  'key=value': ['user=bob password=hunter22 ok', 'hunter22'],
  'key: value': ['password: "correct horse battery"', 'correct horse'],
  'a password that begins like a path': ['PWD=/home/x!y2 ok', '/home/x!y2'],
  'a signed address': [`https://b.s3.example/k?X-Amz-Signature=${b64(64)}&x=1`, b64(64)],
  'a key by its form: Hugging Face': [`hf_${b64(34)}`, b64(34)],
  'a key by its form: Databricks': [`dapi${'9f86d081884c7d65'.repeat(2)}`, '9f86d081884c7d65'],
  'a key by its form: Vault': [`hvs.${b64(90)}`, b64(90)],
  'a key by its form: Google OAuth': [`GOCSPX-${b64(28)}`, b64(28)],
  'an Entra client secret': [`value abc8Q~${b64(34)}`, b64(34)],
  'a Telegram bot': [`https://api.telegram.org/bot123456789:AAE${b64(32)}/getMe`, b64(32)],
  'an encrypted JWT': [`eyJ${b64(30)}..${b64(16)}.${b64(60)}.${b64(22)}`, b64(60)],
  'a token in an address': [`https://${b64(40)}@github.com/a/b.git`, b64(40)],
  'a token of a query': [`GET /x?token=${b64(30)}&a=1`, b64(30)],
  'a session cookie': [`Cookie: a=b; sessionid=${b64(32)}; c=d`, b64(32)],
  'a header of its own': [`curl -H "X-Token: ${b64(30)}"`, b64(30)],
  'a header as name and value': [`{"name":"X-Api-Key","value":"${b64(30)}"}`, b64(30)],
  'an element of XML': [`<SecretAccessKey>${b64(40)}</SecretAccessKey>`, b64(40)],
  'an environment variable': [`CF_API_TOKEN=${b64(40)}`, b64(40)],
  'JSON in base64': [
    `data=${Buffer.from('{"password":"hunter2222","user":"x"}').toString('base64')}`,
    Buffer.from('"password":"hunter2222"').toString('base64').slice(4, 24),
  ],
  'a password of net user': ['net user eve P@ssw0rd! /add', 'P@ssw0rd!'],
  'a password of net use': ['net use \\\\h\\c$ /user:dom\\eve P@ssw0rd1', 'P@ssw0rd1'],
  'a password of smbclient': ['smbclient //h/s -U eve%hunter22', 'hunter22'],
  'a password of sshpass': ['sshpass -p hunter22 ssh x', 'hunter22'],
  'a password of PowerShell': ['ConvertTo-SecureString "P@ss word" -AsPlainText', 'P@ss word'],
  'a hash that opens a session': [
    `Administrator:500:${'aad3b435b51404ee'.repeat(2)}:${'9f86d081884c7d65'.repeat(2)}:::`,
    '9f86d081',
  ],
  'a hash of a password': [`root:$6$saltsalt$${b64(86)}:19000:0:99999:7:::`, b64(86)],
  'an account key': [`AccountName=x;AccountKey=${b64(86)}==`, b64(60)],
};

/** What an investigation needs, and what only looks like a secret. */
const LEFT = [
  'AKIAIOSFODNN7EXAMPLE used from 203.0.113.7',
  '{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","password":"HIDDEN_DUE_TO_SECURITY_REASONS","apiKey":null}',
  'GetPasswordData PasswordLastUsed=2024-01-01 CreateSecret secretId: prod/db',
  'arn:aws:secretsmanager:eu-west-1:1:secret:prod/db, secret: arn:aws:secretsmanager:x',
  'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'The password was changed. Password reset for bob; secrets were read.',
  'SELECT password FROM users WHERE password IS NOT NULL',
  'backup : TTY=pts/1 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/cat /etc/shadow',
  '{"pwd":"/srv/web-1.2/","ssl_key_password":"/etc/ssl/private/key.pass","OLDPWD":"unknown"}',
  'https://example.com:443/a@b',
  'MD5=9f86d081884c7d659a2feaa0c55ad015,IMPHASH=9f86d081884c7d659a2feaa0c55ad015 etag "9f86d081884c7d659a2feaa0c55ad015"',
  'x-amzn-RequestId: 3e57427f-1234-4abc-9def-0123456789ab x-amz-request-id: 4442587FB7D0A2F9',
  'sessionId=trs9f86d081884c7d659a2f sk-learn-model-training-job-number-7',
  'net user eve /delete; net use \\\\h\\c$; mysql -p db',
  'GET /login?next=/home&token_type=bearer code=200',
  `ssh-rsa ${'AAAAB3NzaC1yc2E'.repeat(6)}`,
];

describe('maskSecrets', () => {
  it.each(Object.entries(SECRETS))('%s', (_, [text, secret]) => {
    const masked = maskSecrets(text);
    expect(masked).not.toContain(secret);
    expect(masked).toContain('«secret masked: ');
    expect(maskSecrets(masked)).toBe(masked);
  });

  it.each(LEFT)('leaves %s', (text) => expect(maskSecrets(text)).toBe(text));

  it('is quick on megabytes of one letter, of quotes and of half a secret', () => {
    for (const piece of [
      'a',
      '"',
      '\\"',
      'password',
      'password=',
      '-----BEGIN PRIVATE KEY-----',
      'eyJ',
      'AKIA',
      '://a:',
      'secret":"',
      'Cookie: a=',
      '?code=',
      'net user a ',
    ]) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      // A pattern that goes back and forth would take minutes, and the test its time-out.
      expect(maskSecrets(text).length, piece).toBeGreaterThan(0);
    }
  });
});

it('by the names of fields and columns, in text that is JSON too', () => {
  const structured = {
    columns: [{ name: 'user' }, { name: 'db_password' }],
    rows: [
      ['bob', 'short1'],
      ['eve', null],
    ],
  };
  const masked = maskResult({ text: JSON.stringify(structured, null, 2), structured });
  expect(masked.structured).toMatchObject({
    rows: [
      ['bob', '«secret masked: value»'],
      ['eve', null],
    ],
  });
  expect(JSON.parse(masked.text)).toEqual(masked.structured);
  expect(maskSecretsIn({ a: [{ clientSecret: 'x1y2z3' }] })).toEqual({
    a: [{ clientSecret: '«secret masked: value»' }],
  });
  const harmless = { text: '{ "a": 1 }', structured: { a: 1 } };
  expect(maskResult(harmless)).toEqual(harmless);
});

it('secrets of this installation, in the forms in which they travel', () => {
  rememberSecret('Bearer plain+value/of-ours');
  rememberSecret(`Basic ${Buffer.from('admin:basic-pass-word').toString('base64')}`);
  for (const text of [
    'x plain+value/of-ours y',
    `q=${encodeURIComponent('plain+value/of-ours')}`,
    Buffer.from('plain+value/of-ours').toString('base64'),
    'login basic-pass-word',
    `Basic ${Buffer.from('admin:basic-pass-word').toString('base64')}`,
  ]) {
    expect(maskSecrets(text)).not.toMatch(/plain|of-ours|basic-pass|YWRtaW4|cGxhaW4/);
  }
});

describe('temporary credentials of AWS', () => {
  const token = (start: string) => `${start}${b64(100)}+/x`;
  it.each(['IQoJb3JpZ2luX2Vj', 'FwoGZXIvYXdz', 'FQoGZXIvYXdz', 'AQoDYXdz', 'AgoJb3JpZ2lu'])(
    'by their form: %s…',
    (start) => {
      const plain = token(start);
      for (const text of [
        `t ${plain}== end`,
        JSON.stringify({ a: plain, b: JSON.stringify({ c: plain.replaceAll('/', '\\/') }) }),
        `https://b.s3.amazonaws.com/k?token=${encodeURIComponent(plain)}`,
        `export AWS_SESSION_TOKEN=${plain}`,
        `x-amz-security-token: ${plain}`,
      ]) {
        const masked = maskSecrets(text);
        expect(masked).not.toContain(plain.slice(20, 60));
        expect(masked).toContain('«secret masked: ');
      }
    },
  );
});

describe('secrets that a query gives another name', () => {
  const secret = 'winter-Sturm-44';
  const table = (columns: string[]) => ({
    text: '',
    structured: { columns: columns.map((name) => ({ name })), rows: [columns.map(() => secret)] },
  });
  it.each<[string, unknown, string[]]>([
    ['AS', { sql: 'SELECT "responseElements.credentials.secretAccessKey" AS k FROM t' }, ['k']],
    ['a path', { sql: `SELECT raw->>'$.responseElements.accessKey.secretAccessKey' AS k FROM t` }, ['k']],
    ['no AS', { sql: 'SELECT eventName e, "x.sessionToken" k FROM t' }, ['k']],
    ['a function', { sql: 'SELECT substr(lower("x.sessionToken"), 1, 20) AS k FROM t' }, ['k']],
    ['a name of a name', { sql: 'WITH c AS (SELECT "x.password" AS p FROM t) SELECT c.p AS k FROM c' }, ['k']],
    ['a list of columns', { sql: 'WITH c(k) AS (SELECT "x.password" FROM t) SELECT k FROM c' }, ['k']],
    ['a field that is counted', { source: 't', field: 'requestParameters.masterUserPassword' }, ['value']],
    ['a name in single quotes of SPL', { spl: "index=a | eval k='credentials.sessionToken'" }, ['k']],
    ['a piped query', { kql: 'Events | extend k = tostring(Properties.clientSecret) | project k' }, ['k']],
  ])('%s', (_, args, columns) => {
    const { structured } = maskResult(table(columns), args);
    expect(JSON.stringify(structured)).not.toContain(secret);
  });

  it('leaves the columns beside them, and names that only look like it', () => {
    const args = {
      sql: `SELECT eventName AS e, "x.sessionToken" AS k, count(*) AS n FROM t WHERE eventName = 'GetPasswordData'`,
    };
    const { structured } = maskResult(
      { text: '', structured: { columns: ['e', 'k', 'n'], rows: [['GetSecretValue', secret, 3]] } },
      args,
    );
    expect(structured).toMatchObject({ rows: [['GetSecretValue', '«secret masked: value»', 3]] });
    const compared = { text: '', structured: { columns: ['rule'], rows: [['Okta_Rule_0a1B2c3D4e5F60718293a4b5c6']] } };
    for (const sql of [
      `SELECT CASE WHEN lower("eventType") IN ('user.mfa', 'user.account.update_password') THEN rule END AS rule FROM t`,
      `SELECT rule FROM t WHERE "eventType" = 'user.account.update_password'`,
    ])
      expect(maskResult(compared, { sql }), sql).toEqual(compared);
    const harmless = { text: 'x', structured: { columns: ['who'], rows: [['prod/password-of-db']] } };
    expect(maskResult(harmless, { sql: `SELECT "requestParameters.secretId" AS who FROM t` })).toEqual(harmless);
  });

  it('masks samples of fields by the name of the field', () => {
    const fields = [
      { name: 'a.sessionToken', type: 'VARCHAR', samples: [secret] },
      { name: 'b', samples: ['kept'] },
    ];
    const rare = [{ path: '$.x.password', count: 1, sample: secret }];
    const { structured } = maskResult({ text: '', structured: { fields, rare } });
    expect(JSON.stringify(structured)).not.toContain(secret);
    expect(JSON.stringify(structured)).toContain('kept');
  });
});
