import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors/app-error';
import { readAlerts, readBatch } from './index';

const read = (source: string, document: unknown) => {
  const [alert] = readAlerts(source, JSON.stringify(document));
  if (!alert) throw new Error('no alert');
  return alert;
};
const has = (alert: { entities: { kind: string; value: string }[] }, kind: string, value: string) =>
  expect(alert.entities).toContainEqual({ kind, value });

const finding = {
  accountId: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  id: 'abc',
  type: 'Stealth:IAMUser/CloudTrailLoggingDisabled',
  severity: 8,
  title: 'Trail was disabled',
  updatedAt: '2024-05-01T10:00:00Z',
  service: { serviceName: 'guardduty', eventLastSeen: '2024-05-01T09:59:00Z' },
};
const pascal = (doc: object): object =>
  Object.fromEntries(
    Object.entries(doc).map(([key, value]) => [
      `${key[0]?.toUpperCase()}${key.slice(1)}`,
      typeof value === 'object' && value !== null ? pascal(value) : value,
    ]),
  );

describe('GuardDuty', () => {
  it('reads both spellings alike', () => {
    const [camel, upper] = [read('guardduty', finding), read('guardduty', pascal(finding))];
    expect({ ...upper, raw: null }).toEqual({ ...camel, raw: null });
    expect(camel).toMatchObject({
      sourceRef: 'abc',
      severity: 'high',
      rule: finding.type,
      occurredAt: new Date('2024-05-01T09:59:00Z'),
    });
  });

  it('maps its numbers to levels at their documented limits', () => {
    const level = (severity: number) => read('guardduty', { ...finding, severity }).severity;
    expect([0.5, 1, 3.9, 4, 6.9, 7, 8.9, 9].map(level)).toEqual([
      'informational',
      'low',
      'low',
      'medium',
      'medium',
      'high',
      'high',
      'critical',
    ]);
  });

  it('comes through EventBridge, SQS, SNS and the API’s list', () => {
    const event = {
      version: '0',
      id: 'bus-1',
      'detail-type': 'GuardDuty Finding',
      source: 'aws.guardduty',
      detail: finding,
    };
    const bodies = [
      event,
      { Records: [{ messageId: 'm', body: JSON.stringify(event) }] },
      { Type: 'Notification', TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t', Message: JSON.stringify(event) },
      { Findings: [pascal(finding)] },
    ];
    for (const body of bodies) expect(read('guardduty', body)).toMatchObject({ sourceRef: 'abc', severity: 'high' });
    // What the bus said around it is kept.
    expect(read('generic', event)).toMatchObject({ source: 'guardduty', raw: event });
  });
});

it('Security Hub: a batch of an event is one alert each', () => {
  const asff = (id: string, label: string) => ({
    SchemaVersion: '2018-10-08',
    Id: id,
    ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/inspector',
    GeneratorId: 'g',
    AwsAccountId: '111122223333',
    Title: `Finding ${id}`,
    Severity: { Label: label },
    CreatedAt: '2024-05-01T10:00:00Z',
    Resources: [{ Type: 'AwsEc2Instance', Id: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0' }],
  });
  const body = {
    'detail-type': 'Security Hub Findings - Imported',
    detail: { findings: [asff('a', 'LOW'), asff('b', 'CRITICAL')] },
  };
  const alerts = readAlerts('securityhub', JSON.stringify(body));
  expect(alerts.map((alert) => [alert.sourceRef, alert.severity])).toEqual([
    ['a', 'low'],
    ['b', 'critical'],
  ]);
  has(alerts[0] ?? { entities: [] }, 'instance', 'i-0123456789abcdef0');
});

describe('Elastic', () => {
  const dotted = {
    '@timestamp': '2024-05-01T10:00:00Z',
    'kibana.alert.uuid': 'u1',
    'kibana.alert.rule.name': 'Credential dump',
    'kibana.alert.severity': 'high',
    'kibana.alert.rule.threat': [
      {
        framework: 'MITRE ATT&CK',
        tactic: { id: 'TA0006' },
        technique: [
          { id: 'T1003', name: 'OS Credential Dumping', subtechnique: [{ id: 'T1003.001', name: 'LSASS Memory' }] },
        ],
      },
    ],
    'host.name': 'web-1',
    user: { name: 'jane' },
    'source.ip': '203.0.113.7',
  };
  const nested = {
    '@timestamp': '2024-05-01T10:00:00Z',
    kibana: {
      alert: {
        uuid: 'u1',
        severity: 'high',
        rule: { name: 'Credential dump', threat: dotted['kibana.alert.rule.threat'] },
      },
    },
    host: { name: 'web-1' },
    user: { name: 'jane' },
    source: { ip: '203.0.113.7' },
  };
  const fields = Object.fromEntries(
    Object.entries({ ...dotted, 'user.name': 'jane', user: undefined }).map(([key, value]) => [key, [value].flat()]),
  );

  it('reads dotted, nested, fields and search hits alike', () => {
    const bodies = [
      dotted,
      nested,
      { _index: 'i', _id: 'h', _source: dotted },
      { _index: 'i', _id: 'h', fields },
      { hits: { hits: [{ _index: 'i', _id: 'h', _source: nested }] } },
    ];
    for (const body of bodies) {
      const alert = read('elastic', body);
      expect(alert).toMatchObject({
        sourceRef: 'u1',
        title: 'Credential dump',
        severity: 'high',
        techniques: ['T1003', 'T1003.001'],
      });
      has(alert, 'host', 'web-1');
      has(alert, 'user', 'jane');
      has(alert, 'ip', '203.0.113.7');
    }
  });

  it('takes objects one after the other, with or without lines between them', () => {
    const second = { ...dotted, 'kibana.alert.uuid': 'u2' };
    const texts = [
      JSON.stringify(dotted) + JSON.stringify(second),
      `${JSON.stringify(dotted)}\n${JSON.stringify(second)}\n`,
    ];
    for (const text of texts) expect(readAlerts('elastic', text).map((alert) => alert.sourceRef)).toEqual(['u1', 'u2']);
  });
});

it('Splunk: the first row with all its texts, and the job as id', () => {
  const alert = read('splunk', {
    sid: 'scheduler__admin__search__x_at_1700000000_1',
    results_link: 'https://splunk.example.com/app/search/@go?sid=x',
    search_name: 'Brute force',
    owner: 'admin',
    app: 'search',
    result: { user: 'jane', src: '203.0.113.7', dest: 'web-1', severity: 'high', _time: '1700000000', count: '12' },
  });
  expect(alert).toMatchObject({
    sourceRef: 'scheduler__admin__search__x_at_1700000000_1',
    title: 'Brute force',
    severity: 'high',
    occurredAt: new Date(1_700_000_000_000),
  });
  has(alert, 'user', 'jane');
  has(alert, 'ip', '203.0.113.7');
  has(alert, 'host', 'web-1');
  expect(
    read('splunk', { sid: 's', search_name: null, result: { _time: '1700000000', severity: 'unknown' } }),
  ).toMatchObject({ severity: 'medium' });
});

it('Scanner: nanoseconds, a key with spaces, and technique tags', () => {
  const text = `{"id":"a","detection_rule_id":"b","name":"Admin role","severity_id":6,"severity":"Fatal","timestamp":1776721873702228890,
    "tags":["techniques.t1098.003_additional_cloud_roles","techniques.t9999_none"],"View in Scanner":"https://app.scanner.dev/x"}`;
  expect(readAlerts('scanner', text)[0]).toMatchObject({
    severity: 'critical',
    occurredAt: new Date('2026-04-20T21:51:13.702Z'),
    techniques: ['T1098.003'],
    link: 'https://app.scanner.dev/x',
  });
  // The document's digits are stored as they came, not as JavaScript rounds them.
  expect(readBatch('scanner', text).alerts[0]?.rawText).toContain('1776721873702228890');
});

it('Panther: the alert’s id, not the rule’s', () => {
  const alert = read('panther', {
    id: 'AWS.CloudTrail.RootActivity',
    alertId: '5b1a2c',
    createdAt: '2024-05-01T10:00:00Z',
    severity: 'INFO',
    type: 'RULE',
    link: 'https://x.runpanther.net/alerts/5b1a2c',
    title: 'Root did something',
    name: 'Root activity',
    tags: ['TA0004:T1078'],
    alertContext: { sourceIPAddress: '203.0.113.7', userIdentity: { arn: 'arn:aws:iam::111122223333:root' } },
  });
  expect(alert).toMatchObject({
    sourceRef: '5b1a2c',
    rule: 'AWS.CloudTrail.RootActivity',
    severity: 'informational',
    techniques: ['T1078'],
  });
  has(alert, 'ip', '203.0.113.7');
});

it('Wazuh: rule levels, agent and MITRE ids', () => {
  const alert = (level: number) =>
    read('wazuh', {
      timestamp: '2024-05-01T10:00:00.000+0000',
      rule: {
        id: '5712',
        level,
        description: 'sshd: brute force',
        mitre: { id: ['T1110.001'], tactic: ['Credential Access'] },
      },
      agent: { id: '001', name: 'db-1', ip: '10.0.0.5' },
      manager: { name: 'wazuh' },
      data: { srcip: '203.0.113.7', srcuser: 'root' },
      id: '1700000000.123',
    });
  expect([3, 4, 7, 12, 15].map((level) => alert(level).severity)).toEqual([
    'informational',
    'low',
    'medium',
    'high',
    'critical',
  ]);
  expect(alert(12)).toMatchObject({ sourceRef: '1700000000.123', techniques: ['T1110.001'] });
  for (const [kind, value] of [
    ['host', 'db-1'],
    ['ip', '203.0.113.7'],
    ['user', 'root'],
  ] as const) {
    has(alert(12), kind, value);
  }
});

it('Sentinel: incidents and rows of SecurityAlert', () => {
  const incident = {
    name: 'guid-1',
    properties: {
      title: 'Impossible travel',
      severity: 'High',
      createdTimeUtc: '2024-05-01T10:00:00Z',
      incidentUrl: 'https://portal.azure.com/x',
    },
  };
  expect(read('sentinel', { object: incident })).toMatchObject({
    sourceRef: 'guid-1',
    severity: 'high',
    link: 'https://portal.azure.com/x',
  });
  const row = read('sentinel', {
    SystemAlertId: 's1',
    AlertName: 'Spray',
    AlertSeverity: 'Low',
    ProviderName: 'ASI Scheduled Alerts',
    TimeGenerated: '2024-05-01T10:00:00Z',
    Entities: JSON.stringify([{ Address: '203.0.113.7', Type: 'ip' }]),
    Techniques: '["T1110"]',
  });
  expect(row).toMatchObject({ sourceRef: 's1', severity: 'low', techniques: ['T1110'] });
  has(row, 'ip', '203.0.113.7');
});

it('Microsoft: {value: […]} of Graph, and Defender for Endpoint', () => {
  const graph = {
    id: 'g1',
    title: 'Spray',
    severity: 'high',
    serviceSource: 'x',
    createdDateTime: '2024-05-01T10:00:00Z',
  };
  expect(readAlerts('defender', JSON.stringify({ value: [graph, { ...graph, id: 'g2' }] }))).toHaveLength(2);
  expect(
    read('defender', {
      id: 'd1',
      title: 'Tool',
      severity: 'UnSpecified',
      machineId: 'm',
      alertCreationTime: '2024-05-01T10:00:00Z',
    }),
  ).toMatchObject({
    sourceRef: 'd1',
    severity: 'medium',
  });
});

describe('generic', () => {
  it('reads our own documented form', () => {
    const alert = read('generic', {
      id: 'x-1',
      title: 'Door opened',
      severity: 'low',
      time: 1_700_000_000,
      link: 'javascript:alert(1)',
      entities: [
        { kind: 'user', value: 'jane' },
        { kind: 'nonsense', value: 'x' },
      ],
      deep: { list: ['seen from 203[.]0[.]113[.]7', { note: 'hxxps://evil[.]example/a' }] },
    });
    expect(alert).toMatchObject({
      sourceRef: 'x-1',
      title: 'Door opened',
      severity: 'low',
      occurredAt: new Date(1_700_000_000_000),
      link: null,
    });
    for (const [kind, value] of [
      ['user', 'jane'],
      ['ip', '203.0.113.7'],
      ['url', 'https://evil.example/a'],
    ] as const) {
      has(alert, kind, value);
    }
  });

  it('takes signs that people read for a title, and no number', () => {
    expect(read('generic', { id: 'x', title: '🔥🚨', severity: 'low' }).title).toBe('🔥🚨');
    expect(read('generic', { id: 'x', title: 4711, severity: 'low' }).title).toBe('Alert without a title');
  });

  it('gives a document without an id one that depends on its content only', () => {
    const one = read('generic', { title: 'A', severity: 'low', data: { b: 1, a: 2 } });
    const same = read('generic', { data: { a: 2, b: 1 }, severity: 'low', title: 'A' });
    expect(one.sourceRef).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(same.sourceRef).toBe(one.sourceRef);
    expect(read('generic', { title: 'A', severity: 'low', data: { b: 1, a: 3 } }).sourceRef).not.toBe(one.sourceRef);
  });

  it('takes what it can from a document it knows nothing of', () => {
    const now = new Date('2025-01-01T00:00:00Z');
    const { alerts } = readBatch('generic', '{"foo": {"bar": "10.1.2.3"}}', now);
    expect(alerts[0]?.alert).toMatchObject({
      title: 'Alert without a title',
      severity: 'medium',
      occurredAt: now,
      entities: [{ kind: 'ip', value: '10.1.2.3' }],
    });
  });

  it('keeps hostile keys as data', () => {
    const alert = readAlerts(
      'generic',
      '{"title":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"note":"\\u0000"}',
    )[0];
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(alert?.raw as object)).toEqual(['title', '__proto__', 'constructor', 'note']);
  });
});

describe('what can’t be read', () => {
  const failure = (source: string, text: string): AppError => {
    try {
      readAlerts(source, text);
    } catch (error) {
      if (error instanceof AppError) return error;
    }
    throw new Error('was read');
  };

  it('says which item, why, and what to do', () => {
    const error = failure('generic', '[{"title":"a"}, 7]');
    expect([error.code, error.userMessage]).toEqual([
      'unprocessable',
      expect.stringMatching(/^Item 1: it is a number/),
    ]);
    expect(failure('splunk', JSON.stringify(finding)).userMessage).toContain('/api/webhooks/guardduty');
    expect(failure('guardduty', '{"a":1}').userMessage).toContain('/api/webhooks/generic');
    expect(failure('nobody', '{}').code).toBe('not_found');
    expect(failure('generic', JSON.stringify({ id: 'x'.repeat(10_000), title: 'a' }))).toMatchObject({
      code: 'bad_request',
    });
    expect(failure('generic', '  ').userMessage).toContain('empty');
    expect(failure('generic', '{}').userMessage).toContain('empty object');
    expect(failure('generic', '{"Type":"SubscriptionConfirmation","SubscribeURL":"https://x"}').userMessage).toContain(
      'SubscribeURL',
    );
  });

  it('leaves the others of a batch', () => {
    const { alerts, rejected } = readBatch('generic', '[{"title":"a"}, null, {"title":"b"}]');
    expect(alerts.map(({ alert }) => alert.title)).toEqual(['a', 'b']);
    expect(rejected).toMatchObject([{ index: 1, code: 'unprocessable' }]);
  });

  it('is refused when too deep, before anything is built of it', () => {
    expect(failure('generic', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`).userMessage).toContain('100 levels');
    expect(failure('generic', '['.repeat(1_000_000)).code).toBe('bad_request');
    expect(failure('generic', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`).userMessage).toContain('line 1');
  });
});
