import { expect, it } from 'vitest';
import { pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { burstUnderKills } from './testing-kills';

testDatabase();

/** `npm run bench -- intake`: 10,000 alerts and 20 kills. */
const [ALERTS, KILLS] = [300, 3];

it(`a burst of ${ALERTS} alerts over ${KILLS} kill -9 of the process that takes them loses none that was acknowledged`, {
  timeout: 120_000,
}, async () => {
  const { acknowledged, killed } = await burstUnderKills({ alerts: ALERTS, kills: KILLS, atOnce: 8 });
  expect(killed).toBe(KILLS);
  const { rows } = await pool().query<{ ref: string; entities: number }>(
    `SELECT source_ref AS ref, (SELECT count(*)::int FROM alert_entities e WHERE e.alert_id = a.id) AS entities FROM alerts a`,
  );
  expect(rows.map(({ ref }) => ref).sort()).toEqual(acknowledged.sort());
  expect(acknowledged).toHaveLength(ALERTS);
  expect(rows.every(({ entities }) => entities === 2)).toBe(true); // whole alerts only
});
