import { isoSeconds } from '../calendar';
import type { LogEvent } from '../event';
import { CONSOLE_AGENT } from '../names';
import type { IamUser, Organization, Person, ServiceRole } from '../organization';
import type { Random } from '../random';

/** Who calls: the userIdentity block and what CloudTrail writes beside it. */
export type Caller = { identity: Record<string, unknown>; ip: string; agent: string };

export type Call = {
  at: number;
  caller: Caller;
  /** `ec2`, `iam`, …: the part before .amazonaws.com */
  service: string;
  name: string;
  request?: unknown;
  response?: unknown;
  /** A failed console sign-in has a message and no code. */
  error?: { code?: string; message: string };
  /** Additional fields of the record. */
  more?: Record<string, unknown>;
  /** S3 object reads and writes, Lambda invocations. */
  isDataEvent?: boolean;
};

export function iamUser(organization: Organization, user: IamUser, agent: string, ip = user.ip): Caller {
  return {
    identity: {
      type: 'IAMUser',
      principalId: user.principalId,
      arn: user.arn,
      accountId: organization.account,
      accessKeyId: user.key,
      userName: user.name,
    },
    ip,
    agent,
  };
}

/** What an IAM user does in the console: AWS gives each session a key of its own, so the user's access key says nothing about it. */
export function consoleSession(
  organization: Organization,
  user: IamUser,
  key: string,
  { ip, since }: { ip: string; since: number },
): Caller {
  const { identity } = iamUser(organization, user, CONSOLE_AGENT);
  const session = { attributes: { creationDate: isoSeconds(since), mfaAuthenticated: 'false' } };
  return { identity: { ...identity, accessKeyId: key, sessionContext: session }, ip, agent: CONSOLE_AGENT };
}

/** A session of a service's role. `key` changes with every session; give the same one for the calls of one. */
export function roleSession(
  organization: Organization,
  role: ServiceRole,
  key: string,
  session = role.session,
): Caller {
  const { account } = organization;
  return {
    identity: {
      type: 'AssumedRole',
      principalId: `${role.roleId}:${session}`,
      arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${session}`,
      accountId: account,
      accessKeyId: key,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: role.roleId,
          arn: `arn:aws:iam::${account}:role/${role.name}`,
          accountId: account,
          userName: role.name,
        },
        attributes: { mfaAuthenticated: 'false' },
      },
    },
    ip: role.ip,
    agent: role.agent,
  };
}

/** A person's session through single sign-on. */
export function personSession(
  organization: Organization,
  person: Person,
  key: string,
  {
    ip = person.homeIp,
    agent = CONSOLE_AGENT,
    role = 'Developer',
  }: { ip?: string; agent?: string; role?: string } = {},
): Caller {
  const { account, region } = organization;
  const name = `AWSReservedSSO_${role}_0a1b2c3d4e5f6789`;
  const roleId = `AROA${person.oktaId
    .slice(3, 20)
    .toUpperCase()
    .replace(/[^A-Z2-7]/g, 'Q')}`;
  return {
    identity: {
      type: 'AssumedRole',
      principalId: `${roleId}:${person.email}`,
      arn: `arn:aws:sts::${account}:assumed-role/${name}/${person.email}`,
      accountId: account,
      accessKeyId: key,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: roleId,
          arn: `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/${region}/${name}`,
          accountId: account,
          userName: name,
        },
        attributes: { mfaAuthenticated: 'true' },
      },
    },
    ip,
    agent,
  };
}

export const serviceCaller = (service: string): Caller => ({
  identity: { type: 'AWSService', invokedBy: `${service}.amazonaws.com` },
  ip: `${service}.amazonaws.com`,
  agent: `${service}.amazonaws.com`,
});

const READS = /^(Get|List|Describe|Head|Lookup|BatchGet|Search|Decrypt|AssumeRole)/;

/** The record as CloudTrail delivers it. */
export function cloudTrail(organization: Organization, random: Random, call: Call): LogEvent {
  const { at, caller, service, name, request = null, response = null, error, more = {}, isDataEvent = false } = call;
  return {
    source: 'cloudtrail',
    at,
    record: {
      eventVersion: '1.11',
      userIdentity: caller.identity,
      eventTime: isoSeconds(at),
      eventSource: `${service}.amazonaws.com`,
      eventName: name,
      awsRegion: ['iam', 'sts', 'organizations'].includes(service) ? 'us-east-1' : organization.region,
      sourceIPAddress: caller.ip,
      userAgent: caller.agent,
      ...(error?.code ? { errorCode: error.code } : {}),
      ...(error ? { errorMessage: error.message } : {}),
      requestParameters: request,
      responseElements: response,
      requestID: random.uuid(),
      eventID: random.uuid(),
      readOnly: READS.test(name),
      eventType: name === 'ConsoleLogin' ? 'AwsConsoleSignIn' : 'AwsApiCall',
      managementEvent: !isDataEvent,
      recipientAccountId: organization.account,
      eventCategory: isDataEvent ? 'Data' : 'Management',
      ...more,
    },
  };
}

export const accessDenied = (arn: unknown, action: string): { code: string; message: string } => ({
  code: 'AccessDenied',
  message: `User: ${arn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
});

/** One object read: the data event of CloudTrail. */
export function objectRead(
  organization: Organization,
  random: Random,
  {
    at,
    caller,
    bucket,
    key,
    bytes,
    name = 'GetObject',
  }: {
    at: number;
    caller: Caller;
    bucket: string;
    key: string;
    bytes: number;
    name?: string;
  },
): LogEvent {
  return cloudTrail(organization, random, {
    at,
    caller,
    service: 's3',
    name,
    request: { bucketName: bucket, Host: `${bucket}.s3.${organization.region}.amazonaws.com`, key },
    isDataEvent: true,
    more: {
      additionalEventData: {
        SignatureVersion: 'SigV4',
        CipherSuite: 'TLS_AES_128_GCM_SHA256',
        bytesTransferredIn: name === 'PutObject' ? bytes : 0,
        AuthenticationMethod: 'AuthHeader',
        'x-amz-id-2': random.hex(40),
        bytesTransferredOut: name === 'PutObject' ? 0 : bytes,
      },
      resources: [
        { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
        { accountId: organization.account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
      ],
    },
  });
}
