import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { countAlerts, countNew, countValues, type Facet } from './count-alerts';
import { ingestAlerts } from './ingest-alerts';
import { getAlert, listAlerts } from './list-alerts';
import { AlertFilter, type AlertItem, AlertQuery, SEVERITIES, severityRank, VALUE_SORTS } from './schema';
import { dueAt } from './sla';
import { readSla, setSla } from './sla-setting';
import { triageAlert } from './triage-alert';

testDatabase();

let actor: Actor;
let ids: string[];
const list = (query: object = {}) => listAlerts(actor, AlertQuery.parse(query));
const all = async (query: object): Promise<AlertItem[]> => {
  const items: AlertItem[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await list({ ...query, ...(cursor ? { cursor } : {}) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
};

beforeAll(async () => {
  actor = await testActor('analyst');
  const documents = Array.from({ length: 60 }, (_, index) => ({
    id: `a${index}`,
    title: `Alert ${index}`,
    severity: SEVERITIES[index % 5],
    // Every three share a time, so that the id has to decide.
    time: new Date(Date.UTC(2024, 0, 1) + Math.floor(index / 3) * 60_000).toISOString(),
  }));
  for (let from = 0; from < 60; from += 20) {
    ids = [
      ...(ids ?? []),
      ...(await ingestAlerts(actor, 'generic', JSON.stringify(documents.slice(from, from + 20)))).ids,
    ];
  }
  for (const id of ids.slice(0, 10)) await triageAlert(actor, id, { status: 'closed', disposition: 'benign' });
  for (const id of ids.slice(10, 16)) await triageAlert(actor, id, { status: 'open', assignee: 'me' });
});

describe('listAlerts', () => {
  it.each(['severity', 'time', 'received'] as const)(
    'pages through %s without loss or repeat, in order',
    async (sort) => {
      const items = await all({ sort, limit: 7 });
      expect(items).toHaveLength(50);
      expect(new Set(items.map((item) => item.id)).size).toBe(50);
      const key = (item: AlertItem): string =>
        [
          ...(sort === 'severity' ? [severityRank(item.severity)] : []),
          sort === 'received' ? item.receivedAt : item.occurredAt,
          item.id,
        ].join(' ');
      expect(items.map(key)).toEqual(items.map(key).sort().reverse());
    },
  );

  it('pages oldest first, and by when alerts are due', async () => {
    const oldest = await all({ sort: 'age', limit: 7 });
    const received = oldest.map((item) => `${item.receivedAt} ${item.id}`);
    expect(received).toHaveLength(50);
    expect(received).toEqual([...received].sort());

    const sla = await setSla(await testActor('lead'), {
      critical: 60,
      high: 30,
      medium: 1,
      low: 500_000,
      informational: 2,
    });
    const due = (await all({ sort: 'sla', limit: 7 })).map((item) => `${dueAt(item, sla)} ${item.id}`);
    expect(due).toHaveLength(50);
    expect(due).toEqual([...due].sort());
    expect((await list({ sort: 'sla', limit: 1 })).items[0]?.severity).toBe('medium');
  });

  it.each(VALUE_SORTS)('pages by %s without loss or repeat, newest first within', async (sort) => {
    const items = await all({ sort, status: 'new,open,closed', limit: 7 });
    expect(new Set(items.map((item) => item.id)).size).toBe(60);
    const value = ({ status, assignee, source }: AlertItem) =>
      ({ status, source, assignee: assignee?.id ?? 'nobody' })[sort];
    const runs = items.map(value).filter((one, index, list) => one !== list[index - 1]);
    const expected = { status: ['new', 'open', 'closed'], source: ['generic'], assignee: [actor.id, 'nobody'] };
    expect(runs).toEqual(expected[sort]);
    for (const one of runs) {
      const times = items.filter((item) => value(item) === one).map((item) => `${item.occurredAt} ${item.id}`);
      expect(times).toEqual([...times].sort().reverse());
    }
  });

  it('filters by status, severity, source, assignee and disposition', async () => {
    expect(await all({ status: 'closed' })).toHaveLength(10);
    expect(await all({ status: 'new,open,closed' })).toHaveLength(60);
    expect(
      (await all({ severity: 'critical,high' })).every((item) => ['critical', 'high'].includes(item.severity)),
    ).toBe(true);
    expect(await all({ source: 'splunk' })).toHaveLength(0);
    expect(await all({ assignee: 'me' })).toHaveLength(6);
    expect(await all({ assignee: 'none' })).toHaveLength(44);
    expect(await all({ assignee: actor.id })).toHaveLength(6);
    expect(await all({ status: 'closed', disposition: 'benign' })).toHaveLength(10);
    expect(await all({ q: 'Alert', limit: 200 })).toHaveLength(50);
  });

  it('shows the newest investigation of each', async () => {
    const [alertId = ''] = ids.slice(20);
    const make = async (codename: string, openedAt: Date) => {
      const id = uuid();
      await db().investigation.create({
        data: { id, codename, title: 'T', path: `p/${codename}.md`, severity: 3, openedById: actor.id ?? '', openedAt },
      });
      await db().investigationAlert.create({ data: { investigationId: id, alertId } });
      return id;
    };
    await make('old-old-cat', new Date('2024-01-01'));
    const newest = await make('new-new-cat', new Date('2024-02-01'));
    const item = (await all({})).find(({ id }) => id === alertId);
    expect(item?.investigation).toEqual({
      id: newest,
      codename: 'new-new-cat',
      status: 'draft',
      classification: null,
      assessment: null,
      owner: actor.name,
    });
    expect((await getAlert(actor, alertId)).investigation?.id).toBe(newest);
  });

  it('refuses a cursor that is not its own', async () => {
    const { nextCursor } = await list({ sort: 'time', limit: 5 });
    const cursorOf = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
    const forged = Buffer.from(JSON.stringify({ s: 'severity', v: [9, 'x', "'; --"] })).toString('base64url');
    for (const query of [
      { sort: 'severity', cursor: nextCursor },
      { cursor: 'nonsense' },
      { cursor: forged },
      { cursor: 'bnVsbA' },
      { sort: 'source', cursor: nextCursor },
      { sort: 'assignee', cursor: cursorOf(['assignee', 'no such person', '2024-01-01T00:00:00.000Z', ids[0]]) },
    ]) {
      await expect(list(query)).rejects.toMatchObject({ code: 'bad_request' });
    }
  });

  it('refuses an unknown alert and who may not read', async () => {
    await expect(getAlert(actor, uuid())).rejects.toMatchObject({ code: 'not_found' });
    await expect(getAlert(actor, 'no-uuid')).rejects.toMatchObject({ code: 'not_found' });
    const nobody = { ...actor, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    await expect(listAlerts(nobody, AlertQuery.parse({}))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(countAlerts(nobody)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('counts', () => {
  it('are of what is not closed', async () => {
    expect(await countAlerts(actor)).toEqual({ open: 50, mine: 6, unassigned: 44, most: 10_000 });
    expect(await countAlerts(await testActor('lead'))).toEqual({ open: 50, mine: 0, unassigned: 44, most: 10_000 });
    expect(await countAlerts(actor, 20)).toEqual({ open: 20, mine: 6, unassigned: 20, most: 20 });
  });

  it('new ones are those that came after a moment and match', async () => {
    const [newest] = (await list({ sort: 'received', limit: 1 })).items;
    const since = newest?.receivedAt ?? '';
    expect(await countNew(actor, since, AlertQuery.parse({}))).toEqual({ count: 0 });
    await new Promise((done) => setTimeout(done, 5));
    await ingestAlerts(
      actor,
      'generic',
      '[{"id":"n1","title":"fresh one","severity":"high"},{"id":"n2","title":"fresh two","severity":"low"}]',
    );
    expect(await countNew(actor, since, AlertQuery.parse({}))).toEqual({ count: 2 });
    expect(await countNew(actor, since, AlertQuery.parse({ severity: 'high' }))).toEqual({ count: 1 });
    expect(await countNew(actor, since, AlertQuery.parse({ q: 'two' }))).toEqual({ count: 1 });
  });
});

it('a page is an index range for every sort, however many alerts there are', async () => {
  await pool().query(`INSERT INTO alerts (id, source, source_ref, title, severity, status, occurred_at, received_at, raw)
    SELECT gen_random_uuid(), 'generic', 'gen' || n, 'generated', 1 + n % 5, CASE WHEN n % 4 = 0 THEN 'closed' ELSE 'new' END,
           timestamptz '2023-01-01' + n * interval '7 s', timestamptz '2023-01-02' + n * interval '7 s', '{}'
    FROM generate_series(1, 20000) n`);
  await pool().query('ANALYZE alerts');
  for (const sort of ['severity', 'time', 'received'] as const) {
    const plan = await planOf(() => list({ sort }));
    expect(plan).toMatch(/Index Scan using alerts_open_(severity|time|received)_idx/);
    expect(plan).not.toMatch(/Seq Scan on alerts|Sort Key: a\.occurred/);
  }
  for (const sort of VALUE_SORTS) {
    const plan = await planOf(() => list({ sort, status: 'new,open' }), /LATERAL/);
    expect(plan).toMatch(/Index Scan using alerts_open_(status|assignee_time|source)_idx/);
    expect(plan).not.toMatch(/Seq Scan on alerts|Sort Key: a\.occurred/);
  }
});

/** What PostgreSQL planned for the first statement like this that `run` sends. */
async function planOf(run: () => Promise<unknown>, like = /./): Promise<string> {
  const target = pool();
  const original = target.query.bind(target);
  const sent: { text: string; values: unknown[] }[] = [];
  // pg's overloads don't matter here: the product calls query(text, values).
  target.query = ((text: string, values: unknown[]) => {
    sent.push({ text, values });
    return original(text, values);
  }) as typeof target.query;
  try {
    await run();
  } finally {
    target.query = original;
  }
  const first = sent.find(({ text }) => like.test(text));
  const { rows } = await original<{ 'QUERY PLAN': string }>(`EXPLAIN ${first?.text}`, first?.values ?? []);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe('filters of what an alert is about', () => {
  const titles = async (query: object) => (await all({ q: 'facet', ...query })).map(({ title }) => title).sort();
  beforeAll(async () => {
    const document = (id: string, more: object) => ({ id, title: `Facet ${id}`, severity: 'low', ...more });
    const { ids: made } = await ingestAlerts(
      actor,
      'generic',
      JSON.stringify([
        document('f1', {
          rule: 'Odd, login',
          mitre: ['T1078.004'],
          sourceIp: '203.0.113.9',
          time: '2023-05-01T10:00:00Z',
        }),
        document('f2', { rule: 'Odd, login', user: 'Mallory@Example.test', time: '2023-05-02T10:00:00Z' }),
        document('f3', { rule: 'Other', mitre: ['T1110'], time: new Date().toISOString() }),
      ]),
    );
    const id = uuid();
    const [first = ''] = made;
    await db().investigation.create({
      data: { id, codename: 'facet-case', title: 'T', path: 'p/facet.md', severity: 3, openedById: actor.id ?? '' },
    });
    await db().investigationAlert.create({ data: { investigationId: id, alertId: first } });
  });

  it.each([
    [{ rule: 'Odd, login' }, ['Facet f1', 'Facet f2']],
    [{ technique: 'T1078' }, ['Facet f1']],
    [{ technique: 'T1110,T1078.004' }, ['Facet f1', 'Facet f3']],
    [{ entity: '203[.]0[.]113[.]9' }, ['Facet f1']],
    [{ entity: 'MALLORY@example.test' }, ['Facet f2']],
    [{ entity: '203.0.113' }, []],
    [{ from: '2023-05-01', to: '2023-05-01' }, ['Facet f1']],
    [{ from: '2023-05-01T10:00:01Z', to: '2023-06-01' }, ['Facet f2']],
    [{ within: '1h' }, ['Facet f3']],
    [{ case: 'draft' }, ['Facet f1']],
    [{ case: 'none,approved' }, ['Facet f2', 'Facet f3']],
  ])('%j', async (query, found) => {
    expect(await titles(query)).toEqual(found);
  });

  it('counts the values of one filter among what the others show', async () => {
    const count = async (by: Facet, query: object = {}) =>
      (await countValues(actor, by, AlertFilter.parse({ q: 'facet', ...query }))).items.map(
        ({ value, count: times }) => `${value} ${times}`,
      );
    expect(await count('rule')).toEqual(['Odd, login 2', 'Other 1']);
    expect(await count('rule', { rule: 'Other', technique: 'T1110' })).toEqual(['Other 1']);
    expect(await count('case')).toEqual(['none 2', 'draft 1']);
    expect(await count('technique')).toEqual(['T1078.004 1', 'T1110 1']);
    expect(await count('entity', { rule: 'Odd, login' })).toContain('203.0.113.9 1');
    expect(await count('severity')).toEqual(['low 3']);
    expect(await count('disposition')).toEqual([]);
  });

  it('refuses what is no filter', () => {
    for (const query of [{ technique: 'x' }, { from: 'yesterday' }, { within: '5y' }, { case: 'open' }]) {
      expect(AlertQuery.safeParse(query).success).toBe(false);
    }
  });
});

describe('the time to close', () => {
  const sla = { critical: 1, high: 2, medium: 3, low: 4, informational: 5 };

  it('is set by a lead and read by everyone', async () => {
    await setSla(await testActor('lead'), sla);
    expect(await readSla(actor)).toEqual(sla);
  });

  it('refuses times that are none, and who may not', async () => {
    const lead = await testActor('lead');
    await expect(setSla(lead, { ...sla, low: 0 })).rejects.toThrow();
    await expect(setSla(lead, { ...sla, low: 1.5 })).rejects.toThrow();
    await expect(setSla(await testActor('reviewer'), sla)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await readSla(actor)).toEqual(sla);
  });
});
