import { isWeekend, MINUTE, workingTime } from '../calendar';
import type { LogEvent } from '../event';
import { CLI_AGENT, CONSOLE_AGENT } from '../names';
import { type IamUser, type Organization, type Person, teamOf } from '../organization';
import type { Random } from '../random';
import { accessDenied, cloudTrail, iamUser, objectRead, personSession } from '../records/cloudtrail';
import { s3Access } from '../records/network';
import { asTarget, okta } from '../records/okta';
import { workspace } from '../records/workspace';

const APPS = ['AWS IAM Identity Center', 'Google Workspace', 'Slack', 'GitHub Enterprise', 'Jira', 'Salesforce'];

/** Where somebody works on a day: the office on most, else at home. */
const placeOf = (organization: Organization, random: Random, person: Person): string =>
  random.chance(0.6) ? random.pick(organization.officeIps) : person.homeIp;

/** Sign-ins and documents of everyone on a day. */
export function officeDay(organization: Organization, random: Random, day: number): LogEvent[] {
  return organization.people.flatMap((person) => {
    if (isWeekend(day) ? !random.chance(0.12) : random.chance(0.07)) return [];
    const ip = placeOf(organization, random, person);
    return [
      ...signIns(organization, random, { person, ip, day }),
      ...documents(organization, random, { person, ip, day }),
    ];
  });
}

type Place = { person: Person; ip: string; day: number };

