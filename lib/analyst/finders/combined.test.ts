import { describe, expect, it } from 'vitest';
import type { Fact, Gathered, SourceCase } from '../case';
import { type Finding, NEW_ADDRESS, WEIGHTS } from '../finding';
import { confirmTunnels, paymentFraud, remoteControl, roastedAccounts, strangeWorkflow } from './combined';
import { behaviour } from './finder';
import { TUNNELLED } from './tunnels';

const at = (time: string): string => `2026-11-18T${time}Z`;
const fact = (row: Record<string, unknown>): Fact => ({ row: { n: 1, ...row }, evidence: 7 }) as unknown as Fact; // what is read of it
const act = (techniques: string[], row: Record<string, unknown>, more: Partial<Finding> = {}): Finding => ({
  ...behaviour('medium', techniques, 'did it', [fact(row)], ''),
  kind: 'action',
  ...more,
});

describe('a machine taken over with a remote access tool', () => {
  const lure = (time: string, host = 'ws-1') =>
    act(['T1204.002'], { principal: 'eve', settings: `host \`${host}\``, target: 'bill.exe', first: at(time) });
  const tool = act(['T1219'], { principal: 'ws-1', agent: 'rmm.exe', target: 'rmm.exe --run', first: at('10:05:00') });

  it('is one where a downloaded program ran within the hour before', () => {
    const [found] = remoteControl([lure('10:00:00'), tool]);
    expect(found?.level).toBe('critical');
    expect(found?.principals).toEqual(['ws-1']);
    expect(found?.sentence).toContain('`bill.exe` at 2026-11-18 10:00:00Z');
  });

  it('names what was started through the tool', () => {
    const command = act(['T1482'], {
      principal: 'ws-1',
      action: '1 (process created by rmm.exe)',
      target: 'nltest /domain_trusts',
      first: at('10:09:00'),
    });
    expect(remoteControl([lure('10:00:00'), tool, command])[0]?.sentence).toContain(
      '`nltest /domain_trusts` was started',
    );
  });

  it('is not found on another machine, long after, after the tool, or where a baseline explains the tool', () => {
    expect(remoteControl([lure('10:00:00', 'ws-2'), tool])).toEqual([]);
    expect(remoteControl([lure('08:00:00'), tool])).toEqual([]);
    expect(remoteControl([lure('10:06:00'), tool])).toEqual([]);
    expect(remoteControl([lure('10:00:00'), { ...tool, explained: 'as before' }])).toEqual([]);
  });
});

describe('an account whose password was guessed from its ticket', () => {
  const asked = behaviour(
    'high',
    ['T1558.003'],
    'requested',
    [fact({ k0: 'eve@EXAMPLE.ORG', k1: '::ffff:10.0.0.9', first: at('10:00:00') })],
    '',
  );
  const found = (row: Record<string, unknown>): Finding[] => {
    const move = fact({ principal: 'svc_sql', ip: '10.0.0.9', target: 'SQL01', first: at('11:00:00'), ...row });
    return roastedAccounts([{ moves: [move] } as unknown as SourceCase], [asked]); // what is read of it
  };

  it('is one that signs in from where its ticket was requested', () => {
    expect(found({})).toMatchObject([{ level: 'critical', principals: ['svc_sql'] }]);
    expect(found({})[0]?.sentence).toContain('where `eve` had requested tickets');
  });

  it('is not who requested it, another machine or an earlier sign-in', () => {
    expect(found({ principal: 'EVE' })).toEqual([]);
    expect(found({ ip: '10.0.0.8' })).toEqual([]);
    expect(found({ first: at('09:00:00') })).toEqual([]);
  });
});

describe('payment fraud', () => {
  const who = { principal: 'eve@example.org', ip: '198.51.100.9' };
  const rule = act(['T1564.008'], { ...who, first: at('14:00:00') });
  const mail = act(['T1534'], { ...who, target: 'RE: new bank details', first: at('14:20:00') });
  const moved = behaviour('medium', ['T1078.004'], NEW_ADDRESS, [fact(who)], '');

  it('is a rule that hides mail and mail about payments from a new address', () => {
    const [found] = paymentFraud([rule, mail, moved]);
    expect(found?.level).toBe('critical');
    expect(found?.did).toBe('sent 1 mail about payments, with a rule that hides the answers');
    expect(found?.sentence).toContain('`RE: new bank details`');
  });

  it('is not found without a new address, from another address, or without mail', () => {
    expect(paymentFraud([rule, mail])).toEqual([]);
    expect(paymentFraud([rule, mail, { ...moved, facts: [fact({ ...who, ip: '198.51.100.8' })] }])).toEqual([]);
    expect(paymentFraud([rule, moved])).toEqual([]);
  });
});

describe('a role assumed for a strange workflow', () => {
  const role = 'arn:aws:iam::1:role/deploy';
  const assumed = (principal: string, first: string): Fact =>
    fact({ principal, action: 'AssumeRoleWithWebIdentity', outcome: 'ok', role_arn: role, first, last: first });
  const before = ['2026-11-10', '2026-11-11', '2026-11-12'].map((day) => assumed('repo:main', `${day}T08:00:00Z`));
  const now = assumed('repo:pull_request', at('09:00:00'));
  const gathered = (roleChains: Fact[]): Gathered =>
    ({
      cases: [{ roleChains, window: { from: Date.parse(at('08:00:00')), to: Date.parse(at('12:00:00')) } }],
    }) as Gathered & object; // what is read of it
  const read = act(['T1555.006'], { principal: 'arn:aws:sts::1:assumed-role/deploy', first: at('09:01:00') });

  it('is one that others assumed on several days, and that then read secrets', () => {
    const [found] = strangeWorkflow(gathered([...before, now]), [read]);
    expect(found?.level).toBe('critical');
    expect(found?.did).toContain('`repo:pull_request`');
  });

  it('is not found for a known workflow, without earlier days, or without secrets', () => {
    expect(strangeWorkflow(gathered([...before, assumed('repo:main', at('09:00:00'))]), [read])).toEqual([]);
    expect(strangeWorkflow(gathered([now]), [read])).toEqual([]);
    expect(strangeWorkflow(gathered([...before, now]), [])).toEqual([]);
  });
});

describe('a tunnel that the alert names too', () => {
  const tunnel = (): Finding =>
    behaviour('critical', ['T1071.004'], `${TUNNELLED} (x)`, [fact({ ip: '10.0.0.1', target: 'evil.example' })], 's');
  const subject = (value: string): Gathered =>
    ({ subject: { objects: [{ kind: 'domain', value }] } }) as unknown as Gathered; // what is read of it

  it('weighs as much as both together', () => {
    const found = tunnel();
    confirmTunnels(subject('t.evil.example'), [found]);
    expect(found.score).toBe(WEIGHTS.critical + WEIGHTS.high);
  });

  it('weighs no more where the alert names another domain that only ends alike', () => {
    const found = tunnel();
    confirmTunnels(subject('notevil.example'), [found]);
    expect(found.score).toBe(WEIGHTS.critical);
  });
});
