import { beforeAll, describe, expect, it } from 'vitest';
import { PATCH } from '@/app/api/investigations/[id]/assessment/route';
import { openCase } from '../agent/testing/open-case';
import { createKey } from '../auth/api-keys';
import { type Actor, SYSTEM } from '../auth/guard';
import { keyHeaders } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { getInvestigation } from '../investigations/get-investigation';
import { parseReport, patchFrontMatter } from '../report/report';
import { changeAssessment } from './change-assessment';
import { readDraft } from './read-draft';
import { saveDraft } from './save-draft';

testDatabase();

let actor: Actor;
let id = '';
beforeAll(async () => {
  ({ actor, investigationId: id } = await openCase());
});

const patch = (body: unknown, headers: Record<string, string>, of = id) =>
  PATCH(
    new Request('http://localhost/api/investigations/x/assessment', {
      method: 'PATCH',
      headers,
      body: JSON.stringify(body),
    }),
    {
      params: Promise.resolve({ id: of }),
    },
  );

describe('changing the assessment over HTTP', () => {
  it('writes the named fields into the front matter and keeps the rest of the text', async () => {
    const before = await readDraft(actor, id);
    await saveDraft(actor, id, {
      markdown: patchFrontMatter(before.markdown, { assessment: 'proposed', classification: 'BENIGN', confidence: 60 }),
      version: before.version,
    });
    const answer = await patch(
      { classification: 'MALICIOUS', severity: 'critical', techniques: ['T1078.004', 'T1078.004'] },
      await keyHeaders(actor),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe(`"${before.version + 2}"`);
    const { markdown } = await answer.json();
    const { frontMatter, body } = parseReport(markdown);
    expect(frontMatter).toMatchObject({
      classification: 'MALICIOUS',
      confidence: 60,
      assessment: 'set',
      techniques: ['T1078.004'],
      severity: { original: 'high', assessed: 'critical' },
    });
    expect(body).toBe(parseReport(before.markdown).body);
    expect(await getInvestigation(actor, id)).toMatchObject({
      classification: 'MALICIOUS',
      assessment: 'set',
      assessedSeverity: 'critical',
    });
    // The same again changes nothing.
    const again = await patch({ classification: 'MALICIOUS' }, await keyHeaders(actor));
    expect((await again.json()).version).toBe(before.version + 2);
  });

  it('refuses values that are no assessment, unknown cases, and a report whose front matter can’t be read', async () => {
    const headers = await keyHeaders(actor);
    for (const body of [
      {},
      { confidence: 101 },
      { classification: 'EVIL' },
      { techniques: ['T1'] },
      { verdict: 'x' },
    ]) {
      expect((await patch(body, headers)).status).toBe(400);
    }
    expect((await patch({ confidence: 5 }, headers, 'nowhere')).status).toBe(404);
    const { investigationId } = await openCase('Another');
    const broken = '---\ntitle: [\n---\n\n## Executive Summary\n\nText.\n';
    await saveDraft(actor, investigationId, { markdown: broken, version: 1 });
    expect((await patch({ confidence: 5 }, headers, investigationId)).status).toBe(422);
    expect((await readDraft(actor, investigationId)).markdown).toBe(broken);
  });

  it('refuses the system and a key that may only read', async () => {
    await expect(changeAssessment(SYSTEM, id, { confidence: 1 })).rejects.toMatchObject({ reason: 'person_required' });
    const { key } = await createKey(actor, { userId: actor.id ?? '', name: 'reader', scope: 'read' });
    const answer = await patch(
      { confidence: 1 },
      { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    );
    expect(answer.status).toBe(403);
  });
});
