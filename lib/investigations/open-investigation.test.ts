import { v7 as uuid } from 'uuid';
import { describe, expect, it, vi } from 'vitest';
import { GET as getRoute } from '@/app/api/investigations/[id]/route';
import { GET as listRoute, POST as openRoute } from '@/app/api/investigations/route';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { type Actor, SYSTEM } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { parseReport } from '../report/report';
import * as codename from './codename';
import { getInvestigation } from './get-investigation';
import { openInvestigation } from './open-investigation';

testDatabase();

const context = (id = '') => ({ params: Promise.resolve({ id }) });

async function alerts(...severities: string[]): Promise<string[]> {
  const documents = severities.map((severity, index) => ({
    id: uuid(),
    severity,
    title: `Key used from 198.51.100.${index + 1}`,
    time: `2024-05-01T10:0${index}:00Z`,
    user: `svc-build-${index}`,
  }));
  return (await ingestAlerts(SYSTEM, 'generic', JSON.stringify(documents))).ids;
}

async function post(actor: Actor, body: unknown): Promise<Response> {
  const headers = await keyHeaders(actor);
  return openRoute(
    new Request('http://localhost/api/investigations', { method: 'POST', headers, body: JSON.stringify(body) }),
    context(),
  );
}

describe('opening an investigation', () => {
  it('gives a codename, a path and an empty report, and takes the alerts', async () => {
    const analyst = await testActor('analyst');
    const [low = '', high = ''] = await alerts('low', 'high');
    await db().alert.update({
      where: { id: low },
      data: { status: 'closed', disposition: 'benign', closedAt: new Date() },
    });
    const answer = await post(analyst, { alertIds: [low, high, low] });
    expect(answer.status).toBe(201);
    const opened = await answer.json();
    expect(codename.isCodename(opened.codename)).toBe(true);
    const { openedAt } = await db().investigation.findUniqueOrThrow({ where: { id: opened.id } });
    const [day, time] = openedAt.toISOString().split('T') as [string, string];
    expect(opened.path).toBe(
      `investigations/${day.replaceAll('-', '/')}/key-used-from-198-51-100-2-and-1-more.${time.slice(0, 2)}h${time.slice(3, 5)}.${opened.codename}.md`,
    );

    const draft = await readDraft(analyst, opened.id);
    expect(draft).toMatchObject({ version: 1, humanTouched: false, inReview: false });
    expect(parseReport(draft.markdown)).toMatchObject({
      problem: null,
      frontMatter: {
        codename: opened.codename,
        status: 'draft',
        severity: { original: 'high', assessed: null },
        classification: null,
      },
    });

    const detail = await (
      await getRoute(new Request(`http://localhost${'/'}`, { headers: await keyHeaders(analyst) }), context(opened.id))
    ).json();
    expect(detail).toMatchObject({
      codename: opened.codename,
      severity: 'high',
      openedBy: { id: analyst.id },
      run: null,
      review: null,
      approved: null,
    });
    expect(detail.links).toEqual({
      self: `/api/investigations/${opened.id}`,
      editor: `/investigations/${opened.id}`,
      library: `/library/${opened.id}`,
    });
    expect(detail.alerts.map((alert: { id: string }) => alert.id)).toEqual([high, low]);
    for (const alert of detail.alerts) {
      expect(alert).toMatchObject({ status: 'open', disposition: null, assignee: { id: analyst.id } });
      expect(alert).not.toHaveProperty('raw');
    }
    expect(detail.entities).toContainEqual({ kind: 'ip', value: '198.51.100.1' });
    expect(await db().auditEntry.count({ where: { verb: 'investigations.open', actorId: analyst.id } })).toBe(3);
  });

  it('leaves an alert with whom it is', async () => {
    const [first, second] = [await testActor('analyst'), await testActor('analyst')];
    const ids = await alerts('medium');
    await db().alert.updateMany({ where: { id: { in: ids } }, data: { assigneeId: first.id } });
    const { id } = await openInvestigation(second, { alertIds: ids });
    expect((await getInvestigation(second, id)).alerts[0]?.assignee?.id).toBe(first.id);
  });

  it('refuses an alert that is being investigated, and names the investigation; an approved one may be followed', async () => {
    const analyst = await testActor('analyst');
    const [one = '', other = ''] = await alerts('low', 'low');
    const first = await openInvestigation(analyst, { alertIds: [one] });
    const answer = await post(analyst, { alertIds: [other, one] });
    expect(answer.status).toBe(409);
    const { error } = await answer.json();
    expect(error.data.investigation).toEqual({ id: first.id, codename: first.codename });
    expect(error.message).toContain(first.codename);
    expect(await db().alert.findUnique({ where: { id: other } })).toMatchObject({ status: 'new' });
    await db().investigation.update({ where: { id: first.id }, data: { status: 'approved' } });
    expect((await post(analyst, { alertIds: [other, one] })).status).toBe(201);
  });

  it('is done by exactly one of many at the same moment', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => testActor('analyst')));
    const ids = await alerts('low', 'low', 'low');
    const answers = await Promise.allSettled(
      people.map((person, index) => openInvestigation(person, { alertIds: index % 2 ? ids : [...ids].reverse() })),
    );
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' });
  });

  it('draws again when the codename was taken meanwhile', async () => {
    const analyst = await testActor('analyst');
    const [one = '', two = ''] = await alerts('low', 'low');
    const { codename: taken } = await openInvestigation(analyst, { alertIds: [one] });
    const draw = vi.spyOn(codename, 'newCodename').mockResolvedValueOnce(taken);
    const second = await openInvestigation(analyst, { alertIds: [two] });
    expect(draw).toHaveBeenCalledTimes(2);
    expect(second.codename).not.toBe(taken);
    draw.mockRestore();
  });

  it('refuses bad input', async () => {
    const analyst = await testActor('analyst');
    expect((await post(analyst, { alertIds: [] })).status).toBe(400);
    expect((await post(analyst, { alertIds: ['x'] })).status).toBe(400);
    expect((await post(analyst, { alertIds: Array.from({ length: 51 }, () => uuid()) })).status).toBe(400);
    const ids = await alerts('low');
    const missing = uuid();
    const answer = await post(analyst, { alertIds: [...ids, missing] });
    expect(answer.status).toBe(404);
    expect((await answer.json()).error.message).toContain(missing);
    expect(await db().alert.findUnique({ where: { id: ids[0] } })).toMatchObject({ status: 'new' });
    await expect(getInvestigation(analyst, 'nothing')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuses who is nobody', async () => {
    const ids = await alerts('low');
    await expect(openInvestigation(SYSTEM, { alertIds: ids })).rejects.toMatchObject({ code: 'forbidden' });
    const anonymous = new Request('http://localhost/api/investigations', {
      method: 'POST',
      body: JSON.stringify({ alertIds: ids }),
    });
    expect((await openRoute(anonymous, context())).status).toBe(401);
    expect((await listRoute(new Request('http://localhost/api/investigations'), context())).status).toBe(401);
  });

  it('keeps a hostile title out of the file name and the front matter’s syntax', async () => {
    const analyst = await testActor('analyst');
    const title = '../../.git/hooks/x\n---\nstatus: approved\n# \u202Egpj.exe "quoted": {a: [';
    const { ids } = await ingestAlerts(
      SYSTEM,
      'generic',
      JSON.stringify({ id: uuid(), title, severity: 'low', time: '2024-01-01T00:00:00Z' }),
    );
    const { id, path } = await openInvestigation(analyst, { alertIds: ids });
    expect(path).toMatch(/^investigations\/\d{4}\/\d\d\/\d\d\/git-hooks-x-[a-z0-9-]+\.\d\dh\d\d\.[a-z-]+\.md$/);
    const { frontMatter, problem } = parseReport((await readDraft(analyst, id)).markdown);
    expect(problem).toBeNull();
    expect(frontMatter?.status).toBe('draft');
    expect(frontMatter?.title).toContain('../../.git/hooks/x --- status: approved');
    expect(frontMatter?.title).not.toContain('\u202E');
  });
});
