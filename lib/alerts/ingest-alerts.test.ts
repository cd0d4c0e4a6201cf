import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { ingestAlerts } from './ingest-alerts';
import { linkEntities } from './link-entities';
import { getAlert, getAlertJson, listAlerts } from './list-alerts';
import { AlertQuery } from './schema';
import { triageAlert } from './triage-alert';

testDatabase();

let actor: Actor;
beforeAll(async () => {
  actor = await testActor('analyst');
});
const body = (id: string, more: object = {}) =>
  JSON.stringify({ id, title: `Alert ${id}`, severity: 'low', time: '2024-05-01T10:00:00Z', ...more });
const find = async (q: string) =>
  (await listAlerts(actor, AlertQuery.parse({ q }))).items.map((item) => item.sourceRef);

describe('ingestAlerts', () => {
  it('stores an alert with its entities, document and an audit row', async () => {
    const answer = await ingestAlerts(actor, 'generic', body('one', { note: 'from 203.0.113.7' }));
    expect(answer).toMatchObject({ accepted: 1, duplicates: 0, rejected: [] });
    const alert = await getAlert(actor, answer.ids[0] ?? '');
    expect(alert).toMatchObject({
      sourceRef: 'one',
      status: 'new',
      count: 1,
      sample: false,
      raw: JSON.parse(body('one', { note: 'from 203.0.113.7' })),
    });
    expect(
      await db().alertEntity.count({ where: { alertId: alert.id, entity: { kind: 'ip', value: '203.0.113.7' } } }),
    ).toBe(1);
    const audit = await db().auditEntry.findFirst({ where: { verb: 'alerts.ingest' }, orderBy: { id: 'desc' } });
    expect(audit).toMatchObject({
      actorId: actor.id,
      subjectId: 'generic',
      data: { accepted: 1, duplicates: 0, rejected: [] },
    });
  });

  it('counts the same alert again, within a request and later, and keeps the first document', async () => {
    const first = await ingestAlerts(actor, 'generic', `[${body('twice')},${body('twice', { title: 'other' })}]`);
    expect(first).toMatchObject({ accepted: 1, duplicates: 0, updated: 1 });
    const again = await ingestAlerts(actor, 'generic', body('twice'));
    expect(again).toMatchObject({ accepted: 0, duplicates: 1, ids: [first.ids[0]] });
    expect(first.ids[1]).toBe(first.ids[0]);
    expect(await getAlert(actor, first.ids[0] ?? '')).toMatchObject({ count: 3, title: 'Alert twice' });
  });

  it('keeps a changed document under a known id as an update, once, and finds its text and entities', async () => {
    const id = (await ingestAlerts(actor, 'generic', body('changed'))).ids[0] ?? '';
    const changed = body('changed', { title: 'Exfiltration to zanzibar', ip: '203.0.113.99', big: 1 }).replace(
      '"big":1',
      '"big":12345678901234567890',
    );
    expect(await ingestAlerts(actor, 'generic', changed)).toMatchObject({ accepted: 0, duplicates: 0, updated: 1 });
    expect(await ingestAlerts(actor, 'generic', changed)).toMatchObject({ accepted: 0, duplicates: 1, updated: 0 });
    const alert = await getAlert(actor, id);
    expect(alert).toMatchObject({ title: 'Alert changed', count: 3, raw: JSON.parse(body('changed')) });
    expect(alert.updates).toMatchObject([{ title: 'Exfiltration to zanzibar', severity: 'low', resolved: false }]);
    expect(await getAlertJson(actor, id)).toContain('12345678901234567890');
    expect(alert.entities).toContainEqual({ kind: 'ip', value: '203.0.113.99' });
    expect(await find('zanzibar')).toEqual(['changed']);
    expect(await find('203.0.113.99')).toEqual(['changed']);
  });

  it('a resolved message updates its alert; the same condition later is a new one', async () => {
    const message = (status: string, startsAt: string, endsAt: string) =>
      JSON.stringify({
        receiver: 'soc',
        alerts: [{ status, fingerprint: 'f1', labels: { alertname: 'Shell', severity: 'critical' }, startsAt, endsAt }],
      });
    const send = (status: string, startsAt: string, endsAt = '0001-01-01T00:00:00Z') =>
      ingestAlerts(actor, 'alertmanager', message(status, startsAt, endsAt));
    const first = await send('firing', '2024-03-04T09:00:00Z');
    const id = first.ids[0] ?? '';
    expect(await send('resolved', '2024-03-04T09:00:00Z', '2024-03-04T09:30:00Z')).toMatchObject({
      accepted: 0,
      updated: 1,
      ids: [id],
    });
    expect(await getAlert(actor, id)).toMatchObject({
      severity: 'critical',
      status: 'new',
      resolvedAt: '2024-03-04T09:30:00.000Z',
    });
    const again = await send('firing', '2024-03-05T09:00:00Z');
    expect(again).toMatchObject({ accepted: 1 });
    expect(again.ids[0]).not.toBe(id);
    expect(await send('firing', '2024-03-05T09:00:00Z')).toMatchObject({ duplicates: 1, ids: again.ids });
    expect(await send('resolved', '2024-03-05T09:00:00Z', '2024-03-05T09:10:00Z')).toMatchObject({
      updated: 1,
      ids: again.ids,
    });
    expect((await getAlert(actor, again.ids[0] ?? '')).resolvedAt).toBe('2024-03-05T09:10:00.000Z');
  });

  it('the end of a condition whose start never came opens no alarm', async () => {
    const text = JSON.stringify({
      AlarmName: 'Lonely',
      AlarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:Lonely',
      NewStateValue: 'OK',
      StateChangeTime: '2024-03-04T09:00:00Z',
    });
    const { ids } = await ingestAlerts(actor, 'cloudwatch', text);
    expect(await getAlert(actor, ids[0] ?? '')).toMatchObject({
      severity: 'informational',
      resolvedAt: '2024-03-04T09:00:00.000Z',
    });
  });

  it('marks a time of receipt and a guessed severity', async () => {
    const { ids } = await ingestAlerts(actor, 'generic', '{"title":"no time","severity":3}');
    expect(await getAlert(actor, ids[0] ?? '')).toMatchObject({
      timeSource: 'receipt',
      severitySource: 'guess',
      severity: 'medium',
    });
  });

  it('takes over a severity that its sender raised, not one it repeats or lowers', async () => {
    const send = (severity: string) => ingestAlerts(actor, 'generic', body('worse', { severity }));
    const id = (await send('medium')).ids[0] ?? '';
    const severity = async () => (await getAlert(actor, id)).severity;
    await send('low');
    expect(await severity()).toBe('medium');
    await send('high');
    expect(await severity()).toBe('high');
    await triageAlert(actor, id, { severity: 'informational' });
    await send('high');
    expect(await severity()).toBe('informational');
    await send('critical');
    expect(await severity()).toBe('critical');
  });

  it('a hundred requests at once with the same id are one alert, counted', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => ingestAlerts(actor, 'generic', body('race', { ip: '198.51.100.1' }))),
    );
    expect(answers.reduce((sum, answer) => sum + answer.accepted, 0)).toBe(1);
    expect(new Set(answers.flatMap((answer) => answer.ids)).size).toBe(1);
    expect(await getAlert(actor, answers[0]?.ids[0] ?? '')).toMatchObject({ count: 100 });
  });

  it('many senders of the same new entities do not block each other', async () => {
    const ips = Array.from({ length: 60 }, (_, index) => `198.18.0.${index + 1}`);
    const batches = Array.from({ length: 24 }, (_, batch) =>
      JSON.stringify(
        Array.from({ length: 10 }, (_, index) => ({
          id: `shared-${(index * 7 + batch) % 30}`,
          title: 'shared',
          // Each batch names them in another order.
          ips: [...ips.slice(batch), ...ips.slice(0, batch)].reverse(),
        })),
      ),
    );
    const answers = await Promise.all(batches.map((text) => ingestAlerts(actor, 'generic', text)));
    expect(answers.reduce((sum, answer) => sum + answer.accepted, 0)).toBe(30);
    expect(await db().entity.count({ where: { kind: 'ip', value: { startsWith: '198.18.0.' } } })).toBe(60);
    expect(await db().alertEntity.count({ where: { entity: { value: { startsWith: '198.18.0.' } } } })).toBe(30 * 60);
  });

  it('stores the good items of a batch and names the bad ones', async () => {
    const answer = await ingestAlerts(actor, 'generic', `[${body('good')}, 7, ${body('x'.repeat(10_000))}]`);
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'unprocessable' },
        { index: 2, code: 'bad_request' },
      ],
    });
  });

  it('refuses what holds nothing readable, and stores nothing', async () => {
    const before = await db().alert.count();
    await expect(ingestAlerts(actor, 'generic', '[1, 2]')).rejects.toMatchObject({ code: 'unprocessable' });
    await expect(ingestAlerts(actor, 'generic', `[${body('cut')}, {"id":`)).rejects.toMatchObject({
      code: 'bad_request',
    });
    await expect(ingestAlerts(actor, 'nobody', body('a'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await db().alert.count()).toBe(before);
  });

  it('refuses who may not', async () => {
    // Every role may send alerts; a role that is none may not.
    const nobody = { ...actor, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    await expect(ingestAlerts(nobody, 'generic', body('a'))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('keeps a document whole: long numbers, and what the database can’t hold in sight', async () => {
    const { ids } = await ingestAlerts(
      actor,
      'generic',
      '{"id":"whole","title":"a\\u0000b\\ud800","n":1776721873702228890,"big":1e999,"d":1,"d":2}',
    );
    const json = await getAlertJson(actor, ids[0] ?? '');
    expect(JSON.parse(json)).toMatchObject({ title: 'a␀b�', raw: { title: 'a␀b�', big: 'Infinity', d: 2 } });
    const exact = await ingestAlerts(actor, 'generic', '{"id":"exact","title":"x","n":1776721873702228890}');
    expect(await getAlertJson(actor, exact.ids[0] ?? '')).toContain('"n": 1776721873702228890');
  });
});

describe('free text', () => {
  beforeAll(async () => {
    const hash = 'b53f3c0cd32d7f20849850768da6431e5f876b7bfa61db0aa0700b02873393fa';
    await ingestAlerts(
      actor,
      'generic',
      JSON.stringify([
        {
          id: 't1',
          title: 'Trail was disabled',
          by: 'arn:aws:iam::123456789012:role/ops/BreakGlass',
          src: '192.0.2.44',
        },
        {
          id: 't2',
          title: 'Malware found',
          file: { sha256: hash, path: 'C:\\Temp\\dropper-v12.exe' },
          host: 'FIN-LAPTOP-07',
        },
        { id: 't3', title: 'Phishing mail', url: 'https://login-12.evil-example.com/reset' },
      ]),
    );
  });

  it.each([
    ['disabling', ['t1']], // another form of the word
    ['BreakGlass', ['t1']], // a role inside an ARN
    ['arn:aws:iam::123456789012:role/ops/BreakGlass', ['t1']],
    ['192.0.2.44', ['t1']],
    ['192[.]0[.]2[.]44', ['t1']],
    ['192.0.2.4', ['t1']], // the beginning of its last part
    ['b53f3c0c', ['t2']], // the beginning of a digest
    ['9850768da643', ['t2']], // its middle
    ['dropper-v12', ['t2']],
    ['laptop-07', ['t2']],
    ['hxxps://login-12[.]evil-example[.]com/reset', ['t3']],
    ['evil-example.com', ['t3']],
    ['vil-exam', ['t3']],
    ['phishing mail', ['t3']],
    ['phishing disabled', []],
    ["'; DROP TABLE alerts; --", []],
    ['& | ! <-> :*', null], // nothing to look for
  ])('%s', async (q, expected) => {
    const found = await find(q);
    if (expected === null) expect(found.length).toBeGreaterThan(3);
    else expect(found).toEqual(expected);
  });
});

describe('linkEntities', () => {
  it('adds entities and links once, also for an alert that is here', async () => {
    const { ids } = await ingestAlerts(actor, 'generic', body('link'));
    const entities = [
      { kind: 'host' as const, value: 'a-host' },
      { kind: 'host' as const, value: 'a-host' },
      { kind: 'ip' as const, value: '203.0.113.99' },
    ];
    for (let round = 0; round < 2; round++) {
      await db().$transaction((tx) => linkEntities(tx, { alertId: ids[0] ?? '' }, entities));
    }
    const { rows } = await pool().query(
      'SELECT e.kind, e.value FROM alert_entities ae JOIN entities e ON e.id = ae.entity_id WHERE ae.alert_id = $1 ORDER BY 1',
      [ids[0]],
    );
    expect(rows).toEqual([
      { kind: 'host', value: 'a-host' },
      { kind: 'ip', value: '203.0.113.99' },
    ]);
  });
});
