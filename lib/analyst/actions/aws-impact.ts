import { type ActionRule, jsonValue, otherAccount, rule, says } from './action';

const shared = (request: { text: string; login: string; account: string }): boolean =>
  otherAccount(request) ||
  /"group"\s*:\s*"all"|"all"|createVolumePermission|launchPermission|valuesToAdd|attributesToAdd/i.test(request.text);
const add = (request: { text: string; login: string; account: string }): boolean =>
  shared(request) && !/"remove"\s*:|"valuesToRemove"|operationType"\s*:\s*"remove/i.test(request.text);

/** Collection, exfiltration, impact, execution and lateral movement (AWS). */
export const AWS_IMPACT: ActionRule[] = [
  rule(
    'critical',
    'T1537',
    'shared a snapshot or image beyond the account',
    'ModifySnapshotAttribute ModifyImageAttribute ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute ModifyFpgaImageAttribute',
    {
      when: add,
      remediation: 'Take the share back and treat what the snapshot or image holds as copied.',
    },
  ),
  rule(
    'medium',
    'T1537',
    'changed the permissions of a snapshot or image',
    'ModifySnapshotAttribute ModifyImageAttribute ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute ResetSnapshotAttribute',
  ),
  rule(
    'medium',
    'T1578.001',
    'made or copied a snapshot or image',
    'CreateSnapshot CreateSnapshots CopySnapshot CreateImage CopyImage CreateDBSnapshot CopyDBSnapshot CreateDBClusterSnapshot CopyDBClusterSnapshot',
  ),
  rule(
    'high',
    'T1537',
    'exported data out of a service',
    'StartExportTask CreateInstanceExportTask ExportImage ExportTableToPointInTime CreateExportTask StartReplicationTask',
    { remediation: 'Delete the export and find out who has read it.' },
  ),
  rule(
    'high',
    'T1537',
    'set up a copy of data elsewhere',
    'PutBucketReplication CreateReplicationInstance CreateDataSync CreateTask CreateJob',
    { when: otherAccount },
  ),
  rule('high', 'T1537', 'copied objects to a bucket of another place', 'CopyObject', { when: otherAccount }),
  rule('critical', 'T1486', 'encrypted objects with a key from outside', 'CopyObject PutObject', {
    when: says(/customer-algorithm|SSECustomer|server-side-encryption-customer/i),
    remediation: 'Restore the objects from versions or backups; block SSE-C by policy.',
  }),
  rule('low', 'T1530', 'read objects', 'GetObject', {
    many: { count: 100, level: 'high' },
    remediation: 'List the objects read, and tell their owner.',
  }),
  rule(
    'medium',
    'T1530',
    'read the data of volumes or tables',
    'GetSnapshotBlock ListSnapshotBlocks Scan GetItem BatchGetItem ExecuteStatement',
    { many: { count: 100, level: 'high' } },
  ),
  rule('low', 'T1619', 'listed the objects of a bucket', 'ListObjects ListObjectsV2 ListObjectVersions', {
    many: { count: 50, level: 'medium' },
  }),
  rule(
    'high',
    'T1578.001',
    'restored a database so that it is public',
    'RestoreDBInstanceFromDBSnapshot CreateDBInstance ModifyDBInstance ModifyDBCluster',
    { when: says(/"publiclyAccessible"\s*:\s*true/i), remediation: 'Make the database private.' },
  ),
  rule(
    'medium',
    'T1578.001',
    'restored a database from a snapshot',
    'RestoreDBInstanceFromDBSnapshot RestoreDBClusterFromSnapshot RestoreDBInstanceToPointInTime',
  ),
  rule('high', 'T1098', "changed a database's master password", 'ModifyDBInstance ModifyDBCluster', {
    when: says(/masterUserPassword/i),
  }),
  rule('high', 'T1490', 'took deletion protection or backups off a database', 'ModifyDBInstance ModifyDBCluster', {
    when: says(/"deletionProtection"\s*:\s*false|"backupRetentionPeriod"\s*:\s*0/i),
  }),
  rule(
    'high',
    'T1490',
    'deleted backups or snapshots',
    'DeleteDBInstanceAutomatedBackup DeleteDBClusterAutomatedBackup DeleteDBSnapshot DeleteDBClusterSnapshot DeleteSnapshot DeleteRecoveryPoint DeleteBackupVault DeleteBackupPlan DisassociateBackupVault DeregisterImage',
    {
      many: { count: 5, level: 'critical' },
      remediation: 'Stop further deletions and look for copies of the backups.',
    },
  ),
  rule('high', 'T1490', 'suspended versioning or MFA delete of a bucket', 'PutBucketVersioning', {
    when: says(/Suspended|"MfaDelete"\s*:\s*"Disabled"/i),
  }),
  rule('medium', 'T1490', 'deleted the replication of a bucket', 'DeleteBucketReplication'),
  rule(
    'high',
    'T1485',
    'deleted databases, file systems or clusters',
    'DeleteDBInstance DeleteDBCluster DeleteFileSystem DeleteTable DeleteCluster DeleteStack DeleteVault DeleteGlobalCluster',
    { many: { count: 5, level: 'critical' } },
  ),
  rule('medium', 'T1485', 'deleted buckets or objects', 'DeleteBucket DeleteObject DeleteObjects', {
    many: { count: 50, level: 'critical' },
  }),
  rule('medium', 'T1578.003', 'terminated machines', 'TerminateInstances DeleteVolume', {
    many: { count: 10, level: 'high' },
  }),
  rule(
    'high',
    'T1485',
    'scheduled keys for deletion or disabled them',
    'ScheduleKeyDeletion DisableKey DeleteImportedKeyMaterial',
    { remediation: 'Cancel the key deletion (CancelKeyDeletion).' },
  ),
  rule(
    'medium',
    'T1489',
    'stopped machines or services',
    'StopInstances StopDBInstance StopDBCluster StopTask DeleteService FailoverDBCluster FailoverGlobalCluster RebootInstances DeleteFunction',
  ),
  rule(
    'medium',
    'T1531',
    'deleted users, keys or login profiles',
    'DeleteUser DeleteAccessKey DeleteLoginProfile RemoveUserFromGroup DetachUserPolicy DeleteUserPolicy',
  ),
  rule(
    'high',
    'T1496.001',
    'started large or many machines',
    'RunInstances CreateFleet RequestSpotInstances RequestSpotFleet RunJobFlow CreateCluster',
    {
      when: (request) =>
        /"instanceType"\s*:\s*"(p\d|g\d|inf|trn|x\d|u-)|\.(8|12|16|24|32|48|56)xlarge|metal"/i.test(request.text) ||
        Number(jsonValue(request.text, 'maxCount') ?? 0) >= 10,
      remediation: 'Terminate the machines started, and lower the service quota.',
    },
  ),
  rule('low', 'T1578.002', 'started machines', 'RunInstances StartInstances'),
  rule(
    'high',
    'T1496.004',
    'used or changed e-mail or message sending',
    'SendEmail SendRawEmail UpdateAccountSendingEnabled SetSMSAttributes Publish',
    { many: { count: 50, level: 'critical' } },
  ),
  rule(
    'medium',
    'T1496.004',
    'used or asked for hosted models',
    'PutUseCaseForModelAccess CreateFoundationModelAgreement PutFoundationModelEntitlement',
    {},
  ),
  rule(
    'medium',
    'T1657',
    'bought or reserved something',
    'PurchaseReservedInstancesOffering CreateSavingsPlan AcceptReservedInstancesExchangeQuote RequestServiceQuotaIncrease',
  ),
  rule('high', 'T1651', 'ran commands on machines', 'SendCommand StartAutomationExecution CreateAssociation', {
    remediation: "Read the command's output and inspect the machines it ran on; replace their role credentials.",
  }),
  rule(
    'high',
    'T1651 T1021.007',
    'opened a shell session on machines',
    'StartSession ResumeSession ExecuteCommand EnableSerialConsoleAccess',
    { many: { count: 3, level: 'critical' }, remediation: 'End the sessions and read their transcripts.' },
  ),
  rule('high', 'T1059 T1578.005', 'changed the user data of a machine', 'ModifyInstanceAttribute', {
    when: says(/userData/i),
    remediation: 'Restore the user data; treat what ran at the next start as hostile.',
  }),
  rule(
    'low',
    'T1578.005',
    'changed a machine',
    'ModifyInstanceAttribute AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation',
  ),
];
