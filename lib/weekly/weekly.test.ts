import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { closeServers } from '../connections';
import { readDashboard } from '../dashboard/read-dashboard';
import type { DashboardTable } from '../dashboard/schema';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { testInvestigation } from '../reviews/testing';
import { publishWeeklyReports } from '../store/publish-weekly';
import { readStoreFile } from '../store/read-store-file';
import { ensureStore } from '../store/repo';
import { makeWeekly, makeWeeklyWhenDue } from './make-weekly';
import { listWeekly, readWeekly } from './read-weekly';
import { renderWeekly } from './render-weekly';
import { readWeeklySettings, setWeeklySettings } from './settings';
import { daysOf, lastWeek, weekOf } from './weeks';

testDatabase();
afterAll(closeQueue);
afterAll(closeServers);

const at = (time: string) => Date.parse(time);
let lead: Actor;
beforeAll(async () => {
  lead = await testActor('lead');
  await ensureStore();
});

describe('a week', () => {
  it.each([
    ['2026-11-29T23:59:59Z', '2026-W48'],
    ['2026-11-30T00:00:00Z', '2026-W49'],
    ['2027-01-03T12:00:00Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
    ['2024-12-30T00:00:00Z', '2025-W01'],
  ])('of %s is %s', (time, week) => expect(weekOf(at(time))).toBe(week));

  it('has a Monday and a Sunday, and is none where the year has no such week', () => {
    expect(daysOf('2026-W48')).toEqual({ from: '2026-11-23', to: '2026-11-29' });
    expect(daysOf('2027-W01')).toEqual({ from: '2027-01-04', to: '2027-01-10' });
    expect(daysOf('2027-W53')).toBeNull();
  });
});

describe('the weekly report', () => {
  it('has the numbers of the dashboard for the same days, is kept once, and committed', async () => {
    const author = await testActor('analyst');
    await testInvestigation(author);
    const monday = at('2026-11-30T08:00:00Z');
    const report = await makeWeekly(lead, '2026-W48', monday);
    expect(report).toMatchObject({ week: '2026-W48', from: '2026-11-23', to: '2026-11-29', commit: null });
    const { headlines, tables } = await readDashboard(lead, { from: report.from, to: report.to });
    for (const { label } of headlines) expect(report.markdown).toContain(`| ${label} |`);
    for (const { title } of tables) expect(report.markdown).toContain(`## ${title}`);
    expect(report.markdown).toMatch(/^\| Open alerts \| 1 \| /m);
    expect(await publishWeeklyReports()).toEqual({ published: 1, failed: 0 });
    expect(await readStoreFile('weekly/2026/2026-W48.md')).toBe(report.markdown);
    expect((await readWeekly(lead, '2026-W48')).commit).toMatch(/^[0-9a-f]{40}$/);
    const { verb, actorId } = await db().auditEntry.findFirstOrThrow({ where: { verb: 'dashboard.report' } });
    expect([verb, actorId]).toEqual(['dashboard.report', lead.id]);
    await makeWeekly(lead, '2026-W48', monday + 1000);
    expect(await publishWeeklyReports()).toEqual({ published: 1, failed: 0 });
    expect(await listWeekly(lead)).toHaveLength(1);
  });

  it('is made by the worker from its day on, once, and not when it is off or only samples are there', async () => {
    await setWeeklySettings(lead, { enabled: true, weekday: 3 });
    const made = async (time: string) => {
      await makeWeeklyWhenDue(at(time));
      return db().weeklyReport.findMany({ where: { week: lastWeek(at(time)) } });
    };
    expect(await made('2026-12-08T23:59:00Z')).toEqual([]);
    const [first] = await made('2026-12-09T00:00:00Z');
    expect(first).toMatchObject({ week: '2026-W49', createdById: null });
    expect((await made('2026-12-10T00:00:00Z'))[0]?.createdAt).toEqual(first?.createdAt);
    await db().alert.updateMany({ data: { sample: true } });
    expect(await made('2026-12-17T00:00:00Z')).toEqual([]);
    await db().alert.updateMany({ data: { sample: false } });
    await setWeeklySettings(lead, { enabled: false, weekday: 3 });
    expect(await made('2026-12-17T00:00:00Z')).toEqual([]);
  });

  it('is refused for a week that is not over or does not exist, and to who is no lead', async () => {
    const now = at('2026-11-30T08:00:00Z');
    for (const week of ['2026-W49', '2027-W53', '2026-48', ''])
      await expect(makeWeekly(lead, week, now)).rejects.toMatchObject({ code: 'bad_request' });
    const analyst = await testActor('reviewer');
    await expect(makeWeekly(analyst)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listWeekly(analyst)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(readWeekly(analyst, '2026-W48')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(readWeekly(lead, '2020-W01')).rejects.toMatchObject({ code: 'not_found' });
    await expect(setWeeklySettings(analyst, { enabled: true, weekday: 1 })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(setWeeklySettings(lead, { enabled: true, weekday: 8 })).rejects.toThrow();
    expect(await readWeeklySettings(lead)).toEqual({ enabled: false, weekday: 3 });
  });

  it('shows units as the dashboard does, and text of others as text', () => {
    const columns = [
      { label: 'Rule', unit: 'text' as const },
      { label: 'Share', unit: 'share' as const },
      { label: 'Time', unit: 'minutes' as const },
      { label: 'Cost', unit: 'usd' as const },
    ];
    const empty = { text: 'None.', action: '', href: '' };
    const rows = [[{ value: '[x](https://evil.example) | <b>' }, { value: 0.256 }, { value: 95 }, { value: null }]];
    const table: DashboardTable = { name: 'rules', title: 'Rules', about: 'Noise.', columns, rows, empty };
    const range = { from: '2026-11-23', to: '2026-11-29' };
    const text = renderWeekly({
      week: '2026-W48',
      dashboard: { range, headlines: [], tables: [table, { ...table, title: 'Nothing', rows: [] }] },
      before: [],
      logs: null,
    });
    expect(text).toContain('| \\[x\\](https[:]//evil.example) \\| \\<b\\> | 26 % | 1.6 h | – |');
    expect(text).toContain('## Nothing\n\nNoise.\n\nNone.');
    expect(text).toContain('could not be read');
  });
});
