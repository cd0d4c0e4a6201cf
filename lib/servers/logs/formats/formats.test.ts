import { expect, test } from 'vitest';
import { detectFormat } from './detect';
import { headOf, type LogRecord } from './format';

const MTIME = Date.UTC(2024, 2, 5);
const NINE = '2024-03-04T09:00:00.000Z';

function read(text: string, name = 'file.log') {
  const head = headOf(text, name, MTIME);
  const format = detectFormat(head);
  const records: LogRecord[] = [];
  const bad: string[] = [];
  const splitter = format.open(head, {
    record: (record) => records.push(record),
    unparsable: (line, message) => bad.push(`${line}: ${message}`),
    note: () => {},
  });
  for (let at = 0; at < text.length; at += 700) splitter.push(text.slice(at, at + 700));
  splitter.end();
  return { id: format.id, records, bad };
}

const iso = (time: number | null | undefined) =>
  time === undefined || time === null ? time : new Date(time / 1000).toISOString();

/** A kind of log: a name for the test, the format it is read with, its text, and what its first record has. */
const KINDS: [string, string, string, Record<string, unknown>][] = [
  [
    'S3 server access',
    's3-access',
    '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be docs-bucket [04/Mar/2024:09:00:00 +0000] 192.0.2.3 arn:aws:iam::111122223333:user/eva 3E57427F3EXAMPLE REST.GET.OBJECT payroll/2024 Q1.csv "GET /docs-bucket/payroll/2024%20Q1.csv HTTP/1.1" 200 - 4406 4406 70 10 "-" "aws-cli/2.15 \\"x\\"" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader docs-bucket.s3.amazonaws.com TLSV1.2 - -'.replace(
      '2024 Q1',
      '2024-Q1',
    ),
    {
      remote_ip: '192.0.2.3',
      operation: 'REST.GET.OBJECT',
      key: 'payroll/2024-Q1.csv',
      bytes_sent: '4406',
      host_header: 'docs-bucket.s3.amazonaws.com',
    },
  ],
  [
    'VPC flow, default fields without a header',
    'vpc-flow',
    '2 111122223333 eni-0a1b2c3d4e5f67890 192.0.2.7 10.0.1.5 49152 22 6 20 4249 1709542800 1709542860 ACCEPT OK\n2 111122223333 eni-0a1b2c3d4e5f67890 - - - - - - - 1709542800 1709542860 - NODATA',
    { srcaddr: '192.0.2.7', dstport: '22', start: NINE, action: 'ACCEPT' },
  ],
  [
    'VPC flow version 5 in an order of its own',
    'vpc-flow',
    'version vpc-id flow-direction pkt-srcaddr srcaddr dstaddr start end action\n5 vpc-1 egress 10.0.0.9 10.0.0.1 198.51.100.9 1709542800 1709542860 ACCEPT',
    { 'vpc-id': 'vpc-1', 'flow-direction': 'egress', dstaddr: '198.51.100.9' },
  ],
  [
    'ALB',
    'alb',
    'https 2024-03-04T09:00:00.000000Z app/web/50dc6c495c0c9188 192.0.2.131:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/login?x=1 HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:111122223333:targetgroup/t/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:111122223333:certificate/12345678" 1 2024-03-04T09:00:00.000000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_123',
    {
      client_ip: '192.0.2.131',
      client_port: '2817',
      elb_status_code: '200',
      user_agent: 'curl/7.46.0',
      domain_name: 'www.example.com',
    },
  ],
  [
    'NLB',
    'nlb',
    'tls 2.0 2024-03-04T09:00:00 net/my-nlb/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.69:51341 10.0.0.1:443 5 2 98 246 - arn:aws:acm:us-east-2:111122223333:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - my.elb.amazonaws.com - - - 2024-03-04T08:59:59',
    { client_ip: '192.0.2.69', tls_protocol_version: 'tlsv12' },
  ],
  [
    'classic ELB',
    'elb',
    '2024-03-04T09:00:00.000000Z my-elb 192.0.2.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -',
    { client_ip: '192.0.2.39', backend_status_code: '200', request: 'GET http://www.example.com:80/ HTTP/1.1' },
  ],
  [
    'CloudFront',
    'w3c',
    '#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status\n2024-03-04\t09:00:00\tFRA2\t182\t192.0.2.10\tGET\td111.cloudfront.net\t/index.html\t200',
    { 'c-ip': '192.0.2.10', 'sc-status': '200', 'cs(Host)': 'd111.cloudfront.net' },
  ],
  [
    'IIS',
    'w3c',
    '#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2024-03-04 09:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\r\n2024-03-04 09:00:00 10.0.0.5 POST /owa/auth.owa - 443 CORP\\eva 192.0.2.8 Mozilla/5.0+(Windows+NT+10.0) 302\r\n',
    { 'cs-username': 'CORP\\eva', 'c-ip': '192.0.2.8', 'cs(User-Agent)': 'Mozilla/5.0 (Windows NT 10.0)' },
  ],
  [
    'Apache common',
    'web-access',
    '192.0.2.1 - eva [04/Mar/2024:10:00:00 +0100] "GET /index.html HTTP/1.0" 200 2326',
    { remote_addr: '192.0.2.1', remote_user: 'eva', method: 'GET', uri: '/index.html', status: '200' },
  ],
  [
    'nginx combined',
    'web-access',
    '2001:db8::1 - - [04/Mar/2024:09:00:00 +0000] "GET /a\\"b HTTP/2.0" 404 0 "-" "Mozilla/5.0 (X11)" "203.0.113.1"',
    { remote_addr: '2001:db8::1', status: '404', user_agent: 'Mozilla/5.0 (X11)', more: '"203.0.113.1"' },
  ],
  [
    'Apache error',
    'web-error',
    '[Mon Mar 04 09:00:00.000000 2024] [authz_core:error] [pid 35708:tid 4328636416] [client 192.0.2.72:5432] AH01630: client denied by server configuration: /htdocs',
    { module: 'authz_core', level: 'error', client: '192.0.2.72', pid: '35708' },
  ],
  [
    'nginx error',
    'web-error',
    '2024/03/04 09:00:00 [error] 31#31: *1 open() "/usr/share/nginx/x" failed (2: No such file), client: 192.0.2.9, server: localhost, request: "GET /x HTTP/1.1", host: "example.com"',
    { level: 'error', client: '192.0.2.9', request: 'GET /x HTTP/1.1' },
  ],
  [
    'auth.log',
    'syslog',
    'Mar  4 09:00:00 web-01 sshd[1024]: Failed password for invalid user admin from 192.0.2.44 port 51122 ssh2\nMar  4 09:00:02 web-01 sudo:      eva : TTY=pts/0 ; PWD=/home/eva ; USER=root ; COMMAND=/bin/cat /etc/shadow',
    { host: 'web-01', program: 'sshd', pid: '1024', user: 'admin', src_ip: '192.0.2.44', outcome: 'failure' },
  ],
  [
    'RFC 3164 with priority',
    'syslog',
    "<34>Mar  4 09:00:00 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
    { facility: 'auth', severity: 'crit', host: 'mymachine', program: 'su' },
  ],
  [
    'RFC 5424',
    'syslog',
    '<165>1 2024-03-04T09:00:00.000Z host.example.com evntslog 77 ID47 [exampleSDID@32473 iut="3" eventSource="App \\"x\\""][b@1 c="d"] An application event',
    {
      facility: 'local4',
      severity: 'notice',
      program: 'evntslog',
      msgid: 'ID47',
      message: 'An application event',
      structured_data: { 'exampleSDID@32473': { iut: '3', eventSource: 'App "x"' }, 'b@1': { c: 'd' } },
    },
  ],
  [
    'rsyslog with ISO times',
    'syslog',
    '2024-03-04T10:00:00.000000+01:00 web-01 sshd[1]: Accepted publickey for eva from 192.0.2.1 port 22 ssh2: ED25519 SHA256:x',
    { user: 'eva', method: 'publickey', outcome: 'success' },
  ],
  [
    'syslog with JSON in it',
    'syslog',
    'Mar  4 09:00:00 sensor suricata[99]: {"timestamp":"2024-03-04T09:00:00.1+0000","event_type":"alert","src_ip":"192.0.2.5"}',
    { program: 'suricata', event_type: 'alert', src_ip: '192.0.2.5' },
  ],
  [
    'journalctl -o export',
    'journal-export',
    '__CURSOR=s=1\n__REALTIME_TIMESTAMP=1709542800000000\n_HOSTNAME=db\nMESSAGE=Accepted password for eva from 192.0.2.1\n\n__CURSOR=s=2\n__REALTIME_TIMESTAMP=1709542801000000\nMESSAGE=two\n',
    { _HOSTNAME: 'db', MESSAGE: 'Accepted password for eva from 192.0.2.1' },
  ],
  [
    'journalctl -o export of a known program',
    'journal-export',
    '__CURSOR=s=1\n__REALTIME_TIMESTAMP=1709542800000000\nSYSLOG_IDENTIFIER=sudo\nMESSAGE=eva : PWD=/tmp ; USER=root ; COMMAND=/usr/sbin/insmod /tmp/a.ko\n\n',
    { program: 'sudo', event: 'sudo', user: 'eva', target_user: 'root', command: '/usr/sbin/insmod /tmp/a.ko' },
  ],
  [
    'journalctl -o json of a known program',
    'json',
    '{"__REALTIME_TIMESTAMP":"1709542800000000","_HOSTNAME":"db","SYSLOG_IDENTIFIER":"kernel","MESSAGE":"nfs: module verification failed: signature and/or required key missing - tainting kernel"}\n{"__REALTIME_TIMESTAMP":"1709542801000000","_HOSTNAME":"db","MESSAGE":"two"}',
    { _HOSTNAME: 'db', program: 'kernel', event: 'module_loaded', module: 'nfs' },
  ],
  [
    'a refused VPN password on a Cisco ASA',
    'syslog',
    '<166>Mar  4 2024 09:00:00 fw : %ASA-6-113015: AAA user authentication Rejected : reason = Invalid password : local database : user = eva : user IP = 192.0.2.7',
    { event: 'login', outcome: 'failure', user: 'eva', src_ip: '192.0.2.7' },
  ],
  [
    'an address given to a VPN session of a Cisco ASA',
    'syslog',
    '<166>Mar  4 2024 09:00:00 fw : %ASA-6-722051: Group <GP> User <eva> IP <192.0.2.7> IPv4 Address <10.9.8.1> IPv6 address <::> assigned to session',
    { event: 'login', user: 'eva', src_ip: '192.0.2.7', assigned_ip: '10.9.8.1' },
  ],
  [
    'auditd',
    'auditd',
    `type=EXECVE msg=audit(1709542800.000:24287): argc=3 a0="curl" a1="-o" a2=2F746D702F612062\ntype=USER_LOGIN msg=audit(1709542800.000:24288): pid=1 uid=0 auid=1000 msg='op=login acct="eva" exe="/usr/sbin/sshd" addr=192.0.2.3 res=failed'`,
    { type: 'EXECVE', serial: '24287', a0: 'curl', a2: '/tmp/a b' },
  ],
  [
    'CEF after a syslog header',
    'cef',
    'Mar  4 09:00:00 fw01 CEF:0|Security|threatmanager|1.0|100|worm \\| stopped|10|src=192.0.2.1 dst=10.0.0.1 spt=1232 cs1=Rule A cs1Label=Policy msg=a\\=b and more rt=1709542800000',
    {
      name: 'worm | stopped',
      severity: '10',
      src: '192.0.2.1',
      cs1: 'Rule A',
      Policy: 'Rule A',
      msg: 'a=b and more',
      syslog_host: 'fw01',
    },
  ],
  [
    'LEEF 2.0',
    'cef',
    '<13>1 2024-03-04T09:00:00Z host LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=192.0.2.1^dst=10.0.0.1^sev=5^usrName=eva lang',
    { event_id: '41', dst: '10.0.0.1', usrName: 'eva lang' },
  ],
  [
    'Zeek with another separator',
    'zeek',
    '#separator \\x7c\n#set_separator|,\n#empty_field|(empty)\n#unset_field|-\n#path|dns\n#fields|ts|uid|query|answers|rejected\n#types|time|string|string|vector[string]|bool\n1709542800.000000|C1|evil.example|192.0.2.1,192.0.2.2|F\n#close|2024-03-04-10-00-00\n',
    { query: 'evil.example', answers: ['192.0.2.1', '192.0.2.2'], rejected: false },
  ],
  [
    'FortiGate',
    'key-value',
    'date=2024-03-04 time=09:00:00 devname="fw" logid="0000000013" type="traffic" srcip=192.0.2.1 dstip=10.0.0.1 action="deny" msg="no \\"match\\""',
    { devname: 'fw', srcip: '192.0.2.1', action: 'deny', msg: 'no "match"' },
  ],
  [
    'logfmt',
    'key-value',
    'time=2024-03-04T09:00:00Z level=info msg="user logged in" user=eva ip=192.0.2.1',
    { level: 'info', msg: 'user logged in', user: 'eva' },
  ],
  [
    'FortiGate behind a priority',
    'key-value',
    '<189>date=2024-03-04 time=09:00:00 devname="fw" eventtime=1709542800000000000 srcip=192.0.2.1 action="deny"',
    { devname: 'fw', srcip: '192.0.2.1' },
  ],
  [
    'Palo Alto',
    'syslog',
    'Mar  4 09:00:00 fw 1,2024/03/04 09:00:00,001801000001,TRAFFIC,end,2049,2024/03/04 09:00:00,10.0.0.1,192.0.2.1',
    { host: 'fw' },
  ],
  ['Cisco IOS', 'text', '*Mar  4 09:00:00.000: %SYS-5-CONFIG_I: Configured from console by eva', {}],
  ['a shell history', 'text', '#1709542800\ncurl http://example.com', { line: 'curl http://example.com' }],
  [
    'evtx_dump XML',
    'windows-xml',
    'Record 1\n<?xml version="1.0" encoding="utf-8"?>\n<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\n  <System>\n    <Provider Name="Microsoft-Windows-Security-Auditing" Guid="{1}"/>\n    <EventID>4625</EventID>\n    <TimeCreated SystemTime="2024-03-04T09:00:00.000000Z"/>\n    <Computer>ws-01</Computer>\n  </System>\n  <EventData>\n    <Data Name="TargetUserName">eva &amp; co</Data>\n    <Data Name="IpAddress">192.0.2.1</Data>\n  </EventData>\n</Event>\nRecord 2\n<Event><System><EventID Qualifiers="0">1</EventID><TimeCreated SystemTime="2024-03-04T09:00:01Z"/></System></Event>',
    {
      'Event.System.EventID': '4625',
      'Event.EventData.TargetUserName': 'eva & co',
      'Event.System.Provider.Name': 'Microsoft-Windows-Security-Auditing',
    },
  ],
  [
    'an application log with a stack trace',
    'text',
    '2024-03-04 09:00:00,000 ERROR [main] com.example.App - failed\n\tat com.example.App.run(App.java:1)\n2024-03-04 09:00:01,000 INFO ok',
    { line: '2024-03-04 09:00:00,000 ERROR [main] com.example.App - failed' },
  ],
];

