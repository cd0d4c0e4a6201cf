import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { SYSTEM } from '../auth/guard';
import { patchFrontMatter, writeSection } from '../report/report';
import { SECTIONS, type SectionName } from '../report/schema';
import { newReport } from '../report/template';
import { wordCount } from './report/parts';
import { DEPLOYER, deployerCall, deployerLog, readRecords, TODAY } from './testing/deployer-log';
import { type Draft, findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SAMPLES = path.join(ROOT, 'fixtures', 'real-logs');
const CLOUD = path.join(SAMPLES, 'cloudtrail-invictus-part1', 'events.masked.jsonl');
const OKTA = path.join(SAMPLES, 'panther-okta-admin-takeover', 'okta.jsonl');

const { toolbox, logs } = testLogs();

const place = (lines: readonly (object | string)[]): Promise<void> => logs.replace(toolbox, lines);
const linesOf = (file: string): string[] => fs.readFileSync(file, 'utf8').trim().split('\n');
const user = (value: string) => ({ kind: 'user', value }) as const;
const today = new Date(TODAY + 60_000).toISOString();

function expectSound(draft: Draft): void {
  expect(Object.keys(draft.sections)).toEqual([...SECTIONS]);
  expect(draft.receipts.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
  expect(draft.sections['Investigation Process']).toContain('built-in analyst: rules, no language model');
  const [paragraph = ''] = (draft.sections['Executive Summary'] ?? '').split('*Key findings*');
  expect(wordCount(paragraph)).toBeLessThanOrEqual(110);
  expect(wordCount(draft.markdown)).toBeLessThanOrEqual(2500);
  expect(timesOf(draft).length).toBeLessThanOrEqual(40);
  expect(draft.markdown).not.toMatch(/SELECT|rule points|\(= ?\d/);
}

/** Offsets of the words in the text, which must be there and in this order. */
function expectInOrder(text: string, words: string[]): void {
  const offsets = words.map((word) => text.indexOf(word));
  expect(offsets).not.toContain(-1);
  expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
}

const timesOf = (draft: Draft): string[] =>
  [...(draft.sections.Timeline ?? '').matchAll(/^\| (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/gm)].map(
    (match) => match[1] ?? '',
  );

describe('an attack inside ordinary work', () => {
  let draft: Draft;
  beforeAll(async () => {
    await place(linesOf(CLOUD));
    draft = await investigateLogs(toolbox, logs, { at: '2023-07-10T11:57:51Z', entities: [user('bert-jan')] });
  }, 120_000);

  it('is MALICIOUS, in a report whose every number is in its cited evidence', () => {
    expect(draft.assessment.classification).toBe('MALICIOUS');
    expect(draft.assessment.techniques).toEqual(
      expect.arrayContaining(['T1552', 'T1555.006', 'T1562.008', 'T1666', 'T1651']),
    );
    expectSound(draft);
  });

  it('names credential access, tampering with the trail and denied attempts', () => {
    const summary = draft.sections['Executive Summary'] ?? '';
    for (const named of [
      '29 denied `GetPasswordData`',
      '`PutEventSelectors`',
      '3 failed `StopLogging`',
      '`DeleteFlowLogs`',
    ])
      expect(summary).toContain(named);
    expectInOrder(draft.sections.Timeline ?? '', [
      '29 × `GetPasswordData`',
      '`SendCommand`',
      '`GetSecretValue`',
      '`DeleteTrail`',
      '`PutEventSelectors`',
      '`PutBucketLifecycle`',
      '3 × `StopLogging`',
      '`LeaveOrganization`',
      '`DeleteFlowLogs`',
      '15 × `DescribeInstanceAttribute`',
    ]);
    const times = timesOf(draft);
    expect(times).toEqual([...times].sort());
    expect(draft.sections.Timeline).toContain('2023-07-10 11:54:47–11:54:50Z');
  });

  it('cites evidence on every row of the timeline', () => {
    const rows = (draft.sections.Timeline ?? '').split('\n').filter((line) => /^\| \d{4}/.test(line));
    expect(rows.filter((row) => !/\[E\d+\]/.test(row))).toEqual([]);
  });

  it('recommends what undoes it, with the key it concerns', () => {
    expect(draft.sections.Recommendations).toMatch(/Restore the event selectors.*\[E\d+\]/);
    expect(draft.sections.Recommendations).toContain('AKIATFQR7NSC8Q4X20BJ');
  });

  it('finds the instance credentials that left the instance', () => {
    expect(draft.sections['Executive Summary']).toMatch(/Credentials of an instance .*i-0dbc91f429e48eeed/);
  });
});

it('reads of settings without a baseline are not called an attack', async () => {
  await place(linesOf(CLOUD));
  const draft = await investigateLogs(toolbox, logs, { at: '2023-07-10T11:42:30Z', entities: [user('benjamin')] });
  expect(draft.assessment.classification).not.toBe('MALICIOUS');
  expect(draft.sections['Hypothesis Analysis']).toContain('Security check or exercise');
  expectSound(draft);
}, 120_000);

it('who is in no log is never BENIGN, and the report says so', async () => {
  await place(linesOf(CLOUD));
  const draft = await investigateLogs(toolbox, logs, { at: '2023-07-10T11:42:30Z', entities: [user('somebody-else')] });
  expect(draft.assessment).toMatchObject({ classification: 'SUSPICIOUS', confidence: 20 });
  expect(draft.sections['Executive Summary']).toMatch(/No searched source has an event about `somebody-else` \[E\d+\]/);
  expectSound(draft);
}, 120_000);

describe('a brute-force attempt, then an admin grant', () => {
  it.each(['2021-06-26T21:27:03Z', '2021-07-02T16:31:05Z', '2021-06-25T21:30:03Z'])(
    'is found from an alert at %s',
    async (at) => {
      await place(linesOf(OKTA));
      const draft = await investigateLogs(toolbox, logs, {
        at,
        entities: [{ kind: 'email', value: 'jack.naglieri@runpanther.io' }],
      });
      expect(draft.assessment.classification).toBe('MALICIOUS');
      for (const named of ['A brute-force attempt on', 'granted administrator rights', 'created an account'])
        expect(draft.sections['Executive Summary']).toContain(named);
      expectSound(draft);
    },
    120_000,
  );
});

describe('a deployer with a baseline', () => {
  const alert = {
    at: today,
    entities: [user(DEPLOYER.user), { kind: 'ip', value: DEPLOYER.ip } as const],
    title: 'IAM role created',
  };

  it('is BENIGN, with the reason named', async () => {
    await place(deployerLog(6));
    const draft = await investigateLogs(toolbox, logs, alert);
    expect(draft.assessment.classification).toBe('BENIGN');
    expect(draft.sections['Executive Summary']).toMatch(
      /Routine operation: as on 6 earlier days, from the same address `203\[\.\]0\[\.\]113\[\.\]50` and with the same tool; 98 of 98 events/,
    );
    expectSound(draft);
  }, 120_000);

  it.each([
    ['one StopLogging', deployerCall('cloudtrail.amazonaws.com', 'StopLogging', { name: 'main-trail' })],
    ['a key for another user', deployerCall('iam.amazonaws.com', 'CreateAccessKey', { userName: 'ceo' })],
    [
      'administrator rights',
      deployerCall('iam.amazonaws.com', 'AttachRolePolicy', {
        roleName: 'acme-platform-ec2-worker-role',
        policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
    ],
    [
      'a port open to the internet',
      deployerCall('ec2.amazonaws.com', 'AuthorizeSecurityGroupIngress', {
        groupId: 'sg-1',
        ipPermissions: { items: [{ ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
      }),
    ],
  ])(
    'is not BENIGN with %s among its calls',
    async (_, call) => {
      await place([...deployerLog(6), call]);
      const draft = await investigateLogs(toolbox, logs, alert);
      expect(draft.assessment.classification).not.toBe('BENIGN');
      expect(draft.sections.Timeline).toContain(`\`${call.eventName}\``);
      expectSound(draft);
    },
    120_000,
  );

  it('is not BENIGN from another address, without earlier days, or when the alert names an address that no log has', async () => {
    const moved = deployerLog(6).map((record, index) =>
      index < 98 ? { ...record, sourceIPAddress: '198.51.100.9' } : record,
    );
    await place(moved);
    expect(
      (await investigateLogs(toolbox, logs, { ...alert, entities: [user(DEPLOYER.user)] })).assessment.classification,
    ).not.toBe('BENIGN');
    await place(deployerLog(0));
    expect((await investigateLogs(toolbox, logs, alert)).assessment.classification).not.toBe('BENIGN');
    await place(deployerLog(6));
    const elsewhere = { ...alert, entities: [user(DEPLOYER.user), { kind: 'ip', value: '192.0.2.77' } as const] };
    expect((await investigateLogs(toolbox, logs, elsewhere)).assessment.classification).not.toBe('BENIGN');
  }, 180_000);

  it('is undecided, without a failed call, when the alert names nothing: alerts with the same title are shown, and prove nothing', async () => {
    const title = 'Account closure';
    await ingestAlerts(
      SYSTEM,
      'generic',
      JSON.stringify({ id: 'an-earlier-one', title, severity: 'high', time: today }),
    );
    const draft = await investigateLogs(toolbox, logs, { at: today, entities: [], title });
    expect(draft.assessment.classification).toBe('SUSPICIOUS');
    expect(draft.sections['Investigation Process']).toMatch(
      /Other alerts with the same title: Account closure \[E\d+\]/,
    );
    expectSound(draft);
  }, 120_000);
});

describe('the same evidence under other names', () => {
  const renamed = (text: string): string =>
    text
      .replaceAll('bert-jan', 'm.okafor')
      .replaceAll('deployer', 'ci-runner')
      .replaceAll('192.168.10.20', '198.51.100.23')
      .replaceAll(DEPLOYER.ip, '198.51.100.77')
      .replaceAll('acme-platform', 'blue')
      .replaceAll('Terraform', 'Shipyard')
      .replaceAll('HashiCorp', 'Boats')
      .replaceAll('aws-sdk-go-v2', 'some-client')
      .replace(/2023-07-(\d\d)T/g, (_, day: string) => `2025-03-${day}T`);
  const shuffled = (lines: string[]): string[] =>
    lines
      .map((line, index) => [((index + 1) * 7919) % 104_729, line] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, line]) => line);

  it('gets the same verdicts', async () => {
    await place(shuffled(linesOf(CLOUD).map(renamed)));
    const attack = await investigateLogs(toolbox, logs, { at: '2025-03-10T11:57:51Z', entities: [user('m.okafor')] });
    expect(attack.assessment.classification).toBe('MALICIOUS');
    expect(attack.sections['Executive Summary']).toContain('29 denied `GetPasswordData`');
    await place(shuffled(deployerLog(6).map((record) => renamed(JSON.stringify(record)))));
    const change = await investigateLogs(toolbox, logs, { at: renamed(today), entities: [user('ci-runner')] });
    expect(change.assessment.classification).toBe('BENIGN');
  }, 180_000);
});

describe('coaching', () => {
  it('does what it understands, and says when it does not', async () => {
    await place(linesOf(OKTA));
    const alert = {
      at: '2021-06-26T21:27:03Z',
      entities: [{ kind: 'email', value: 'jack.naglieri@runpanther.io' } as const],
    };
    const wider = await investigateLogs(toolbox, logs, alert, 'Please look at a wider window, before and after');
    expect(wider.sections['Investigation Process']).toContain('Widened the window');
    expectSound(wider);
    const unclear = await investigateLogs(toolbox, logs, alert, 'Mehr Details, bitte');
    expect(unclear.lastWords).toContain('no language model and could not tell what this asks for');
  }, 180_000);
});

describe('coaching of a report that is there', () => {
  const alert = {
    at: '2021-06-26T21:27:03Z',
    entities: [{ kind: 'email', value: 'jack.naglieri@runpanther.io' } as const],
  };

  it('adds what was asked for in small, proven edits, and leaves the rest alone', async () => {
    await place(linesOf(OKTA));
    const first = await investigateLogs(toolbox, logs, alert);
    const subject = { source: 'x', sourceRef: '1', title: 't', severity: 'high', occurredAt: alert.at } as const;
    const empty = newReport([{ ...subject, techniques: [], entities: [] }], 'a-b-c', new Date(alert.at));
    const whole = Object.entries(first.sections).reduce(
      (text, [name, section]) => writeSection(text, name as SectionName, section), // the writers' own names
      patchFrontMatter(empty, { classification: 'MALICIOUS' }),
    );
    const rows = whole.split('\n').filter((line) => /^\| 2021-/.test(line));
    const lost = rows[1] ?? '';
    const coached = (coaching: string, markdown = whole) =>
      investigateLogs(toolbox, logs, alert, 'as the file says', { markdown, coaching });

    const timeline = await coached('3-timeline', whole.replace(`${lost}\n`, ''));
    const [edit, ...further] = timeline.edits;
    expect(edit).toMatchObject({ name: 'report__add_timeline_rows' });
    expect(JSON.stringify(edit?.args)).toContain(JSON.stringify(lost.split(' | ')[2]).slice(1, -1));
    expect(further.every(({ name }) => name === 'report__add_to_section')).toBe(true);

    const others = await coached('6-others');
    expect(others.edits[0]?.args).toMatchObject({
      section: 'Technical Details',
      markdown: expect.stringMatching(/### Who else\n\nNobody else used the same addresses or keys \[E\d+\]/),
    });
    const refuted = await coached('4-refute');
    expect(refuted.edits[0]?.args.markdown).toContain('What nothing here refutes');
    for (const draft of [timeline, others, refuted]) {
      const text = draft.edits.map(({ args }) => args.markdown ?? '').join('\n\n');
      expect(findingsIn(text, draft)).toEqual([]);
    }
    // Asked again with the same answer, the report stays as it is.
    const text = others.edits[0]?.args.markdown as string;
    const again = await coached('6-others', whole.replace('## Threat Assessment', `${text}\n\n## Threat Assessment`));
    expect(again.edits).toEqual([]);
    expect(again.lastWords).toContain('No changes needed');
  }, 240_000);

  it('answers a question by what it can look up, and says that it can’t do more', async () => {
    await place(linesOf(OKTA));
    const answer = await investigateLogs(toolbox, logs, alert, 'Who is jack.naglieri@runpanther.io?', {
      kind: 'ask',
    });
    expect(answer.edits).toEqual([]);
    expect(answer.lastWords).toMatch(
      /no language model[\s\S]+jack\.naglieri@runpanther\.io` is in `\w+` as actor, login and identity: 17 events/,
    );
    expect(findingsIn(answer.lastWords, answer)).toEqual([]);
  }, 120_000);
});

describe('hostile text in logs', () => {
  it('can make no markup in the report', async () => {
    const evil =
      'x|y` <img src=http://a.b/c> [click](http://evil.test) ![i](http://evil.test/i.png)\n# Heading\u202Etxt.exe';
    const records = readRecords(path.join(ROOT, 'fixtures', 'terraform-run', 'run.jsonl'))
      .slice(0, 20)
      .map((record) => ({
        ...record,
        userAgent: evil,
        eventName: 'StopLogging',
        requestParameters: { name: evil },
        userIdentity: { ...record.userIdentity, arn: `arn:aws:iam::123837392027:user/${evil}`, userName: evil },
      }));
    await place(records);
    const draft = await investigateLogs(toolbox, logs, {
      at: '2023-07-10T11:54:40Z',
      entities: [{ kind: 'access_key', value: 'AKIATFQR7NSC8Q4X20BJ' }],
      title: evil,
    });
    const outside = draft.markdown.replace(/^(`{3,})[\s\S]*?^\1$/gm, '').replace(/`[^`\n]*`/g, '');
    expect(draft.assessment.classification).not.toBe('BENIGN');
    expect(outside).not.toMatch(/(?<!\\)<img|(?<!\\)\]\(|^# |https?:\/\/|\u202e/m);
    const widths = (draft.sections.Timeline ?? '')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split(/(?<!\\)\|/).length); // an escaped pipe ends no cell
    expect(new Set(widths)).toEqual(new Set([7]));
  }, 120_000);
});
