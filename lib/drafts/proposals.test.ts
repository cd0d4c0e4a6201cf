import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { GET as listRoute } from '@/app/api/investigations/[id]/proposals/route';
import { POST as decideRoute } from '@/app/api/proposals/[id]/route';
import { openRun } from '../agent/testing/open-case';
import { type Actor, SYSTEM } from '../auth/guard';
import { keyHeaders } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { createProposal, decideProposal, listProposals } from './proposals';
import { readDraft } from './read-draft';
import { saveDraft } from './save-draft';
import { DraftVersion } from './schema';

testDatabase();

let actor: Actor;
let id = '';
let runId = '';
let base = '';
let version = 0;

beforeEach(async () => {
  ({ actor, investigationId: id, runId } = await openRun('Shorten it'));
  ({ markdown: base, version } = await readDraft(actor, id));
  base += '\n## Notes\n\nFirst note.\n\nSecond note.\n\nThird note.\n';
  ({ version } = await saveDraft(actor, id, { markdown: base, version }));
});

const proposed = () =>
  base
    .replace('First note.', 'First note, better.')
    .replace('Third note.', 'Third note.\n\nA fourth one.')
    .replace('Second note.\n\n', '');

async function propose(markdown = proposed()): Promise<string> {
  const made = await createProposal({ investigationId: id, runId, baseVersion: version, baseMarkdown: base, markdown });
  return made?.id ?? '';
}

async function edit(change: (markdown: string) => string): Promise<void> {
  const draft = await readDraft(actor, id);
  await saveDraft(actor, id, { markdown: change(draft.markdown), version: draft.version });
}

const newest = async () => (await listProposals(actor, id))[0]!;
const hunkAbout = async (text: string) =>
  (await newest()).hunks.find((hunk) => `${hunk.before}\n${hunk.after}`.includes(text))!;