test.each(KINDS)('%s', (_what, id, text, fields) => {
  const { id: found, records, bad } = read(text);
  expect(bad).toEqual([]);
  expect(found).toBe(id);
  for (const [name, value] of Object.entries(fields)) {
    const path = name.startsWith('Event.') ? name.split('.') : [name];
    const actual = path.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      records[0]?.value,
    );
    expect(actual, name).toEqual(value);
  }
  // Which field of JSON is its time is found over all records, later.
  expect(iso(records[0]?.time)).toBe(id === 'json' ? undefined : NINE);
  for (const record of records) expect(JSON.parse(record.text)).toEqual(record.value);
});

test('auditd: the records of an event have what its system call says of who, those of another event do not', () => {
  const { records } = read(
    [
      'type=SYSCALL msg=audit(1709542800.000:7): arch=c000003e syscall=59 success=yes auid=1001 uid=0 exe="/usr/bin/id"',
      'type=EXECVE msg=audit(1709542800.000:7): argc=1 a0="id"',
      'type=EXECVE msg=audit(1709542800.000:8): argc=1 a0="ls"',
    ].join('\n'),
  );
  const who = records.map(({ value }) => (value as { auid?: string }).auid);
  expect(who).toEqual(['1001', '1001', undefined]);
  for (const record of records) expect(JSON.parse(record.text)).toEqual(record.value);
});

