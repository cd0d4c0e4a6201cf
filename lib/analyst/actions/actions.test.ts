import { describe, expect, it } from 'vitest';
import { isTechnique } from '../../attack/techniques';
import type { Level } from './action';
import { GENERIC } from './generic';
import { AWS, ruleFor } from './index';
import { OKTA } from './okta';

it('names only techniques that ATT&CK has', () => {
  const ids = [...AWS, ...OKTA, ...GENERIC].flatMap((rule) => rule.techniques);
  expect(ids.filter((id) => !isTechnique(id))).toEqual([]);
});

it('knows well over 150 actions of AWS', () => {
  expect(new Set(AWS.flatMap((rule) => rule.actions)).size).toBeGreaterThan(150);
});

const aws = (action: string, request: object | null): Level | undefined =>
  ruleFor('cloudtrail', action, {
    text: request === null ? '' : JSON.stringify(request),
    login: 'alice',
    account: '111122223333',
  })?.level;

describe('requests decide where the name does not', () => {
  it.each<[string, object | null, Level | undefined]>([
    ['PutEventSelectors', { eventSelectors: [{ includeManagementEvents: false }] }, 'critical'],
    ['PutEventSelectors', { eventSelectors: [{ includeManagementEvents: true, readWriteType: 'All' }] }, 'low'],
    ['PutBucketLifecycle', { LifecycleConfiguration: { Rule: { Expiration: { Days: 1 } } } }, 'high'],
    ['PutBucketLifecycle', { LifecycleConfiguration: { Rule: { Expiration: { Days: 365 } } } }, 'low'],
    ['AuthorizeSecurityGroupIngress', { cidrIp: '0.0.0.0/0' }, 'high'],
    ['AuthorizeSecurityGroupIngress', { cidrIp: '10.0.0.0/8' }, 'low'],
    ['CreateAccessKey', { userName: 'bob' }, 'high'],
    ['CreateAccessKey', { userName: 'alice' }, 'medium'],
    ['CreateAccessKey', null, 'medium'],
    [
      'UpdateAssumeRolePolicy',
      { policyDocument: '{"Principal":{"AWS":"arn:aws:iam::999999999999:root"}}' },
      'critical',
    ],
    ['UpdateAssumeRolePolicy', { policyDocument: '{"Principal":{"AWS":"*"}}' }, 'critical'],
    ['UpdateAssumeRolePolicy', { policyDocument: '{"Principal":{"Service":"ec2.amazonaws.com"}}' }, 'high'],
    ['CreateRole', { assumeRolePolicyDocument: '{"Principal":{"AWS":"111122223333"}}' }, 'low'],
    [
      'ModifySnapshotAttribute',
      { createVolumePermission: { add: { items: [{ userId: '999999999999' }] } } },
      'critical',
    ],
    [
      'ModifySnapshotAttribute',
      { createVolumePermission: { remove: { items: [{ userId: '999999999999' }] } } },
      'medium',
    ],
    ['AttachRolePolicy', { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }, 'high'],
    ['AttachRolePolicy', { policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }, 'medium'],
    ['DescribeInstanceAttribute', { attribute: 'userData' }, 'medium'],
    ['GetParameters', { withDecryption: false }, undefined],
    ['RunInstances', { instanceType: 'p2.xlarge' }, 'high'],
    ['RunInstances', { instanceType: 't3.micro', instancesSet: { items: [{ maxCount: 1 }] } }, 'low'],
    ['PutBucketPolicy', { bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: '*' }] } }, 'critical'],
    ['StopLogging', null, 'critical'],
    ['DescribeRouteTables', null, undefined],
  ])('%s %j', (action, request, level) => expect(aws(action, request)).toBe(level));
});

describe('logs without a table', () => {
  const generic = (action: string, text = ''): string | undefined =>
    ruleFor('generic', action, { text, login: '', account: '' })?.did;
  it.each([
    ['google.logging.v2.ConfigServiceV2.DeleteSink', '', 'switched logging or auditing off'],
    ['Microsoft.Insights/diagnosticSettings/delete', '', 'switched logging or auditing off'],
    ['1102', '', 'cleared a log'],
    ['SetIamPolicy', '', 'gave an identity more rights'],
    ['repository_vulnerability_alerts.disable', '', 'switched protection or alerts off'],
    ['google.iam.admin.v1.CreateServiceAccountKey', '', 'made new credentials'],
    ['create', 'pods/exec', 'ran a command in a container'],
    ['1', 'vssadmin.exe delete shadows /all /quiet', 'destroyed backups or recovery'],
  ])('%s %s', (action, text, did) => expect(generic(action, text)).toBe(did));
  it('passes over ordinary reads', () => {
    expect(generic('get')).toBeUndefined();
    expect(generic('list', 'endpointslices')).toBeUndefined();
  });
});
