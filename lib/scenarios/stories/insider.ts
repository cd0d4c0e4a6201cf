import { readObjects } from '../background/people';
import { HOUR, MINUTE, ticking, workday } from '../calendar';
import type { AlertDocument, LogEvent, PlantedEvent, Story } from '../event';
import { BOTO_AGENT, CLI_AGENT } from '../names';
import type { IamUser } from '../organization';
import { accessDenied, type Caller, cloudTrail, iamUser } from '../records/cloudtrail';
import { correlationAlert, planted, ruleAlert, type Telling } from './telling';

/**
 * Three IAM users of the finance team work together after hours from one address that is new for all of them: one tries to
 * give itself rights and is denied, one builds a function that an event rule starts and that reports to a foreign domain, and
 * all three read gigabytes from the two finance buckets.
 */
export function insiderStory(telling: Telling): Story {
  const { organization, random, span, back } = telling;
  const [climber, builder, reader] = organization.iamUsers.slice(0, 3) as [IamUser, IamUser, IamUser]; // there are five
  const day = workday(span, back);
  const start = day + 18 * HOUR + random.int(0, 40) * MINUTE;
  const ip = `198.18.${random.int(0, 255)}.${random.int(1, 254)}`;
  const domain = `${random.pick(['telemetry', 'metrics', 'status', 'update'])}-${random.pick(['relay', 'sync', 'edge', 'hub'])}-${random.hex(4)}.example.net`;
  const asked = probing(telling, iamUser(organization, climber, BOTO_AGENT, ip), climber, builder, start);
  const built = persistence(telling, iamUser(organization, builder, CLI_AGENT, ip), domain, start + 35 * MINUTE);
  const read = bulkReads(telling, [climber, builder, reader], ip, start + 60 * MINUTE);
  const events = [...planted('attack', climber.name, asked), ...planted('attack', builder.name, built), ...read].sort(
    (a, b) => a.at - b.at,
  );
  const last = events.at(-1)?.at ?? start;
  const [createFunction] = built as [LogEvent];
  const users = [climber, builder, reader];
  return {
    id: `insider-${organization.seed}`,
    kind: 'insider',
    verdict: 'MALICIOUS',
    truth: `${users.map(({ name }) => name).join(', ')} acted from ${ip}: denied changes of rights, a function that reports to ${domain}, and gigabytes read from ${organization.financeBuckets.join(' and ')}.`,
    keyFacts: [
      ...users.map(({ name }) => name),
      ...organization.financeBuckets,
      domain,
      'CreateFunction',
      'PutRule',
      'GetObject',
      ip,
    ],
    alerts: insiderAlerts(telling, users, ip, { at: last - 20 * MINUTE, denied: asked[4] as LogEvent, createFunction }),
    events,
  };
}

/** Each lists a finance bucket and reads from it by the hundred. */
function bulkReads({ organization, random }: Telling, users: IamUser[], ip: string, start: number): PlantedEvent[] {
  return users.flatMap((user, index) => {
    const bucket = organization.financeBuckets[index % 2] as string; // there are two
    const list = cloudTrail(organization, random, {
      at: start + index * 4 * MINUTE,
      caller: iamUser(organization, user, CLI_AGENT, ip),
      service: 's3',
      name: 'ListObjects',
      request: { bucketName: bucket, 'list-type': '2', Host: `${bucket}.s3.${organization.region}.amazonaws.com` },
      isDataEvent: true,
    });
    const objects = readObjects(organization, random, {
      user,
      at: start + (4 + index * 4) * MINUTE,
      count: random.int(110, 170),
      bytes: [9_000_000, 48_000_000],
      gap: [4000, 30_000],
      ip,
      folder: 'restricted/board',
      ...(index < 2 ? { bucket } : {}),
    });
    return planted('attack', user.name, [list, ...objects]);
  });
}

