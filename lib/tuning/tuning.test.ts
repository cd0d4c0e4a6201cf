import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { flatten, matches } from '../analyst/sigma/match';
import { type DetectionRule, readRules } from '../analyst/sigma/rule';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { decideChange } from '../method/decide-change';
import { hashOf } from '../method/files';
import { proposeChange } from '../method/propose-change';
import { withExclusion } from './edit-detection';
import { readEffect } from './read-effect';
import { sharedValues } from './shared-values';
import { suggestExclusion } from './suggest-exclusion';

const file = (condition: string, more = '') => `# Kept as it is
title: Group opened
id: own-open
logsource:
  product: aws
detection:
  selection:
    eventName: AuthorizeSecurityGroupIngress
  filter_office:
    sourceIPAddress: 10.1.1.1
  condition: ${condition} # why
level: medium${more}
`;
const FILTER = [{ field: 'userIdentity.userName', values: ['deploy*r'] }];
const event = (userName: string) => ({
  eventSource: 'ec2.amazonaws.com',
  eventName: 'AuthorizeSecurityGroupIngress',
  sourceIPAddress: '203.0.113.9',
  userIdentity: { userName },
});
const fires = (text: string, userName: string): boolean =>
  matches(readRules(text, 'x.yml')[0] as DetectionRule, flatten(event(userName))); // the file has one detection

describe('an exclusion written into a detection', () => {
  it.each([
    'selection',
    'selection and not filter_office',
    'selection or filter_office',
    'selection and not 1 of filter_*',
    'selection and not all of filter_*',
    'any of them',
    '"selection"',
  ])('silences what it names and nothing else, for the condition %s', (condition) => {
    const before = file(condition);
    expect(fires(before, 'deploy*r')).toBe(true);
    const after = withExclusion(before, 'own-open', FILTER) ?? '';
    expect([fires(after, 'deploy*r'), fires(after, 'deployer'), fires(after, 'eva')]).toEqual([false, true, true]);
    // Lines that are not about it stay to the byte.
    const kept = new Set(after.split('\n'));
    expect(before.split('\n').filter((line) => !kept.has(line))).toEqual([`  condition: ${condition} # why`]);
  });

  it('goes into the rule that is meant, of several in a file, and into each of several conditions', () => {
    const two = `${file('selection', `\n---\n${file('selection').replace('own-open', 'other')}`)}`;
    const after = withExclusion(two, 'other', FILTER) ?? '';
    const rules = readRules(after, 'x.yml') as DetectionRule[]; // two detections
    expect(rules.map((rule) => matches(rule, flatten(event('deploy*r'))))).toEqual([true, false]);
    const list = file('selection').replace('selection # why', '[selection, filter_office]');
    expect(fires(withExclusion(list, 'own-open', FILTER) ?? '', 'deploy*r')).toBe(false);
  });

  it('is left to a person where the rule is written in braces, or is another one', () => {
    const braces = 'title: T\nid: own-open\nlogsource: {product: aws}\ndetection: {a: {b: c}, condition: a}\n';
    expect(withExclusion(braces, 'own-open', FILTER)).toBeNull();
    expect(withExclusion(file('selection'), 'nobody', FILTER)).toBeNull();
  });
});

describe('what benign closures share', () => {
  const read = (benign: object[], malicious: object[] = []) =>
    sharedValues(
      benign.map((one) => flatten(one)),
      malicious.map((one) => flatten(one)),
      {
        root: '',
        selected: new Set(['eventname']),
      },
    );
  const base = { eventName: 'X', awsRegion: 'eu-central-1', eventVersion: '1.08', userAgent: 'terraform' };

  it('is who, where from and on what, with a few values; never a region, an id or an agent alone', () => {
    const at = (userName: string, ip: string) => ({ ...base, userName, sourceIPAddress: ip });
    expect(read([at('a', '1.1.1.1'), at('a', '1.1.1.1'), at('b', '1.1.1.1'), at('b', '1.1.1.1')])).toEqual([
      { field: 'userName', values: ['a', 'b'] },
      { field: 'sourceIPAddress', values: ['1.1.1.1'] },
    ]);
    // Every closure is somebody else: only the agent is left, which anybody can claim to be.
    expect(read(['a', 'b', 'c', 'd'].map((user) => at(user, `${user}.example`)))).toEqual([]);
  });

  it('prefers what attacks do not have', () => {
    const benign = { userName: 'deploy', roleName: 'ci', hostName: 'build-1' };
    expect(read([benign, benign], [{ ...benign, roleName: 'admin' }])[0]).toEqual({
      field: 'roleName',
      values: ['ci'],
    });
  });
});