test('auditd: a short command line is decoded, a quoted one stays, and what is done may have blanks', () => {
  const head = (serial: number) => `msg=audit(1709542800.000:${serial}):`;
  const { records } = read(
    [
      `type=PROCTITLE ${head(1)} proctitle=6C73`,
      `type=PROCTITLE ${head(2)} proctitle="6466"`,
      `type=EXECVE ${head(3)} argc=2 a0="kill" a1=22`,
      `type=ADD_USER ${head(4)} pid=9 msg='op=adding user acct="sysd" exe="/usr/sbin/useradd" res=success'`,
      `type=USER_LOGIN ${head(5)} pid=9 msg='op=login acct="eva" res=failed'`,
    ].join('\n'),
  );
  const said = records.map(({ value }) => value as { proctitle?: string; a1?: string; op?: string; acct?: string });
  expect(said.map(({ proctitle, a1, op }) => proctitle ?? a1 ?? op)).toEqual([
    'ls',
    '6466',
    '22',
    'adding user',
    'login',
  ]);
  expect(said[3]?.acct).toBe('sysd');
});

test('a line of another form is a row of its own, an indented one has the time of the line before', () => {
  const { records } = read('2024-03-04 09:00:00,000 ERROR x\n\tat y\nplain\n2024-03-04 09:00:01,000 INFO ok');
  expect(records.map(({ time }) => iso(time))).toEqual([NINE, NINE, null, '2024-03-04T09:00:01.000Z']);
  const syslog = read('Mar  4 09:00:00 h a[1]: x\nMar  4 09:00:00 h a[1]: y\n### rotated ###\nMar  4 09:00:00 h a: z');
  expect(syslog.records.map(({ value }) => value.line)).toEqual([
    'Mar  4 09:00:00 h a[1]: x',
    'Mar  4 09:00:00 h a[1]: y',
    '### rotated ###',
    'Mar  4 09:00:00 h a: z',
  ]);
});

