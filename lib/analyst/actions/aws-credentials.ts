import { type ActionRule, otherUser, rule, says } from './action';

/** Credential access and the ways in (AWS). */
export const AWS_CREDENTIALS: ActionRule[] = [
  rule('high', 'T1552', 'asked for the Windows administrator password of an instance', 'GetPasswordData', {
    many: { count: 5, level: 'critical' },
    remediation: 'Rotate the administrator passwords of the instances asked for, and the key pairs that decrypt them.',
  }),
  rule('medium', 'T1555.006', 'read a secret from Secrets Manager', 'GetSecretValue BatchGetSecretValue', {
    many: { count: 10, level: 'high' },
    remediation: "Rotate every secret that was read; the list is in the timeline's evidence.",
  }),
  rule(
    'medium',
    'T1555',
    'read decrypted SSM parameters',
    'GetParameter GetParameters GetParametersByPath GetParameterHistory',
    {
      when: says(/"withDecryption"\s*:\s*true/i),
      many: { count: 5, level: 'high' },
      remediation: 'Rotate the credentials held in the SSM parameters that were decrypted.',
    },
  ),
  rule(
    'medium',
    'T1552.005',
    'asked for the user data of an instance',
    'DescribeInstanceAttribute DescribeLaunchTemplateVersions',
    {
      when: says(/userData/),
      many: { count: 10, level: 'high' },
      remediation: 'Move secrets out of instance user data and rotate those that were in it.',
    },
  ),
  rule('low', 'T1552.005', 'read attributes of an instance', 'DescribeInstanceAttribute', {
    many: { count: 10, level: 'medium' },
  }),
  rule(
    'medium',
    'T1555',
    'fetched the password of a database or registry',
    'GetAuthorizationToken GetClusterCredentials GetClusterCredentialsWithIAM',
    {},
  ),
  rule('low', 'T1555.006', 'listed secrets', 'ListSecrets DescribeSecret'),
  rule('low', 'T1555', 'listed SSM parameters', 'DescribeParameters'),
  rule(
    'medium',
    'T1528',
    'fetched temporary credentials of a user or federation',
    'GetSessionToken GetFederationToken GetRoleCredentials',
    {
      many: { count: 5, level: 'high' },
      remediation:
        'Deny sessions issued before now for the principal (aws:TokenIssueTime) so that tokens it fetched stop working.',
    },
  ),
  rule(
    'medium',
    'T1552',
    'downloaded a key or certificate with its private part',
    'ExportCertificate GetKeyPair DownloadDefaultKeyPair',
  ),
  rule('medium', 'T1098.001', 'created a new key pair', 'CreateKeyPair ImportKeyPair'),
  rule('high', 'T1098.001 T1110', "changed another user's console password", 'UpdateLoginProfile', {
    when: otherUser,
    remediation: 'Reset the console password of the user named, and end its sessions.',
  }),
  rule('medium', 'T1098.001', 'changed a console password', 'UpdateLoginProfile ChangePassword'),
  rule('low', 'T1078.004', 'assumed a role', 'AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity'),
  rule('medium', 'T1078.004', 'signed in to the console without MFA', 'ConsoleLogin', {
    when: says(/"MFAUsed"\s*:\s*"No"/),
  }),
  rule('low', 'T1078.004', 'signed in to the console', 'ConsoleLogin'),
  rule('medium', 'T1078.004', 'used a console federation or role switch', 'GetSigninToken SwitchRole'),
  rule('high', 'T1552.005', 'weakened the instance metadata options of a machine', 'ModifyInstanceMetadataOptions', {
    when: says(/"httpTokens"\s*:\s*"optional"/i),
    remediation: 'Require IMDSv2 again on the instance named.',
  }),
  rule('high', 'T1556.006', 'removed or disabled an MFA device', 'DeactivateMFADevice DeleteVirtualMFADevice', {
    remediation: 'Re-enrol MFA for the user named and review what it did without it.',
  }),
  rule(
    'high',
    'T1110',
    'weakened the account password policy',
    'UpdateAccountPasswordPolicy DeleteAccountPasswordPolicy',
  ),
];
