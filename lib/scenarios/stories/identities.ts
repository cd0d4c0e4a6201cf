import { HOUR, MINUTE, ticking, workday, workingTime } from '../calendar';
import type { LogEvent, Story } from '../event';
import type { Person } from '../organization';
import { asTarget, okta } from '../records/okta';
import { correlationAlert, free, planted, ruleAlert, type Telling } from './telling';

const RESET = 'Reset all factors for user';

/** The help desk resets the factors of somebody with a new telephone, from the office and in working hours, as it does every week. */
export function factorReset(telling: Telling): Story {
  const { random, span, back } = telling;
  const agent = random.pick(free(telling, ({ team }) => team === 'helpdesk'));
  const day = workday(span, back);
  const reset = (at: number) => resetEvents(telling, agent, at);
  const [main, ...earlier] = [0, 3, 6, 10, 14].map((before) =>
    reset(workingTime(random, workday(span, back + before), agent.offset)),
  ) as [Reset, ...Reset[]];
  return {
    id: `factor-reset-${random.hex(8)}`,
    kind: 'factor-reset',
    verdict: 'BENIGN',
    truth: `${agent.name} of the help desk reset the factors of ${main.person.name} from the office on ${new Date(day).toISOString().slice(0, 10)}; the owner enrolled a new one from the usual place.`,
    keyFacts: [agent.email, main.person.email],
    alerts: [
      ruleAlert(
        random,
        {
          id: 'Okta.User.MFA.Reset.All',
          title: `All MFA factors of ${main.person.email} were reset`,
          severity: 'MEDIUM',
          description: 'All factors of a user were reset by an administrator.',
          techniques: ['T1556.006'],
        },
        main.events[0] as LogEvent,
      ),
    ],
    events: planted(
      'explains',
      agent.login,
      [main, ...earlier].flatMap(({ events }) => events),
    ),
  };
}

type Reset = { person: Person; events: LogEvent[] };

function resetEvents(telling: Telling, agent: Person, at: number): Reset {
  const { organization, random } = telling;
  const person = random.pick(free(telling, ({ team }) => team !== 'helpdesk'));
  const ip = organization.officeIps[0] as string; // there are two
  const ticket = `INC${random.digits(7)}`;
  const targets = [asTarget(person)];
  return {
    person,
    events: [
      okta(organization, random, {
        at,
        actor: agent,
        type: 'user.mfa.factor.reset_all',
        message: RESET,
        ip,
        targets,
        debug: { reason: ticket },
      }),
      okta(organization, random, {
        at: at + random.int(4, 25) * MINUTE,
        actor: person,
        type: 'user.mfa.factor.activate',
        message: 'Activate factor or authenticator enrollment method for user',
        ip: person.homeIp,
        targets,
      }),
    ],
  };
}

/** Guessed passwords, then a sign-in, factors exchanged, and administrator rights for an account of their own. */
export function accountTakeover(telling: Telling): Story {
  const { random, span, back } = telling;
  const person = random.pick(free(telling, ({ team }) => team === 'operations'));
  const outsider: Person = {
    ...person,
    given: 'Sam',
    name: 'Support Desk',
    login: `helpdesk.${random.hex(3)}`,
    email: `helpdesk.${random.hex(4)}@example.net`,
    oktaId: `00u${random.hex(17)}`,
  };
  const start = workday(span, back) + random.int(1, 3) * HOUR;
  const ips = Array.from({ length: 3 }, () => `198.18.${random.int(0, 255)}.${random.int(1, 254)}`);
  const { guesses, taken } = takeoverEvents(telling, person, outsider, { start, ips });
  const [ip = ''] = ips;
  return {
    id: `takeover-${random.hex(8)}`,
    kind: 'account-takeover',
    verdict: 'MALICIOUS',
    truth: `${person.email} was taken over after guessed passwords from ${ips.join(', ')}; ${outsider.email} became super administrator.`,
    keyFacts: [person.email, outsider.email, ip, 'user.account.privilege.grant'],
    alerts: [
      ruleAlert(
        random,
        {
          id: 'Okta.AdminRoleAssigned',
          title: `Administrator role granted to ${outsider.email}`,
          severity: 'HIGH',
          description: 'A user was given administrator rights.',
          techniques: ['T1098.003'],
        },
        taken[4] as LogEvent,
      ),
      correlationAlert(
        random,
        {
          id: 'Standard.BruteForceByUser',
          title: `Failed sign-ins of ${person.email} from several addresses`,
          severity: 'MEDIUM',
          description: 'More than ten failed sign-ins of one user within an hour.',
          techniques: ['T1110'],
        },
        {
          at: guesses.at(-1)?.at ?? start,
          entities: [{ kind: 'email', value: person.email }, ...ips.map((value) => ({ kind: 'ip', value }))],
        },
      ),
    ],
    events: planted('attack', person.login, [...guesses, ...taken]),
  };
}