test('a time without a year lies before the file was written', () => {
  expect(iso(read('Dec 31 23:59:59 h sshd[1]: x').records[0]?.time)).toBe('2023-12-31T23:59:59.000Z');
});

const json = (text: string, name = 'x.json') => {
  const { id, records, bad } = read(text, name);
  expect(id).toBe('json');
  expect(bad).toEqual([]);
  return records.map(({ value }) => value);
};

test.each([
  ['Records', { Records: [{ a: 1 }, { a: 2 }] }],
  ['Graph', { '@odata.context': 'x', value: [{ a: 1 }, { a: 2 }] }],
  ['Kubernetes', { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: [{ a: 1 }, { a: 2 }] }],
  [
    'Elasticsearch',
    {
      took: 3,
      timed_out: false,
      _shards: { total: 1 },
      hits: {
        total: { value: 2 },
        max_score: 1,
        hits: [
          { _index: 'i', _id: '1', _source: { a: 1 } },
          { _index: 'i', _id: '2', _source: { a: 2 } },
        ],
      },
    },
  ],
  ['Okta hook', { data: { events: [{ a: 1 }, { a: 2 }] } }],
  ['paged', { events: [{ a: 1 }, { a: 2 }], nextToken: 'x', searchedLogStreams: [] }],
  [
    'Firehose over HTTP',
    { requestId: 'r', timestamp: 1, records: [{ data: btoa('{"a":1}') }, { data: btoa('{"a":2}') }] },
  ],
])('the records of an envelope: %s', (_what, envelope) => {
  for (const indent of [0, 2]) expect(json(JSON.stringify(envelope, null, indent)).map(({ a }) => a)).toEqual([1, 2]);
});