function signIns(organization: Organization, random: Random, { person, ip, day }: Place): LogEvent[] {
  const session = `102${random.hex(18)}`;
  const start = workingTime(random, day, person.offset);
  const found: LogEvent[] = [];
  const add = (after: number, type: string, message: string, more: Partial<Parameters<typeof okta>[2]> = {}): void => {
    found.push(okta(organization, random, { at: start + after, actor: person, type, message, ip, session, ...more }));
  };
  if (random.chance(0.06)) {
    add(-40_000, 'user.session.start', 'User login to Okta', { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' });
  }
  add(0, 'user.session.start', 'User login to Okta');
  add(random.int(3000, 20_000), 'user.authentication.auth_via_mfa', 'Authentication of user via MFA', {
    debug: { factor: random.chance(0.7) ? 'OKTA_VERIFY_PUSH' : 'WEBAUTHN' },
  });
  for (const app of random.sample(APPS, random.int(1, 4))) {
    add(random.int(1, 7 * 60) * MINUTE, 'user.authentication.sso', 'User single sign on to app', {
      targets: [{ id: `0oa${random.hex(17)}`, type: 'AppInstance', alternateId: app, displayName: app }],
    });
  }
  return found;
}

const TITLES = [
  'Roadmap',
  'Minutes',
  'Budget draft',
  'Offer',
  'Onboarding',
  'Incident notes',
  'Campaign plan',
  'Forecast',
  'Hiring',
  'Design review',
];

function documents(organization: Organization, random: Random, { person, ip, day }: Place): LogEvent[] {
  return Array.from({ length: random.int(2, 7) }, () => {
    const name = random.pick(['view', 'view', 'view', 'edit', 'edit', 'download', 'create']);
    return workspace(organization, random, {
      at: workingTime(random, day, person.offset),
      application: 'drive',
      email: person.email,
      ip,
      type: 'access',
      name,
      parameters: {
        primary_event: true,
        doc_id: `1${random.hex(32)}`,
        doc_type: random.pick(['document', 'spreadsheet', 'presentation', 'pdf']),
        doc_title: `${random.pick(TITLES)} ${random.int(1, 60)}`,
        visibility: random.pick(['people_within_domain_with_link', 'private', 'shared_internally']),
        owner: random.chance(0.5) ? person.email : random.pick(organization.people).email,
      },
    });
  });
}

const READS: [string, string, (organization: Organization, random: Random) => unknown][] = [
  ['ec2', 'DescribeInstances', () => ({ instancesSet: {}, filterSet: {} })],
  [
    'ecs',
    'DescribeServices',
    (organization, random) => ({ cluster: 'prod', services: [random.pick(organization.services)] }),
  ],
  ['ecs', 'ListTasks', () => ({ cluster: 'prod' })],
  ['logs', 'StartQuery', (organization, random) => ({ logGroupName: `/ecs/${random.pick(organization.services)}` })],
  [
    'logs',
    'FilterLogEvents',
    (organization, random) => ({ logGroupName: `/ecs/${random.pick(organization.services)}` }),
  ],
  ['cloudwatch', 'GetMetricData', () => null],
  ['lambda', 'ListFunctions20150331', () => null],
  ['rds', 'DescribeDBInstances', () => null],
  ['s3', 'ListBuckets', () => null],
  ['cloudformation', 'DescribeStacks', () => null],
];

/** What engineers do in the cloud on a day, through single sign-on. */
export function engineersDay(organization: Organization, random: Random, day: number): LogEvent[] {
  return teamOf(organization, 'engineering').flatMap((person) => {
    if (isWeekend(day) ? !random.chance(0.08) : random.chance(0.15)) return [];
    const ip = placeOf(organization, random, person);
    return Array.from({ length: random.int(1, 3) }, () => {
      const isCli = random.chance(0.4);
      const caller = personSession(organization, person, `ASIA${random.code(16)}`, {
        ip,
        agent: isCli ? CLI_AGENT : CONSOLE_AGENT,
      });
      const start = workingTime(random, day, person.offset);
      const count = random.int(4, 14);
      return Array.from({ length: count }, (_, index) => {
        const at = start + index * random.int(4000, 90_000);
        if (random.chance(0.06)) {
          const service = random.pick(organization.services);
          return cloudTrail(organization, random, {
            at,
            caller,
            service: 'ecs',
            name: 'UpdateService',
            request: { cluster: 'prod', service, desiredCount: random.int(2, 6) },
          });
        }
        const [service, name, request] = random.pick(READS);
        const error = random.chance(0.015) ? accessDenied(caller.identity.arn, `${service}:${name}`) : undefined;
        return cloudTrail(organization, random, {
          at,
          caller,
          service,
          name,
          request: request(organization, random),
          ...(error ? { error } : {}),
        });
      });
    }).flat();
  });
}

/** A few reports a day, read from the finance buckets with a long-lived key: the habit of the finance team. */
export function financeDay(organization: Organization, random: Random, day: number): LogEvent[] {
  if (isWeekend(day)) return [];
  return organization.iamUsers.flatMap((user) => {
    if (random.chance(0.2)) return [];
    const start = workingTime(random, day, user.person.offset);
    const caller = iamUser(organization, user, CLI_AGENT);
    const list = cloudTrail(organization, random, {
      at: start - 5000,
      caller,
      service: 's3',
      name: 'ListBuckets',
      request: { Host: `s3.${organization.region}.amazonaws.com` },
    });
    return [
      list,
      ...readObjects(organization, random, {
        user,
        at: start,
        count: random.int(2, 6),
        bytes: [40_000, 900_000],
        gap: [3000, 60_000],
      }),
    ];
  });
}

export type Reading = {
  user: IamUser;
  at: number;
  count: number;
  /** Smallest and largest object. */
  bytes: [number, number];
  /** Milliseconds between two. */
  gap: [number, number];
  ip?: string;
  agent?: string;
  folder?: string;
  bucket?: string;
};

/** Objects read one after the other, as both logs have it: CloudTrail's data events and the bucket's access log. */
export function readObjects(organization: Organization, random: Random, reading: Reading): LogEvent[] {
  const { user, count, bytes, gap, ip = user.ip, agent = CLI_AGENT, folder = 'monthly' } = reading;
  const caller = iamUser(organization, user, agent, ip);
  let { at } = reading;
  return Array.from({ length: count }, (_, index) => {
    at += random.int(...gap);
    const bucket = reading.bucket ?? random.pick(organization.financeBuckets);
    const key = `${folder}/${random.pick(['statement', 'ledger', 'payroll', 'forecast', 'audit'])}-${String(index).padStart(4, '0')}.xlsx`;
    const size = random.int(...bytes);
    return [
      objectRead(organization, random, { at, caller, bucket, key, bytes: size }),
      s3Access(organization, random, {
        at,
        bucket,
        ip,
        requester: user.arn,
        operation: 'REST.GET.OBJECT',
        key,
        bytes: size,
        agent,
      }),
    ];
  }).flat();
}

/** Help desk: passwords unlocked and factors reset on request, each with a ticket. */
export function helpDeskDay(organization: Organization, random: Random, day: number): LogEvent[] {
  if (isWeekend(day)) return [];
  return Array.from({ length: random.int(0, 2) }, () => {
    const [agent, person] = [random.pick(teamOf(organization, 'helpdesk')), random.pick(organization.people)];
    const at = workingTime(random, day, agent.offset);
    return okta(organization, random, {
      at,
      actor: agent,
      type: 'user.account.unlock',
      message: 'Unlock user account',
      ip: random.pick(organization.officeIps),
      targets: [asTarget(person)],
    });
  });
}