/** One alert about all of it, and one each about the denied changes and the function. `at`: of the first (ms). */
function insiderAlerts(
  { organization, random }: Telling,
  users: IamUser[],
  ip: string,
  { at, denied, createFunction }: { at: number; denied: LogEvent; createFunction: LogEvent },
): AlertDocument[] {
  const [climber, builder] = users as [IamUser, IamUser];
  return [
    correlationAlert(
      random,
      {
        id: 'correlation.denied-iam-then-bulk-read',
        title: 'Three IAM users read finance buckets in bulk after denied IAM changes',
        severity: 'CRITICAL',
        description: `Denied IAM changes were followed within three hours by bulk reads of ${organization.financeBuckets.join(' and ')} from one address.`,
        techniques: ['T1530', 'T1098.003'],
      },
      {
        at,
        entities: [
          ...users.map(({ arn }) => ({ kind: 'arn', value: arn })),
          { kind: 'ip', value: ip },
          ...organization.financeBuckets.map((value) => ({ kind: 'bucket', value })),
        ],
      },
    ),
    ruleAlert(
      random,
      {
        id: 'AWS.IAM.DeniedPrivilegeChange',
        title: `Denied privilege changes by ${climber.name}`,
        severity: 'MEDIUM',
        description: 'An IAM user was denied changes of IAM rights several times within ten minutes.',
        techniques: ['T1098.003'],
      },
      denied,
    ),
    ruleAlert(
      random,
      {
        id: 'AWS.Lambda.CreatedByUser',
        title: `Function created outside the pipeline by ${builder.name}`,
        severity: 'MEDIUM',
        description: 'A Lambda function was created by an IAM user instead of the release pipeline.',
        techniques: ['T1648'],
      },
      createFunction,
    ),
  ];
}

/** Looks around, then tries to widen its rights; each change is denied. */
function probing(
  { organization, random }: Telling,
  caller: Caller,
  self: IamUser,
  other: IamUser,
  start: number,
): LogEvent[] {
  const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  const reads: [string, unknown][] = [
    ['ListAttachedUserPolicies', { userName: self.name }],
    ['ListUsers', null],
    ['ListRoles', null],
  ];
  const changes: [string, unknown][] = [
    ['AttachUserPolicy', { userName: self.name, policyArn: admin }],
    ['PutUserPolicy', { userName: self.name, policyName: 'work', policyDocument: policy }],
    ['AttachUserPolicy', { userName: other.name, policyArn: admin }],
    [
      'CreatePolicyVersion',
      {
        policyArn: `arn:aws:iam::${organization.account}:policy/finance-read`,
        setAsDefault: true,
        policyDocument: policy,
      },
    ],
    ['AddUserToGroup', { userName: self.name, groupName: 'administrators' }],
    ['CreateAccessKey', { userName: other.name }],
    ['UpdateAssumeRolePolicy', { roleName: organization.etl.name, policyDocument: policy }],
  ];
  const clock = ticking(random, start);
  const step = () => clock(8000, 55_000);
  return [
    cloudTrail(organization, random, { at: step(), caller, service: 'sts', name: 'GetCallerIdentity' }),
    ...reads.map(([name, request]) =>
      cloudTrail(organization, random, { at: step(), caller, service: 'iam', name, request }),
    ),
    ...changes.flatMap(([name, request]) =>
      Array.from({ length: random.int(1, 3) }, () =>
        cloudTrail(organization, random, {
          at: step(),
          caller,
          service: 'iam',
          name,
          request,
          error: accessDenied(caller.identity.arn, `iam:${name}`),
        }),
      ),
    ),
  ];
}

/** A function with a foreign address in its settings, and a rule that starts it every half hour. */
function persistence({ organization, random }: Telling, caller: Caller, domain: string, start: number): LogEvent[] {
  const { account, region, etl } = organization;
  const name = `${random.pick(['report', 'usage', 'cost'])}-${random.pick(['cache', 'digest', 'sync'])}-${random.hex(4)}`;
  const functionArn = `arn:aws:lambda:${region}:${account}:function:${name}`;
  const rule = `${name}-schedule`;
  const ruleArn = `arn:aws:events:${region}:${account}:rule/${rule}`;
  const steps: [string, string, unknown, unknown?][] = [
    [
      'lambda',
      'CreateFunction20150331',
      {
        functionName: name,
        runtime: 'python3.12',
        role: `arn:aws:iam::${account}:role/${etl.name}`,
        handler: 'main.handler',
        environment: { variables: { ENDPOINT: `https://${domain}/v1/collect`, INTERVAL: '1800' } },
        timeout: 300,
      },
      { functionArn, functionName: name, runtime: 'python3.12' },
    ],
    ['events', 'PutRule', { name: rule, scheduleExpression: 'rate(30 minutes)', state: 'ENABLED' }, { ruleArn }],
    [
      'lambda',
      'AddPermission20150331v2',
      {
        functionName: name,
        statementId: rule,
        action: 'lambda:InvokeFunction',
        principal: 'events.amazonaws.com',
        sourceArn: ruleArn,
      },
    ],
    [
      'events',
      'PutTargets',
      { rule, targets: [{ id: '1', arn: functionArn }] },
      { failedEntryCount: 0, failedEntries: [] },
    ],
  ];
  let at = start;
  return steps.map(([service, event, request, response]) => {
    at += random.int(20_000, 90_000);
    return cloudTrail(organization, random, { at, caller, service, name: event, request, response });
  });
}
