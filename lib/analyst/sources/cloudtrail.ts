import { agentOf, type Columns, coalesce, detailOf, type Mapping, type SourceField } from './mapping';

/** Request parameters that name what is acted on. */
const TARGETS = [
  'bucketName',
  'secretId',
  'secretIdList',
  'roleArn',
  'roleName',
  'userName',
  'groupName',
  'functionName',
  'trailName',
  'name',
  'names',
  'instanceId',
]
  .concat([
    'instanceIds',
    'instanceOSUser',
    'snapshotId',
    'imageId',
    'groupId',
    'dBSnapshotIdentifier',
    'dBInstanceIdentifier',
    'dBClusterIdentifier',
  ])
  .concat([
    'policyArn',
    'keyId',
    'resourceArn',
    'target',
    'resourceId',
    'flowLogId',
    'logGroupName',
    'detectorId',
    'path',
  ]);

/** AWS CloudTrail: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export function mapCloudTrail(fields: SourceField[], columns: Columns): Mapping | null {
  const names = new Set(fields.map((field) => field.name));
  if (!names.has('eventName') || !(names.has('eventSource') || names.has('userIdentity.type'))) return null;
  const at = columns.text;
  const arn = `nullif(${at('userIdentity.arn')}, '')`;
  const anyone = coalesce(
    arn,
    // Another account is known by its number only; who acts there is that account's own matter.
    `CASE WHEN ${at('userIdentity.type')} = 'AWSAccount' AND regexp_matches(${at('userIdentity.accountId')}, '^[0-9]{12}$') THEN 'account ' || ${at('userIdentity.accountId')} END`,
    at('userIdentity.userName'),
    at('userIdentity.invokedBy'),
    at('userIdentity.principalId'),
    at('userIdentity.accountId'),
    at('userIdentity.type'),
  );
  const name = `regexp_replace(${at('eventName')}, '[0-9]{8}(v[0-9]+)?$', '')`;
  const error = `nullif(${at('errorCode')}, '')`;
  const login = at('responseElements.ConsoleLogin');
  return {
    schema: 'cloudtrail',
    label: 'AWS CloudTrail',
    hasActor: true,
    hasAction: true,
    hasRequest: true,
    read: "who: userIdentity.arn (a role whatever its session, a named person's session kept apart), key: userIdentity.accessKeyId, from: sourceIPAddress, action: eventName without its version suffix, outcome: errorCode",
    expressions: {
      // A role's session name changes with every run; one with an @ in it is a person's.
      principal: `CASE WHEN ${arn} LIKE '%:assumed-role/%' AND ${arn} NOT LIKE '%@%' THEN regexp_replace(${arn}, '/[^/]*$', '') ELSE ${anyone} END`,
      identity: anyone,
      login: coalesce(at('userIdentity.userName'), `regexp_extract(${arn}, '([^/:]+)$', 1)`),
      key: `nullif(${at('userIdentity.accessKeyId')}, '')`,
      ip: at('sourceIPAddress'),
      action: name,
      service: `regexp_replace(${at('eventSource')}, '[.]amazonaws[.]com$', '')`,
      outcome: `CASE WHEN ${error} IS NULL AND coalesce(${login}, '') <> 'Failure' THEN 'ok' WHEN regexp_matches(coalesce(${error}, 'denied'), 'denied|unauthori|forbidden|notauthori|authfailure|Failed authentication', 'i') THEN 'denied' ELSE 'failed' END`,
      error: coalesce(error, `CASE WHEN ${login} = 'Failure' THEN ${coalesce(at('errorMessage'), "'Failure'")} END`),
      agent: agentOf(at('userAgent')),
      // One look into the request's text: a dozen separate JSON paths cost a minute on a million events.
      target: `nullif(regexp_extract(${columns.json('requestParameters')}, '"(${TARGETS.join('|')})"\\s*:\\s*\\[?\\s*"([^"]+)"', 2), '')`,
      detail: detailSql(columns),
      params: `substr(${columns.json('requestParameters')}, 1, 1500)`,
      bytes: `TRY_CAST(raw->>'$.additionalEventData.bytesTransferredOut' AS DOUBLE)`,
    },
  };
}

/** Which policy was attached, which key was made, which port was opened to whom, who got a share or may invoke, what was started where. */
function detailSql(columns: Columns): string {
  const request = columns.json('requestParameters');
  const part = (pattern: string): string => `regexp_extract(${request}, '${pattern}', 1)`;
  const port = `CASE WHEN ${part('"fromPort"\\s*:\\s*(-?[0-9]+)')} = ${part('"toPort"\\s*:\\s*(-?[0-9]+)')} THEN ${part('"fromPort"\\s*:\\s*(-?[0-9]+)')} ELSE nullif(${part('"fromPort"\\s*:\\s*(-?[0-9]+)')}, '') || '-' || ${part('"toPort"\\s*:\\s*(-?[0-9]+)')} END`;
  return detailOf({
    policy: `coalesce(nullif(${part('"policyArn"\\s*:\\s*"[^"]*/([^"/]+)"')}, ''), ${part('"policyName"\\s*:\\s*"([^"]+)"')})`,
    group: part('"groupName"\\s*:\\s*"([^"]+)"'),
    key: columns.text('responseElements.accessKey.accessKeyId'),
    port,
    'open to': part('"cidrIp(?:v6)?"\\s*:\\s*"([^"]+)"'),
    'shared with account': `coalesce(nullif(${part('"add"\\s*:\\s*[{]"items"\\s*:\\s*\\[[{]"userId"\\s*:\\s*"([0-9]+)"')}, ''), ${part('"valuesToAdd"\\s*:\\s*\\[\\s*"([0-9]{12})"')})`,
    'to bucket': part('"(?:s3BucketName|s3Bucket|s3bucket)"\\s*:\\s*"([^"]+)"'),
    of: `CASE WHEN ${columns.text('eventName')} IN ('StartExportTask', 'ExportTableToPointInTime') THEN ${part('"(?:sourceArn|tableArn)"\\s*:\\s*"[^"]*?:([^:"]+(?::[^:"]+)?)"')} END`,
    layer: part('"layers"\\s*:\\s*\\[\\s*"[^"]*:layer:([^"]+)"'),
    'points to': part('"resourceRecords"\\s*:\\s*\\[\\s*[{]\\s*"value"\\s*:\\s*"([^"]+)"'),
    'shared with': `CASE coalesce(nullif(${part('"add"\\s*:\\s*[{]"items"\\s*:\\s*\\[[{]"group"\\s*:\\s*"([a-z]+)"')}, ''), ${part('"valuesToAdd"\\s*:\\s*\\[\\s*"(all)"')}) WHEN 'all' THEN 'everyone' END`,
    'allowed to': part('"principal"\\s*:\\s*"([^"]+)"'),
    'instance type': part('"instanceType"\\s*:\\s*"([a-z0-9.-]+)"'),
    instances: part('"maxCount"\\s*:\\s*([0-9]+)'),
    region: `CASE WHEN ${columns.text('eventName')} = 'RunInstances' THEN ${columns.text('awsRegion')} END`,
    'days until expiry': `CASE WHEN ${columns.text('eventName')} LIKE 'PutBucketLifecycle%' THEN ${part('"Days"\\s*:\\s*([0-9]+)')} END`,
    object: `CASE WHEN ${columns.text('eventName')} = 'PutObject' THEN ${part('"key"\\s*:\\s*"([^"]+)"')} END`,
  });
}
