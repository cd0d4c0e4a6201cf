import { HOUR, isWeekend, MINUTE, workingTime } from '../calendar';
import type { LogEvent } from '../event';
import type { Organization, ServiceRole } from '../organization';
import type { Random } from '../random';
import { type Call, type Caller, cloudTrail, roleSession } from '../records/cloudtrail';

/** One deployment of a public service: its records, and the one that opens HTTPS to everyone. */
export type Deployment = {
  at: number;
  deployer: ServiceRole;
  service: string;
  groupId: string;
  change: string;
  events: LogEvent[];
  opening: LogEvent;
};

/** What a tool does for a new version of a public service: network, load balancer, certificate, tags with the change's number. */
export function deployPublicService(
  organization: Organization,
  random: Random,
  { at, deployer, service }: { at: number; deployer: ServiceRole; service: string },
): Deployment {
  const { region, account, vpc } = organization;
  const groupId = `sg-0${random.hex(16)}`;
  const change = `CHG-${random.int(10_000, 99_999)}`;
  const name = `${service}-alb-${random.hex(6)}`;
  const arn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/${name}/${random.hex(16)}`;
  const caller = roleSession(organization, deployer, `ASIA${random.code(16)}`);
  const group = publicGroup({ name, service, change, vpc, tool: deployer.session.replace(/-\d+$/, '') });
  const steps: [service: string, name: string, request: unknown, response?: unknown][] = [
    ['sts', 'GetCallerIdentity', null],
    ['ec2', 'DescribeVpcs', { vpcSet: { items: [{ vpcId: vpc }] }, filterSet: {} }],
    [
      'ec2',
      'DescribeSubnets',
      { subnetSet: {}, filterSet: { items: [{ name: 'vpc-id', valueSet: { items: [{ value: vpc }] } }] } },
    ],
    ['acm', 'DescribeCertificate', { certificateArn: `arn:aws:acm:${region}:${account}:certificate/${random.uuid()}` }],
    ['ec2', 'CreateSecurityGroup', group, { requestId: random.uuid(), _return: true, groupId }],
    [
      'ec2',
      'AuthorizeSecurityGroupIngress',
      ingress(groupId, 443, `HTTPS for ${service}, ${change}`),
      { _return: true },
    ],
    ['ec2', 'DescribeSecurityGroups', { securityGroupIdSet: { items: [{ groupId }] }, filterSet: {} }],
    [
      'elasticloadbalancing',
      'CreateLoadBalancer',
      { name, scheme: 'internet-facing', securityGroups: [groupId], type: 'application' },
      { loadBalancers: [{ loadBalancerArn: arn, loadBalancerName: name, vpcId: vpc }] },
    ],
    [
      'elasticloadbalancing',
      'CreateTargetGroup',
      { name: `${service}-${random.hex(4)}`, port: 8443, protocol: 'HTTPS', vpcId: vpc },
    ],
    ['elasticloadbalancing', 'CreateListener', { loadBalancerArn: arn, port: 443, protocol: 'HTTPS' }],
    ['elasticloadbalancing', 'DescribeLoadBalancers', { loadBalancerArns: [arn] }],
    ['elasticloadbalancing', 'AddTags', { resourceArns: [arn], tags: [{ key: 'change', value: change }] }],
    ['logs', 'DescribeLogGroups', { logGroupNamePrefix: `/aws/elb/${service}` }],
  ];
  const start = at - random.int(20, 90) * 1000;
  const events = callsOf(organization, random, caller, start, steps);
  const opening = events.find(
    ({ record }) => (record as { eventName: string }).eventName === 'AuthorizeSecurityGroupIngress',
  );
  return { at, deployer, service, groupId, change, events, opening: opening as LogEvent }; // one of the steps
}

type Group = { name: string; service: string; change: string; vpc: string; tool: string };

/** The request for the group of a public load balancer, with the tags that its tool writes. */
const publicGroup = ({ name, service, change, vpc, tool }: Group) => ({
  groupName: `${name}-public`,
  groupDescription: `HTTPS for ${service} (${change})`,
  vpcId: vpc,
  tagSpecificationSet: {
    items: [
      {
        resourceType: 'security-group',
        tags: [
          { key: 'service', value: service },
          { key: 'change', value: change },
          { key: 'managed-by', value: tool },
        ],
      },
    ],
  },
});

/** The request that lets an address range in. */
export const ingress = (groupId: string, port: number, description?: string, range = '0.0.0.0/0') => ({
  groupId,
  ipPermissions: {
    items: [
      {
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        groups: {},
        ipRanges: { items: [{ cidrIp: range, ...(description ? { description } : {}) }] },
        ipv6Ranges: {},
        prefixListIds: {},
      },
    ],
  },
});

/** Calls of one caller, one after another. */
export function callsOf(
  organization: Organization,
  random: Random,
  caller: Caller,
  start: number,
  steps: [service: string, name: string, request: unknown, response?: unknown][],
): LogEvent[] {
  let at = start;
  return steps.map(([service, name, request, response]) => {
    at += random.int(400, 7000);
    const call: Call = { at, caller, service, name, request, response };
    return cloudTrail(organization, random, call);
  });
}

/** The deployments of a day: each deployer has its services, and a rhythm of its own. */
export function deploymentsOf(organization: Organization, random: Random, day: number): Deployment[] {
  if (isWeekend(day)) return [];
  return organization.deployers.flatMap((deployer, index) => {
    const own = organization.services.filter((_, at) => at % organization.deployers.length === index);
    const count = random.chance(0.85) ? random.int(1, 2) : 0;
    return Array.from({ length: count }, () =>
      deployPublicService(organization, random, {
        at: workingTime(random, day, 1),
        deployer,
        service: random.pick(own),
      }),
    );
  });
}

/** What the pipeline releases on a day: images, services and functions. */
export function releasesOf(organization: Organization, random: Random, day: number): LogEvent[] {
  const { account, region, ciRole, services } = organization;
  const count = isWeekend(day) ? random.int(0, 1) : random.int(3, 7);
  return Array.from({ length: count }, () => {
    const service = random.pick(services);
    const key = `ASIA${random.code(16)}`;
    const session = `GitHubActions-${random.digits(10)}`;
    const at = isWeekend(day) ? day + random.int(8, 18) * HOUR : workingTime(random, day, 1);
    const caller = roleSession(organization, { ...ciRole, ip: `192.0.2.${random.int(10, 60)}` }, key, session);
    const assume = cloudTrail(organization, random, {
      at: at - MINUTE,
      caller: {
        identity: {
          type: 'WebIdentityUser',
          principalId: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com:repo:${organization.company}/${service}:ref:refs/heads/main`,
          userName: `repo:${organization.company}/${service}:ref:refs/heads/main`,
          identityProvider: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
        },
        ip: caller.ip,
        agent: caller.agent,
      },
      service: 'sts',
      name: 'AssumeRoleWithWebIdentity',
      request: { roleArn: `arn:aws:iam::${account}:role/${ciRole.name}`, roleSessionName: session },
      response: {
        credentials: { accessKeyId: key },
        assumedRoleUser: {
          arn: `arn:aws:sts::${account}:assumed-role/${ciRole.name}/${session}`,
          assumedRoleId: `${ciRole.roleId}:${session}`,
        },
      },
    });
    const image = { repositoryName: service, registryId: account };
    return [
      assume,
      ...callsOf(organization, random, caller, at, [
        ['ecr', 'GetAuthorizationToken', null],
        ['ecr', 'DescribeRepositories', { repositoryNames: [service] }],
        ['ecr', 'InitiateLayerUpload', image],
        ['ecr', 'CompleteLayerUpload', image],
        ['ecr', 'PutImage', { ...image, imageTag: random.hex(7) }],
        ['ecs', 'DescribeTaskDefinition', { taskDefinition: service }],
        ['ecs', 'RegisterTaskDefinition', { family: service, networkMode: 'awsvpc' }],
        ['ecs', 'UpdateService', { cluster: 'prod', service, forceNewDeployment: false }],
        ['ecs', 'DescribeServices', { cluster: 'prod', services: [service] }],
        ['lambda', 'GetFunction20150331v2', { functionName: `${service}-worker` }],
        [
          'lambda',
          'UpdateFunctionCode20150331v2',
          { functionName: `${service}-worker`, publish: true, dryRun: false },
          { functionArn: `arn:aws:lambda:${region}:${account}:function:${service}-worker` },
        ],
      ]),
    ];
  }).flat();
}
