import { describe, expect, it } from 'vitest';
import { toResponse } from '@/app/api/to-response';
import { testActor } from '../auth/testing';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { decideReview } from '../reviews/decide-review';
import { submitReview } from '../reviews/submit-review';
import { overrideAll, testInvestigation } from '../reviews/testing';
import { db, pool } from './client';
import { testDatabase } from './testing';
import { databaseUnavailable } from './unavailable';

testDatabase();

/** As a database does whose disk is full: the row is refused with its own code, in whatever transaction. */
async function withFullDisk<T>(table: string, act: () => Promise<T>): Promise<unknown> {
  await pool().query(`CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`);
  await pool().query(`CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON ${table} EXECUTE FUNCTION disk_full()`);
  try {
    return await act().then(
      () => 'nothing was thrown',
      (error: unknown) => error,
    );
  } finally {
    await pool().query(`DROP TRIGGER full_disk ON ${table}`);
  }
}

describe('a full disk', () => {
  it('is told on save, submit and approve, and nothing is changed', async () => {
    const [author, reviewer] = [await testActor('analyst'), await testActor('reviewer')];
    const { id } = await testInvestigation(author);
    const before = await readDraft(author, id);
    const save = await withFullDisk('draft_versions', () =>
      saveDraft(author, id, { markdown: `${before.markdown}\nMore.`, version: before.version }),
    );
    const submit = await withFullDisk('reviews', () => submitReview(author, id));
    expect(await readDraft(author, id)).toMatchObject({ version: before.version, markdown: before.markdown });
    expect(await db().review.count()).toBe(0);
    const review = await submitReview(author, id);
    const decision = {
      decision: 'approve' as const,
      revision: review.revision.id,
      overrides: await overrideAll(review.id),
    };
    const approve = await withFullDisk('outbox', () => decideReview(reviewer, review.id, decision));
    expect(await db().review.findUnique({ where: { id: review.id } })).toMatchObject({ decidedAt: null });
    for (const error of [save, submit, approve]) {
      const answer = toResponse(error, new Request('http://localhost/api/x'));
      expect(answer.status).toBe(507);
      expect(await answer.json()).toMatchObject({
        error: { reason: 'insufficient_storage', message: expect.stringContaining('disk is full') },
      });
    }
  });

  it('is told whoever met it: Prisma, the driver, the file system', async () => {
    const raw = await withFullDisk('settings', () =>
      pool().query(`INSERT INTO settings (key, value, updated_at) VALUES ('x', '1', now())`),
    );
    const prisma = await withFullDisk('settings', () => db().setting.create({ data: { key: 'x', value: 1 } }));
    const inTransaction = await withFullDisk('settings', () =>
      db().$transaction((tx) => tx.setting.create({ data: { key: 'x', value: 1 } })),
    );
    const file = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const wrapped = new Error('commit failed', { cause: Object.assign(new Error('EDQUOT'), { code: 'EDQUOT' }) });
    for (const error of [raw, prisma, inTransaction, file, wrapped])
      expect(databaseUnavailable(error)).toMatchObject({ code: 'insufficient_storage', status: 507 });
  });
});
