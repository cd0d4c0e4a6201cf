import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import type { AppError } from '../errors/app-error';
import { closeQueue } from '../jobs/queue';
import { addComment, discardComment, resolveThread, sendComments } from './add-comment';
import { applySuggestion } from './apply-suggestion';
import { blameRevision } from './blame';
import { decideReview } from './decide-review';
import { getReview } from './get-review';
import { countWaiting, listReviews } from './list-reviews';
import { setPolicy } from './policy';
import { requestReviewers } from './request-reviewers';
import { submitReview } from './submit-review';
import { suggestionBlock, suggestionIn, suggestionInWords } from './suggestion';
import { editDraft, overrideAll, readyReport, testInvestigation } from './testing';

testDatabase();
afterAll(closeQueue);
let author: Actor;
let reviewer: Actor;
let lead: Actor;
beforeAll(async () => {
  [author, reviewer, lead] = await Promise.all([testActor('analyst'), testActor('reviewer'), testActor('lead')]);
});

const submitted = async (markdown = readyReport()) => {
  const investigation = await testInvestigation(author, markdown);
  return { investigation, markdown, review: await submitReview(author, investigation.id) };
};
const lineOf = (markdown: string, words: string): number =>
  markdown.split('\n').findIndex((line) => line.includes(words)) + 1;

