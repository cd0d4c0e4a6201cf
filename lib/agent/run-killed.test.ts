import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { listEvidence } from '../evidence/list-evidence';
import { closeQueue } from '../jobs/queue';
import type { TurnRequest } from '../model/model';
import { parseReport, readSection } from '../report/report';
import { getRun } from './read-run';
import { eventsOfRun, ofType, openRun } from './testing/open-case';
import { query, start, table, write } from './testing/run-case';
import { scriptedModel, toolboxOf } from './testing/scripted-model';

testDatabase();
afterAll(closeQueue);
afterEach(() => vi.restoreAllMocks());

/**
 * The worker that dies: how many changes of the database it has left. Nothing else uses the database while it lives, and whose a query
 * is can't be told by its context: pools and Prisma hand work on.
 */
let victim: Life | undefined;
type Life = { left: number; made: number; dead?: boolean; refused?: number };

/** From its last change on nothing of the victim reaches the database any more, as after SIGKILL. */
function mortal(): void {
  const query = pg.Client.prototype.query;
  const inTransaction = new WeakSet<pg.Client>();
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args;
    const sql = typeof first === 'string' ? first : (first as { text: string }).text;
    const changes = /^COMMIT/i.test(sql) || (/\b(INSERT|UPDATE|DELETE)\b/.test(sql) && !inTransaction.has(this));
    if (/^BEGIN/i.test(sql)) inTransaction.add(this);
    else if (/^(COMMIT|ROLLBACK)/i.test(sql)) inTransaction.delete(this);
    const life = victim;
    if (life && changes && life.made === life.left) life.dead = true;
    if (life?.dead) {
      life.refused = (life.refused ?? 0) + 1;
      this.on('error', () => {});
      void this.end().catch(() => {}); // as its process' end would: an open transaction is rolled back
      const killed = Object.assign(new Error('killed'), { code: '57P01' });
      const callback = args.at(-1);
      if (typeof callback !== 'function') return Promise.reject(killed);
      process.nextTick(() => callback(killed));
      return undefined;
    }
    if (life && changes) life.made += 1;
    return Reflect.apply(query, this, args);
  } as typeof query);
}

/** Lives one life to its end; what it had begun side by side ends with it. */
async function live(life: Life, work: () => Promise<string>): Promise<string> {
  victim = life;
  const ended = await work().catch(() => 'killed');
  for (let before = -1; before !== (life.refused ?? 0); await delay(60)) before = life.refused ?? 0;
  victim = undefined;
  return ended;
}

const steps = [
  { text: 'I count.', calls: [query('A'), write('Timeline', 'wording 1')] },
  { calls: [{ name: 'report__replace_text', args: { find: 'wording 1', replace: 'wording 2' } }, query('B')] },
  { text: 'Done.' },
];

/** The same with two sub-investigations side by side. */
const parallel = [
  (request: TurnRequest) =>
    isSub(request)
      ? { calls: [query(JSON.stringify(request.messages[0]).includes('first?') ? 'A' : 'B')] }
      : {
          calls: [
            { name: 'investigate__parallel', args: { questions: [{ question: 'first?' }, { question: 'second?' }] } },
          ],
        },
  (request: TurnRequest) => (isSub(request) ? { text: 'Seen.' } : { calls: [write('Timeline', 'wording 2')] }),
  { text: 'Done.' },
];
const isSub = ({ messages }: TurnRequest): boolean => JSON.stringify(messages[0]).includes('You do one part');

describe('a worker that is killed', { timeout: 240_000 }, () => {
  it('after any change it made is replaced: no finished call is repeated, nothing is written twice', async () => {
    mortal();
    const unhurt: Life = { left: Number.POSITIVE_INFINITY, made: 0 };
    expect(await trial(unhurt)).toBe('finished');
    expect(unhurt.made).toBeGreaterThan(15);
    for (let left = 0; left < unhurt.made; left += 1) await trial({ left, made: 0 });
  });

  it('in the middle of sub-investigations is replaced as well, and no answer is charged twice', async () => {
    mortal();
    const unhurt: Life = { left: Number.POSITIVE_INFINITY, made: 0 };
    expect(await trial(unhurt, parallel)).toBe('finished');
    expect(unhurt.made).toBeGreaterThan(20);
    for (let left = 0; left < unhurt.made; left += 1) await trial({ left, made: 0 }, parallel);
  });
});

/** A run whose first worker dies after `life.left` changes and whose second one continues. How the first ended. */
async function trial(life: Life, script: Parameters<typeof scriptedModel>[0] = steps): Promise<string> {
  const when = `after ${life.left} changes`;
  const { actor, investigationId, runId } = await openRun();
  await db().run.update({ where: { id: runId }, data: { parallel: true } });
  const toolbox = toolboxOf({ logs__query: () => table([[14]]) });
  const first = await live(life, () =>
    start(runId, { model: scriptedModel(script), toolbox, limits: { parallelCalls: 1 } }),
  );
  const finished = await db().evidence.findMany({ where: { runId, status: 'ok' } });
  const before = toolbox.called.length;
  if (first === 'killed') {
    await pool().query('UPDATE runs SET lease_until = now() WHERE id = $1', [runId]); // its lease runs out
    const second = await start(runId, { model: scriptedModel(script), toolbox });
    expect(second, when).toMatch(/finished|not_free/); // not_free: it died after its last write
  }
  expect(await getRun(actor, runId), when).toMatchObject({ status: 'succeeded' });
  const known = finished.map(({ args }) => (args as { sql: string }).sql);
  const again = toolbox.called.slice(before).map(({ args }) => String(args.sql));
  expect(again.filter((sql) => known.includes(sql))).toEqual([]);
  const records = await listEvidence(actor, investigationId);
  expect(records.map((item) => [item.number, item.status])).toEqual([
    [1, 'ok'],
    [2, 'ok'],
  ]);
  const draft = await readDraft(actor, investigationId);
  expect(readSection(parseReport(draft.markdown).body, 'Timeline'), when).toBe('wording 2');
  expect(draft.version).toBeLessThanOrEqual(3); // one version for two changes is fine, a third for none is not
  const events = await eventsOfRun(actor, runId);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  expect(ofType(events, 'run.finished')).toHaveLength(1);
  // Each answer that was kept is charged once.
  const turns = await db().runTurn.count({ where: { runId } });
  expect(await db().modelCall.count({ where: { runId } }), when).toBe(turns);
  return first;
}
