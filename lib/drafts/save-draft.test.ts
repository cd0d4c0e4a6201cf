import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { GET as getRoute, PUT as putRoute } from '@/app/api/investigations/[id]/draft/route';
import { openRun } from '../agent/testing/open-case';
import { type Actor, SYSTEM } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { getInvestigation } from '../investigations/get-investigation';
import { patchFrontMatter, writeSection } from '../report/report';
import { readDraft } from './read-draft';
import { saveDraft } from './save-draft';
import { saveModelDraft } from './save-model-draft';
import { MAX_DRAFT_BYTES, type StaleDraft } from './schema';

testDatabase();

let actor: Actor;
let id = '';
let runId = '';
let headers: Record<string, string> = {};

beforeAll(async () => {
  ({ actor, investigationId: id, runId } = await openRun());
  headers = await keyHeaders(actor);
});

const context = (of = id) => ({ params: Promise.resolve({ id: of }) });
const url = 'http://localhost/api/investigations/x/draft';

function put(markdown: unknown, ifMatch: string | null, of = id): Promise<Response> {
  const all = { ...headers, ...(ifMatch === null ? {} : { 'if-match': ifMatch }) };
  return putRoute(new Request(url, { method: 'PUT', headers: all, body: JSON.stringify({ markdown }) }), context(of));
}

describe('a model’s text', () => {
  it('becomes the draft until a person has touched it, and only over the version it knows', async () => {
    const { markdown } = await readDraft(actor, id);
    const text = writeSection(markdown, 'Timeline', 'By the model.');
    expect(await saveModelDraft({ investigationId: id, runId, markdown: text, expectedVersion: 1 })).toEqual({
      saved: true,
      version: 2,
    });
    expect(await saveModelDraft({ investigationId: id, runId, markdown: text, expectedVersion: 2 })).toEqual({
      saved: true,
      version: 2,
    });
    expect(await saveModelDraft({ investigationId: id, runId, markdown: `${text}x`, expectedVersion: 1 })).toEqual({
      saved: false,
    });
    expect(await readDraft(actor, id)).toMatchObject({ version: 2, humanTouched: false, updatedBy: null });
    expect(await db().draftVersion.findFirst({ where: { investigationId: id, version: 2 } })).toMatchObject({
      author: 'model',
      runId,
    });
    await saveDraft(actor, id, { markdown: `${text}\nBy a person.\n`, version: 2 });
    expect(await saveModelDraft({ investigationId: id, runId, markdown: text, expectedVersion: 3 })).toEqual({
      saved: false,
    });
    expect((await readDraft(actor, id)).markdown).toContain('By a person.');
  });
});