test('an object with a list of its own is one record', () => {
  expect(
    json('{"awsAccountId":"1","digestEndTime":"2024-03-04T09:00:00Z","logFiles":[{"s3Object":"x"}]}'),
  ).toHaveLength(1);
  expect(json('{"id":7,"title":"incident","events":[{"a":1},{"a":2}]}')).toHaveLength(1);
});

test('numbers of a lifted record stay as they were written', () => {
  const { records } = read(
    '{"logGroup":"g","logStream":"s","logEvents":[{"id":"1","timestamp":1709542800000,"message":"{\\"n\\":13804029485190928351,\\"timestamp\\":\\"t\\"}"}]}',
    'x.json',
  );
  expect(records[0]?.text).toContain('"n":13804029485190928351');
  expect(records[0]?.value).toMatchObject({ timestamp: 't', logGroup: 'g', envelope: { timestamp: 1709542800000 } });
});

test('flow logs inside CloudWatch events have their fields', () => {
  const message = '2 111122223333 eni-0a1b2c3d 192.0.2.7 10.0.1.5 49152 22 6 20 4249 1709542800 1709542860 REJECT OK';
  const records = json(
    JSON.stringify({ logGroup: 'vpc', logStream: 'eni', logEvents: [{ id: '1', timestamp: 1709542800000, message }] }),
  );
  expect(records[0]).toMatchObject({ srcaddr: '192.0.2.7', action: 'REJECT', message });
});

