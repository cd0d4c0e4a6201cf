import { callsOf, type Deployment, deployPublicService, ingress } from '../background/deployments';
import { HOUR, workday, workingTime } from '../calendar';
import type { LogEvent, Story } from '../event';
import { BOTO_AGENT, CLI_AGENT } from '../names';
import type { Organization, ServiceRole } from '../organization';
import type { Random } from '../random';
import { type Caller, cloudTrail, iamUser, roleSession } from '../records/cloudtrail';
import { planted, ruleAlert, type Telling } from './telling';

const RULE = {
  id: 'AWS.EC2.SecurityGroupOpenToWorld',
  title: 'Security group opened to 0.0.0.0/0',
  severity: 'MEDIUM',
  description: 'An ingress rule lets every address in.',
  techniques: ['T1562.007'],
} as const;

export const DEPLOYMENT = 'open-group-deployment';

/** A public service deployed as on other days: the load balancer's group takes HTTPS from everyone, which is its purpose. */
export function deploymentStory(random: Random, deployment: Deployment): Story {
  const { deployer, service, change, groupId, events, opening } = deployment;
  return {
    id: `open-group-${groupId}`,
    kind: DEPLOYMENT,
    verdict: 'BENIGN',
    truth: `${deployer.name} deployed ${service} (${change}); ${groupId} belongs to its public load balancer and takes only port 443.`,
    keyFacts: [deployer.name, groupId],
    alerts: [
      ruleAlert(random, { ...RULE, title: `Security group opened to 0.0.0.0/0 on 443 by ${deployer.name}` }, opening),
    ],
    events: planted('explains', deployer.name, events),
  };
}

/** The same call, told as a false positive of its own: a deployer with its habit. For the suites. */
export function falsePositiveStory({ organization, random, span, back }: Telling): Story {
  const deployer = random.pick(organization.deployers);
  const deployment = deployPublicService(organization, random, {
    at: workingTime(random, workday(span, back), 1),
    deployer,
    service: random.pick(organization.services),
  });
  return deploymentStory(random, deployment);
}

/** Ways in which the same alert is an attack. Each leaves its own trace around the call. */
const ATTACKS = ['stolen-role', 'user-by-hand', 'hidden-logs'] as const;

/** The same alert by who should not: the deployer's credentials elsewhere, a user's stolen key, or with the trail switched off. */
export function openGroupAttack(telling: Telling): Story {
  const { organization, random, span, back } = telling;
  const way = random.pick(ATTACKS);
  const at = workday(span, back) + random.int(19, 22) * HOUR + random.int(0, HOUR);
  const ip = `198.18.${random.int(0, 255)}.${random.int(1, 254)}`;
  const deployer = random.pick(organization.deployers);
  const { caller, actor } = attacker(telling, way, deployer, ip);
  const steps = attackSteps(telling, way);
  const events = callsOf(organization, random, caller, at, steps);
  const opening = events.find(
    ({ record }) => (record as { eventName: string }).eventName === 'AuthorizeSecurityGroupIngress',
  ) as LogEvent; // one of the steps
  return {
    id: `open-group-attack-${random.hex(8)}`,
    kind: `open-group-${way}`,
    verdict: 'MALICIOUS',
    truth: `${actor} was used from ${ip}, which is not its own, to open a group and take what is behind it (${way}).`,
    keyFacts: [actor, ip, 'AuthorizeSecurityGroupIngress'],
    alerts: [ruleAlert(random, { ...RULE, title: `Security group opened to 0.0.0.0/0 on 443 by ${actor}` }, opening)],
    events: planted('attack', actor, events),
  };
}

type Way = (typeof ATTACKS)[number];

function attacker(
  { organization, random }: Telling,
  way: Way,
  deployer: ServiceRole,
  ip: string,
): { caller: Caller; actor: string } {
  if (way === 'user-by-hand') {
    const user = random.pick(organization.iamUsers);
    return { caller: iamUser(organization, user, CLI_AGENT, ip), actor: user.name };
  }
  const session = roleSession(organization, deployer, `ASIA${random.code(16)}`, 'botocore-session-1732');
  return { caller: { ...session, ip, agent: BOTO_AGENT }, actor: deployer.name };
}

function attackSteps({ organization, random }: Telling, way: Way): [string, string, unknown, unknown?][] {
  const { account, region, services, trail, vpc } = organization;
  const groupId = `sg-0${random.hex(16)}`;
  const secrets = random
    .sample(services, 8)
    .map((service): [string, string, unknown] => [
      'secretsmanager',
      'GetSecretValue',
      { secretId: `prod/${service}/database` },
    ]);
  const open: [string, string, unknown] = ['ec2', 'AuthorizeSecurityGroupIngress', ingress(groupId, 443)];
  const look: [string, string, unknown][] = [
    ['sts', 'GetCallerIdentity', null],
    [
      'ec2',
      'DescribeSecurityGroups',
      { filterSet: { items: [{ name: 'vpc-id', valueSet: { items: [{ value: vpc }] } }] } },
    ],
    ['ec2', 'DescribeInstances', { instancesSet: {}, filterSet: {} }],
  ];
  if (way === 'hidden-logs')
    return [
      ...look,
      ['cloudtrail', 'StopLogging', { name: `arn:aws:cloudtrail:${region}:${account}:trail/${trail}` }],
      open,
      ...secrets,
    ];
  if (way === 'user-by-hand')
    return [
      ...look,
      open,
      ['iam', 'CreateUser', { userName: `svc-${random.hex(4)}` }],
      [
        'iam',
        'AttachUserPolicy',
        { userName: `svc-${random.hex(4)}`, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      ],
      ['iam', 'CreateAccessKey', { userName: `svc-${random.hex(4)}` }],
    ];
  return [
    ...look,
    ['secretsmanager', 'ListSecrets', { maxResults: 100 }],
    ...secrets,
    open,
    [
      'ec2',
      'ModifySnapshotAttribute',
      {
        snapshotId: `snap-0${random.hex(16)}`,
        attributeType: 'CREATE_VOLUME_PERMISSION',
        createVolumePermission: { add: { items: [{ userId: random.digits(12) }] } },
      },
    ],
  ];
}

/** A near miss: a group opened to the office's range only, which raises no alert. */
export function nearMiss(organization: Organization, random: Random, day: number): LogEvent {
  const deployer = random.pick(organization.deployers);
  return cloudTrail(organization, random, {
    at: workingTime(random, day, 1),
    caller: roleSession(organization, deployer, `ASIA${random.code(16)}`),
    service: 'ec2',
    name: 'AuthorizeSecurityGroupIngress',
    request: ingress(`sg-0${random.hex(16)}`, random.pick([22, 443, 5432]), 'office', '203.0.113.0/24'),
  });
}
