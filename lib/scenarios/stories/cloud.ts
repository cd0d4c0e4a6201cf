import { callsOf } from '../background/deployments';
import { HOUR, MINUTE, ticking, workday, workingTime } from '../calendar';
import type { LogEvent, Story } from '../event';
import { CLI_AGENT, CONSOLE_AGENT } from '../names';
import type { IamUser, Organization } from '../organization';
import { cloudTrail, consoleSession, iamUser, personSession, roleSession } from '../records/cloudtrail';
import { asTarget, okta } from '../records/okta';
import { free, planted, ruleAlert, type Telling } from './telling';

const newKey = (user: string, id: string) => ({ accessKey: { userName: user, accessKeyId: id, status: 'Active' } });

/** The pipeline's key is exchanged by its rotation: a new one, a test, the old one switched off and deleted. It does so every week. */
export function keyRotation({ organization, random, span, back }: Telling): Story {
  const { rotation } = organization;
  const user = `ci-${random.pick(organization.services)}`;
  const rotate = (day: number): LogEvent[] => {
    const [fresh, old] = [`AKIA${random.code(16)}`, `AKIA${random.code(16)}`];
    return callsOf(
      organization,
      random,
      roleSession(organization, rotation, `ASIA${random.code(16)}`),
      day + 2 * HOUR + 30 * MINUTE,
      [
        ['iam', 'ListAccessKeys', { userName: user }],
        ['iam', 'CreateAccessKey', { userName: user }, newKey(user, fresh)],
        ['secretsmanager', 'PutSecretValue', { secretId: `ci/${user}` }],
        ['iam', 'UpdateAccessKey', { userName: user, accessKeyId: old, status: 'Inactive' }],
        ['iam', 'DeleteAccessKey', { userName: user, accessKeyId: old }],
      ],
    );
  };
  const main = rotate(workday(span, back));
  const earlier = [2, 4, 7, 9, 14, 21].flatMap((before) => rotate(workday(span, back + before)));
  return {
    id: `key-rotation-${random.hex(8)}`,
    kind: 'key-rotation',
    verdict: 'BENIGN',
    truth: `${rotation.name} exchanged the key of ${user}, as in the weeks before.`,
    keyFacts: [rotation.name, user, 'CreateAccessKey'],
    alerts: [
      ruleAlert(
        random,
        {
          id: 'AWS.IAM.AccessKeyCreated',
          title: `Access key created for ${user}`,
          severity: 'LOW',
          description: 'An access key was created for an IAM user.',
          techniques: ['T1098.001'],
        },
        main[1] as LogEvent,
      ),
    ],
    events: planted('explains', rotation.name, [...main, ...earlier]),
  };
}

