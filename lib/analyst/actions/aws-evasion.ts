import { type ActionRule, jsonValue, openToAll, otherAccount, rule, says } from './action';

const shortExpiry = (text: string): boolean => {
  const days = Number(jsonValue(text, 'Days') ?? Number.NaN);
  return days >= 0 && days <= 7;
};
const everywhere = says(/0\.0\.0\.0\/0|::\/0/);

/** Defence evasion (AWS). */
export const AWS_EVASION: ActionRule[] = [
  rule('critical', 'T1562.008', 'stopped the logging of a trail', 'StopLogging', {
    remediation: 'Start logging on the trail again (StartLogging) and look for what happened while it was off.',
  }),
  rule(
    'critical',
    'T1562.008',
    'deleted a trail or event data store',
    'DeleteTrail DeleteEventDataStore StopEventDataStoreIngestion',
    { remediation: 'Recreate the trail and check that its bucket still holds the log files.' },
  ),
  rule('critical', 'T1562.008', 'switched management events or their logging off on a trail', 'PutEventSelectors', {
    when: says(
      /"includeManagementEvents"\s*:\s*false|"readWriteType"\s*:\s*"(ReadOnly|WriteOnly)"|"eventSelectors"\s*:\s*\[\s*\]/i,
    ),
    remediation: 'Restore the event selectors of the trail (management events on, read and write).',
  }),
  rule(
    'low',
    'T1562.008',
    'created or set up a trail, flow logs or log group',
    'PutEventSelectors PutInsightSelectors StartLogging CreateTrail CreateFlowLogs CreateLogGroup',
  ),
  rule('critical', 'T1562.008', 'weakened a trail', 'UpdateTrail', {
    when: says(/"(isMultiRegionTrail|includeGlobalServiceEvents|enableLogFileValidation)"\s*:\s*false/i),
    remediation: 'Restore the settings of the trail.',
  }),
  rule('high', 'T1562.008', 'changed a trail', 'UpdateTrail', {
    remediation: 'Compare the trail with its approved settings.',
  }),
  rule(
    'high',
    'T1562.008',
    'set log files or objects to expire within days',
    'PutBucketLifecycle PutBucketLifecycleConfiguration',
    {
      when: (request) => shortExpiry(request.text),
      remediation: 'Remove the lifecycle rule from the bucket and recover expired objects from versions.',
    },
  ),
  rule(
    'low',
    'T1562.008',
    'changed the lifecycle rules of a bucket',
    'PutBucketLifecycle PutBucketLifecycleConfiguration DeleteBucketLifecycle',
  ),
  rule('high', 'T1562.008', "switched a bucket's access logging off", 'PutBucketLogging', {
    when: (request) => !/LoggingEnabled|TargetBucket/.test(request.text),
  }),
  rule('critical', 'T1562.008', 'deleted VPC flow logs', 'DeleteFlowLogs', {
    remediation: 'Create the flow logs again; for the time between, use other network records.',
  }),
  rule(
    'critical',
    'T1562.008',
    'deleted or cut off DNS query logging',
    'DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig DeleteQueryLoggingConfig',
    { remediation: 'Restore the DNS query logging.' },
  ),
  rule(
    'high',
    'T1562.008',
    'deleted log groups or streams',
    'DeleteLogGroup DeleteLogStream DeleteDestination DeleteSubscriptionFilter',
    { remediation: 'Recreate the log groups, and take the lost time into account.' },
  ),
  rule('high', 'T1562.008', 'cut the retention of logs', 'PutRetentionPolicy', {
    when: (request) => Number(jsonValue(request.text, 'retentionInDays') ?? 999) <= 7,
  }),
  rule('critical', 'T1562.008', 'switched off model invocation logging', 'DeleteModelInvocationLoggingConfiguration'),
  rule(
    'critical',
    'T1562.001',
    'switched off threat detection',
    'DeleteDetector StopMonitoringMembers DisassociateMembers DeleteMembers DisassociateFromMasterAccount DisassociateFromAdministratorAccount DisableSecurityHub DeleteHub DisableMacie Disable DisableOrganizationAdminAccount',
    {
      remediation: 'Turn the detection service on again and re-join its members.',
    },
  ),
  rule('critical', 'T1562.001', 'disabled a threat detector', 'UpdateDetector', {
    when: says(/"enable"\s*:\s*false/i),
  }),
  rule(
    'high',
    'T1562.001',
    'suppressed findings or changed what detection trusts',
    'CreateFilter CreateIPSet UpdateIPSet CreateTrustedEntitySet ArchiveFindings BatchUpdateFindings DeletePublishingDestination UpdateFindings BatchDisableStandards',
  ),
  rule(
    'high',
    'T1562.001',
    'stopped or deleted configuration recording',
    'StopConfigurationRecorder DeleteConfigurationRecorder DeleteDeliveryChannel DeleteConfigRule DeleteOrganizationConfigRule DeleteRemediationConfiguration',
    { remediation: 'Start the configuration recorder again.' },
  ),
  rule(
    'high',
    'T1562.001',
    'removed alarms or event rules',
    'DeleteAlarms DisableAlarmActions DeleteRule DisableRule RemoveTargets DeleteAnomalyDetector',
  ),
  rule(
    'high',
    'T1562.001',
    'weakened a web application firewall or guardrail',
    'DeleteWebACL DeleteRuleGroup DisassociateWebACL DeleteLoggingConfiguration DeleteGuardrail UpdateGuardrail DeleteFirewall UpdateFirewallDeleteProtection',
  ),
  rule(
    'critical',
    'T1666',
    'left, or tried to leave, the organization',
    'LeaveOrganization RemoveAccountFromOrganization CloseAccount DeleteOrganization',
    { remediation: 'Deny organizations:LeaveOrganization by a service control policy.' },
  ),
  rule(
    'high',
    'T1666',
    'detached or changed organization policies',
    'DetachPolicy DisablePolicyType DeletePolicy UpdatePolicy',
    { when: says(/"policyId"|ServiceControl|SERVICE_CONTROL/i) },
  ),
  rule(
    'high',
    'T1562.007',
    'opened a security group to the internet',
    'AuthorizeSecurityGroupIngress ModifySecurityGroupRules',
    { when: everywhere, remediation: 'Revoke the ingress rule that lets everybody in.' },
  ),
  rule(
    'low',
    'T1562.007',
    'changed a security group',
    'AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress ModifySecurityGroupRules CreateSecurityGroup',
  ),
  rule('high', 'T1562.007', 'opened a network ACL to the internet', 'CreateNetworkAclEntry ReplaceNetworkAclEntry', {
    when: (request) => everywhere(request) && /allow/i.test(request.text),
  }),
  rule(
    'low',
    'T1562.007',
    'changed network routes or gateways',
    'CreateNetworkAclEntry AttachInternetGateway CreateRoute ReplaceRoute CreateVpcPeeringConnection AcceptVpcPeeringConnection CreateTransitGatewayVpcAttachment',
  ),
  rule(
    'high',
    'T1040',
    'set up traffic mirroring',
    'CreateTrafficMirrorSession CreateTrafficMirrorTarget CreateTrafficMirrorFilter CreateTrafficMirrorFilterRule ModifyTrafficMirrorSession',
  ),
  rule(
    'low',
    'T1562.001',
    'touched traffic mirroring',
    'DeleteTrafficMirrorTarget DeleteTrafficMirrorSession DeleteTrafficMirrorFilter',
  ),
  rule(
    'critical',
    'T1530 T1562.007',
    'opened a resource to everyone',
    'PutBucketPolicy PutResourcePolicy SetRepositoryPolicy PutKeyPolicy SetQueueAttributes SetTopicAttributes CreateElasticsearchDomain UpdateDomainConfig PutFileSystemPolicy SetVaultAccessPolicy',
    {
      when: openToAll,
      remediation: 'Remove the public statement from the resource policy and check who used it.',
    },
  ),
  rule(
    'high',
    'T1537',
    'let another account use a resource',
    'PutBucketPolicy PutResourcePolicy SetRepositoryPolicy PutKeyPolicy PutBucketAcl CreateGrant SetQueueAttributes PutImagePolicy',
    { when: otherAccount, remediation: 'Remove the foreign account from the resource policy.' },
  ),
  rule(
    'low',
    'T1562.007',
    'changed a resource policy',
    'PutBucketPolicy DeleteBucketPolicy PutResourcePolicy SetRepositoryPolicy PutKeyPolicy',
  ),
  rule('high', 'T1530', 'opened a bucket by its ACL', 'PutBucketAcl PutObjectAcl', {
    when: says(/AllUsers|AuthenticatedUsers|public-read/i),
    remediation: 'Make the bucket private again.',
  }),
  rule('medium', 'T1562.007', 'changed a bucket ACL', 'PutBucketAcl PutObjectAcl'),
  rule(
    'high',
    'T1562.007',
    'removed the public access block',
    'DeleteBucketPublicAccessBlock DeletePublicAccessBlock DeleteAccountPublicAccessBlock',
    { remediation: 'Put the public access block back.' },
  ),
  rule(
    'medium',
    'T1562.007',
    'changed the public access block',
    'PutBucketPublicAccessBlock PutAccountPublicAccessBlock',
    { when: says(/:\s*"?false/i) },
  ),
  rule('high', 'T1562.001', 'switched default encryption off', 'DisableEbsEncryptionByDefault DeleteBucketEncryption'),
  rule('medium', 'T1535', 'enabled another region', 'EnableRegion'),
];
