import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { checkFile } from '../method/check-file';
import { testInvestigation } from '../reviews/testing';
import { draftChange } from './draft-change';
import { similarTexts } from './group';
import { listCorrections } from './list-corrections';

testDatabase();

let analyst: Actor;
beforeAll(async () => {
  analyst = await testActor('analyst');
});
beforeEach(() => pool().query('TRUNCATE investigations, alerts CASCADE'));

/** A case whose alert has this rule; the model's first verdict and the one that people set. */
async function decided(rule: string, proposed: string, classification: string, openedAt = new Date()) {
  const { id } = await testInvestigation(analyst);
  const alertId = uuid();
  await db().alert.create({
    data: {
      id: alertId,
      source: 'generic',
      sourceRef: alertId,
      title: rule,
      rule,
      severity: 3,
      occurredAt: openedAt,
      entities: [],
      techniques: [],
      raw: {},
    },
  });
  await db().investigationAlert.create({ data: { investigationId: id, alertId } });
  await db().investigation.update({
    where: { id },
    data: { proposedClassification: proposed, proposedBy: 'A model', classification, assessment: 'set', openedAt },
  });
  return id;
}

async function coached(investigationId: string, instruction: string, coaching: string | null = null) {
  await db().run.create({
    data: {
      id: uuid(),
      investigationId,
      kind: 'coach',
      status: 'succeeded',
      instruction,
      coaching,
      model: 'm',
      requestedById: analyst.id ?? '',
    },
  });
}

async function rejected(investigationId: string, section: string) {
  const baseMarkdown = `# Case\n\n## ${section}\n\nOne.\n\nTwo.\n`;
  const hunk = (id: string, start: number) => ({ id, status: 'rejected', start, removed: 1, from: start, added: 1 });
  await db().proposal.create({
    data: {
      id: uuid(),
      investigationId,
      runId: uuid(),
      baseVersion: 1,
      baseMarkdown,
      markdown: baseMarkdown,
      hunks: [hunk('a', 4), hunk('b', 6), { ...hunk('c', 6), status: 'accepted' }],
    },
  });
}

const kinds = async (days = 90) =>
  (await listCorrections(analyst, { days })).map(({ kind, subject, cases, times }) => ({
    kind,
    subject,
    cases,
    times,
  }));

describe('corrections', () => {
  it('are what people changed in two cases at least, of the days that are asked for', async () => {
    for (const rule of ['Key created', 'Key created', 'Bucket read']) await decided(rule, 'MALICIOUS', 'BENIGN');
    await decided('Key created', 'BENIGN', 'BENIGN');
    await decided('Bucket read', 'MALICIOUS', 'BENIGN', new Date(Date.now() - 40 * 86_400_000));
    expect(await kinds(30)).toEqual([{ kind: 'verdict', subject: 'Key created', cases: 2, times: 2 }]);
    expect((await kinds()).map(({ subject }) => subject).sort()).toEqual(['Bucket read', 'Key created']);
  });

  it('find the same wish in other words, and leave out what a button says', async () => {
    const [one, two] = [await decided('A', 'BENIGN', 'BENIGN'), await decided('B', 'BENIGN', 'BENIGN')];
    await coached(one, 'Check whether eva@corp.test used the VPN from 203.0.113.7 before.');
    await coached(two, 'Did bob use the VPN before? Check please.');
    await coached(two, 'Who approved the change ticket?');
    for (const id of [one, two]) await coached(id, 'Complete the timeline.', 'coach-3-timeline');
    const [found, ...rest] = await listCorrections(analyst);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ kind: 'coaching', cases: 2, subject: 'Did bob use the VPN before? Check please.' });
  });

  it('count rejected changes by section, and overridden errors by check', async () => {
    const ids = [await decided('A', 'BENIGN', 'BENIGN'), await decided('B', 'BENIGN', 'BENIGN')];
    for (const id of ids) await rejected(id, 'Recommendations');
    expect(await kinds()).toEqual([{ kind: 'rejection', subject: 'Recommendations', cases: 2, times: 4 }]);
    for (const investigationId of ids) {
      const revisionId = uuid();
      await db().revision.create({
        data: {
          id: revisionId,
          investigationId,
          number: 1,
          markdown: '#',
          authorId: analyst.id ?? '',
          contentHash: 'x',
          draftVersion: 1,
        },
      });
      await db().review.create({
        data: {
          id: uuid(),
          investigationId,
          revisionId,
          status: 'approved',
          submittedById: analyst.id ?? '',
          decidedAt: new Date(),
          overrides: [{ key: 'k', rule: 'total', line: 3, message: 'm', reason: 'Counted by hand.' }],
        },
      });
    }
    const found = (await listCorrections(analyst)).find(({ kind }) => kind === 'override');
    expect(found).toMatchObject({ subject: 'total', cases: 2, times: 2, words: ['Counted by hand.'] });
    const draft = await draftChange(analyst, found?.id ?? '');
    expect(draft).toMatchObject({ path: 'CLAUDE.md' });
    expect(draft.text).toMatch(/## What reviewers keep allowing\n\n- The check “total” had 2 errors in 2 cases/);
  });
});

describe('a draft from a correction', () => {
  it('is a runbook of its own, or a line of the one that fits the rule, and can be used', async () => {
    for (const rule of ['Badge at night: door 4', 'Access key created']) {
      for (let count = 0; count < 2; count += 1) await decided(rule, 'MALICIOUS', 'BENIGN');
    }
    const found = await listCorrections(analyst);
    const drafts = await Promise.all(found.map(({ id }) => draftChange(analyst, id)));
    const [own, known] = ['runbooks/badge-at-night-door-4.md', 'Access key created'].map((wanted) =>
      drafts.find(({ path, correction }) => path === wanted || correction.subject === wanted),
    );
    expect(own?.text).toContain('## Decided before\n\n- People set BENIGN in 2 cases (');
    expect(known?.path).toMatch(/^runbooks\/.*key.*\.md$/);
    expect(known?.text).toMatch(/## Decided before\n\n- People set BENIGN in 2 cases .*How to tell: \n$/);
    for (const draft of [own, known]) expect(await checkFile(draft?.path ?? '', draft?.text ?? '')).toEqual([]);
  });

  it('is a button for coaching, whatever its words are', async () => {
    const words = 'Was "this: change" # announced in the ticket system?\nName the ticket.';
    for (const rule of ['A', 'B']) await coached(await decided(rule, 'BENIGN', 'BENIGN'), words);
    const [found] = await listCorrections(analyst);
    const { path, text } = await draftChange(analyst, found?.id ?? '');
    expect(path).toMatch(/^\.claude\/commands\/coach-was-this-change.*\.md$/);
    expect(text).toContain('Name the ticket.');
    expect(await checkFile(path, text)).toEqual([]);
  });

  it('is refused for what is no correction any more', async () => {
    await expect(draftChange(analyst, 'nothing')).rejects.toMatchObject({ code: 'not_found' });
    await expect(listCorrections(analyst, { days: 0 })).rejects.toThrow();
  });
});

describe('similar texts', () => {
  it('are those that ask for the same thing, not those that share a name', () => {
    const texts = [
      'Look at the data transfer volumes of this user',
      'please check data transfer volumes for user bob',
      'Is the user an administrator?',
      'Is eva on the on-call rota?',
      'Check the on-call rota for bob',
    ];
    const [a, b, c, d, e] = similarTexts(texts);
    expect(a).toBe(b);
    expect(d).toBe(e);
    expect(new Set([a, c, d]).size).toBe(3);
  });
});