test('evtx_dump JSON with its separators', () => {
  const event = JSON.stringify({ Event: { System: { EventID: 1 } } }, null, 2);
  expect(json(`Record 1\n${event}\nRecord 2\n${event}\n`)).toHaveLength(2);
});

const csv = (text: string, name = 'x.csv') => {
  const { id, records } = read(text, name);
  expect(id).toBe('csv');
  return records.map(({ value }) => value);
};

test.each([
  ['a title and an empty line', 'Sign-in report for March\n\nTime,User,Address\n2024-03-04 09:00:00,eva,192.0.2.1\n'],
  ['sep=', 'sep=;\nTime;User;Address\n2024-03-04 09:00:00;eva;192.0.2.1\n'],
  ['comments', '# exported by x\n# on Monday, at 9\nTime,User,Address\n2024-03-04 09:00:00,eva,192.0.2.1\n'],
  ['tabs', 'Time\tUser\tAddress\n2024-03-04 09:00:00\teva\t192.0.2.1\n'],
  ['pipes', 'Time|User|Address\n2024-03-04 09:00:00|eva|192.0.2.1\n'],
  ['a byte order mark', '\uFEFF"Time","User","Address"\r\n"2024-03-04 09:00:00","eva","192.0.2.1"\r\n'],
])('CSV with %s', (_what, text) => {
  expect(csv(text)).toEqual([{ Time: '2024-03-04 09:00:00', User: 'eva', Address: '192.0.2.1' }]);
});

test.each([
  [
    'sep= above two columns',
    'sep=;\nTime;User\n2024-03-04 09:00:00;eva\n',
    { Time: '2024-03-04 09:00:00', User: 'eva' },
  ],
  ['counted columns', '0,1,2\n2024-03-04,eva,login\n2024-03-05,eva,login\n', { 0: '2024-03-04', 1: 'eva', 2: 'login' }],
  [
    'counted columns behind the numbers of rows',
    ',0,1,2\n0,2024-03-04,eva,login\n',
    { column1: '0', 0: '2024-03-04', 1: 'eva', 2: 'login' },
  ],
])('CSV with %s', (_what, text, first) => {
  expect(csv(text)[0]).toEqual(first);
  expect(csv(text)).toHaveLength(text.split('\n').length - (text.startsWith('sep') ? 3 : 2));
});

