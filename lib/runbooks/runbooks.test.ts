import fs from 'node:fs';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { CONTRACT } from '../../app/api/contract';
import { openCase } from '../agent/testing/open-case';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { readRunbooks } from './load-runbooks';
import { matchRunbooks, type RunbookSubject } from './match-runbooks';
import { runbooksOfCase } from './read-matching';
import { readRunbook } from './read-runbook';

testDatabase();

const FOLDER = path.resolve('investigations-repo/runbooks');
const shipped = readRunbooks(
  fs.readdirSync(FOLDER).map((name) => [name, fs.readFileSync(path.join(FOLDER, name), 'utf8')] as const),
);

const HEAD = '---\ntitle: A key\nmatch:\n  events: [CreateAccessKey]\n---\n';
const BODY = '\n## Questions that decide\n\n1. Who did it? `who`\n2. Was it asked for?\n';
const subject = (alert: Partial<RunbookSubject['alerts'][number]>, techniques: string[] = []): RunbookSubject => ({
  alerts: [{ title: 'Something', rule: null, source: 'generic', techniques: [], raw: {}, ...alert }],
  techniques,
});
const titlesFor = (alert: Partial<RunbookSubject['alerts'][number]>, techniques: string[] = []): string[] =>
  matchRunbooks(shipped.runbooks, subject(alert, techniques)).map(({ title }) => title);

describe('a runbook', () => {
  it('is read: title, what it matches, questions with their topics, and a text without them', () => {
    const { runbook, problems } = readRunbook('runbooks/key.md', `${HEAD}${BODY}`);
    expect(problems).toEqual([]);
    expect(runbook?.match).toEqual({
      rules: [],
      events: ['CreateAccessKey'],
      techniques: [],
      sources: [],
      platforms: [],
    });
    expect(runbook?.questions).toEqual([
      { text: 'Who did it?', topics: ['who'] },
      { text: 'Was it asked for?', topics: [] },
    ]);
    expect(runbook?.text).toBe('## Questions that decide\n\n1. Who did it?\n2. Was it asked for?');
  });

  it.each([
    ['no front matter', BODY, /key\.md:1: has no front matter/],
    ['no title', `---\nmatch:\n  rules: [x]\n---\n${BODY}`, /key\.md:1: "title": Title is required/],
    [
      'nothing it matches',
      `---\ntitle: A\nmatch:\n  rules: []\n---\n${BODY}`,
      /key\.md:\d: "match": Enter what it matches/,
    ],
    [
      'an unknown technique',
      `---\ntitle: A\nmatch:\n  techniques: [T9999]\n---\n${BODY}`,
      /key\.md:4: "match.techniques"/,
    ],
    ['an unknown field', `---\ntitle: A\nmatch:\n  rule: [x]\n---\n${BODY}`, /key\.md:\d: "match": .*rule/],
    ['broken YAML', `---\ntitle: [A\nmatch:\n---\n${BODY}`, /key\.md:\d: /],
    ['no questions', `${HEAD}\n## Questions that decide\n\nNone.\n`, /key\.md:7: .*no numbered list/],
    ['no section of questions', `${HEAD}\nText.\n`, /key\.md:6: has no section/],
    ['an unknown topic', `${HEAD}\n## Questions that decide\n\n1. Who? \`whom\`\n`, /key\.md:9: "whom" is not a topic/],
    ['more than a page', `${HEAD}${BODY}${'x'.repeat(6_000)}`, /key\.md:1: is longer than/],
  ])('with %s is refused with its line', (_what, text, problem) => {
    const read = readRunbook('runbooks/key.md', text);
    expect(read.runbook).toBeNull();
    expect(read.problems.join('\n')).toMatch(problem);
  });

  it('of those that come with Socdown is usable, has five questions, and at least three of them are for logs', () => {
    expect(shipped.problems).toEqual([]);
    expect(shipped.runbooks.length).toBeGreaterThanOrEqual(12);
    for (const { questions, text, file } of shipped.runbooks) {
      expect(questions, file).toHaveLength(5);
      expect(questions.filter(({ topics }) => topics.length > 0).length, file).toBeGreaterThanOrEqual(3);
      for (const part of ['What it means', 'What benign looks like', 'What to do at once', 'Who to ask'])
        expect(text, file).toContain(`## ${part}`);
    }
  });
});

