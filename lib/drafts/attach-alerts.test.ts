import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { triageAlert } from '../alerts/triage-alert';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { getInvestigation } from '../investigations/get-investigation';
import { openInvestigation } from '../investigations/open-investigation';
import { parseReport } from '../report/report';
import { attachAlerts } from './attach-alerts';
import { readDraft } from './read-draft';
import { saveDraft } from './save-draft';

testDatabase();

async function alerts(...severities: string[]): Promise<string[]> {
  const documents = severities.map((severity, index) => ({
    id: uuid(),
    severity,
    title: `Key used from 198.51.100.${index + 1}`,
    user: `svc-${index}`,
  }));
  return (await ingestAlerts(SYSTEM, 'generic', JSON.stringify(documents))).ids;
}

describe('adding alerts to a case', () => {
  it('names them in the report, opens them, and leaves a first report to a run', async () => {
    const analyst = await testActor('analyst');
    const [first = '', second = '', third = ''] = await alerts('low', 'critical', 'medium');
    const { id, codename } = await openInvestigation(analyst, { alertIds: [first] });
    await triageAlert(analyst, second, { status: 'closed', disposition: 'benign', reason: 'Red team.' });
    const answer = await attachAlerts(analyst, id, { alertIds: [second, third, first, second] });
    expect(answer).toEqual({ id, codename, attached: 2 });
    const found = await getInvestigation(analyst, id);
    expect(found.alerts.map((alert) => [alert.id, alert.status, alert.closeReason, alert.assignee?.id])).toEqual([
      [second, 'open', null, analyst.id],
      [third, 'open', null, analyst.id],
      [first, 'open', null, analyst.id],
    ]);
    expect(found.severity).toBe('critical');
    const draft = await readDraft(analyst, id);
    expect(draft).toMatchObject({ version: 2, humanTouched: false });
    const { frontMatter } = parseReport(draft.markdown);
    expect(frontMatter?.alerts).toHaveLength(3);
    expect(frontMatter?.severity.original).toBe('critical');
    expect(frontMatter?.entities.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['svc-0', 'svc-1', 'svc-2']),
    );
    expect(await attachAlerts(analyst, id, { alertIds: [second] })).toMatchObject({ attached: 0 });
    expect((await readDraft(analyst, id)).version).toBe(2);
  });

  it('keeps a text whose front matter can’t be read', async () => {
    const analyst = await testActor('analyst');
    const [first = '', second = ''] = await alerts('low', 'low');
    const { id } = await openInvestigation(analyst, { alertIds: [first] });
    const broken = '---\ntitle: [\n---\n\n## Executive Summary\n\nText.\n';
    await saveDraft(analyst, id, { markdown: broken, version: 1 });
    expect(await attachAlerts(analyst, id, { alertIds: [second] })).toMatchObject({ attached: 1 });
    expect((await readDraft(analyst, id)).markdown).toBe(broken);
  });

  it('refuses unknown alerts and cases, and an alert of another open case, whose name it gives; and changes nothing', async () => {
    const analyst = await testActor('analyst');
    const [first = '', second = '', third = ''] = await alerts('low', 'low', 'low');
    const { id } = await openInvestigation(analyst, { alertIds: [first] });
    const other = await openInvestigation(analyst, { alertIds: [second] });
    const conflict = attachAlerts(analyst, id, { alertIds: [third, second] });
    await expect(conflict).rejects.toMatchObject({
      code: 'conflict',
      data: { investigation: { id: other.id, codename: other.codename } },
    });
    await expect(attachAlerts(analyst, id, { alertIds: [third, uuid()] })).rejects.toMatchObject({ code: 'not_found' });
    await expect(attachAlerts(analyst, uuid(), { alertIds: [third] })).rejects.toMatchObject({ code: 'not_found' });
    await expect(attachAlerts(analyst, 'x', { alertIds: [third] })).rejects.toMatchObject({ code: 'not_found' });
    await expect(attachAlerts(analyst, id, { alertIds: [] })).rejects.toThrow();
    expect(await db().investigationAlert.count({ where: { investigationId: id } })).toBe(1);
    expect(await db().alert.findUnique({ where: { id: third } })).toMatchObject({ status: 'new' });
  });

  it('refuses who may not', async () => {
    const analyst = await testActor('analyst');
    const [first = '', second = ''] = await alerts('low', 'low');
    const { id } = await openInvestigation(analyst, { alertIds: [first] });
    const nobody = { ...analyst, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    await expect(attachAlerts(nobody, id, { alertIds: [second] })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
