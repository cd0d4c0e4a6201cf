import { readTime } from '../read-time';
import { isoMicros } from '../to-json';
import type { Format } from './format';
import { fieldsOf, type LineParser, lineFormat, splitWords } from './lines';

const VPC_V2 =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );
const VPC_NAMES = new Set([
  ...VPC_V2,
  ...'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status interface-type tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired'.split(
    ' ',
  ),
]);
const VPC_LINE =
  /^\d+ (?:\d{12}|unknown) (?:eni-[0-9a-f]+|-) \S+ \S+ \S+ \S+ \S+ \S+ \S+ \d{10} \d{10} \S+ (?:OK|NODATA|SKIPDATA)$/;

/** VPC flow logs: by their header, or the default version 2 fields without one. */
export const vpcFlow: Format = lineFormat({
  id: 'vpc-flow',
  timeField: 'start',
  parser: () => vpcFlowParser(),
});

export function vpcFlowParser(): LineParser {
  let names: string[] | undefined;
  return (line) => {
    const words = line.trim().split(/\s+/);
    const header = flowHeader(words);
    if (header) {
      names = header;
      return undefined;
    }
    if (names ? Math.abs(words.length - names.length) > 0 : !VPC_LINE.test(line.trim())) return null;
    const fields = fieldsOf(names ?? VPC_V2, words);
    const time = readTime(fields.start) ?? readTime(fields.end) ?? null;
    for (const name of ['start', 'end']) {
      const micros = readTime(fields[name]);
      if (micros !== undefined) fields[name] = isoMicros(micros);
    }
    return { fields, time };
  };
}

/** The names of a header of VPC or transit gateway flow logs; null for anything else. New versions add names of the same kind. */
function flowHeader(words: string[]): string[] | null {
  if (words.length < 3 || /\d{3}/.test(words.join())) return null;
  const names = words.map((word) => word.replaceAll('_', '-').replace(/^\$\{(.*)\}$/, '$1'));
  const known = names.filter((name) => VPC_NAMES.has(name)).length;
  return known >= 3 && known * 3 >= names.length * 2 && names.every((name) => /^[a-z][a-z0-9-]*$/.test(name))
    ? names
    : null;
}

const S3_FIELDS =
  'bucket_owner bucket time remote_ip requester request_id operation key request_uri http_status error_code bytes_sent object_size total_time turn_around_time referer user_agent version_id host_id signature_version cipher_suite authentication_type host_header tls_version access_point_arn acl_required source_region'.split(
    ' ',
  );
const ALB_FIELDS =
  'type time elb client:port target:port request_processing_time target_processing_time response_processing_time elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time actions_executed redirect_url error_reason target:port_list target_status_code_list classification classification_reason conn_trace_id transformed_host transformed_uri request_transform_status'.split(
    ' ',
  );
const NLB_FIELDS =
  'type version time elb listener client:port destination:port connection_time tls_handshake_time received_bytes sent_bytes incoming_tls_alert chosen_cert_arn chosen_cert_serial tls_cipher tls_protocol_version tls_named_group domain_name alpn_fe_protocol alpn_be_protocol alpn_client_preference_list tls_connection_creation_time'.split(
    ' ',
  );
const CONNECTION_FIELDS =
  'time client_ip client_port listener_port tls_protocol tls_cipher tls_handshake_latency leaf_client_cert_subject leaf_client_cert_validity leaf_client_cert_serial_number tls_verify_status conn_trace_id tls_keyexchange'.split(
    ' ',
  );
const ELB_FIELDS =
  'time elb client:port backend:port request_processing_time backend_processing_time response_processing_time elb_status_code backend_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol'.split(
    ' ',
  );

/** Lines whose words stand for fields by their position. */
const POSITIONAL: { id: string; line: RegExp; names: string[] }[] = [
  {
    id: 's3-access',
    line: /^(?:[0-9a-f]{20,64}|-|\S+) [a-z0-9.-]{3,63} \[\d{2}\/[A-Z][a-z]{2}\/\d{4}:[^\]]+\] \S+ \S+ \S+ [A-Z0-9]+\.[A-Z0-9_.]+ /,
    names: S3_FIELDS,
  },
  { id: 'alb', line: /^(?:https?|h2|grpcs?|wss?) \d{4}-\d{2}-\d{2}T\S+ \S+ \S+:\d+ /, names: ALB_FIELDS },
  { id: 'nlb', line: /^tls \d\.\d \d{4}-\d{2}-\d{2}T\S+ \S+ \S+ \S+:\d+ /, names: NLB_FIELDS },
  {
    id: 'alb-connection',
    line: /^\d{4}-\d{2}-\d{2}T\S+Z [\d.a-fA-F:]+ \d+ \d+ (?:TLSv[\d.]+|-) \S+ (?:[\d.]+|-) "/,
    names: CONNECTION_FIELDS,
  },
  { id: 'elb', line: /^\d{4}-\d{2}-\d{2}T\S+Z \S+ \S+:\d+ (?:\S+:\d+|-) -?[\d.]+ -?[\d.]+ /, names: ELB_FIELDS },
];

export const awsAccessLogs: Format[] = POSITIONAL.map(({ id, line: pattern, names }) =>
  lineFormat({
    id,
    timeField: 'time',
    parser: () => (line) => {
      if (!pattern.test(line)) return null;
      const fields = fieldsOf(names, splitWords(line));
      splitAddresses(fields);
      return { fields, time: readTime(fields.time) ?? null };
    },
  }),
);

/** `client:port` as client_ip and client_port, so that an address can be searched. */
function splitAddresses(fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(fields)) {
    const prefix = /^(\w+):port$/.exec(name)?.[1];
    if (!prefix) continue;
    delete fields[name];
    const address = /^(.*):(\d+)$/.exec(String(value));
    fields[`${prefix}_ip`] = address ? address[1]?.replace(/^\[(.*)\]$/, '$1') : value;
    if (address) fields[`${prefix}_port`] = address[2];
  }
}
