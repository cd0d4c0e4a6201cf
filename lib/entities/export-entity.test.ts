import { beforeAll, describe, expect, it } from 'vitest';
import { GET } from '@/app/api/entities/[kind]/[value]/export/[format]/route';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { SYSTEM } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { openInvestigation } from '../investigations/open-investigation';
import { stixPattern } from './export-entity';
import { trustOfAlert, trustOfCase } from './read-trust';
import { setTrust } from './set-trust';

testDatabase();

let headers: Record<string, string> = {};
let alertId = '';
const ADDRESS = { kind: 'ip', value: '203.0.113.7' } as const;

beforeAll(async () => {
  headers = await keyHeaders(await testActor('analyst'));
  const alert = { id: 'x1', title: '=cmd()', severity: 'high', source_ip: ADDRESS.value, process: { name: 'a.exe' } };
  [alertId = ''] = (await ingestAlerts(SYSTEM, 'generic', JSON.stringify(alert))).ids;
});

const get = (kind: string, value: string, format: string) =>
  GET(new Request('http://localhost/x', { headers }), { params: Promise.resolve({ kind, value, format }) });

describe('an entity as a file', () => {
  it('is CSV that no spreadsheet takes for a formula, or a STIX bundle with one indicator', async () => {
    const csv = await get('ip', '203[.]0[.]113[.]7', 'csv');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="ip-203.0.113.7.csv"');
    expect(await csv.text()).toMatch(/^entity_kind,.+\nip,203\.0\.113\.7,alert,[^\n]+,'=cmd\(\),high,new,,\n$/);
    const [first, second] = await Promise.all([get('ip', ADDRESS.value, 'stix'), get('ip', ADDRESS.value, 'stix')]);
    const [bundle, again] = [await first.json(), await second.json()];
    expect(bundle).toMatchObject({ type: 'bundle', id: expect.stringMatching(/^bundle--[0-9a-f-]{36}$/) });
    expect(bundle.objects).toMatchObject([
      { type: 'indicator', spec_version: '2.1', pattern: "[ipv4-addr:value = '203.0.113.7']", pattern_type: 'stix' },
    ]);
    expect(again.objects[0].id).toBe(bundle.objects[0].id);
  });

  it('names the verdict of a case once a person has set it', async () => {
    const alert = { id: 'x2', title: 'Beacon', severity: 'low', source_ip: '198.51.100.9' };
    const { ids } = await ingestAlerts(SYSTEM, 'generic', JSON.stringify(alert));
    const { id } = await openInvestigation(await testActor('analyst'), { alertIds: ids });
    const rowWith = async (assessment: 'proposed' | 'set') => {
      await db().investigation.update({ where: { id }, data: { classification: 'MALICIOUS', assessment } });
      const lines = (await (await get('ip', '198.51.100.9', 'csv')).text()).split('\n');
      return lines.find((line) => line.includes(`,case,${id},`));
    };
    expect(await rowWith('proposed')).toMatch(/,low,draft,,[a-z-]+$/);
    expect(await rowWith('set')).toMatch(/,low,draft,MALICIOUS,[a-z-]+$/);
  });

  it('refuses a kind that STIX has no pattern for, another format and a value that can’t be of its kind', async () => {
    expect((await get('account', '123456789012', 'stix')).status).toBe(400);
    expect((await get('ip', ADDRESS.value, 'pdf')).status).toBe(404);
    expect((await get('ip', 'x', 'csv')).status).toBe(400);
  });

  it.each([
    [{ kind: 'user', value: "O'Neil\\x" }, "[user-account:account_login = 'O\\'Neil\\\\x']"],
    [{ kind: 'ip', value: '2001:db8::1' }, "[ipv6-addr:value = '2001:db8::1']"],
    [{ kind: 'hash', value: 'a1'.repeat(32) }, `[file:hashes.'SHA-256' = '${'a1'.repeat(32)}']`],
    [{ kind: 'file', value: 'C:\\Temp\\evil.exe' }, "[file:name = 'evil.exe']"],
    [{ kind: 'role', value: 'Deploy' }, null],
  ] as const)('%o has the pattern %s', (entity, pattern) => expect(stixPattern(entity)).toBe(pattern));
});

it('trust of the entities of an alert and a case is given as they name them', async () => {
  const analyst = await testActor('analyst');
  await setTrust(analyst, ADDRESS, { trust: 'known-bad', note: 'C2' });
  const { id } = await openInvestigation(analyst, { alertIds: [alertId] });
  const expected = [{ entity: ADDRESS, trust: [{ trust: 'known-bad', note: 'C2' }] }];
  expect(await trustOfAlert(analyst, alertId)).toMatchObject(expected);
  expect(await trustOfCase(analyst, id)).toMatchObject(expected);
  await expect(trustOfCase(analyst, 'nowhere')).rejects.toMatchObject({ reason: 'not_found' });
  await expect(trustOfAlert(analyst, id)).rejects.toMatchObject({ reason: 'not_found' });
});
