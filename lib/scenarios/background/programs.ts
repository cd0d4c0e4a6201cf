import { anyTime, DAY, HOUR, isWeekend } from '../calendar';
import type { LogEvent } from '../event';
import type { Organization, ServiceRole } from '../organization';
import type { Random } from '../random';
import { cloudTrail, objectRead, roleSession, serviceCaller } from '../records/cloudtrail';
import { callsOf } from './deployments';

const SCANS: [string, string][] = [
  ['iam', 'ListUsers'],
  ['iam', 'ListRoles'],
  ['iam', 'ListAccessKeys'],
  ['iam', 'GetAccountPasswordPolicy'],
  ['iam', 'GetAccountAuthorizationDetails'],
  ['iam', 'GetCredentialReport'],
  ['s3', 'ListBuckets'],
  ['s3', 'GetBucketAcl'],
  ['s3', 'GetBucketPolicy'],
  ['s3', 'GetBucketPublicAccessBlock'],
  ['ec2', 'DescribeSecurityGroups'],
  ['ec2', 'DescribeInstances'],
  ['ec2', 'DescribeSnapshots'],
  ['ec2', 'DescribeFlowLogs'],
  ['cloudtrail', 'DescribeTrails'],
  ['cloudtrail', 'GetTrailStatus'],
  ['cloudtrail', 'GetEventSelectors'],
  ['rds', 'DescribeDBInstances'],
  ['lambda', 'ListFunctions20150331'],
  ['kms', 'ListKeys'],
  ['guardduty', 'ListDetectors'],
  ['secretsmanager', 'ListSecrets'],
];

/** The vendor's scanner assumes its role at night and reads settings. */
export function scanOf(organization: Organization, random: Random, day: number): LogEvent[] {
  const { account, scanner, vendorAccount, region } = organization;
  const at = day + 3 * HOUR + random.int(0, 600_000);
  const key = `ASIA${random.code(16)}`;
  const assume = cloudTrail(organization, random, {
    at: at - 2000,
    caller: {
      identity: { type: 'AWSAccount', principalId: `AROA${vendorAccount}:scan`, accountId: vendorAccount },
      ip: scanner.ip,
      agent: scanner.agent,
    },
    service: 'sts',
    name: 'AssumeRole',
    request: {
      roleArn: `arn:aws:iam::${account}:role/${scanner.name}`,
      roleSessionName: scanner.session,
      externalId: organization.customerId,
    },
    response: {
      credentials: { accessKeyId: key },
      assumedRoleUser: {
        arn: `arn:aws:sts::${account}:assumed-role/${scanner.name}/${scanner.session}`,
        assumedRoleId: `${scanner.roleId}:${scanner.session}`,
      },
    },
  });
  const caller = roleSession(organization, scanner, key);
  const steps = SCANS.flatMap(([service, name]): [string, string, unknown][] => {
    const buckets = [...organization.financeBuckets, ...organization.otherBuckets];
    if (service === 's3' && name !== 'ListBuckets')
      return buckets.map((bucketName) => [service, name, { bucketName, Host: `s3.${region}.amazonaws.com` }]);
    return [[service, name, null]];
  });
  return [assume, ...callsOf(organization, random, caller, at, steps)];
}

/** Each night some secrets are rotated by the function that does nothing else. */
export function rotationOf(organization: Organization, random: Random, day: number): LogEvent[] {
  const { account, region, rotation, services } = organization;
  const caller = roleSession(organization, rotation, `ASIA${random.code(16)}`);
  return random.sample(services, 3).flatMap((service, index) => {
    const secretId = `arn:aws:secretsmanager:${region}:${account}:secret:prod/${service}/database-Ab12Cd`;
    const versionId = random.uuid();
    return callsOf(organization, random, caller, day + 2 * HOUR + index * 180_000 + random.int(0, 60_000), [
      ['secretsmanager', 'DescribeSecret', { secretId }],
      ['secretsmanager', 'GetSecretValue', { secretId, versionStage: 'AWSCURRENT' }],
      ['secretsmanager', 'PutSecretValue', { secretId, clientRequestToken: versionId }],
      ['secretsmanager', 'GetSecretValue', { secretId, versionStage: 'AWSPENDING' }],
      [
        'secretsmanager',
        'UpdateSecretVersionStage',
        { secretId, versionStage: 'AWSCURRENT', moveToVersionId: versionId },
      ],
    ]);
  });
}

