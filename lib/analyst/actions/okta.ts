import { type ActionRule, rule, says } from './action';

const adminRole = says(/admin/i);

/** Okta System Log event types: https://developer.okta.com/docs/reference/api/event-types/ */
export const OKTA: ActionRule[] = [
  rule(
    'high',
    'T1098.003',
    'granted administrator rights',
    'user.account.privilege.grant group.privilege.grant iam.resourceset.bindings.add app.oauth2.client.privilege.grant',
    {
      remediation: 'Revoke the administrator role granted, and end the sessions of the account that got it.',
    },
  ),
  rule('medium', 'T1531', 'revoked administrator rights', 'user.account.privilege.revoke group.privilege.revoke'),
  rule(
    'high',
    'T1098.003',
    'put an account into an administrator group or app',
    'group.user_membership.add application.user_membership.add',
    { when: adminRole },
  ),
  rule(
    'low',
    'T1098',
    'put an account into a group or app',
    'group.user_membership.add application.user_membership.add',
  ),
  rule('medium', 'T1136.003', 'created an account', 'user.lifecycle.create user.lifecycle.activate', {
    remediation: 'Deactivate the account created until someone claims it.',
  }),
  rule(
    'medium',
    'T1531',
    'suspended, deactivated or deleted an account',
    'user.lifecycle.suspend user.lifecycle.deactivate user.lifecycle.delete.initiated',
  ),
  rule(
    'high',
    'T1556.006',
    'reset or removed the factors of an account',
    'user.mfa.factor.deactivate user.mfa.factor.reset_all system.mfa.factor.deactivate user.mfa.factor.update',
    { remediation: 'Re-enrol the factors in person.' },
  ),
  rule(
    'medium',
    'T1098.005',
    'enrolled a new factor or device',
    'user.mfa.factor.activate device.enrollment.create user.mfa.factor.unenroll user.authentication.auth_via_mfa_new_device',
    { remediation: 'Confirm the new factor with its owner by another way.' },
  ),
  rule('high', 'T1098.001', 'created an API token', 'system.api_token.create app.oauth2.client.lifecycle.create', {
    remediation: 'Revoke the API token created.',
  }),
  rule('low', 'T1098.001', 'revoked or used an API token', 'system.api_token.revoke'),
  rule(
    'critical',
    'T1484.002',
    'added or changed an identity provider',
    'system.idp.lifecycle.create system.idp.lifecycle.update system.idp.lifecycle.activate system.agent.ad.create',
    { remediation: 'Remove the identity provider added.' },
  ),
  rule(
    'critical',
    'T1562.001',
    'switched a security policy, zone or log stream off',
    'policy.lifecycle.deactivate policy.lifecycle.delete policy.rule.deactivate policy.rule.delete zone.deactivate zone.delete system.log_stream.lifecycle.deactivate system.log_stream.lifecycle.delete security.threat.configuration.update',
    {
      remediation: 'Restore the policy, zone or log stream.',
    },
  ),
  rule(
    'medium',
    'T1556.009',
    'changed a sign-on policy or zone',
    'policy.lifecycle.update policy.rule.update policy.rule.add zone.update network_zone.rule.disabled',
  ),
  rule(
    'high',
    'T1098',
    "reset or changed another account's password or profile",
    'user.account.reset_password user.account.update_password user.account.unlock_by_admin user.credential.forgot_password',
    {},
  ),
  rule(
    'medium',
    'T1098',
    'changed or unlocked an account',
    'user.account.update_profile user.account.unlock user.account.update_user_type',
  ),
  rule('medium', 'T1110', 'was locked out', 'user.account.lock user.account.lock.limit'),
  rule(
    'high',
    'T1621',
    'refused a push or reported something suspicious',
    'user.mfa.okta_verify.deny_push user.account.report_suspicious_activity_by_enduser user.mfa.attempt_bypass',
    { many: { count: 5, level: 'critical' } },
  ),
  rule(
    'critical',
    'T1078.004',
    'was seen as a threat by Okta itself',
    'security.threat.detected security.breached_credential.detected user.risk.detect security.session.detect_client_roaming',
  ),
  rule(
    'high',
    'T1550.004',
    'impersonated a session',
    'user.session.impersonation.initiate user.session.impersonation.grant user.session.impersonation.extend',
  ),
  rule('low', 'T1078.004', 'reached the administrator console', 'user.session.access_admin_app'),
  rule(
    'medium',
    'T1528',
    'granted an application access',
    'app.oauth2.as.consent.grant app.oauth2.token.grant app.oauth2.client.lifecycle.activate app.oauth2.as.token.grant.access_token',
    { many: { count: 20, level: 'high' } },
  ),
  rule(
    'medium',
    'T1484.002',
    "changed an application's sign-on",
    'application.lifecycle.create application.lifecycle.update application.lifecycle.deactivate application.lifecycle.delete application.user_membership.change_password application.provision.user.push_password',
  ),
];
