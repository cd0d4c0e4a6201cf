import { type ActionRule, openToAll, otherAccount, otherUser, rule, says } from './action';

const admin = says(/AdministratorAccess|IAMFullAccess|PowerUserAccess|\\?"Action\\?"\s*:\s*\[?\s*\\?"(\*|iam:\*)/);

/** Persistence and privilege escalation (AWS). */
export const AWS_PERSISTENCE: ActionRule[] = [
  rule('high', 'T1098.001', 'created an access key for another user', 'CreateAccessKey', {
    when: otherUser,
    remediation: 'Deactivate, then delete, the access key created; check what it was used for.',
  }),
  rule('medium', 'T1098.001', 'created an access key', 'CreateAccessKey', {
    remediation: 'Deactivate the access key created unless its owner asked for it.',
  }),
  rule(
    'medium',
    'T1098.001',
    'changed the state of an access key',
    'UpdateAccessKey CreateServiceSpecificCredential UploadSigningCertificate UploadSSHPublicKey',
  ),
  rule('medium', 'T1136.003', 'created an IAM user', 'CreateUser', {
    remediation: 'Disable the IAM user created until someone claims it.',
  }),
  rule('high', 'T1098 T1136.003', 'gave a user a console password', 'CreateLoginProfile', {
    remediation: 'Delete the login profile created.',
  }),
  rule(
    'high',
    'T1098.003',
    'gave an identity administrator rights',
    'AttachUserPolicy AttachRolePolicy AttachGroupPolicy PutUserPolicy PutRolePolicy PutGroupPolicy CreatePolicy CreatePolicyVersion',
    {
      when: admin,
      remediation: 'Detach or delete the policy that gives administrator rights.',
    },
  ),
  rule(
    'medium',
    'T1098.003',
    'changed the rights of a user or group',
    'AttachUserPolicy PutUserPolicy AddUserToGroup AttachGroupPolicy PutGroupPolicy',
    {
      remediation: 'Review the rights added and take back those nobody asked for.',
    },
  ),
  rule('medium', 'T1098.003', 'changed the rights of a role', 'AttachRolePolicy PutRolePolicy', {
    remediation: 'Review the rights added to the role.',
  }),
  rule('medium', 'T1098.003', 'changed a managed policy', 'CreatePolicyVersion SetDefaultPolicyVersion'),
  rule('low', 'T1098.003', 'created a policy', 'CreatePolicy'),
  rule(
    'high',
    'T1098.003',
    'removed a permissions boundary',
    'DeleteUserPermissionsBoundary DeleteRolePermissionsBoundary',
  ),
  rule('critical', 'T1098.003', 'let everyone or another account assume a role', 'UpdateAssumeRolePolicy CreateRole', {
    when: (request) => openToAll(request) || otherAccount(request),
    remediation: 'Restore the trust policy of the role, and deny its current sessions.',
  }),
  rule('high', 'T1098.003', 'changed who may assume a role', 'UpdateAssumeRolePolicy', {
    remediation: 'Compare the trust policy with the one before and restore it.',
  }),
  rule(
    'low',
    'T1136.003',
    'created a role',
    'CreateRole CreateServiceLinkedRole CreateInstanceProfile AddRoleToInstanceProfile',
  ),
  rule(
    'high',
    'T1484.002',
    'added or changed an identity provider',
    'CreateSAMLProvider UpdateSAMLProvider CreateOpenIDConnectProvider AddClientIDToOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint',
    {
      remediation: 'Remove the identity provider added, and review sessions that came through it.',
    },
  ),
  rule(
    'high',
    'T1098.003',
    'gave an identity access through IAM Identity Center',
    'CreateAccountAssignment AttachManagedPolicyToPermissionSet PutInlinePolicyToPermissionSet',
  ),
  rule('high', 'T1098.004', 'pushed an SSH key to a machine', 'SendSSHPublicKey SendSerialConsoleSSHPublicKey', {
    many: { count: 3, level: 'critical' },
    remediation: 'Check the machines that got the SSH key for sessions and new authorized keys.',
  }),
  rule('high', 'T1525', 'replaced the code of a function', 'UpdateFunctionCode', {
    remediation: "Redeploy the function from its repository and rotate its role's credentials.",
  }),
  rule('high', 'T1546', 'added a layer to a function', 'UpdateFunctionConfiguration', {
    when: says(/"layers"/i),
    remediation: 'Remove the layer added to the function and rotate what its environment holds.',
  }),
  rule('medium', 'T1546', 'changed the settings of a function', 'UpdateFunctionConfiguration UpdateEventSourceMapping'),
  rule(
    'critical',
    'T1546 T1648',
    'let everyone or another account invoke a function',
    'AddPermission CreateFunctionUrlConfig UpdateFunctionUrlConfig AddLayerVersionPermission',
    {
      when: (request) => /"principal"\s*:\s*"\*"|"authType"\s*:\s*"NONE"/i.test(request.text) || otherAccount(request),
      remediation: 'Remove the permission or function URL added.',
    },
  ),
  rule('medium', 'T1546', 'let something invoke a function', 'AddPermission CreateFunctionUrlConfig'),
  rule('medium', 'T1648', 'created a function', 'CreateFunction'),
  rule(
    'medium',
    'T1546',
    'made a rule that starts something',
    'PutRule PutTargets CreateEventSourceMapping CreateSchedule PutScheduledAction CreateStateMachine',
  ),
  rule('medium', 'T1525', 'pushed an image', 'PutImage'),
  rule(
    'high',
    'T1098',
    'changed the contacts or address of the account',
    'PutAlternateContact UpdateAccountEmailAddress UpdateAccountName PutContactInformation EnableRegion',
  ),
  rule('medium', 'T1098', 'requested or moved a domain or certificate', 'RegisterDomain TransferDomain'),
  rule(
    'medium',
    'T1098',
    'verified a sender identity for e-mail',
    'VerifyEmailIdentity VerifyDomainIdentity CreateEmailIdentity PutAccountDetails',
  ),
];