describe('saving over HTTP', () => {
  it('saves over the version that was seen, and answers with the next one', async () => {
    const read = await getRoute(new Request(url, { headers }), context());
    const etag = read.headers.get('etag') ?? '';
    const draft = await read.json();
    expect(etag).toBe(`"${draft.version}"`);
    const saved = await put(`${draft.markdown}More.\n`, etag);
    expect(saved.status).toBe(200);
    expect(saved.headers.get('etag')).toBe(`"${draft.version + 1}"`);
    expect(await saved.json()).toMatchObject({
      version: draft.version + 1,
      humanTouched: true,
      updatedBy: { id: actor.id },
    });
    // The same again with the old version: the answer was lost on its way. Nothing to do.
    const again = await put(`${draft.markdown}More.\n`, etag);
    expect(again.status).toBe(200);
    expect((await again.json()).version).toBe(draft.version + 1);
  });

  it('refuses an old version with both texts merged', async () => {
    const other = await testActor('analyst');
    const before = await readDraft(actor, id);
    const theirs = writeSection(before.markdown, 'Recommendations', 'Rotate the key.');
    const mine = writeSection(before.markdown, 'Executive Summary', 'A key was used.');
    await saveDraft(other, id, { markdown: theirs, version: before.version });
    const refused = await put(mine, `"${before.version}"`);
    expect(refused.status).toBe(412);
    const { error } = await refused.json();
    const stale: StaleDraft = error.data;
    expect(error.code).toBe('stale_version');
    expect(error.message).toContain(other.name);
    expect(stale).toMatchObject({ conflicts: 0, current: { version: before.version + 1, markdown: theirs } });
    expect(stale.merged).toContain('A key was used.');
    expect(stale.merged).toContain('Rotate the key.');

    const clash = writeSection(before.markdown, 'Recommendations', 'Delete the key.');
    const second: StaleDraft = (await (await put(clash, `"${before.version}"`)).json()).error.data;
    expect(second.conflicts).toBe(1);
    expect(second.merged).toMatch(
      /^<<<<<<< yours, not saved yet\nDelete the key\.\n=======\nRotate the key\.\n>>>>>>> version \d+, saved meanwhile by /m,
    );
    expect((await readDraft(actor, id)).markdown).toBe(theirs);
  });

  it('refuses a version that does not exist yet, as after a restored backup, and still loses nothing', async () => {
    const { markdown } = await readDraft(actor, id);
    const { error } = await (await put(`${markdown}Typed before the restore.\n`, '"9999"')).json();
    expect(error.code).toBe('stale_version');
    expect(error.data.merged).toContain('Typed before the restore.');
  });

  it('refuses bad input in words', async () => {
    const { markdown, version } = await readDraft(actor, id);
    const etag = `"${version}"`;
    for (const [text, header, status, words] of [
      [markdown, null, 400, 'If-Match'],
      [markdown, '*', 400, 'If-Match'],
      [42, etag, 400, '"markdown":'],
      [`a\nb\0`, etag, 400, 'Line 2 has a NUL'],
      [`a\n\n\uD83D`, etag, 400, 'Line 3'],
      ['é'.repeat(MAX_DRAFT_BYTES / 2 + 1), etag, 413, 'MB'],
    ] as const) {
      const answer = await put(text, header);
      expect(answer.status, words).toBe(status);
      expect(await answer.text()).toContain(words);
    }
    expect((await put(markdown, etag, uuid())).status).toBe(404);
    expect((await put(markdown, etag, 'x')).status).toBe(404);
    expect(await readDraft(actor, id)).toMatchObject({ markdown, version });
  });

  it('refuses who is not a signed-in person', async () => {
    const body = JSON.stringify({ markdown: 'x' });
    expect(
      (await putRoute(new Request(url, { method: 'PUT', body, headers: { 'if-match': '"1"' } }), context())).status,
    ).toBe(401);
    expect((await getRoute(new Request(url), context())).status).toBe(401);
    await expect(saveDraft(SYSTEM, id, { markdown: 'x', version: 1 })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('what is kept', () => {
  it('exactly one of twenty who save at once wins; the others get both texts', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => testActor('analyst')));
    const before = await readDraft(actor, id);
    const texts = people.map((_, index) => `${before.markdown}Line of person ${index}.\n`);
    const answers = await Promise.allSettled(
      people.map((person, index) => saveDraft(person, id, { markdown: texts[index] ?? '', version: before.version })),
    );
    const winner = answers.findIndex((answer) => answer.status === 'fulfilled');
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'fulfilled') continue;
      expect(answer.reason).toMatchObject({ code: 'stale_version', status: 412 });
      const stale: StaleDraft = answer.reason.data;
      expect(stale.current.markdown).toBe(texts[winner]);
      expect(stale.merged).toContain(`Line of person ${index}.`);
      expect(stale.merged).toContain(`Line of person ${winner}.`);
    }
    expect(await readDraft(actor, id)).toMatchObject({ version: before.version + 1, markdown: texts[winner] });
  });

  it('is every version, the first as the second', async () => {
    const { version } = await readDraft(actor, id);
    const rows = await db().draftVersion.findMany({ where: { investigationId: id }, orderBy: { version: 'asc' } });
    expect(rows.map((row) => row.version)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
    expect(rows.at(-1)?.markdown).toBe((await readDraft(actor, id)).markdown);
  });

  it('is also a text whose front matter is broken; lists keep the last readable fields', async () => {
    const read = await readDraft(actor, id);
    const good = patchFrontMatter(read.markdown, {
      title: 'Stolen key',
      classification: 'MALICIOUS',
      confidence: 90,
      techniques: ['T1078.004'],
    });
    const saved = await saveDraft(actor, id, { markdown: good, version: read.version });
    const fields = { title: 'Stolen key', classification: 'MALICIOUS', confidence: 90, techniques: ['T1078.004'] };
    expect(await getInvestigation(actor, id)).toMatchObject(fields);
    const broken = good.replace('confidence: 90', 'confidence: [90');
    expect(await saveDraft(actor, id, { markdown: broken, version: saved.version })).toMatchObject({
      version: saved.version + 1,
    });
    expect(await getInvestigation(actor, id)).toMatchObject(fields);
    await saveDraft(actor, id, {
      markdown: good.replace('status: draft', 'status: approved'),
      version: saved.version + 1,
    });
    expect((await getInvestigation(actor, id)).status).toBe('draft');
  });
});