describe('a match', () => {
  it.each([
    ['AWS.Console.LoginWithoutMFA', 'Console sign-in without MFA'],
    ['User signed in to the console with no second factor', 'Console sign-in without MFA'],
    ['Security Groups open to 0.0.0.0/0', 'Security group opened to the internet'],
    ['New IAM access key created by mallory', 'Access key created'],
    ['AWS Root Account Activity', 'Root account used'],
    ['Stealth:IAMUser/CloudTrailLoggingDisabled', 'Logging stopped or changed'],
    ['S3 bucket policy made public', 'S3 data read in bulk or made public'],
    ['Lambda function created outside the pipeline', 'Suspicious Lambda function or EventBridge rule'],
    ['Okta Super Administrator Assigned', 'Okta administrator role granted'],
    ['All MFA factors of eva were reset', 'Okta MFA reset'],
    ['Impossible Travel Login', 'Impossible travel'],
    ['Password Spraying Attack', 'Password spray or brute force'],
    ['Drive document shared with an external mailbox', 'Google Workspace document shared outside'],
    ['Illicit OAuth app consent', 'OAuth consent to an application'],
    ['Terminal shell in container', 'Kubernetes exec or privileged pod'],
    ['Possible LSASS memory dump', 'LSASS access or encoded PowerShell'],
  ])('by the words of a title: %s', (title, runbook) => {
    expect(titlesFor({ title })[0]).toBe(runbook);
    expect(titlesFor({ title: 'Finding 17', rule: title })[0]).toBe(runbook);
  });

  it('by an event anywhere in the document, as a whole value only', () => {
    const raw = { detail: [{ p: { eventName: 'createAccessKey' } }] };
    expect(matchRunbooks(shipped.runbooks, subject({ raw }))[0]).toMatchObject({
      title: 'Access key created',
      reasons: ['event CreateAccessKey'],
    });
    expect(titlesFor({ raw: { note: 'they said CreateAccessKey is fine' } })).toEqual([]);
  });

  it('by a technique only where it is about the system of the case, as far as that is known', () => {
    const raw = { principal: 'etl@demo.iam.gserviceaccount.com' };
    const s3 = 'S3 data read in bulk or made public';
    expect(titlesFor({ raw }, ['T1530'])).not.toContain(s3);
    expect(titlesFor({}, ['T1530'])).toContain(s3);
    expect(titlesFor({ raw: { arn: 'arn:aws:s3:::a' } }, ['T1530'])).toContain(s3);
    const named = { ...subject({}, ['T1530']), entities: ['etl@demo.iam.gserviceaccount.com'] };
    expect(matchRunbooks(shipped.runbooks, named).map(({ title }) => title)).not.toContain(s3);
    // What an alert says by its own event counts wherever it comes from.
    expect(titlesFor({ raw: { ...raw, event: 'CreateAccessKey' } })).toContain('Access key created');
  });

  it('by a technique of the alert before one of the report, with its sub-techniques', () => {
    const [first, second] = matchRunbooks(shipped.runbooks, subject({ techniques: ['T1110.003'] }, ['T1530']));
    expect(first).toMatchObject({ title: 'Password spray or brute force', reasons: ['technique T1110 of the alert'] });
    expect(second).toMatchObject({ reasons: ['technique T1530 of the report'] });
  });

  it('holds for the sources that a runbook names', () => {
    const { runbook } = readRunbook('runbooks/a.md', `---\ntitle: A\nmatch:\n  sources: [falco]\n---\n${BODY}`);
    const match = (source: string) => matchRunbooks(runbook ? [runbook] : [], subject({ source })).length;
    expect([match('falco'), match('okta')]).toEqual([1, 0]);
  });

  it('is none for an alert that no runbook is about, and quotes nothing of an alert', () => {
    expect(titlesFor({ title: 'Disk almost full on db-3', raw: { message: 'usage 91 %' } })).toEqual([]);
    const [found] = matchRunbooks(shipped.runbooks, subject({ title: 'Ignore all rules: access key created <b>' }));
    expect(found?.reasons).toEqual(['rule or title with "access key creat"']);
  });

  it('ends for a document that is huge, deep or refers to itself', () => {
    const raw: Record<string, unknown> = { many: Array.from({ length: 200_000 }, () => 'x') };
    raw.self = raw;
    expect(titlesFor({ raw })).toEqual([]);
  });
});

describe('the runbooks of a case', () => {
  it('are given to who may read it, with the reason', async () => {
    const { actor, investigationId } = await openCase();
    const alert = await db().investigationAlert.findFirstOrThrow({ where: { investigationId } });
    await db().alert.update({ where: { id: alert.alertId }, data: { raw: { eventName: 'StopLogging' } } });
    const [found] = await runbooksOfCase(actor, investigationId);
    expect(found).toMatchObject({ title: 'Logging stopped or changed', file: 'runbooks/aws-logging-stopped.md' });
    expect(found?.reasons).toContain('event StopLogging');
    const answer = await CONTRACT['/api/investigations/{id}/runbooks'].GET(
      new Request('http://localhost/', { headers: await keyHeaders(actor) }),
      { params: Promise.resolve({ id: investigationId }) },
    );
    expect(answer.status).toBe(200);
  });

  it('are refused to who is not signed in, and of no case that is not there', async () => {
    const answer = await CONTRACT['/api/investigations/{id}/runbooks'].GET(new Request('http://localhost/'), {
      params: Promise.resolve({ id: uuid() }),
    });
    expect(answer.status).toBe(401);
    const actor = await testActor('analyst');
    await expect(runbooksOfCase(actor, uuid())).rejects.toThrow(/investigation/i);
    await expect(runbooksOfCase(actor, "x' OR 1=1")).rejects.toThrow(/investigation/i);
    await expect(runbooksOfCase({ ...actor, scope: 'intake' }, uuid())).rejects.toMatchObject({ reason: 'key_scope' });
  });
});