describe('threads', () => {
  it('follow their line to the next revision; a line that is gone makes them outdated', async () => {
    const { investigation, markdown, review } = await submitted();
    const stays = await addComment(reviewer, review.id, { body: 'Who?', line: lineOf(markdown, 'about it: Timeline') });
    await addComment(author, review.id, { body: 'Me.', parent: stays.id });
    await addComment(reviewer, review.id, { body: 'Why?', line: lineOf(markdown, 'about it: Recommendations') });
    const next = markdown
      .replace('\n## Executive', '\nOne line more.\n\n## Executive')
      .replace('about it: Recommendations', 'new about them');
    await editDraft(author, investigation.id, next);
    const second = await submitReview(author, investigation.id);
    const { threads } = await getReview(author, second.id);
    expect(threads).toMatchObject([
      { line: lineOf(next, 'about it: Timeline'), outdated: false, comments: [{ body: 'Who?' }, { body: 'Me.' }] },
      { line: null, outdated: true, quote: 'What is to say about it: Recommendations.', revision: 1 },
    ]);
    // An answer in the newer review belongs to the same thread.
    await addComment(reviewer, second.id, { body: 'Thanks', parent: stays.id });
    await resolveThread(reviewer, second.id, stays.id, { resolved: true });
    const [thread] = (await getReview(author, second.id)).threads;
    expect(thread).toMatchObject({ resolved: { by: { name: reviewer.name } } });
    expect(thread?.comments).toHaveLength(3);
    await expect(resolveThread(author, second.id, second.id, { resolved: true })).rejects.toMatchObject({
      code: 'not_found',
    });
    const other = await submitted();
    await expect(addComment(author, other.review.id, { body: 'x', parent: stays.id })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('a kept comment is its author’s alone until the decision sends it', async () => {
    const { review } = await submitted();
    const kept = await addComment(reviewer, review.id, { body: 'First thought', line: 3, pending: true });
    const gone = await addComment(reviewer, review.id, { body: 'Never mind', pending: true });
    expect((await getReview(author, review.id)).threads).toEqual([]);
    await expect(addComment(author, review.id, { body: 'x', parent: kept.id })).rejects.toThrow('no such thread');
    await expect(discardComment(author, review.id, gone.id)).rejects.toMatchObject({ code: 'not_found' });
    await discardComment(reviewer, review.id, gone.id);
    expect((await getReview(reviewer, review.id)).threads).toMatchObject([{ comments: [{ pending: true }] }]);
    await decideReview(reviewer, review.id, { decision: 'request_changes', revision: review.revision.id });
    expect((await getReview(author, review.id)).threads).toMatchObject([{ line: 3, comments: [{ pending: false }] }]);
    await addComment(lead, review.id, { body: 'Me too', pending: true });
    expect(await sendComments(lead, review.id)).toEqual({ sent: 1 });
  });
});

describe('suggestions', () => {
  it('are read from their block, whatever is in it', () => {
    for (const text of ['a', '', 'two\nlines', '```sql\nSELECT 1\n```']) {
      expect(suggestionIn(`Better:\n\n${suggestionBlock(text)}\nso.`)).toBe(text);
    }
    expect(suggestionIn('```\nplain\n```')).toBeNull();
  });

  it('are named in plain text, also where that is cut', () => {
    expect(suggestionInWords(`Better:\n${suggestionBlock('```\na')}\nso.`)).toBe(
      'Better:\nSuggested change: ```\na\nso.',
    );
    expect(suggestionInWords(suggestionBlock(''))).toBe('Suggested change: remove it.');
    expect(suggestionInWords('No.\n```suggestion\nhalf of')).toBe('No.\nSuggested change: half of');
    expect(suggestionInWords('```\nplain\n```')).toBe('```\nplain\n```');
  });

  it('go into the draft at the version that was read, once', async () => {
    const { investigation, markdown, review } = await submitted();
    const line = lineOf(markdown, 'about it: Timeline');
    const made = await addComment(reviewer, review.id, { body: suggestionBlock('Said better.'), line });
    const plain = await addComment(reviewer, review.id, { body: 'No suggestion', line });
    const version = await editDraft(
      author,
      investigation.id,
      markdown.replace('## Executive', 'More.\n\n## Executive'),
    );
    await expect(applySuggestion(author, review.id, made.id, { version: 1 })).rejects.toMatchObject({
      code: 'stale_version',
    });
    await expect(applySuggestion(author, review.id, plain.id, { version })).rejects.toMatchObject({
      code: 'bad_request',
    });
    const draft = await applySuggestion(author, review.id, made.id, { version });
    expect(draft.markdown).toContain('## Timeline\n\nSaid better.\n\n## Investigation');
    expect((await getReview(author, review.id)).threads[0]).toMatchObject({
      applied: expect.any(String),
      resolved: { by: { name: author.name } },
    });
    await expect(applySuggestion(author, review.id, made.id, { version: draft.version })).rejects.toMatchObject({
      code: 'conflict',
    });
    // The line that it was made for is not there any more: both forms are answered, and the draft stays.
    const late = await addComment(reviewer, review.id, { body: suggestionBlock('Said otherwise.'), line });
    await expect(applySuggestion(author, review.id, late.id, { version: draft.version })).rejects.toMatchObject({
      code: 'stale_version',
      data: {
        current: { version: draft.version },
        merged: expect.stringMatching(/<{7} suggested by .*\nSaid otherwise\.\n={7}\nSaid better\.\n>{7} the draft/),
        conflicts: 1,
      },
    });
    expect((await readDraft(author, investigation.id)).markdown).toBe(draft.markdown);
    await expect(
      applySuggestion({ ...author, role: 'none' as never }, review.id, made.id, { version: draft.version }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('merged with the draft by a person go in with the thread’s settling, both or neither', async () => {
    const { investigation, markdown, review } = await submitted();
    const line = lineOf(markdown, 'about it: Timeline');
    const suggest = (text: string) => addComment(reviewer, review.id, { body: suggestionBlock(text), line });
    const [made, late] = [await suggest('Said better.'), await suggest('Said otherwise.')];
    const version = await editDraft(author, investigation.id, markdown.replace('about it: Timeline', 'of the times'));
    const threads = async () => (await getReview(author, review.id)).threads;
    const take = (who: Actor, text: string, at = version) =>
      applySuggestion(who, review.id, made.id, { version: at, markdown: text });

    const own = markdown.replace('What is to say about it: Timeline.', 'Said better of the times.');
    await expect(take({ ...author, role: 'none' as never }, own)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(take(author, 'A NUL \0 in it')).rejects.toMatchObject({ code: 'bad_request' });
    await expect(take(author, own, version - 1)).rejects.toMatchObject({
      code: 'stale_version',
      data: { conflicts: 1 },
    });
    expect((await threads()).map(({ applied, resolved }) => [applied, resolved])).toEqual([
      [null, null],
      [null, null],
    ]);

    // Of two people at the same moment one takes it.
    const both = await Promise.allSettled([take(author, own), take(lead, own)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const draft = await readDraft(author, investigation.id);
    expect(draft).toMatchObject({ markdown: own, version: version + 1 });
    // The draft kept as it is: settled, and not said to be taken.
    await applySuggestion(author, review.id, late.id, { version: draft.version, markdown: own });
    expect(await threads()).toMatchObject([
      { applied: expect.any(String), resolved: {} },
      { applied: null, resolved: { by: { name: author.name } } },
    ]);
    expect((await readDraft(author, investigation.id)).version).toBe(draft.version);
  });
});

describe('ranges of lines', () => {
  it('are commented and replaced as one, and outdated when a line of them is changed or parted', async () => {
    const markdown = readyReport({}, 'One.\nTwo.\nThree.');
    const { investigation, review } = await submitted(markdown);
    const line = lineOf(markdown, 'One.');
    for (const [bad, words] of [
      [{ line, lineEnd: line - 1 }, 'wrong way round'],
      [{ line, lineEnd: 10_000 }, 'no line 10000'],
      [{ lineEnd: line }, 'first line'],
    ] as const) {
      await expect(addComment(reviewer, review.id, { body: 'x', ...bad })).rejects.toThrow(words);
    }
    const whole = await addComment(reviewer, review.id, {
      body: suggestionBlock('All of it\nin two.'),
      line,
      lineEnd: line + 2,
    });
    await addComment(reviewer, review.id, { body: 'First two', line, lineEnd: line + 1 });
    const parted = markdown.replace('## Executive', 'Above.\n\n## Executive').replace('Two.\n', 'Two.\nBetween.\n');
    await editDraft(author, investigation.id, parted);
    const second = await submitReview(author, investigation.id);
    expect((await getReview(author, second.id)).threads).toMatchObject([
      { line: null, lineEnd: null, outdated: true, quote: 'One.\nTwo.\nThree.' },
      { line: line + 2, lineEnd: line + 3, outdated: false, quote: 'One.\nTwo.' },
    ]);
    const version = await editDraft(author, investigation.id, parted.replace('Between.\n', ''));
    const draft = await applySuggestion(author, review.id, whole.id, { version });
    expect(draft.markdown).toContain('Summary\n\nAll of it\nin two.\n\n## Hypo');
  });
});

describe('approvals', () => {
  it('are refused for errors in the checks, but for a reason that is kept', async () => {
    const { review, investigation } = await submitted(readyReport({}, 'There were 4711 calls.'));
    const request = { decision: 'approve', revision: review.revision.id } as const;
    await expect(decideReview(reviewer, review.id, request)).rejects.toMatchObject({
      code: 'unprocessable',
      data: { errors: [{ rule: 'evidence' }] },
    });
    await expect(decideReview(reviewer, review.id, { ...request, override: 'short' })).rejects.toThrow(
      '10 readable characters',
    );
    const override = 'Counted by hand in the console.';
    expect(await decideReview(reviewer, review.id, { ...request, override })).toMatchObject({
      status: 'approved',
      overrideReason: expect.stringContaining(override),
      overrides: [{ rule: 'evidence', message: expect.stringContaining('4711'), reason: override }],
    });
    const [entry] = await db().auditEntry.findMany({
      where: { verb: 'reviews.approve', subjectId: investigation.id },
    });
    expect(entry?.data).toMatchObject({
      override: expect.stringMatching(/^Counted by hand in the console\. \(line \d+ evidence\)$/),
      overridden: [
        { key: expect.stringContaining('evidence:'), message: expect.stringContaining('4711'), reason: override },
      ],
    });
  });

  it('need a reason for each of several errors, named one by one', async () => {
    const many = [4711, 4712, 4713].map((count) => `There were ${count} calls.`).join('\n\n');
    const { review, investigation } = await submitted(readyReport({}, many));
    const request = { decision: 'approve', revision: review.revision.id } as const;
    const reason = 'Counted by hand in the console.';
    const refusal = await decideReview(reviewer, review.id, { ...request, override: reason }).then(
      () => null,
      (thrown: unknown) => thrown as AppError,
    );
    const { errors } = (refusal?.data ?? {}) as { errors: { key: string }[] }; // what a refusal carries
    const keys = errors.map(({ key }) => key);
    const [first = '', ...rest] = keys;
    expect(rest).toHaveLength(2);
    const overrides = keys.map((key, at) => ({ finding: key, reason: `${reason} Window ${at + 1}.` }));
    await expect(
      decideReview(reviewer, review.id, { ...request, overrides: overrides.slice(1) }),
    ).rejects.toMatchObject({ data: { errors: [{ key: first }] } });
    await expect(
      decideReview(reviewer, review.id, { ...request, overrides: [{ finding: 'evidence:x:1:1', reason }] }),
    ).rejects.toMatchObject({ reason: 'unknown_finding' });
    await expect(decideReview(author, review.id, { ...request, overrides })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await decideReview(reviewer, review.id, { ...request, overrides })).toMatchObject({
      status: 'approved',
      overrides: overrides.map(({ finding, reason: said }) => ({ key: finding, reason: said })),
    });
    const [entry] = await db().auditEntry.findMany({
      where: { verb: 'reviews.approve', subjectId: investigation.id },
    });
    const { overridden } = (entry?.data ?? {}) as { overridden: { key: string; reason: string }[] }; // as decide-review writes it
    expect(overridden.map((one) => [one.key, one.reason])).toEqual(overrides.map((one) => [one.finding, one.reason]));
  });

  it('are refused for one sentence that passes several errors, as one reason or again and again', async () => {
    const many = [4711, 4712, 4713, 4714].map((count) => `There were ${count} calls.`).join('\n\n');
    const { review } = await submitted(readyReport({}, many));
    const request = { decision: 'approve', revision: review.revision.id } as const;
    const all = await overrideAll(review.id);
    expect(all).toHaveLength(4);
    const reason = 'Counted by hand in the console.';
    for (const overrides of [
      [{ findings: all.flatMap(({ findings }) => findings), reason }],
      all.map(({ findings }) => ({ findings, reason })),
      all.map(({ findings }, at) => ({ findings, reason: at % 2 === 0 ? reason : `${reason.toUpperCase()}!` })),
    ])
      await expect(decideReview(reviewer, review.id, { ...request, overrides })).rejects.toMatchObject({
        reason: 'override_too_broad',
      });
    expect((await getReview(author, review.id)).status).toBe('open');
    expect(await decideReview(reviewer, review.id, { ...request, overrides: all })).toMatchObject({
      status: 'approved',
    });
  });

  it('may give one reason to the errors of the same name', async () => {
    const twice = 'The host is 203[.]0[.]113[.]77.\n\nAgain it was 203[.]0[.]113[.]77.';
    const { review } = await submitted(readyReport({}, twice));
    const [group, ...others] = await overrideAll(review.id);
    expect(others).toEqual([]);
    expect(group?.findings.length).toBe(2);
    const request = { decision: 'approve', revision: review.revision.id, override: 'Our own test range.' } as const;
    const { overrides } = await decideReview(reviewer, review.id, request);
    expect(overrides.map(({ reason }) => reason)).toEqual(Array(2).fill('Our own test range.'));
  });

  it.each([
    ['blank', '          \n          '],
    ['zero-width', '\u200b'.repeat(20)],
    ['Hangul fillers', '\u3164'.repeat(20)],
    ['Braille blanks', '\u2800'.repeat(20)],
    ['tags and selectors', '\u{e0041}\ufe0f'.repeat(10)],
    ['a short word in joiners', `ok${'\u200d'.repeat(20)}`],
    ['accents without a letter', '\u0301'.repeat(20)],
  ])('are not overridden by a reason that nobody can read: %s', async (_, override) => {
    const { review, investigation } = await submitted(readyReport({}, 'There were 4711 calls.'));
    const request = { decision: 'approve', revision: review.revision.id, override } as const;
    await expect(decideReview(reviewer, review.id, request)).rejects.toThrow(/readable/);
    expect((await getReview(author, review.id)).status).toBe('open');
    expect(
      await db().outbox.count({ where: { payload: { path: ['investigationId'], equals: investigation.id } } }),
    ).toBe(0);
  });

  it.each([
    ['a comment in the front matter', (text: string) => text.replace('\nstatus:', '\n# reviewed by nobody\nstatus:')],
    ['a comment after a value', (text: string) => text.replace('confidence: 90', 'confidence: 90 # was 10')],
    [
      'the order of the front matter',
      (text: string) => text.replace(/(confidence: 90\n)([^\0]*?)(model: null\n)/, '$3$2$1'),
    ],
    [
      'quotes around a value',
      (text: string) => text.replace('classification: SUSPICIOUS', 'classification: "SUSPICIOUS"'),
    ],
    ['other line breaks', (text: string) => text.replace('A deployment key was used', 'A deployment key\nwas used')],
    ['a blank at a line’s end', (text: string) => text.replace('as planned.', 'as planned. ')],
    ['an HTML comment', (text: string) => text.replace('as planned.', 'as planned.<!-- -->')],
    ['an unused link definition', (text: string) => `${text}\n[x]: https://example.test\n`],
    ['another list or heading mark', (text: string) => text.replace('## Timeline', '## Timeline ##')],
    ['an invisible character', (text: string) => text.replace('planned', 'plan\u200bned')],
    ['a word', (text: string) => text.replace('planned', 'planed')],
  ])('are of the exact text: %s needs a review of its own', async (_, change) => {
    const { review, investigation, markdown } = await submitted();
    await decideReview(reviewer, review.id, { decision: 'approve', revision: review.revision.id });
    const changed = change(markdown);
    expect(changed).not.toBe(markdown);
    await editDraft(author, investigation.id, changed);
    const second = await submitReview(author, investigation.id);
    expect(await getReview(author, second.id)).toMatchObject({ status: 'open', approvals: { given: [], needed: 1 } });
    const orders = await db().outbox.findMany({
      where: { payload: { path: ['investigationId'], equals: investigation.id } },
    });
    expect(orders.map(({ payload }) => payload)).toMatchObject([{ revisionId: review.revision.id }]);
  });

  it('two for MALICIOUS when a lead wants it, by two people; a changed text voids the first', async () => {
    await expect(setPolicy(reviewer, { twoForMalicious: true })).rejects.toMatchObject({ code: 'forbidden' });
    await setPolicy(lead, { twoForMalicious: true });
    const { review, investigation, markdown } = await submitted(readyReport({ classification: 'MALICIOUS' }));
    const approve = { decision: 'approve', revision: review.revision.id } as const;
    expect(await decideReview(reviewer, review.id, approve)).toMatchObject({
      status: 'open',
      decision: { allowed: false },
      approvals: { needed: 2, given: [{ by: { name: reviewer.name } }] },
    });
    await expect(decideReview(reviewer, review.id, approve)).rejects.toMatchObject({ code: 'conflict' });
    await editDraft(author, investigation.id, markdown.replace('as planned', 'unplanned'));
    const second = await submitReview(author, investigation.id);
    expect((await getReview(lead, second.id)).approvals.given).toEqual([]);
    const again = { decision: 'approve', revision: second.revision.id } as const;
    await decideReview(reviewer, second.id, again);
    expect((await decideReview(lead, second.id, again)).status).toBe('approved');
    await setPolicy(lead, { twoForMalicious: false });
  });
});

it('asked reviewers see it waiting; who wrote in it or may not decide can’t be asked', async () => {
  const { review, investigation } = await submitted();
  const writing = await testActor('reviewer');
  await editDraft(writing, investigation.id, readyReport({}, 'By somebody else.'));
  const second = await submitReview(author, investigation.id);
  const before = await countWaiting(reviewer);
  const authorBefore = await countWaiting(author);
  await expect(requestReviewers(author, second.id, { users: [writing.id ?? ''] })).rejects.toThrow(
    'edited this report',
  );
  await expect(requestReviewers(author, second.id, { users: [author.id ?? ''] })).rejects.toMatchObject({
    code: 'unprocessable',
  });
  await expect(requestReviewers(author, review.id, { users: [] })).rejects.toMatchObject({ code: 'conflict' });
  const detail = await requestReviewers(author, second.id, { users: [lead.id ?? ''] });
  expect(detail.requested).toEqual([{ id: lead.id, name: lead.name }]);
  expect(await countWaiting(reviewer)).toBe(before - 1);
  expect((await listReviews(lead, { waiting: 'me' })).items.map(({ id }) => id)).toContain(second.id);
  expect((await listReviews(reviewer, { waiting: 'me' })).items.map(({ id }) => id)).not.toContain(second.id);
  // The author's own review is nothing that waits for the author.
  expect(await countWaiting(author)).toBe(authorBefore);
});

it('blame names who wrote each line, and a model’s words as a model’s', async () => {
  const investigation = await testInvestigation(author);
  const run = await db().run.create({
    data: {
      id: crypto.randomUUID(),
      investigationId: investigation.id,
      kind: 'coach',
      model: 'some-model',
      modelLabel: 'some-model',
      status: 'succeeded',
      requestedById: author.id ?? '',
    },
  });
  const offered = readyReport().replace('about it: Timeline', 'by the model');
  await db().proposal.create({
    data: {
      id: crypto.randomUUID(),
      investigationId: investigation.id,
      runId: run.id,
      baseVersion: 1,
      hunks: [],
      baseMarkdown: readyReport(),
      markdown: offered,
    },
  });
  const { version } = await saveDraft(author, investigation.id, { markdown: offered, version: 1 });
  const markdown = offered.replace('about it: Lessons', 'by hand: Lessons');
  await saveDraft(lead, investigation.id, { markdown, version });
  const review = await submitReview(author, investigation.id);
  const { items } = await blameRevision(author, investigation.id, review.revision.id);
  const at = (words: string) =>
    items.find(({ from, to }) => lineOf(markdown, words) >= from && lineOf(markdown, words) <= to);
  expect(at('by the model')).toMatchObject({ kind: 'model', model: 'some-model', by: author.name });
  expect(at('by hand')).toMatchObject({ kind: 'human', by: lead.name });
  expect(at('about it: Hypothesis')).toMatchObject({ kind: 'template' });
  expect(items.at(-1)?.to).toBe((await readDraft(author, investigation.id)).markdown.trimEnd().split('\n').length);
  await expect(blameRevision(author, investigation.id, review.id)).rejects.toMatchObject({ code: 'not_found' });
});
