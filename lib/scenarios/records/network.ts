import type { LogEvent } from '../event';
import type { Organization } from '../organization';
import type { Random } from '../random';

export const VPC_FLOW_HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

export type Flow = {
  at: number;
  eni: string;
  from: string;
  to: string;
  fromPort: number;
  toPort: number;
  bytes: number;
  /** Seconds. */
  lasted?: number;
  accepted?: boolean;
};

/** A line of VPC flow logs, version 2. */
export function vpcFlow(organization: Organization, flow: Flow): LogEvent {
  const start = Math.floor(flow.at / 1000);
  const packets = Math.max(1, Math.round(flow.bytes / 900));
  const { eni, from, to, fromPort, toPort, bytes, lasted = 60, accepted = true } = flow;
  return {
    source: 'vpc_flow',
    at: flow.at,
    record: `2 ${organization.account} ${eni} ${from} ${to} ${fromPort} ${toPort} 6 ${packets} ${bytes} ${start} ${start + lasted} ${accepted ? 'ACCEPT' : 'REJECT'} OK`,
  };
}

export type BucketAccess = {
  at: number;
  bucket: string;
  ip: string;
  /** ARN, or '-' for nobody in particular. */
  requester: string;
  operation: string;
  key: string;
  bytes: number;
  status?: number;
  agent: string;
};

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A line of an S3 server access log. */
export function s3Access(organization: Organization, random: Random, access: BucketAccess): LogEvent {
  const { at, bucket, ip, requester, operation, key, bytes, status = 200, agent } = access;
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const stamp = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
  const method = /PUT|POST|DELETE|HEAD/.exec(operation)?.[0] ?? 'GET';
  const error = status === 403 ? 'AccessDenied' : '-';
  const took = Math.max(4, Math.round(bytes / 40_000));
  return {
    source: 's3_access',
    at,
    record: `${organization.canonicalId} ${bucket} [${stamp}] ${ip} ${requester} ${random.hex(16).toUpperCase()} ${operation} ${key} "${method} /${key} HTTP/1.1" ${status} ${error} ${bytes} ${bytes} ${took} ${Math.min(took, 60)} "-" "${agent}" - ${random.hex(32)} SigV4 TLS_AES_128_GCM_SHA256 AuthHeader ${bucket}.s3.${organization.region}.amazonaws.com TLSv1.3 - -`,
  };
}
