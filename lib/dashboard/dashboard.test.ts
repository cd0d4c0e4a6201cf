import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { GET as getDashboard } from '@/app/api/dashboard/route';
import { GET as getCsv } from '@/app/api/dashboard.csv/route';
import { finishRun } from '../agent/lease';
import { listAlerts } from '../alerts/list-alerts';
import { AlertQuery } from '../alerts/schema';
import { triageAlerts } from '../alerts/triage-alert';
import type { Actor } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { InvestigationQuery } from '../investigations/schema';
import { searchInvestigations } from '../library/search-investigations';
import { listReviews } from '../reviews/list-reviews';
import { ReviewQuery } from '../reviews/schema';
import { dashboardCsv, readDashboard } from './read-dashboard';
import type { Dashboard, DashboardCell, DashboardTableName } from './schema';
import { scopeOf } from './scope';

testDatabase();

const HOUR = 3_600_000;
const ago = (hours: number): Date => new Date(Date.now() - hours * HOUR);
let lead: Actor;
let analyst: Actor;

/** An alert that came in so many hours ago; closed after so many more. */
async function addAlert(fields: {
  hours: number;
  closedAfter?: number;
  severity?: number;
  rule?: string;
  disposition?: string;
  source?: string;
}): Promise<string> {
  const { hours, closedAfter, severity = 4, rule = 'noisy', disposition = null, source = 'okta' } = fields;
  const id = uuid();
  const received = ago(hours);
  await db().alert.create({
    data: { id, source, sourceRef: id, title: id, rule, severity, occurredAt: received, receivedAt: received, raw: {} },
  });
  if (closedAfter !== undefined)
    await db().alert.update({
      where: { id },
      data: { status: 'closed', disposition, closedAt: new Date(received.getTime() + closedAfter * HOUR) },
    });
  return id;
}

type CaseFields = {
  alert: string;
  hours: number;
  proposed: string | null;
  verdict: string;
  assessment: 'set' | 'proposed';
};

async function addCase({ alert, hours, proposed, verdict, assessment }: CaseFields): Promise<string> {
  const id = uuid();
  await db().investigation.create({
    data: {
      id,
      codename: id,
      title: id,
      path: id,
      severity: 4,
      openedById: analyst.id ?? '',
      openedAt: ago(hours),
      classification: verdict,
      assessment,
      proposedClassification: proposed,
      proposedBy: 'model-a',
      techniques: ['T1098'],
      alerts: { create: { alertId: alert } },
    },
  });
  const run = {
    investigationId: id,
    model: 'a',
    modelLabel: 'model-a',
    requestedById: analyst.id ?? '',
    status: 'succeeded',
  };
  await db().run.create({ data: { ...run, id: uuid(), kind: 'investigate', usage: { cost: 0.5 } } });
  await db().run.create({ data: { ...run, id: uuid(), kind: 'coach', usage: { cost: 0.25 } } });
  return id;
}

beforeAll(async () => {
  [lead, analyst] = [await testActor('lead'), await testActor('analyst')];
  const first = await addAlert({ hours: 10, closedAfter: 2, disposition: 'false_positive' });
  const second = await addAlert({ hours: 50, closedAfter: 40, disposition: 'true_positive' });
  await addAlert({ hours: 30 });
  await addAlert({ hours: 1, severity: 2, source: 'github', rule: '=HYPERLINK("x")' });
  await addCase({ alert: first, hours: 9, proposed: 'MALICIOUS', verdict: 'BENIGN', assessment: 'set' });
  const id = await addCase({ alert: second, hours: 49, proposed: 'BENIGN', verdict: 'MALICIOUS', assessment: 'set' });
  await addCase({ alert: second, hours: 49, proposed: 'MALICIOUS', verdict: 'MALICIOUS', assessment: 'proposed' });
  const revision = { id: uuid(), investigationId: id, number: 1, markdown: 'x', contentHash: 'x', draftVersion: 1 };
  await db().revision.create({ data: { ...revision, authorId: analyst.id ?? '' } });
  const review = uuid();
  const decided = { status: 'approved', decidedById: lead.id, decidedAt: ago(20), overrideReason: 'known' };
  await db().review.create({
    data: {
      id: review,
      investigationId: id,
      revisionId: revision.id,
      submittedById: analyst.id ?? '',
      submittedAt: ago(23),
      ...decided,
    },
  });
  const data = {
    review,
    overridden: [
      { rule: 'citations', line: 3 },
      { rule: 'citations', line: 9 },
    ],
  };
  await db().auditEntry.create({
    data: { verb: 'reviews.approve', subjectKind: 'investigation', subjectId: id, data },
  });
});

