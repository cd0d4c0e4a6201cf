import { afterAll, expect, it } from 'vitest';
import { overrideEnv } from '../env/env';
import { AppError } from '../errors/app-error';
import { closeDb, db, pool } from './client';
import { testDatabase } from './testing';
import { databaseUnavailable } from './unavailable';

testDatabase();
afterAll(closeDb);

const thrown = (run: () => Promise<unknown>) =>
  run().then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  );

it('knows a database that is cut off under a query', async () => {
  const error = await thrown(() => pool().query('SELECT pg_terminate_backend(pg_backend_pid())'));
  expect(databaseUnavailable(error)).toMatchObject({ code: 'unavailable', cause: error });
});

it('leaves every other error to its own words', async () => {
  const wrong = await thrown(() => pool().query('SELECT nothing FROM nowhere'));
  const missing = await thrown(() =>
    db().alert.update({ where: { id: '00000000-0000-7000-8000-000000000000' }, data: {} }),
  );
  const file = Object.assign(new Error("ENOENT: no such file or directory, open 'x'"), { code: 'ENOENT' });
  const known = new AppError('name_taken', 'Connection terminated is only a title.');
  for (const error of [wrong, missing, file, known, 'text']) expect(databaseUnavailable(error)).toBeUndefined();
});

it.each(['postgres://nobody@127.0.0.1:1/none', 'postgres://nobody@%2Fnowhere/none'])(
  'knows that nothing is at %s',
  async (url) => {
    await closeDb();
    overrideEnv({ DATABASE_URL: url });
    for (const run of [
      () => db().alert.count(),
      () => pool().query('SELECT 1'),
      () => db().$transaction((tx) => tx.alert.count()),
    ]) {
      expect(databaseUnavailable(await thrown(run))).toMatchObject({ code: 'unavailable' });
    }
  },
);