describe('of the alerts of a rule', () => {
  testDatabase();
  afterAll(closeQueue);
  let analyst: Actor;
  let reviewer: Actor;
  beforeAll(async () => {
    analyst = await testActor('analyst');
    reviewer = await testActor('reviewer');
  });
  let rule = '';
  beforeEach(() => {
    rule = `Group.Opened.${uuid()}`;
  });
  const DAY_MS = 86_400_000;
  const alert = (userName: string, disposition: string | null, daysAgo = 1) =>
    db().alert.create({
      data: {
        id: uuid(),
        source: 'panther',
        sourceRef: uuid(),
        title: `Group opened by ${userName}`,
        rule,
        severity: 3,
        status: disposition ? 'closed' : 'new',
        disposition,
        occurredAt: new Date(),
        receivedAt: new Date(Date.now() - daysAgo * DAY_MS),
        raw: {
          id: rule,
          alertContext: { ...event(userName), requestParameters: { groupId: 'sg-1', ipPermissions: { items: [] } } },
        },
      },
    });
  const several = async (...all: [string, string | null, number?][]) => {
    for (const one of all) await alert(...one);
  };

  it('an exclusion is suggested, proposed, shows its effect to the reviewer, and is approved', async () => {
    await several(['ci', 'benign'], ['ci', 'false_positive'], ['ci', 'benign'], ['eva', 'true_positive'], ['ci', null]);
    await alert('ci', 'benign', 100); // before the 90 days
    const { filter, detection, proposal, closures } = await suggestExclusion(analyst, { rule });
    expect(closures).toBe(3);
    expect(filter[0]).toEqual({ field: 'userIdentity.userName', values: ['ci'] });
    expect(detection).toMatchObject({ path: 'detections/aws.yml', fires: 3 });
    expect(proposal?.effect).toMatchObject({ alerts: 5, fired: 5, silenced: 4, added: 0 });
    const { file: read, text = '', note = '' } = proposal ?? {};
    const change = await proposeChange(analyst, {
      path: read?.path ?? '',
      text,
      base: read?.hash ?? '',
      note,
      alertRule: rule,
    });
    expect(change).toMatchObject({ problems: [], alertRule: rule });
    const effect = await readEffect(reviewer, change.id);
    expect(effect?.groups).toEqual([
      { group: 'true_positive', fired: 1, silenced: 0 },
      { group: 'open', fired: 1, silenced: 1 },
      { group: 'benign', fired: 2, silenced: 2 },
      { group: 'false_positive', fired: 1, silenced: 1 },
    ]);
    await decideChange(reviewer, change.id, { decision: 'approve', hash: hashOf(text) });
    // The detection that holds now doesn't fire on them any more.
    expect((await suggestExclusion(analyst, { rule })).proposal).toBeNull();
  });

  it('a true positive that it would silence is counted and comes first', async () => {
    await several(['dan', 'benign'], ['dan', 'benign'], ['dan', 'true_positive', 5], ['dan', 'benign']);
    const { proposal } = await suggestExclusion(analyst, { rule });
    expect(proposal?.effect.groups[0]).toEqual({ group: 'true_positive', fired: 1, silenced: 1 });
    expect(proposal?.effect.items[0]).toMatchObject({ group: 'true_positive', title: 'Group opened by dan' });
  });

  it('none is suggested from too few closures, from closures that share nothing, or for a rule that only its sender has', async () => {
    await several(['ci', 'benign'], ['ci', 'benign']);
    expect((await suggestExclusion(analyst, { rule })).reason).toMatch(/at least 3 .* There are 2\./);
    await several(['a', 'benign'], ['b', 'benign'], ['c', 'benign']);
    const { filter, reason } = await suggestExclusion(analyst, { rule });
    expect(filter.map(({ field }) => field)).not.toContain('userIdentity.userName');
    expect([reason, filter.length > 0]).not.toEqual([null, false]);
    rule = `Door.Opened.${uuid()}`;
    for (const n of [1, 2, 3])
      await db().alert.create({
        data: {
          id: uuid(),
          source: 'generic',
          sourceRef: uuid(),
          title: `Door ${n}`,
          rule,
          severity: 2,
          status: 'closed',
          disposition: 'benign',
          occurredAt: new Date(),
          raw: { user: 'porter', door: n },
        },
      });
    const own = await suggestExclusion(analyst, { rule });
    expect(own.filter).toEqual([{ field: 'user', values: ['porter'] }]);
    expect(own.reason).toContain('in the tool that sends them');
    await expect(suggestExclusion(analyst, { rule: ' ' })).rejects.toThrow('Enter the rule');
  });

  it('a change of another file has no effect on alerts, and one that cannot be read shows none', async () => {
    const change = async (path: string, text: string) =>
      (await proposeChange(analyst, { path, text, base: '', note: 'x' })).id;
    expect(await readEffect(reviewer, await change('runbooks/own.md', '# x'))).toBeNull();
    expect(await readEffect(reviewer, await change('detections/own.yml', 'title: ['))).toBeNull();
    await expect(readEffect(reviewer, uuid())).rejects.toMatchObject({ code: 'not_found' });
  });
});
