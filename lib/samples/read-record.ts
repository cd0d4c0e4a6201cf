import type { LogEvent } from '../scenarios/event';

/** What a record says of who, from where, to what, with which outcome; '' where it doesn't say. */
export type RecordFacts = { actor: string; place: string; target: string; outcome: 'succeeded' | 'failed' | 'refused' };

type OktaRecord = {
  actor: { alternateId: string };
  client: { ipAddress: string };
  outcome: { result: string };
  target: { alternateId: string }[] | null;
};
type DriveRecord = {
  actor: { email: string };
  ipAddress: string;
  events: { parameters: { name: string; value?: string }[] }[];
};
type TrailRecord = {
  userIdentity: { arn?: string; userName?: string };
  sourceIPAddress: string;
  errorCode?: string;
  requestParameters: Record<string, unknown> | null;
};

/** Reads a record of the demo's logs, as its service writes it. */
export function readRecord({ source, record }: LogEvent): RecordFacts {
  if (source === 'okta') {
    const { actor, client, outcome, target } = record as OktaRecord;
    return {
      actor: actor.alternateId,
      place: client.ipAddress,
      target: target?.[0]?.alternateId ?? '',
      outcome: /SUCCESS|ALLOW/.test(outcome.result) ? 'succeeded' : 'failed',
    };
  }
  if (source === 'google_workspace') {
    const { actor, ipAddress, events } = record as DriveRecord;
    const title = events[0]?.parameters.find(({ name }) => name === 'doc_title')?.value;
    return { actor: actor.email, place: ipAddress, target: title ?? '', outcome: 'succeeded' };
  }
  if (source === 'cloudtrail') {
    const { userIdentity, sourceIPAddress, errorCode, requestParameters } = record as TrailRecord;
    const [, role = '', session = ''] = /assumed-role\/([^/]+)\/(.+)$/.exec(userIdentity.arn ?? '') ?? [];
    return {
      actor: session.includes('@') ? session : role || (userIdentity.userName ?? ''),
      place: sourceIPAddress,
      target: targetOf(requestParameters),
      outcome: errorCode ? 'refused' : 'succeeded',
    };
  }
  // Text lines: VPC flow logs (version 2) and S3 access logs.
  const fields = String(record).split(' ');
  if (source === 'vpc_flow')
    return {
      actor: fields[3] ?? '',
      place: fields[3] ?? '',
      target: fields[4] ?? '',
      outcome: fields[12] === 'ACCEPT' ? 'succeeded' : 'refused',
    };
  return { actor: fields[5] ?? '', place: fields[4] ?? '', target: fields[1] ?? '', outcome: 'succeeded' };
}

const TARGETS = ['groupId', 'userName', 'secretId', 'groupName', 'name'];

function targetOf(request: Record<string, unknown> | null): string {
  const key = TARGETS.find((name) => typeof request?.[name] === 'string');
  return key === undefined ? '' : String(request?.[key]);
}
