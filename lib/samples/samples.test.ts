import fs from 'node:fs';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { beforeAll, expect, it } from 'vitest';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { listAlerts } from '../alerts/list-alerts';
import { type AlertItem, AlertQuery } from '../alerts/schema';
import { testActor } from '../auth/testing';
import { createSetupToken } from '../auth/users';
import { checkText } from '../checks/check-investigation';
import { sampleLogsDir } from '../connections/servers';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { relatedInvestigations } from '../library/related-investigations';
import { generateDemo } from '../scenarios/generate';
import { readSamples, staleSince } from './read-samples';
import { removeSamples } from './remove-samples';
import { endOfLogs } from './sample-world';
import { seedSamples } from './seed-samples';

testDatabase();
const NOW = Date.UTC(2031, 4, 18, 9, 41); // a Sunday
const SLA_MINUTES = { critical: 240, high: 480, medium: 1440, low: 4320, informational: 10_080 };
beforeAll(() => overrideEnv({ LOGS_DIR: undefined }));

it('samples come once, end today, and go with one action that keeps what is real', async () => {
  const [one, two] = await Promise.all([seedSamples(NOW), seedSamples(NOW)]);
  expect(Math.min(one, two)).toBe(0);
  expect(await seedSamples(NOW)).toBe(0);
  // Two people come with the samples, and nobody can sign in: the first admin is still to be made.
  expect(await createSetupToken()).not.toBeNull();

  const [analyst, admin] = [await testActor('analyst'), await testActor('admin')];
  const { items } = await listAlerts(analyst, AlertQuery.parse({ limit: '200' }));
  expect(items.length).toBe(Math.max(one, two));
  expect(items.length).toBeGreaterThanOrEqual(38);
  expect(items.length).toBeLessThanOrEqual(52);
  expect(items.every(({ sample, status }) => sample && status === 'new')).toBe(true);
  expect(items[0]).toMatchObject({
    severity: 'critical',
    entities: expect.arrayContaining([{ kind: 'ip', value: expect.any(String) }]),
  });
  const DAY = 86_400_000;
  for (const { occurredAt } of items) {
    expect(Date.parse(occurredAt)).toBeLessThanOrEqual(NOW);
    expect(Date.parse(occurredAt)).toBeGreaterThan(NOW - 10 * DAY);
  }
  expectDues(items);
  expectLogs();
  const { loadedAt } = await readSamples(analyst);
  const loaded = Date.parse(loadedAt ?? '');
  expect(await staleSince(analyst, loaded + 11 * 3_600_000)).toBeNull();
  expect(await staleSince(analyst, loaded + 13 * 3_600_000)).toBe(loadedAt);

  // A dozen approved cases, each sound by the product's own checks, related to the open alerts.
  const cases = await db().investigation.findMany({ include: { draft: true, alerts: true } });
  expect(cases).toHaveLength(12);
  for (const { id, status, sample, classification, digest, draft, alerts } of cases) {
    expect({ status, sample, alerts: alerts.length }).toEqual({ status: 'approved', sample: true, alerts: 1 });
    expect(classification).toMatch(/BENIGN|MALICIOUS/);
    expect(digest).toContain('approved by Sample Reviewer');
    const errors = (await checkText(db(), id, draft?.markdown ?? '')).filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
  }
  const opening = items.find(({ title }) => title.startsWith('Security group opened'));
  expect((await relatedInvestigations(analyst, { entities: opening?.entities ?? [] }, 5)).length).toBeGreaterThan(0);

  const { stories } = generateDemo('socdown-demo-1', endOfLogs(NOW));
  const [document] = stories[0]?.alerts ?? [];
  const real = await ingestAlerts(analyst, document?.source ?? '', JSON.stringify(document?.document));
  expect(real).toMatchObject({ accepted: 0, duplicates: 1 });
  const data = {
    id: uuid(),
    codename: 'c-real',
    title: 'T',
    path: 'p-real',
    severity: 3,
    openedById: analyst.id ?? '',
  };
  await db().investigation.create({ data });
  await expect(removeSamples(analyst)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await removeSamples(admin)).toEqual({ alerts: items.length + 12 - 1, investigations: 12 });
  expect(await db().alert.findMany({ select: { id: true } })).toEqual([{ id: real.ids[0] }]);
  expect(await db().investigation.findMany({ select: { codename: true } })).toEqual([{ codename: 'c-real' }]);
  expect(await db().user.count({ where: { id: { startsWith: 'sample-' } } })).toBe(0);
  expect(fs.existsSync(sampleLogsDir())).toBe(false);
  expect(await seedSamples(NOW)).toBe(0);
  expect(fs.existsSync(sampleLogsDir())).toBe(false);
  expect(await removeSamples(admin)).toEqual({ alerts: 0, investigations: 0 });
  expect(await staleSince(analyst, loaded + 13 * 3_600_000)).toBeNull();
  expect(await readSamples(analyst)).toEqual({ alerts: 0, investigations: 0, loadedAt: null });
}, 120_000);

/** Some are due within the last quarter of their time, few are overdue, and none arrived before it happened. */
function expectDues(items: AlertItem[]): void {
  const left = items.map((alert) => {
    expect(Date.parse(alert.receivedAt)).toBeGreaterThan(Date.parse(alert.occurredAt));
    const allowed = SLA_MINUTES[alert.severity] * 60_000;
    return 1 - (NOW - Date.parse(alert.receivedAt)) / allowed;
  });
  const overdue = left.filter((share) => share < 0).length;
  expect(overdue).toBeGreaterThan(0);
  expect(overdue).toBeLessThanOrEqual(5);
  expect(left.filter((share) => share > 0 && share < 0.25).length).toBeGreaterThan(3);
  expect(left.filter((share) => share > 0.5).length).toBeGreaterThan(8);
}

/** The logs are there in the services' layouts, a few megabytes, and written again where they are lost. */
function expectLogs(): void {
  const files = fs
    .readdirSync(sampleLogsDir(), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.gz'));
  const sources = new Set(files.map((name) => name.split(path.sep)[0]));
  expect([...sources].sort()).toEqual(['cloudtrail', 'google_workspace', 'okta', 's3_access', 'vpc_flow']);
  const bytes = files.reduce((sum, name) => sum + fs.statSync(path.join(sampleLogsDir(), name)).size, 0);
  expect(bytes).toBeLessThan(8_000_000);
}
