import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBatch } from './index';

const FOLDER = path.resolve('fixtures/alerts');
const NOW = new Date('2026-01-01T00:00:00Z');
const readCase = (file: string, source = 'generic') =>
  readBatch(source, fs.readFileSync(path.join(FOLDER, 'cases', `${file}.json`), 'utf8'), NOW).alerts.map(
    ({ alert }) => alert,
  );
const values = (alert: { entities: { value: string }[] } | undefined) => alert?.entities.map((entity) => entity.value);

describe('documents that were misread', () => {
  it('an id of a user, a flow or a repository is not the alert’s: two alerts', () => {
    for (const [one, two] of [
      ['01a-nested-user-id-first', '01b-nested-user-id-second-lost'],
      ['01e-zeek-notice-1', '01f-zeek-notice-2-lost'],
    ] as const) {
      const [first, second] = [readCase(one)[0], readCase(two)[0]];
      expect(first?.sourceRef).not.toBe(second?.sourceRef);
    }
    const ref = (document: object) => readBatch('generic', JSON.stringify(document), NOW).alerts[0]?.alert.sourceRef;
    for (const inner of [
      { repository: { id: 7 } },
      { agent: { id: '001' } },
      { device: { uuid: 'd' } },
      { rule: { id: 'r' } },
    ])
      expect(ref({ title: 'x', ...inner })).toMatch(/^sha256:/);
    for (const inner of [
      { alert: { id: 'a-1' } },
      { finding: { id: 'a-1' } },
      { event: { data: { id: 'a-1' } } },
      { id: 'a-1' },
    ])
      expect(ref({ title: 'x', ...inner })).toBe('a-1');
    // Windows writes the kind of an event as its id.
    expect(ref({ title: 'x', EventID: 4625 })).toMatch(/^sha256:/);
  });

  it('scales where 1 or 0 is the worst', () => {
    expect(readCase('02a-suricata-severity-1')[0]).toMatchObject({
      source: 'suricata',
      severity: 'high',
      title: 'EXAMPLE MALWARE C2 check-in observed',
      rule: '2900833',
      techniques: ['T1071'],
      occurredAt: new Date('2024-03-04T13:07:20.910Z'),
    });
    const [sysdig] = readCase('02c-sysdig-severity-0-high');
    expect(sysdig).toMatchObject({ source: 'sysdig', severity: 'high', rule: 'Example shell over network in pod' });
    expect(values(sysdig)).toEqual(
      expect.arrayContaining(['gke-pool-1', '100000000007', 'pod-a', 'root', '203.0.113.8']),
    );
    expect(readCase('02e-falco-alert')[0]).toMatchObject({
      source: 'falco',
      severity: 'critical',
      techniques: ['T1620'],
    });
  });

  it('Okta event hooks are one alert an event', () => {
    const alerts = readCase('03a-okta-event-hook-3-events');
    expect(alerts.map(({ title, occurredAt }) => [title, occurredAt.toISOString().slice(11, 16)])).toEqual([
      ['Reset factor for user', '09:01'],
      ['Grant user privilege', '09:02'],
      ['Impersonation granted', '09:03'],
    ]);
    expect(values(alerts[1])).toEqual(
      expect.arrayContaining(['admin2@corp.example', 'victim2@corp.example', '198.51.100.22']),
    );
    expect(readCase('03b-okta-system-log-event', 'okta')[0]).toMatchObject({
      title: 'Grant user privilege',
      sourceRef: alerts[1]?.sourceRef,
    });
  });

  it('Security Command Center, alone and in a Pub/Sub push', () => {
    for (const file of ['04a-google-scc-notification', '04b-google-scc-pubsub-push']) {
      const [alert] = readCase(file);
      expect(alert).toMatchObject({
        source: 'gcp-scc',
        title: 'Malware: Cryptomining Bad IP',
        severity: 'high',
        link: 'https://console.cloud.google.com/home?project=prod-1',
        techniques: ['T1496'],
        resolvedAt: null,
      });
      expect(alert?.sourceRef).toMatch(/^organizations\/100000000001\/sources\/200\/findings\//);
      expect(values(alert)).toContain('203.0.113.99');
    }
  });

  it('Azure Monitor, CloudWatch and Alertmanager', () => {
    expect(readCase('05a-azure-monitor-sev0')[0]).toMatchObject({
      source: 'azure-monitor',
      severity: 'critical',
      rule: 'Key vault mass secret read',
      occurredAt: new Date('2024-03-04T09:58:24.371Z'),
    });
    const [alarm] = readCase('06a-cloudwatch-alarm-in-sns');
    expect(alarm).toMatchObject({
      title: 'RootAccountUsage',
      severitySource: 'guess',
      occurredAt: new Date('2024-03-04T09:01:12.345Z'),
    });
    expect(alarm?.description).toContain('Threshold Crossed');
    const [firing, resolved] = [readCase('07a-alertmanager-firing')[0], readCase('07b-alertmanager-resolved')[0]];
    expect(firing).toMatchObject({
      severity: 'critical',
      link: 'http://prom.example:9090/graph?g0.expr=x',
      resolvedAt: null,
    });
    expect(firing?.entities.some(({ kind }) => kind === 'url' || kind === 'domain')).toBe(false);
    expect(resolved).toMatchObject({ sourceRef: firing?.sourceRef, resolvedAt: new Date('2024-03-04T09:20:27.300Z') });
  });

  it('Sentinel’s accounts, hosts, processes and applications are entities', () => {
    expect(values(readCase('08a-sentinel-incident-account')[0])).toEqual(
      expect.arrayContaining(['eva.lang@corp.example', 'ws-77', 'rclone', 'Example Box']),
    );
  });

  it('CEF and LEEF inside JSON', () => {
    const [cef] = readCase('09-cef-in-json');
    expect(cef).toMatchObject({ title: 'Worm successfully stopped', severity: 'critical', rule: '100' });
    expect(values(cef)).toEqual(expect.arrayContaining(['eva', '10.0.0.1', '203.0.113.2', 'fw-1']));
    const leef = {
      message:
        'Mar 4 09:00:00 gw LEEF:2.0|ExampleSec|Proxy|2.1|BLOCK|^|sev=8^src=10.0.0.5^usrName=eva^eventName=C2 blocked',
    };
    const [alert] = readBatch('generic', JSON.stringify(leef), NOW).alerts;
    expect(alert?.alert).toMatchObject({ title: 'C2 blocked', severity: 'high', timeSource: 'receipt' });
    expect(values(alert?.alert)).toEqual(expect.arrayContaining(['10.0.0.5', 'eva']));
  });

  it('a comma too many stays a clear error', () => {
    expect(() => readCase('10-kibana-array-trailing-comma')).toThrow(/not valid JSON/);
  });

  it('what the sender does not give is marked', () => {
    const [alert] = readBatch('generic', '{"title":"x","severity":1}', NOW).alerts;
    expect(alert?.alert).toMatchObject({
      severity: 'medium',
      severitySource: 'guess',
      occurredAt: NOW,
      timeSource: 'receipt',
    });
  });

  it('a time with a hundred thousand blanks is read at once', () => {
    const started = performance.now();
    const long = ' '.repeat(1_000_000);
    readBatch('generic', JSON.stringify({ title: 'x', time: `2024${long}(UTC)x`, severity: `high${long}x` }), NOW);
    const [short, whole] = [performance.now() - started, performance.now()];
    readBatch(
      'generic',
      JSON.stringify({ title: 'x', time: `2024${long}${long}(UTC)x`, severity: `high${long}${long}x` }),
      NOW,
    );
    // Twice the text takes about twice as long; a quadratic pattern takes minutes.
    expect(performance.now() - whole).toBeLessThan(Math.max(short * 8, 1000));
  });
});

const products = JSON.parse(fs.readFileSync(path.join(FOLDER, 'products.json'), 'utf8')) as {
  product: string;
  severity: string | null;
  time: string | null;
  document: unknown;
}[];

describe('products without an adapter', () => {
  it.each(products)('$product comes in with title, severity and time', ({ severity, time, document }) => {
    const [read] = readBatch('generic', JSON.stringify(document), NOW).alerts;
    expect(read?.alert.title).not.toBe('Alert without a title');
    expect(JSON.stringify(document)).toContain(JSON.stringify(read?.alert.title.split(' · ')[0]).slice(1, -1));
    expect(read?.alert).toMatchObject(
      severity ? { severity, severitySource: 'sender' } : { severity: 'medium', severitySource: 'guess' },
    );
    if (time) expect(read?.alert.occurredAt.toISOString().startsWith(time)).toBe(true);
    expect(read?.alert.timeSource).toBe('sender');
  });
});

const kinds = JSON.parse(fs.readFileSync(path.join(FOLDER, 'kinds.json'), 'utf8')) as {
  name: string;
  count: number;
  title: string;
  severity: string | null;
  time: string | null;
  rule?: string;
  ref?: string;
  link?: string | null;
  resolved?: boolean;
  entities?: string[];
  not?: string[];
  document: unknown;
}[];

describe('kinds of documents', () => {
  it.each(kinds)('$name', ({ document, count, title, severity, time, rule, ref, link, resolved, ...about }) => {
    const { alerts, rejected } = readBatch('generic', JSON.stringify(document), NOW);
    expect({ rejected, count: alerts.length }).toEqual({ rejected: [], count });
    const alert = alerts[0]?.alert;
    expect(alert).toMatchObject({
      title,
      ...(severity ? { severity, severitySource: 'sender' } : { severitySource: 'guess' }),
      ...(time ? { occurredAt: new Date(time) } : { timeSource: 'receipt' }),
      ...(rule && { rule }),
      ...(ref && { sourceRef: ref }),
      ...(link !== undefined && { link }),
    });
    expect(alert?.resolvedAt !== null).toBe(resolved ?? false);
    const found = values(alert)?.map((value) => value.toLowerCase());
    expect(found).toEqual(expect.arrayContaining((about.entities ?? []).map((value) => value.toLowerCase())));
    for (const value of about.not ?? []) expect(found).not.toContain(value);
  });

  it('two alerts about the same thing stay two', () => {
    const { alerts } = readBatch(
      'generic',
      JSON.stringify(kinds.find(({ name }) => name.startsWith('same'))?.document),
    );
    expect(new Set(alerts.map(({ alert }) => alert.sourceRef)).size).toBe(2);
  });
});

describe('times in senders’ spellings', () => {
  it.each([
    ['2024-03-04 09:00:00 +0000 UTC', '2024-03-04T09:00:00.000Z'],
    ['2024/03/04 09:00:00', '2024-03-04T09:00:00.000Z'],
    ['20240304T090000Z', '2024-03-04T09:00:00.000Z'],
    ['2024-03-04T09:00:00,250Z', '2024-03-04T09:00:00.250Z'],
    ['03/04/2024 09:00:00 PM', '2024-03-04T21:00:00.000Z'],
    ['25/03/2024 09:00:00', '2024-03-25T09:00:00.000Z'],
    ['04.03.2024 09:00:00', '2024-03-04T09:00:00.000Z'],
    ['4 Mar 2024 09:00:00', '2024-03-04T09:00:00.000Z'],
    ['March 4, 2024 9:00 AM', '2024-03-04T09:00:00.000Z'],
    ['Mon Mar 04 09:00:00 GMT 2024', '2024-03-04T09:00:00.000Z'],
    ['Mon, 04 Mar 2024 09:00:00 GMT', '2024-03-04T09:00:00.000Z'],
    ['2024-03-04T10:00:00+01:00', '2024-03-04T09:00:00.000Z'],
    [1_709_542_800, '2024-03-04T09:00:00.000Z'],
    ['1709542800000', '2024-03-04T09:00:00.000Z'],
    [{ $date: '2024-03-04T09:00:00Z' }, '2024-03-04T09:00:00.000Z'],
    [{ seconds: 1_709_542_800, nanos: 0 }, '2024-03-04T09:00:00.000Z'],
  ])('%j', (time, iso) => {
    const [read] = readBatch('generic', JSON.stringify({ title: 'x', time }), NOW).alerts;
    expect(read?.alert.occurredAt.toISOString()).toBe(iso);
  });
});