describe('a proposal', () => {
  it('is hunks by lines, located, with what is around them', async () => {
    expect(
      await createProposal({ investigationId: id, runId, baseVersion: version, baseMarkdown: base, markdown: base }),
    ).toBeNull();
    await propose();
    const { hunks, instruction, status } = await newest();
    expect({ instruction, status, hunks: hunks.length }).toEqual({
      instruction: 'Shorten it',
      status: 'open',
      hunks: 3,
    });
    expect(await hunkAbout('better')).toMatchObject({
      status: 'open',
      before: 'First note.',
      after: 'First note, better.',
      line: base.split('\n').indexOf('First note.') + 1,
      contextBefore: '## Notes\n',
    });
    const headers = await keyHeaders(actor);
    const answer = await listRoute(new Request('http://localhost/'), { params: Promise.resolve({ id }) });
    expect(answer.status).toBe(401);
    const items = await (
      await listRoute(new Request('http://localhost/', { headers }), { params: Promise.resolve({ id }) })
    ).json();
    expect(items.items[0].hunks).toEqual(hunks);
  });

  it('has ids that stay, from the texts alone', async () => {
    const [first, second] = [await propose(), await propose()];
    const all = await listProposals(actor, id);
    const ids = (proposal: string) => all.find((item) => item.id === proposal)?.hunks.map((hunk) => hunk.id);
    expect(ids(first)).toEqual(ids(second));
    await decideProposal(actor, first, { accept: [ids(first)?.[1] ?? ''] });
    expect((await listProposals(actor, id)).find((item) => item.id === first)?.hunks.map((hunk) => hunk.id)).toEqual(
      ids(first),
    );
  });

  it('taken whole on an untouched text is the proposed text, by the person who took it', async () => {
    const proposal = await propose();
    const { draft, proposal: view } = await decideProposal(actor, proposal, { accept: 'all' });
    expect(draft).toMatchObject({
      markdown: proposed(),
      version: version + 1,
      humanTouched: true,
      updatedBy: { id: actor.id },
    });
    expect(view.status).toBe('resolved');
    expect(await db().draftVersion.findFirst({ where: { investigationId: id, version: version + 1 } })).toMatchObject({
      author: 'human',
      userId: actor.id,
    });
    expect(
      await db().auditEntry.count({ where: { verb: 'proposals.decide', subjectId: proposal, actorId: actor.id } }),
    ).toBe(1);
  });

  it('never changes a person’s words: what they rewrote has no place, the rest goes in around it', async () => {
    const proposal = await propose();
    const first = await hunkAbout('better');
    await edit((text) =>
      `# On top\n\n${text.replace('First note.', 'First note, by Ada.')}By Ada, too.\n`.replace(
        '# On top\n\n---',
        '---',
      ),
    );
    expect(await hunkAbout('better')).toMatchObject({ line: null });
    await expect(decideProposal(actor, proposal, { accept: [first.id] })).rejects.toMatchObject({
      code: 'conflict',
      data: { hunks: [{ id: first.id, before: 'First note.', after: 'First note, better.' }] },
    });
    const before = await readDraft(actor, id);
    const { draft, proposal: view } = await decideProposal(actor, proposal, { accept: 'all' });
    expect(draft.version).toBe(before.version + 1);
    expect(draft.markdown).toContain('First note, by Ada.');
    expect(draft.markdown).toContain('Third note.\n\nA fourth one.\nBy Ada, too.');
    expect(draft.markdown).not.toContain('Second note.');
    expect(view).toMatchObject({ status: 'open' });
    await expect(decideProposal(actor, proposal, { accept: 'all' })).rejects.toMatchObject({ code: 'conflict' });
    expect((await decideProposal(actor, proposal, { reject: 'all' })).proposal.status).toBe('resolved');
  });

  it('finds its place after the text has moved, also to another section', async () => {
    const proposal = await propose(base.replace('Second note.', 'Second note, better.'));
    await edit((text) =>
      text.replace('Second note.\n\n', '').replace('## Timeline\n', '## Timeline\n\nSecond note.\n'),
    );
    const hunk = await hunkAbout('better');
    const current = (await readDraft(actor, id)).markdown.split('\n');
    expect(hunk.line).toBe(current.indexOf('Second note.') + 1);
    const { draft } = await decideProposal(actor, proposal, { accept: [hunk.id] });
    expect(draft.markdown).toContain('## Timeline\n\nSecond note, better.\n');
  });

  it('has no place when what it is about is gone, or stands there twice', async () => {
    await propose(base.replace('Second note.', 'Second note, better.'));
    await edit((text) => text.replace('Second note.\n\n', ''));
    expect((await hunkAbout('better')).line).toBeNull();
    await edit(
      (text) => `${text.replace('## Timeline\n', '## Timeline\n\nSecond note.\n\nBetween.\n\nSecond note.\n')}`,
    );
    expect((await hunkAbout('better')).line).toBeNull();
  });

  it('is decided hunk by hunk; a repeated decision changes nothing, an opposite one is refused', async () => {
    const proposal = await propose();
    const [better, fourth] = [await hunkAbout('better'), await hunkAbout('fourth')];
    const first = await decideProposal(actor, proposal, { accept: [better.id], reject: [fourth.id] });
    expect(first.draft.version).toBe(version + 1);
    const again = await decideProposal(actor, proposal, { accept: [better.id], reject: [fourth.id] });
    expect(again).toEqual(first);
    await expect(decideProposal(actor, proposal, { reject: [better.id] })).rejects.toMatchObject({ code: 'conflict' });
    await expect(decideProposal(actor, proposal, { accept: [fourth.id] })).rejects.toMatchObject({ code: 'conflict' });
    const last = await decideProposal(actor, proposal, { accept: 'all' });
    expect(last.proposal).toMatchObject({ status: 'resolved' });
    expect(last.draft.markdown).toBe(proposed().replace('\n\nA fourth one.', ''));
  });

  it('is taken once by many at the same moment, hunk by hunk', async () => {
    const proposal = await propose();
    const { hunks } = await newest();
    await Promise.all(
      [...hunks, ...hunks, ...hunks].map((hunk) => decideProposal(actor, proposal, { accept: [hunk.id] })),
    );
    expect(await readDraft(actor, id)).toMatchObject({ markdown: proposed(), version: version + 3 });
    expect((await newest()).status).toBe('resolved');
  });

  it('normalizes Windows line ends on save: a diff shows what changed', async () => {
    const proposal = await propose();
    const { version } = await readDraft(actor, id);
    await edit((text) => text.replaceAll('\n', '\r\n'));
    expect((await readDraft(actor, id)).version).toBe(version);
    const { draft } = await decideProposal(actor, proposal, { accept: 'all' });
    expect(draft.markdown).toBe(proposed());
  });

  it('refuses bad input and who is not a signed-in person', async () => {
    const proposal = await propose();
    const { hunks } = await newest();
    const headers = await keyHeaders(actor);
    const post = (body: unknown, of = proposal, sent: Record<string, string> = headers) =>
      decideRoute(new Request('http://localhost/', { method: 'POST', headers: sent, body: JSON.stringify(body) }), {
        params: Promise.resolve({ id: of }),
      });
    const hunk = hunks[0]?.id ?? '';
    for (const body of [
      {},
      { accept: ['nothing'] },
      { accept: [hunk], reject: [hunk] },
      { accept: 'all', reject: 'all' },
      { accept: 'some' },
    ]) {
      expect((await post(body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await post({ accept: 'all' }, uuid())).status).toBe(404);
    expect((await post({ accept: 'all' }, 'x')).status).toBe(404);
    expect((await post({ accept: 'all' }, proposal, {})).status).toBe(401);
    await expect(decideProposal(SYSTEM, proposal, { accept: 'all' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await readDraft(actor, id)).toMatchObject({ markdown: base, version });
    expect((await post({ accept: 'all' })).status).toBe(200);
  });
});

it('no draft has a version that the database’s integer does not hold', () => {
  expect(DraftVersion.safeParse(2 ** 31 - 1).success).toBe(true);
  expect(DraftVersion.safeParse(2 ** 31).success).toBe(false);
});