/** The nightly export reads the finance buckets a little and writes them, and backups run. */
export function nightOf(organization: Organization, random: Random, day: number): LogEvent[] {
  const { etl, backup, financeBuckets, account, region } = organization;
  const caller = roleSession(organization, etl, `ASIA${random.code(16)}`);
  const start = day + HOUR + random.int(0, 20 * 60_000);
  const month = new Date(day).toISOString().slice(0, 7);
  const reads = Array.from({ length: random.int(8, 14) }, (_, index) =>
    objectRead(organization, random, {
      at: start + index * random.int(2000, 9000),
      caller,
      bucket: financeBuckets[index % 2] as string, // there are two
      key: `${month}/batch-${String(index).padStart(3, '0')}.parquet`,
      bytes: random.int(200_000, 4_000_000),
      name: index % 3 === 0 ? 'PutObject' : 'GetObject',
    }),
  );
  const copies = callsOf(
    organization,
    random,
    { ...roleSession(organization, backup, `ASIA${random.code(16)}`), ip: 'backup.amazonaws.com' },
    day + 4 * HOUR,
    [
      ['rds', 'DescribeDBInstances', null],
      [
        'rds',
        'CreateDBSnapshot',
        { dBSnapshotIdentifier: `awsbackup-${random.hex(8)}`, dBInstanceIdentifier: 'prod-main' },
      ],
      [
        'ec2',
        'CreateSnapshot',
        { volumeId: `vol-0${random.hex(16)}`, tagSpecificationSet: {} },
        { snapshotId: `snap-0${random.hex(16)}` },
      ],
      [
        's3',
        'GetBucketTagging',
        { bucketName: `${organization.company}-artifacts`, Host: `s3.${region}.amazonaws.com`, account },
      ],
    ],
  );
  return [...reads, ...copies];
}

/** Services of the provider and programs on machines: the steady noise of an account. */
export function hourlyOf(organization: Organization, random: Random, day: number, volume: number): LogEvent[] {
  const found: LogEvent[] = [];
  const count = volume * (isWeekend(day) ? 90 : 150);
  for (let index = 0; index < count; index += 1) {
    const at = anyTime(random, day);
    const service = random.pick(organization.services);
    const kind = random.int(0, 5);
    const instance = random.pick(organization.instances);
    found.push(
      kind < 2
        ? providerCall(organization, random, at, kind)
        : taskCall(organization, random, { at, day, kind, service, instance }),
    );
  }
  return found;
}

/** What the provider's own services do: scaling assumes its role, the recorder of settings reads buckets. */
function providerCall(organization: Organization, random: Random, at: number, kind: number): LogEvent {
  const { account, region } = organization;
  if (kind === 0)
    return cloudTrail(organization, random, {
      at,
      caller: serviceCaller('autoscaling'),
      service: 'sts',
      name: 'AssumeRole',
      request: {
        roleArn: `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
        roleSessionName: 'AutoScaling',
      },
    });
  return cloudTrail(organization, random, {
    at,
    caller: serviceCaller('config'),
    service: 's3',
    name: 'GetBucketAcl',
    request: { bucketName: random.pick(organization.otherBuckets), Host: `s3.${region}.amazonaws.com` },
  });
}

type Task = { at: number; day: number; kind: number; service: string; instance: Organization['instances'][number] };

/** What the task of a service does with its role on its machine. */
function taskCall(organization: Organization, random: Random, { at, day, kind, service, instance }: Task): LogEvent {
  const machine: ServiceRole = {
    name: `${service}-task-role`,
    roleId: `AROA${hashed(service)}`,
    agent: 'aws-sdk-go-v2/1.32.5 ua/2.1 os/linux lang/go#1.23.3 md/GOARCH#amd64 exec-env/AWS_ECS_FARGATE',
    ip: instance.ip,
    session: hashed(`${service}${Math.floor(day / (7 * DAY))}`).toLowerCase(),
  };
  const caller = roleSession(organization, machine, `ASIA${hashed(`${service}${day}`).slice(0, 16)}`);
  const called = (of: string, name: string, request: unknown): LogEvent =>
    cloudTrail(organization, random, { at, caller, service: of, name, request });
  if (kind === 2)
    return called('kms', 'Decrypt', { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: { service } });
  if (kind === 3)
    return called('ssm', 'UpdateInstanceInformation', {
      instanceId: instance.id,
      agentVersion: '3.3.1345.0',
      platformType: 'Linux',
    });
  return called('logs', 'CreateLogStream', {
    logGroupName: `/ecs/${service}`,
    logStreamName: `${service}/${random.hex(12)}`,
  });
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** The same letters for the same text. */
function hashed(text: string): string {
  let value = 17;
  return Array.from({ length: 17 }, (_, index) => {
    value = (value * 31 + (text.charCodeAt(index % text.length) || 7) + index) % 104_729;
    return LETTERS[value % 32] ?? 'A';
  }).join('');
}
