import { type ActionRule, rule } from './action';

/** Discovery (AWS): little by itself, together a map of the account. */
export const AWS_DISCOVERY: ActionRule[] = [
  rule(
    'medium',
    'T1087.004 T1069.003',
    'downloaded all users, roles and policies of the account',
    'GetAccountAuthorizationDetails GenerateCredentialReport GetCredentialReport',
  ),
  rule(
    'low',
    'T1087.004',
    'listed users, roles, groups or their keys',
    'ListUsers ListRoles ListGroups ListAccessKeys ListMFADevices ListSSHPublicKeys GetUser GetLoginProfile ListAccountAliases GetAccountSummary',
    { many: { count: 20, level: 'medium' } },
  ),
  rule(
    'low',
    'T1069.003',
    'listed policies and what they are attached to',
    'ListPolicies ListAttachedUserPolicies ListAttachedRolePolicies ListUserPolicies ListRolePolicies ListGroupsForUser ListEntitiesForPolicy SimulatePrincipalPolicy',
    { many: { count: 20, level: 'medium' } },
  ),
  rule('low', 'T1033', 'asked who it is', 'GetCallerIdentity'),
  rule('low', 'T1201', 'read the password policy', 'GetAccountPasswordPolicy'),
  rule(
    'low',
    'T1526',
    "looked at the account's monitoring",
    'DescribeTrails GetTrailStatus GetEventSelectors ListDetectors GetDetector DescribeConfigurationRecorders LookupEvents ListTrails DescribeFlowLogs',
  ),
  rule(
    'low',
    'T1580',
    'listed machines and networks',
    'DescribeInstances DescribeSecurityGroups DescribeVpcs DescribeSubnets DescribeSnapshots DescribeImages DescribeVolumes DescribeRegions DescribeInstanceInformation DescribeKeyPairs',
    { many: { count: 50, level: 'medium' } },
  ),
  rule(
    'low',
    'T1580',
    'listed databases and their snapshots',
    'DescribeDBInstances DescribeDBClusters DescribeDBSnapshots DescribeDBClusterSnapshots ListTables ListClusters',
  ),
  rule(
    'low',
    'T1619',
    'listed buckets and their settings',
    'ListBuckets GetBucketAcl GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketLogging',
    { many: { count: 20, level: 'medium' } },
  ),
  rule(
    'low',
    'T1526',
    'listed functions, topics or senders',
    'ListFunctions ListTopics ListQueues ListIdentities GetAccountSendingEnabled GetSendQuota GetAccount ListFoundationModels GetUseCaseForModelAccess',
  ),
  rule(
    'low',
    'T1526',
    'looked at the organization',
    'DescribeOrganization ListAccounts ListPoliciesForTarget ListRoots ListOrganizationalUnitsForParent',
  ),
  rule('low', 'T1538', 'looked at costs and quotas', 'GetCostAndUsage ListServiceQuotas GetServiceQuota'),
];
