import fs from 'node:fs';
import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { ingestAlerts } from './ingest-alerts';
import { removeSamples, seedSamples } from './samples';

testDatabase();

it('samples come once, marked, and go with one action that keeps what is real', async () => {
  const [analyst, admin] = [await testActor('analyst'), await testActor('admin')];
  const [one, two] = await Promise.all([seedSamples(), seedSamples()]);
  expect(Math.min(one, two)).toBe(0);
  const total = await db().alert.aggregate({ where: { sample: true }, _count: true, _sum: { count: true } });
  const listed = ['index.json', 'derived/index.json'].flatMap(
    (file) => JSON.parse(fs.readFileSync(`samples/alerts/${file}`, 'utf8')) as unknown[],
  );
  expect(total._count).toBe(one + two);
  // Every document was taken in; variants of one alert are counted on it.
  expect(total._sum.count).toBe(listed.length);
  expect(await seedSamples()).toBe(0);

  const real = await ingestAlerts(
    analyst,
    'scanner',
    fs.readFileSync('samples/alerts/scanner/example-alert.json', 'utf8'),
  );
  expect(real).toMatchObject({ accepted: 0, duplicates: 1 });
  for (const sample of [true, false]) {
    const data = {
      id: uuid(),
      codename: `c-${sample}`,
      title: 'T',
      path: `p-${sample}`,
      severity: 3,
      openedById: analyst.id ?? '',
      sample,
    };
    await db().investigation.create({ data });
  }
  await expect(removeSamples(analyst)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await removeSamples(admin)).toEqual({ alerts: one + two - 1, investigations: 1 });
  expect(await db().alert.findMany({ select: { id: true } })).toEqual([{ id: real.ids[0] }]);
  expect(await db().investigation.findMany({ select: { codename: true } })).toEqual([{ codename: 'c-false' }]);
  expect(await db().setting.count({ where: { key: 'samples.removed' } })).toBe(1);
  expect(await seedSamples()).toBe(0);
  expect(await removeSamples(admin)).toEqual({ alerts: 0, investigations: 0 });
});