const rowsOf = ({ tables }: Dashboard, name: DashboardTableName) => {
  const table = tables.find((one) => one.name === name);
  return (table?.rows ?? []).map((row) =>
    Object.fromEntries(row.map((cell, index) => [table?.columns[index]?.label ?? '', cell])),
  );
};
const values = (row: Record<string, DashboardCell> | undefined) =>
  Object.fromEntries(Object.entries(row ?? {}).map(([label, { value }]) => [label, value]));

describe('the dashboard', () => {
  it('counts the queue, the service level, and how rules end', async () => {
    const found = await readDashboard(lead, {});
    const [high, low] = rowsOf(found, 'queue').map(values);
    expect(high).toMatchObject({
      Severity: 'high',
      Open: 1,
      Unassigned: 1,
      'Under 1 day': 0,
      '1–7 days': 1,
      Overdue: 1,
    });
    const trend = rowsOf(found, 'queue-trend').map(values);
    expect(trend).toHaveLength(14);
    expect(trend.at(-1)).toMatchObject({ Day: new Date().toISOString().slice(0, 10), High: 1, Low: 1, Critical: 0 });
    expect(low).toMatchObject({ Severity: 'low', Open: 1, 'Under 1 day': 1, Overdue: 0 });
    expect(values(rowsOf(found, 'sla')[0])).toMatchObject({
      Received: 3,
      'Closed on time': 1,
      'Closed late': 1,
      'Open, overdue': 1,
      'Open, not due': 0,
      'On time': 1 / 3,
    });
    expect(values(rowsOf(found, 'rules')[0])).toMatchObject({
      Rule: 'noisy',
      Alerts: 3,
      'False positive': 1,
      'True positive': 1,
      Open: 1,
      'False-positive rate': 0.5,
    });
    expect(found.headlines.find(({ label }) => label === 'Open alerts')?.value).toBe(2);
  });

  it('compares a model’s first verdict with set ones only, and adds up coaching and cost', async () => {
    const found = await readDashboard(lead, {});
    expect(rowsOf(found, 'verdicts').map(values)).toMatchObject([
      { 'Model said': 'BENIGN', 'Set: benign': 0, 'Set: malicious': 1, Same: 0 },
      { 'Model said': 'SUSPICIOUS', Same: null },
      { 'Model said': 'MALICIOUS', 'Set: benign': 1, 'Set: malicious': 0 },
    ]);
    expect(values(rowsOf(found, 'verdicts-by-model')[0])).toMatchObject({
      Cases: 2,
      Same: 0,
      'Too harsh': 1,
      Missed: 1,
    });
    expect(values(rowsOf(found, 'effort')[0])).toMatchObject({ Cases: 3, 'Coaching, median': 1, 'Cost, total': 2.25 });
    expect(values(rowsOf(found, 'techniques')[0])).toMatchObject({ Technique: 'T1098', 'Malicious cases': 1 });
  });

  it('measures times from receiving the alert, as triggers stamp them', async () => {
    const found = await readDashboard(lead, {});
    const [all, high] = rowsOf(found, 'times').map(values);
    expect(all).toMatchObject({ Group: 'All', Triaged: 2, Verdicts: 2 });
    expect(all?.['Triage, median']).toBeCloseTo(21 * 60, 0);
    expect(high?.Group).toBe('high');
    const id = await addAlert({ hours: 3, rule: 'other' });
    const stamp = async () => (await db().alert.findUniqueOrThrow({ where: { id } })).triagedAt;
    await triageAlerts(analyst, [id], { assignee: 'me' });
    const at = await stamp();
    expect(at).not.toBeNull();
    await triageAlerts(analyst, [id], { severity: 'low' });
    expect(await stamp()).toEqual(at);
    await triageAlerts(analyst, [id], { status: 'new', assignee: null });
    expect(await stamp()).toBeNull();
    await db().alert.delete({ where: { id } });
  });

  it('keeps what the first run that succeeds proposes, whatever later ones say', async () => {
    const alert = await addAlert({ hours: 3, closedAfter: 1, rule: 'other' });
    const id = await addCase({ alert, hours: 2, proposed: null, verdict: 'SUSPICIOUS', assessment: 'proposed' });
    const finish = async (model: string, status: 'failed' | 'succeeded') => {
      const run = { investigationId: id, kind: 'investigate', model, requestedById: analyst.id ?? '' };
      const { id: runId } = await db().run.create({
        data: { ...run, id: uuid(), status: 'running', leaseOwner: 'worker' },
      });
      await finishRun(runId, 'worker', { status, message: null });
    };
    const kept = async () => {
      const row = await db().investigation.findUniqueOrThrow({ where: { id } });
      return [row.proposedClassification, row.proposedBy];
    };
    await finish('first', 'failed');
    expect(await kept()).toEqual([null, 'model-a']);
    await finish('second', 'succeeded');
    expect(await kept()).toEqual(['SUSPICIOUS', 'second']);
    await db().investigation.update({ where: { id }, data: { classification: 'MALICIOUS' } });
    await finish('third', 'succeeded');
    expect(await kept()).toEqual(['SUSPICIOUS', 'second']);
    await db().investigation.delete({ where: { id } });
    await db().alert.delete({ where: { id: alert } });
  });

  it('counts overridden checks and reviewers’ decisions', async () => {
    const found = await readDashboard(lead, {});
    expect(values(rowsOf(found, 'overrides')[0])).toMatchObject({
      Check: 'citations',
      'Errors overridden': 2,
      'Of approvals': 1,
    });
    expect(values(rowsOf(found, 'reviewers')[0])).toMatchObject({ Reviewer: lead.name, Approved: 1 });
    expect(rowsOf(found, 'reviewers')[0]?.['Decision, median']?.value).toBeCloseTo(180, 0);
  });

  it('links each number to a list of as many alerts, cases or reviews', async () => {
    const { tables } = await readDashboard(lead, {});
    const counts = tables.flatMap(({ name, columns, rows }) =>
      rows.flatMap((row) =>
        row.flatMap(({ value, href }, index) =>
          href && columns[index]?.unit === 'count' ? [{ what: `${name}: ${columns[index]?.label}`, value, href }] : [],
        ),
      ),
    );
    expect(counts.length).toBeGreaterThan(30);
    for (const { what, value, href } of counts) {
      expect(await lengthOf(href), `${what} ${href}`).toBe(value);
    }
  });

  it('follows period, severity and source', async () => {
    const narrow = await readDashboard(lead, { severity: ['low'] });
    expect(rowsOf(narrow, 'sla').map(values)).toMatchObject([{ Severity: 'low', Received: 1 }]);
    expect(rowsOf(narrow, 'verdicts')).toEqual([]);
    const empty = await readDashboard(lead, { from: '2020-01-01', to: '2020-01-31' });
    expect(
      empty.tables
        .filter(({ name }) => !['queue', 'queue-trend', 'reviewers'].includes(name))
        .every(({ rows }) => rows.length === 0),
    ).toBe(true);
    expect(scopeOf({ within: '7d' }, Date.parse('2026-11-28T12:00:00Z'))).toMatchObject({
      from: '2026-11-22',
      to: '2026-11-28',
    });
  });

  it('refuses an invalid or too long period, and anyone below a lead', async () => {
    const ask = async (actor: Actor, query: string) =>
      getDashboard(new Request(`http://localhost/api/dashboard?${query}`, { headers: await keyHeaders(actor) }), {
        params: Promise.resolve({}),
      });
    expect((await ask(lead, 'from=2026-02-01&to=2026-01-01')).status).toBe(400);
    expect((await ask(lead, 'from=2025-01-01&to=2026-01-01')).status).toBe(400);
    expect((await ask(lead, 'from=yesterday')).status).toBe(400);
    expect((await ask(lead, 'to=0000-01-01')).status).toBe(400);
    expect((await ask(lead, 'to=9999-12-31')).status).toBe(200);
    expect((await ask(analyst, '')).status).toBe(403);
    expect((await ask(lead, '')).status).toBe(200);
  });

  it('gives a table as CSV that no spreadsheet takes for a formula', async () => {
    const headers = await keyHeaders(lead);
    const answer = await getCsv(new Request('http://localhost/api/dashboard.csv?table=rules', { headers }), {
      params: Promise.resolve({}),
    });
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(text.split('\n')[0]).toContain('Rule,Alerts,False-positive rate');
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    const table = (await readDashboard(lead, {})).tables.find(({ name }) => name === 'times');
    expect(table && dashboardCsv(table).split('\n')[0]).toContain('"Triage, median (minutes)"');
  });
});

/** How many a page of the product lists at this address. */
async function lengthOf(href: string): Promise<number> {
  const url = new URL(href, 'http://localhost');
  const query = { ...Object.fromEntries(url.searchParams), limit: 100 };
  if (url.pathname === '/queue') return (await listAlerts(lead, AlertQuery.parse(query))).items.length;
  if (url.pathname === '/reviews') return (await listReviews(lead, ReviewQuery.parse(query))).items.length;
  return (await searchInvestigations(lead, InvestigationQuery.parse(query))).items.length;
}
