import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { readSettings } from './read-settings';

testDatabase();

describe('readSettings', () => {
  it('names the model and where it comes from, and no key', async () => {
    const actor = await testActor('analyst');
    overrideEnv({ ANTHROPIC_API_KEY: undefined, ANTHROPIC_BASE_URL: undefined });
    expect((await readSettings(actor)).model).toMatchObject({
      server: null,
      label: expect.stringContaining('no language model'),
    });
    overrideEnv({ ANTHROPIC_API_KEY: 'sk-very-secret', SOCDOWN_MODEL: 'claude-test' });
    const own = await readSettings(actor);
    expect(own.model).toMatchObject({ server: 'Anthropic', label: expect.stringContaining('claude-test') });
    overrideEnv({ ANTHROPIC_BASE_URL: 'https://user:pass@models.example.test' });
    const other = await readSettings(actor);
    expect(other.model.server).toBe('models.example.test');
    expect(JSON.stringify([own, other])).not.toMatch(/secret|pass/);
  });

  it('counts samples, and sees that they were removed', async () => {
    const actor = await testActor('analyst');
    const alert = { source: 'generic', title: 't', severity: 3, occurredAt: new Date(), raw: {} };
    await db().alert.create({ data: { ...alert, id: uuid(), sourceRef: 'a', sample: true } });
    await db().alert.create({ data: { ...alert, id: uuid(), sourceRef: 'b' } });
    expect(await readSettings(actor)).toMatchObject({ samples: { alerts: 1 }, logs: 'samples' });
    await db().setting.create({ data: { key: 'samples.removed', value: {} } });
    expect((await readSettings(actor)).logs).toBe('none');
    overrideEnv({ LOGS_DIR: '/logs' });
    expect((await readSettings(actor)).logs).toBe('own');
  });
});
