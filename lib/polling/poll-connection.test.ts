import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { SYSTEMS } from '../connections/catalogue/catalogue';
import { addConnection, changeConnection } from '../connections/manage-connections';
import { getConnection } from '../connections/read-connections';
import type { HttpTestServer } from '../connections/testing/mcp-server';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { FEEDS } from './feeds';
import { pollConnection } from './poll-connection';
import { pollDue } from './poll-due';
import { connectStandIn } from './testing-connection';
import { STAND_INS, type Stored } from './testing-feeds';

vi.setConfig({ testTimeout: 120_000 });
testDatabase();

const NOW = new Date('2026-11-28T12:00:00.000Z');
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
/** More than a page, in few moments: pages end in the middle of one. */
const many = (count: number): Stored[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `alert-${String((index * 7919) % count).padStart(4, '0')}`,
    at: minutes(-55 + 10 * (index % 4)),
  }));

let admin: Actor;
const servers: HttpTestServer[] = [];
beforeAll(async () => {
  admin = await testActor('admin');
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** A connection whose server lists what `state.stored` has; `state.failAt`: the call that fails. */
async function connect({ system, tools }: (typeof STAND_INS)[number]) {
  const state = { stored: [] as Stored[], calls: 0, failAt: 0 };
  const names = SYSTEMS.find(({ id }) => id === system)?.alertTools ?? [];
  const { id, server } = await connectStandIn(admin, system, names, (name, args) => {
    state.calls += 1;
    if (state.calls === state.failAt) return { isError: true, text: 'HTTP error 503' };
    return tools[name]?.(args, state.stored);
  });
  servers.push(server);
  const isByRepository = SYSTEMS.find((one) => one.id === system)?.alertsByRepository === true;
  await changeConnection(admin, id, { pollMinutes: 5, ...(isByRepository ? { pollRepositories: ['acme/pay'] } : {}) });
  const poll = async (now: Date) => pollConnection(await db().connection.findUniqueOrThrow({ where: { id } }), now);
  const source = FEEDS[system]!.source; // each stand-in has one
  const inQueue = () => db().alert.findMany({ where: { source }, orderBy: { sourceRef: 'asc' } });
  return { id, state, poll, inQueue };
}

it('every system whose page offers to fetch alerts has a feed with these tools, and a test', () => {
  const offered = SYSTEMS.filter(({ alertTools }) => alertTools).map(({ id, alertTools }) => [id, alertTools]);
  expect(Object.fromEntries(offered)).toEqual(
    Object.fromEntries(Object.entries(FEEDS).map(([id, { tools }]) => [id, tools])),
  );
  expect(STAND_INS.map(({ system }) => system).sort()).toEqual(Object.keys(FEEDS).sort());
});

describe.each(STAND_INS.map((standIn) => [standIn.system, standIn] as const))('%s', (_, standIn) => {
  it('misses nothing and doubles nothing: pages, equal times, late arrivals, failures', async () => {
    const { id, state, poll, inQueue } = await connect(standIn);
    const refs = () => state.stored.map((one) => one.id).sort();
    state.stored = many(150);
    expect(await poll(NOW)).toMatchObject({ fetched: 150, accepted: 150, error: null });
    const first = await inQueue();
    expect(first.map(({ sourceRef }) => sourceRef)).toEqual(refs());
    expect(first[0]).toMatchObject({ severity: 4 });
    const times = new Map(state.stored.map((one) => [one.id, one.at.getTime()]));
    for (const alert of first) expect(alert.occurredAt.getTime()).toBe(times.get(alert.sourceRef));

    // The same again; then a late one, one of a known moment, one that is new.
    expect(await poll(minutes(5))).toMatchObject({ accepted: 0, error: null });
    const later = [minutes(-30), minutes(-55), minutes(6)].map((at, index) => ({ id: `later-${index}`, at }));
    state.stored.push(...later);
    expect(await poll(minutes(10))).toMatchObject({ accepted: 3, error: null });

    // A page fails: what came before it is kept, and the next fetch begins at the same point.
    state.stored.push(...many(60).map((one, index) => ({ id: `more-${one.id}`, at: minutes(10 + (index % 3)) })));
    state.failAt = state.calls + standIn.failingCall;
    expect((await poll(minutes(15))).error).toContain('failed');
    expect((await getConnection(admin, id)).health).toMatchObject({ state: 'failing' });
    const { pollFrom, pollNextAt } = await db().connection.findUniqueOrThrow({ where: { id } });
    expect([pollFrom, pollNextAt]).toEqual([minutes(10), minutes(25)]); // later than usual
    expect((await poll(minutes(25))).error).toBeNull();
    const all = await inQueue();
    expect(all.map(({ sourceRef }) => sourceRef)).toEqual(refs());
    expect(all.filter(({ count }) => count !== 1)).toEqual([]);
    expect((await getConnection(admin, id)).polling).toMatchObject({ minutes: 5, last: { error: null } });
  });
});

it('is fetched by one worker when its time has come, and not when it is switched off', async () => {
  await db().connection.updateMany({ data: { pollMinutes: null } });
  const standIn = STAND_INS.find(({ system }) => system === 'panther')!; // it is in the list
  await db().connection.deleteMany({ where: { system: 'panther' } });
  const { id, state } = await connect(standIn);
  const due = () => pollDue(new AbortController().signal);
  await Promise.all([due(), due(), due()]);
  expect(state.calls).toBe(1);
  await due();
  expect(state.calls).toBe(1);
  await db().connection.update({ where: { id }, data: { pollNextAt: new Date(0) } });
  await due();
  expect(state.calls).toBe(2);
  await changeConnection(admin, id, { pollMinutes: null });
  await due();
  expect(state.calls).toBe(2);
});

it('says which tool must be allowed, and which systems can’t be fetched from', async () => {
  const standIn = STAND_INS.find(({ system }) => system === 'splunk')!; // it is in the list
  await db().connection.deleteMany({ where: { system: 'splunk' } });
  const { id, poll, state } = await connect(standIn);
  const before = state.calls;
  await db().connectionTool.updateMany({ where: { connectionId: id }, data: { class: 'refused' } });
  expect((await poll(NOW)).error).toBe('splunk_run_query must be allowed: set the class to read in Settings.');
  expect(state.calls).toBe(before);
  const target = { kind: 'http' as const, url: 'https://mcp.example.com/mcp', allowInternal: false };
  const other = await addConnection(admin, { name: 'other', target });
  expect(other.polling).toBeNull();
  await expect(changeConnection(admin, other.id, { pollMinutes: 5 })).rejects.toMatchObject({
    data: { fields: { pollMinutes: expect.stringContaining('can’t be fetched') } },
  });
  await expect(changeConnection(await testActor('lead'), id, { pollMinutes: 5 })).rejects.toMatchObject({
    reason: 'forbidden',
  });
});

it('GitHub: names the repositories, tolerates a list that is off, and says which repository is not there', async () => {
  await db().connection.deleteMany({ where: { system: 'github' } });
  const standIn = STAND_INS.find(({ system }) => system === 'github')!; // it is in the list
  const { id, state, poll } = await connect(standIn);
  for (const pollRepositories of [['acme'], ['acme/pay; rm'], []])
    await expect(changeConnection(admin, id, { pollRepositories })).rejects.toThrow();
  await expect(changeConnection(await testActor('lead'), id, { pollRepositories: ['a/b'] })).rejects.toMatchObject({
    reason: 'forbidden',
  });
  expect((await getConnection(admin, id)).polling).toMatchObject({ repositories: ['acme/pay'] });
  const page = standIn.tools.list_secret_scanning_alerts!; // as above
  let off = 2;
  standIn.tools.list_secret_scanning_alerts = (args, stored) => (off === 3 ? refused : page(args, stored));
  const refused = { isError: true, text: 'failed to list alerts: 404 Not Found' } as never; // as a tool answers
  const [code, dependabot] = [standIn.tools.list_code_scanning_alerts, standIn.tools.list_dependabot_alerts];
  Object.assign(standIn.tools, { list_code_scanning_alerts: () => refused, list_dependabot_alerts: () => refused });
  state.stored = many(30).map((one) => ({ ...one, id: `github-${one.id}` }));
  const outcome = await poll(NOW);
  expect(outcome.error).toBeNull();
  expect(outcome.accepted).toBeGreaterThan(5);
  off = 3;
  expect((await poll(minutes(5))).error).toContain('acme/pay: list_secret_scanning_alerts failed');
  Object.assign(standIn.tools, {
    list_secret_scanning_alerts: page,
    list_code_scanning_alerts: code,
    list_dependabot_alerts: dependabot,
  });
  const other = STAND_INS.find(({ system }) => system === 'okta')!; // as above
  await db().connection.deleteMany({ where: { system: 'okta' } });
  const okta = await connect(other);
  await expect(changeConnection(admin, okta.id, { pollRepositories: ['a/b'] })).rejects.toMatchObject({
    data: { fields: { pollRepositories: expect.stringContaining('all its alerts at once') } },
  });
});

it('skips alerts that can’t be read, and tells those without an id apart', async () => {
  const system = 'crowdstrike-falcon';
  const docs = [
    { composite_id: 'good', display_name: 'A rule', created_timestamp: minutes(-5).toISOString() },
    { unreadable: true },
    { unreadable: 'too' },
  ];
  await db().connection.deleteMany({ where: { system } });
  const search = ({ offset }: Record<string, unknown>) => ({
    text: JSON.stringify(offset === 0 ? docs : { results: [] }),
  });
  const { id, poll } = await connect({ system, failingCall: 0, tools: { falcon_search_detections: search } });
  const before = await db().alert.count({ where: { source: 'crowdstrike' } });
  expect(await poll(NOW)).toMatchObject({ fetched: 3, accepted: 1, rejected: 2, error: null });
  expect(await db().alert.count({ where: { source: 'crowdstrike' } })).toBe(before + 1);
  expect(await poll(minutes(5))).toMatchObject({ fetched: 3, accepted: 0, rejected: 0, error: null });
  expect(await db().polledAlert.count({ where: { connectionId: id } })).toBe(3);
  expect(await db().delivery.findFirst({ where: { sender: { contains: 'fetched' }, rejected: 2 } })).not.toBeNull();
});