/** A stolen key makes another key, an administrator and copies for later. */
export function keyTheft(telling: Telling): Story {
  const { organization, random, span, back } = telling;
  const user = organization.iamUsers[3] as IamUser; // there are five
  const ip = `198.18.${random.int(0, 255)}.${random.int(1, 254)}`;
  const name = `backup-${random.pick(['agent', 'sync', 'svc'])}-${random.hex(3)}`;
  const caller = iamUser(organization, user, 'aws-cli/1.22.34 Python/3.10.6 Linux/5.15.0-kali3', ip);
  const start = workday(span, back) + random.int(2, 4) * HOUR;
  const events = callsOf(organization, random, caller, start, [
    ['sts', 'GetCallerIdentity', null],
    ['iam', 'ListUsers', null],
    ['iam', 'CreateUser', { userName: name }],
    ['iam', 'AttachUserPolicy', { userName: name, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
    ['iam', 'CreateAccessKey', { userName: name }, newKey(name, `AKIA${random.code(16)}`)],
    ['ec2', 'CreateSnapshot', { volumeId: `vol-0${random.hex(16)}` }],
    [
      'ec2',
      'ModifySnapshotAttribute',
      {
        snapshotId: `snap-0${random.hex(16)}`,
        attributeType: 'CREATE_VOLUME_PERMISSION',
        createVolumePermission: { add: { items: [{ userId: random.digits(12) }] } },
      },
    ],
  ]);
  return {
    id: `key-theft-${random.hex(8)}`,
    kind: 'key-theft',
    verdict: 'MALICIOUS',
    truth: `The key ${user.key} of ${user.name} was used from ${ip} to make the administrator ${name} and share a snapshot with another account.`,
    keyFacts: [user.name, name, ip, 'CreateAccessKey', 'ModifySnapshotAttribute'],
    alerts: [
      ruleAlert(
        random,
        {
          id: 'AWS.IAM.AccessKeyCreated',
          title: `Access key created for ${name}`,
          severity: 'HIGH',
          description: 'An access key was created for an IAM user by another user.',
          techniques: ['T1098.001'],
        },
        events[4] as LogEvent,
      ),
      ruleAlert(
        random,
        {
          id: 'AWS.EC2.SnapshotShared',
          title: 'Snapshot shared with another account',
          severity: 'HIGH',
          description: 'A volume snapshot may be used by an account outside the organization.',
          techniques: ['T1537'],
        },
        events[6] as LogEvent,
      ),
    ],
    events: planted('attack', user.name, events),
  };
}

/** A sign-in to the console that says MFAUsed: No, because the second factor was asked by single sign-on a minute before. */
export function federatedLogin(telling: Telling): Story {
  const { organization, random, span, back } = telling;
  const person = random.pick(free(telling, ({ team }) => team === 'engineering'));
  const login = (day: number): LogEvent[] => {
    const at = workingTime(random, day, person.offset);
    const ip = organization.officeIps[0] as string; // there are two
    return [
      okta(organization, random, {
        at: at - 50_000,
        actor: person,
        type: 'user.authentication.auth_via_mfa',
        message: 'Authentication of user via MFA',
        ip,
        debug: { factor: 'WEBAUTHN' },
      }),
      okta(organization, random, {
        at: at - 20_000,
        actor: person,
        type: 'user.authentication.sso',
        message: 'User single sign on to app',
        ip,
        targets: [
          {
            ...asTarget(person),
            type: 'AppInstance',
            displayName: 'AWS IAM Identity Center',
            alternateId: 'AWS IAM Identity Center',
          },
        ],
      }),
      consoleLogin(organization, random, { at, caller: personSession(organization, person, '', { ip }) }),
    ];
  };
  const main = login(workday(span, back));
  const earlier = [1, 2, 3, 5, 6, 8, 9].flatMap((before) => login(workday(span, back + before)));
  return {
    id: `federated-login-${random.hex(8)}`,
    kind: 'federated-login',
    verdict: 'BENIGN',
    truth: `${person.email} signed in through single sign-on; Okta had asked for a security key a minute before.`,
    keyFacts: [person.email, 'ConsoleLogin'],
    alerts: [ruleAlert(random, LOGIN_RULE, main[2] as LogEvent)],
    events: planted('explains', person.login, [...main, ...earlier]),
  };
}

const LOGIN_RULE = {
  id: 'AWS.Console.LoginWithoutMFA',
  title: 'Console login without MFA',
  severity: 'MEDIUM',
  description: 'A sign-in to the console without a second factor.',
  techniques: ['T1078.004'],
} as const;

function consoleLogin(
  organization: Organization,
  random: Telling['random'],
  {
    at,
    caller,
    result = 'Success',
  }: { at: number; caller: ReturnType<typeof iamUser>; result?: 'Success' | 'Failure' },
): LogEvent {
  const { accessKeyId: _, ...identity } = caller.identity;
  return cloudTrail(organization, random, {
    at,
    caller: { ...caller, identity, agent: CONSOLE_AGENT },
    service: 'signin',
    name: 'ConsoleLogin',
    response: { ConsoleLogin: result },
    ...(result === 'Failure' ? { error: { message: 'Failed authentication' } } : {}),
    more: {
      additionalEventData: {
        LoginTo: `https://console.aws.amazon.com/console/home?region=${organization.region}`,
        MobileVersion: 'No',
        MFAUsed: 'No',
      },
    },
  });
}

/** Guessed console passwords of an IAM user, then the trail is stopped and secrets are read. */
export function consoleTakeover({ organization, random, span, back }: Telling): Story {
  const user = organization.iamUsers[4] as IamUser; // there are five
  const ip = `198.18.${random.int(0, 255)}.${random.int(1, 254)}`;
  const caller = iamUser(organization, user, CLI_AGENT, ip);
  const clock = ticking(random, workday(span, back) + 4 * HOUR + random.int(0, HOUR));
  const failed = Array.from({ length: 7 }, () =>
    consoleLogin(organization, random, { at: clock(8000, 40_000), caller, result: 'Failure' }),
  );
  const login = consoleLogin(organization, random, { at: clock(30_000, 30_000), caller });
  const { account, region, trail, services } = organization;
  const session = consoleSession(organization, user, `ASIA${random.code(16)}`, { ip, since: login.at });
  const acts = callsOf(organization, random, session, clock(MINUTE, MINUTE), [
    ['cloudtrail', 'DescribeTrails', null],
    ['cloudtrail', 'StopLogging', { name: `arn:aws:cloudtrail:${region}:${account}:trail/${trail}` }],
    ['secretsmanager', 'ListSecrets', { maxResults: 100 }],
    ...services.map((service): [string, string, unknown] => [
      'secretsmanager',
      'GetSecretValue',
      { secretId: `prod/${service}/database` },
    ]),
  ]);
  return {
    id: `console-takeover-${random.hex(8)}`,
    kind: 'console-takeover',
    verdict: 'MALICIOUS',
    truth: `${user.name} was signed in from ${ip} after seven failed tries; the trail ${trail} was stopped and ${services.length} secrets were read.`,
    keyFacts: [user.name, ip, 'StopLogging', 'GetSecretValue'],
    alerts: [
      ruleAlert(random, { ...LOGIN_RULE, title: `Console login without MFA by ${user.name}` }, login),
      ruleAlert(
        random,
        {
          id: 'AWS.CloudTrail.Stopped',
          title: `CloudTrail logging stopped by ${user.name}`,
          severity: 'HIGH',
          description: 'The logging of a trail was stopped.',
          techniques: ['T1562.008'],
        },
        acts[1] as LogEvent,
      ),
    ],
    events: planted('attack', user.name, [...failed, login, ...acts]),
  };
}