test('JSON with comments and commas too many keeps its texts, and its lines their numbers', () => {
  const text =
    '// exported\n[\n  {"a": "http://x//y", /* one\n   more */ "b": "/* no */",},\n  {"a": "\\"//\\", }", "b": [1, 2, ],}, // last\n]\n';
  const { records, bad } = read(text, 'x.json');
  expect(bad).toEqual([]);
  expect(records.map(({ value }) => value)).toEqual([
    { a: 'http://x//y', b: '/* no */' },
    { a: '"//", }', b: [1, 2] },
  ]);
  expect(records.map(({ line }) => line)).toEqual([3, 5]);
});

test('a line of JSON may have a comma too many, and bytes as nginx escapes them', () => {
  const text = '{"a": 1,}\n{"a": "\\x22\\xC3\\xA4 \\\\x22"}\n{"a": 2}\n';
  const { records, bad } = read(text, 'x.jsonl');
  expect(bad).toEqual([]);
  expect(records.map(({ value }) => value)).toEqual([{ a: 1 }, { a: '"ä \\x22' }, { a: 2 }]);
});

test.each([
  [
    'documents',
    '---\nid: 9007199254740993\nuser:\n  name: eva\ntime: 2024-03-04T09:00:00Z\n---\nid: 2\nuser: {name: bob}\n',
  ],
  [
    'the items of a list',
    'apiVersion: v1\nitems:\n- id: 9007199254740993\n  user:\n    name: eva\n  time: 2024-03-04T09:00:00Z\n- id: 2\n  user:\n    name: bob\nkind: List\n',
  ],
])('YAML: %s', (_what, text) => {
  const { id, records, bad } = read(text, 'out.txt');
  expect([id, bad]).toEqual(['yaml', []]);
  expect(records.map(({ value }) => value)).toEqual([
    { id: '9007199254740993', user: { name: 'eva' }, time: '2024-03-04T09:00:00Z' },
    { id: '2', user: { name: 'bob' } },
  ]);
  expect(records.map(({ line }) => line)).toEqual(text.startsWith('---') ? [2, 7] : [3, 7]);
  expect(read(text.replace('id: 2', 'id: [2'), 'out.txt').bad).toEqual([expect.stringContaining('not YAML')]);
});

test('CSV without a header, or of texts only', () => {
  expect(csv('eva,login,ok\neva,logout,ok\nbob,login,ok\n')[0]).toEqual({
    column1: 'eva',
    column2: 'login',
    column3: 'ok',
  });
  expect(csv('Name,Action,Result\neva,login,ok\nbob,logout,ok\n')).toHaveLength(2);
});

test('CSV is seen without its extension', () => {
  expect(
    csv('time,user,action\n2024-03-04 09:00:00,eva,"a, b"\n2024-03-04 09:00:01,bob,c\n', 'export.txt'),
  ).toHaveLength(2);
});

test.each(['x', '[ ', '" ', 'a=', '= ', 'a.', '<Event ', '{"', '[[', '(', '1 ', '\\"', 'CEF:0|', ' '])(
  'a long line of %j costs no more than its length',
  (unit) => {
    for (const start of [
      '',
      '192.0.2.1 - - [04/Mar/2024:09:00:00 +0000] "',
      'Mar  4 09:00:00 h p: ',
      '<13>1 - - - - - [',
      'CEF:0|a|b|c|d|e|1|',
      'type=X msg=audit(1709542800.000:1): ',
    ]) {
      const started = performance.now();
      read(`${start}${unit.repeat(60_000 / unit.length)}\n`.repeat(3));
      expect(performance.now() - started, start).toBeLessThan(20_000);
    }
  },
);