/** The guesses from the addresses in turn, and what was done from the first of them once one was right. */
function takeoverEvents(
  { organization, random }: Telling,
  person: Person,
  outsider: Person,
  { start, ips }: { start: number; ips: string[] },
): { guesses: LogEvent[]; taken: LogEvent[] } {
  const place = { country: 'Netherlands', city: 'Amsterdam', agent: 'python-requests/2.32.3' };
  const session = `102${random.hex(18)}`;
  const [ip = ''] = ips;
  const clock = ticking(random, start);
  const guesses = Array.from({ length: random.int(12, 22) }, (_, index) =>
    okta(organization, random, {
      at: clock(9000, 50_000),
      actor: person,
      type: 'user.session.start',
      message: 'User login to Okta',
      ip: ips[index % 3] as string,
      result: 'FAILURE',
      reason: 'INVALID_CREDENTIALS',
      ...place,
    }),
  );
  const act = (type: string, message: string, more: object = {}): LogEvent =>
    okta(organization, random, {
      at: clock(30_000, 400_000),
      actor: person,
      type,
      message,
      ip,
      session,
      ...place,
      ...more,
    });
  const taken = [
    act('user.session.start', 'User login to Okta'),
    act('user.mfa.factor.deactivate', 'Reset factor for user', { targets: [asTarget(person)] }),
    act('user.mfa.factor.activate', 'Activate factor for user', { targets: [asTarget(person)] }),
    act('user.lifecycle.create', 'Create Okta user', { targets: [asTarget(outsider)] }),
    act('user.account.privilege.grant', 'Grant user privilege', {
      targets: [asTarget(outsider)],
      debug: { privilegeGranted: 'Super administrator' },
    }),
    act('system.api_token.create', 'Create API token'),
  ];
  return { guesses, taken };
}

/** Somebody mistypes a new password some times and gets in, from the place where they always are. */
export function forgottenPassword(telling: Telling): Story {
  const { random, span, back } = telling;
  const person = random.pick(free(telling, ({ team }) => team === 'sales'));
  const ip = person.homeIp;
  const clock = ticking(random, workingTime(random, workday(span, back), person.offset));
  const events = mistypedThenChanged(telling, person, clock);
  return {
    id: `forgotten-password-${random.hex(8)}`,
    kind: 'forgotten-password',
    verdict: 'BENIGN',
    truth: `${person.email} mistyped the password five times at ${ip}, changed it and passed MFA.`,
    keyFacts: [person.email, ip],
    alerts: [
      correlationAlert(
        random,
        {
          id: 'Standard.BruteForceByUser',
          title: `Failed sign-ins of ${person.email}`,
          severity: 'LOW',
          description: 'Five failed sign-ins of one user within ten minutes, then a sign-in.',
          techniques: ['T1110'],
        },
        {
          at: clock(1000, 1000),
          entities: [
            { kind: 'email', value: person.email },
            { kind: 'ip', value: ip },
          ],
        },
      ),
    ],
    events: planted('explains', person.login, events),
  };
}

/** Five failed sign-ins at home, a new password, a sign-in and its second factor. */
function mistypedThenChanged(
  { organization, random }: Telling,
  person: Person,
  clock: ReturnType<typeof ticking>,
): LogEvent[] {
  const ip = person.homeIp;
  return [
    ...Array.from({ length: 5 }, () =>
      okta(organization, random, {
        at: clock(9000, 40_000),
        actor: person,
        type: 'user.session.start',
        message: 'User login to Okta',
        ip,
        result: 'FAILURE',
        reason: 'INVALID_CREDENTIALS',
      }),
    ),
    okta(organization, random, {
      at: clock(60_000, 60_000),
      actor: person,
      type: 'user.account.update_password',
      message: 'User update password for Okta',
      ip,
      targets: [asTarget(person)],
    }),
    okta(organization, random, {
      at: clock(20_000, 20_000),
      actor: person,
      type: 'user.session.start',
      message: 'User login to Okta',
      ip,
    }),
    okta(organization, random, {
      at: clock(9000, 9000),
      actor: person,
      type: 'user.authentication.auth_via_mfa',
      message: 'Authentication of user via MFA',
      ip,
      debug: { factor: 'OKTA_VERIFY_PUSH' },
    }),
  ];
}
