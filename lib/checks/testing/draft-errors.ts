import type { PlantKind } from './plant-errors';

export type DraftErrorKind =
  | PlantKind
  | 'number'
  | 'size'
  | 'record'
  | 'duration'
  | 'value'
  | 'order'
  | 'share'
  | 'comparison';
/** What a passage of an honest draft says, and what is said instead that its evidence does not support. */
export type DraftError = [kind: DraftErrorKind, was: string, now: string];

/** By the name of the draft in fixtures/reports; each is planted alone. */
export const DRAFT_ERRORS: Record<string, DraftError[]> = {
  'model-inbox-rule': [
    [
      'outcome in prose',
      'Forwarding to an outside mailbox was tried and failed [E5]',
      'All mail was forwarded to an outside mailbox from 02:26:38Z on [E5]',
    ],
    [
      'outcome in prose',
      'The first push was denied and the second not answered',
      'The first push was approved and the second not answered',
    ],
    [
      'outcome in the timeline',
      'forwarding to ledger.copy[@]mailbox[.]example | failed |',
      'forwarding to ledger.copy[@]mailbox[.]example | succeeded |',
    ],
    ['outcome in the timeline', 'Sign-in, push denied | failed (50074) |', 'Sign-in, push denied | failed (50126) |'],
    ['actor in the timeline', '02:24:10Z | nadia.osei |', '02:24:10Z | priya.raman |'],
    [
      'actor in prose',
      'Tomasz Zielinski was tried from the same address first: four failures',
      'Owen Davies was tried from the same address first: four failures',
    ],
    ['number word', 'four failures, no success [E7]', 'seven failures, no success [E7]'],
    ['number word', 'only three people did in a month', 'only five people did in a month'],
    ['parts of a total', '148 of her 209 accesses', '148 of her 229 accesses'],
    ['parts of a total', '2 rows, 11 sign-ins', '2 rows, 13 sign-ins'],
    ['false bound', 'four wrong passwords in under two minutes', 'four wrong passwords in under one minute'],
    ['false bound', 'three pushes within six minutes', 'three pushes within three minutes'],
    ['duration', '148 items in 34 minutes', '148 items in 14 minutes'],
    ['duration', '78 seconds after the second one left', '18 seconds after the second one left'],
    ['absence contradicted', 'No file was downloaded, no application', 'No message was deleted, no application'],
    [
      'absence contradicted',
      'She had not created an inbox rule before; in the whole tenant',
      'Nobody else has created an inbox rule; in the whole tenant',
    ],
    [
      'absence without a query',
      'no application was given consent and no new factor was registered in that time [E9]',
      'no application was given consent and no calendar was shared in that time [E9]',
    ],
    ['technique name', 'T1564.008 Email Hiding Rules', 'T1564.008 Email Forwarding Rule'],
    ['technique name', 'T1114.002 Remote Email Collection', 'T1114.003 Remote Email Collection'],
    ['time of another event', 'got in at 02:19:44Z when', 'got in at 02:24:10Z when'],
    [
      'time of another event',
      'At 21:40:03Z on the evening before, her phone',
      'At 17:31:40Z on the evening before, her phone',
    ],
    ['record of a name', 'four failures, no success [E7]', 'four failures, no success [E8]'],
    [
      'unknown person',
      'call both suppliers.',
      'call both suppliers. The payments run was stopped by Agnes Whitlock [E5].',
    ],
    ['value', 'accounts[@]fenwick[.]example, within', 'accounts[@]fenwicke[.]example, within'],
  ],
  'model-ssh-guessing': [
    ['actor in prose', 'in as deploy, with a password [E5]', 'in as root, with a password [E5]'],
    ['actor in the timeline', '00:23:19Z | deploy |', '00:23:19Z | root |'],
    ['outcome in the timeline', '`cat /etc/shadow` | refused |', '`cat /etc/shadow` | succeeded |'],
    [
      'outcome in the timeline',
      'Sign-in with a password from 198[.]51[.]100[.]24 | accepted |',
      'Sign-in with a password from 198[.]51[.]100[.]24 | failed |',
    ],
    [
      'outcome in prose',
      'reading /etc/shadow and listing sudo rights were both refused [E6]',
      'reading /etc/shadow was refused and listing sudo rights worked [E6]',
    ],
    [
      'outcome in prose',
      'with 1,204 attempts, and none of them was accepted [E4]',
      'with 1,204 attempts, and one of them was accepted [E4]',
    ],
    ['absence contradicted', 'and never with a password [E7]', 'and never with a key [E7]'],
    [
      'absence contradicted',
      'No account was added and no key was planted as far as auditd shows [E9]',
      'No crontab was installed and no file was fetched as far as auditd shows [E6]',
    ],
    [
      'absence without a query',
      'No account was added and no key was planted as far as auditd shows [E9]',
      'No account was added and no kernel module was loaded as far as auditd shows [E9]',
    ],
    ['parts of a total', '2,489 failures from the two addresses', '2,589 failures from the two addresses'],
    [
      'parts of a total',
      'Five of the seven commands succeeded and two were refused',
      'Five of the eight commands succeeded and three were refused',
    ],
    ['number word', 'Of 188 attempts on deploy one was accepted', 'Of 188 attempts on deploy three were accepted'],
    ['number', '38 accounts from each address [E3]', '83 accounts from each address [E3]'],
    [
      'false bound',
      'Within ten minutes that session had downloaded',
      'Within five minutes that session had downloaded',
    ],
    ['duration', 'started ten seconds after it was fetched', 'started forty seconds after it was fetched'],
    ['duration', 'came 31 minutes before the sign-in', 'came 11 minutes before the sign-in'],
    ['time of another event', 'A crontab was written at 00:31:02Z', 'A crontab was written at 00:23:29Z'],
    [
      'time of another event',
      'at 00:21:33Z on 23 November the second of them got in',
      'at 00:37:12Z on 23 November the second of them got in',
    ],
    ['technique name', '| T1053.003 | Cron |', '| T1053.003 | Scheduled Task |'],
    ['technique name', '| T1105 | Ingress Tool Transfer |', '| T1105 | Lateral Tool Transfer |'],
    [
      'record',
      'The program came from 198[.]51[.]100[.]9 over plain HTTP, and was started ten seconds after it was fetched [E6]',
      'The program came from 198[.]51[.]100[.]9 over plain HTTP, and was started ten seconds after it was fetched [E5]',
    ],
    ['value', 'the tool came from 198[.]51[.]100[.]9 [E3] [E6]', 'the tool came from 198[.]51[.]100[.]90 [E3] [E6]'],
    ['value', 'audit session 4417', 'audit session 4471'],
    [
      'unknown person',
      '- A crontab was written',
      '- deploy belongs to the engineer Pavel Novotny [E7].\n- A crontab was written',
    ],
  ],
  'model-service-tickets': [
    ['actor in the timeline', '14:53:40Z | svc-backup |', '14:53:40Z | r.lindqvist |'],
    ['actor in the timeline', '14:45:51Z | svc-erp |', '14:45:51Z | svc-crm |'],
    [
      'actor in prose',
      'one of these accounts, svc-backup, signed in from the same workstation to FS-02',
      'one of these accounts, svc-sql01, signed in from the same workstation to FS-02',
    ],
    ['actor in prose', 'and svc-backup did [E9]', 'and r.lindqvist did [E9]'],
    [
      'outcome in the timeline',
      '| failed (0xC000006D) | [E6] |\n| 2026-11-18 14:47:20Z',
      '| succeeded | [E6] |\n| 2026-11-18 14:47:20Z',
    ],
    [
      'outcome in prose',
      'were tried from the workstation and failed, svc-sql01 twice',
      'were tried from the workstation and succeeded, svc-sql01 twice',
    ],
    [
      'number word',
      'tickets of twelve service accounts within 33 seconds',
      'tickets of fifteen service accounts within 33 seconds',
    ],
    ['number word', 'svc-sql01 twice and svc-erp once [E6]', 'svc-sql01 twice and svc-erp three times [E6]'],
    ['duration', 'within 33 seconds [E3]', 'within 13 seconds [E3]'],
    ['duration', 'run 16 seconds before the first request', 'run 46 seconds before the first request'],
    ['false bound', 'it took less than 20 minutes', 'it took less than 10 minutes'],
    ['number', '612 times in a month', '621 times in a month'],
    [
      'absence contradicted',
      'had 1,894 tickets and not one with RC4 [E3] [E4]',
      'had 1,894 tickets, and no service ticket with RC4 was requested on 18 November [E3]',
    ],
    [
      'absence contradicted',
      'No account was created and no group was given a member that day [E9]',
      'No account was created and no log was cleared that day [E9]',
    ],
    [
      'absence without a query',
      'No account was created and no group was given a member that day [E9]',
      'No account was created and no scheduled task was registered that day [E9]',
    ],
    ['absence contradicted', 'are its first there [E10]', 'are its first there, and it never signed in to DC-01 [E5]'],
    ['technique name', 'T1558.003 Kerberoasting', 'T1558.003 Golden Ticket'],
    ['technique name', 'T1003.003 NTDS', 'T1003.003 LSASS Memory'],
    ['time of another event', 'cleared the Security log at 15:10:31Z', 'cleared the Security log at 14:58:12Z'],
    [
      'record of a name',
      'PSEXESVC was installed on DC-01 about a minute after the sign-in [E5] [E8]',
      'PSEXESVC was installed on DC-01 about a minute after the sign-in [E5] [E6]',
    ],
    ['value', 'Workstation | WS-0417 at', 'Workstation | WS-0471 at'],
    [
      'order',
      'The tool was rub.exe, run 16 seconds before the first request',
      'The tool was rub.exe, run 16 seconds after the last request',
    ],
    [
      'unknown policy',
      '- PSEXESVC was installed',
      '- It used the group policy DeployAgents for this [E8].\n- PSEXESVC was installed',
    ],
    [
      'record',
      'svc-backup comes from 10[.]20[.]30[.]5 otherwise, 612 times in a month; the two sign-ins from 10[.]20[.]14[.]17 are its first there [E10]',
      'svc-backup comes from 10[.]20[.]30[.]5 otherwise, 612 times in a month; the two sign-ins from 10[.]20[.]14[.]17 are its first there [E4]',
    ],
  ],
  'model-pod-shell': [
    ['actor in the timeline', '15:02:13Z | ines.ferreira |', '15:02:13Z | hugo.martens |'],
    ['actor in the timeline', '14:36:50Z | ledger-runner |', '14:36:50Z | hugo.martens |'],
    ['actor in prose', 'until Ines Ferreira deleted it [E9]', 'until Hugo Martens deleted it [E9]'],
    [
      'outcome in the timeline',
      'create clusterrolebindings ledger-admin | 403 |',
      'create clusterrolebindings ledger-admin | 201 |',
    ],
    [
      'outcome in the timeline',
      'list secrets in kube-system, three times | 403 |',
      'list secrets in kube-system, three times | 200 |',
    ],
    [
      'outcome in prose',
      'Three attempts on kube-system and the attempt to bind a cluster role came back with 403 [E5]',
      'The attempts on kube-system were refused, but the cluster role ledger-admin was bound successfully [E5]',
    ],
    ['number word', 'read seven of them with curl', 'read nine of them with curl'],
    ['number word', '17 in two weeks, five of them by Hugo', '17 in two weeks, eight of them by Hugo'],
    [
      'parts of a total',
      'Nine of its 13 requests were granted and four refused',
      'Ten of its 14 requests were granted and four refused',
    ],
    ['duration', 'Seven secrets were read in 39 seconds', 'Seven secrets were read in 9 seconds'],
    ['duration', 'ledger-debug lived for 25 minutes', 'ledger-debug lived for 55 minutes'],
    ['number', 'it read configmaps, 8,064 times', 'it read configmaps, 8,640 times'],
    ['absence contradicted', 'No role binding came of it [E5]', 'No pod was created by it [E5]'],
    [
      'absence contradicted',
      'No request of his came from another address [E6]',
      'Nobody else opened a shell in payments in those weeks [E7]',
    ],
    ['absence without a query', 'No role binding came of it [E5]', 'No network policy was changed by it [E8]'],
    ['technique name', '| T1610 | Deploy Container |', '| T1610 | Escape to Host |'],
    ['technique name', '| T1609 | Container Administration Command |', '| T1609 | Cloud Administration Command |'],
    [
      'time of another event',
      'Hugo Martens opened a shell in a pod of the namespace payments at 14:18:42Z',
      'Hugo Martens opened a shell in a pod of the namespace payments at 14:29:55Z',
    ],
    [
      'time of another event',
      'opened a shell in a pod of the namespace payments at 14:18:42Z on 20 November',
      'opened a shell in a pod of the namespace payments at 14:18:42Z on 19 November',
    ],
    ['value', 'among them stripe-live and sepa-signing [E5]', 'among them stripe-live and vault-unseal [E5]'],
    ['record of a name', 'until Ines Ferreira deleted it [E9]', 'until Ines Ferreira deleted it [E6]'],
    [
      'comparison',
      'Shells in this namespace are not rare: 17 in two weeks',
      'Shells in this namespace are rare: 2 in two weeks',
    ],
    [
      'number',
      'One address and one client for all of his 911 requests on ten days',
      'One address and one client for all of his 911 requests on twelve days',
    ],
  ],
  'model-key-rotation': [
    ['actor in the timeline', '03:10:12Z | key-rotator |', '03:10:12Z | deploy-bot |'],
    [
      'actor in prose',
      'Nobody but key-rotator created or deleted a key',
      'Nobody but deploy-bot created or deleted a key',
    ],
    [
      'outcome in the timeline',
      'DestroySecretVersion, version 41 | PERMISSION_DENIED (7) |',
      'DestroySecretVersion, version 41 | OK |',
    ],
    [
      'outcome in prose',
      'tried to destroy an old version of the secret, and was refused for lack of permission [E4] [E5]',
      'destroyed an old version of the secret successfully [E4] [E5]',
    ],
    ['number word', 'Five rotations in 30 days', 'Eight rotations in 30 days'],
    ['parts of a total', '45 of the 46 calls of a month succeeded', '41 of the 42 calls of a month succeeded'],
    ['parts of a total', '10 rows, five of each', '10 rows, six creations and four deletions'],
    [
      'duration',
      'stored in Secret Manager two seconds after it was made',
      'stored in Secret Manager twelve seconds after it was made',
    ],
    ['duration', 'deleted the old one ten minutes later', 'deleted the old one forty minutes later'],
    ['size', 'wrote 5.6 GB in the last eight days', 'wrote 56 GB in the last eight days'],
    ['number', '1,344 objects created, 192 queries', '1,344 objects created, 129 queries'],
    [
      'absence contradicted',
      'The runs before had no DestroySecretVersion [E4]',
      'In the runs before no AddSecretVersion was called [E4]',
    ],
    [
      'absence contradicted',
      'DestroySecretVersion stands once in 30 days, on 24 November [E4]',
      'DestroySecretVersion was never called in these 30 days [E4]',
    ],
    [
      'absence without a query',
      'No policy was changed and no service account was created on that day [E8]',
      'No policy was changed and no bucket was deleted on that day [E8]',
    ],
    [
      'time of another event',
      'for billing-export at 03:00:07Z on 24 November',
      'for billing-export at 03:10:12Z on 24 November',
    ],
    [
      'time of another event',
      'for billing-export at 03:00:07Z on 24 November',
      'for billing-export at 03:00:07Z on 23 November',
    ],
    ['technique name', 'T1098.001 (Additional Cloud Credentials)', 'T1098.001 (Additional Cloud Roles)'],
    ['value', 'version 41 [E5]', 'version 14 [E5]'],
    ['value', 'from 198[.]18[.]4[.]20: 1,344', 'from 198[.]18[.]4[.]26: 1,344'],
    ['record of a name', 'deploy-bot, with 88 builds', 'deploy-bot, with 58 builds'],
    [
      'unknown person',
      'tell the owner of key-rotator about the refusal',
      'tell Ruben Achterberg, who owns key-rotator [E3], about the refusal',
    ],
  ],
  'model-backup-copied': [
    ['actor in the timeline', '22:50:01Z | restore-drill |', '22:50:01Z | greta.holm |'],
    ['actor in prose', 'the key of restore-drill was used', 'the key of backup-writer was used'],
    [
      'actor in prose',
      'is the one greta.holm created on 19 October [E7]',
      'is the one restore-drill created on 19 October [E7]',
    ],
    [
      'outcome in the timeline',
      'DeleteBucketPolicy on acorn-db-backups | AccessDenied |',
      'DeleteBucketPolicy on acorn-db-backups | Success |',
    ],
    [
      'outcome in the timeline',
      '| 203[.]0[.]113[.]9 | 11 REST.GET.OBJECT | 403 |',
      '| 203[.]0[.]113[.]9 | 11 REST.GET.OBJECT | 200 |',
    ],
    [
      'outcome in prose',
      'to delete the policy of the bucket and to change its logging; both were denied',
      'to delete the policy of the bucket and to change its logging; both succeeded',
    ],
    [
      'outcome in prose',
      'asked for one object eleven times and got 403 each time [E2]',
      'asked for one object eleven times and got it each time [E2]',
    ],
    ['size', '16 files, some 43 GB', '16 files, some 34 GB'],
    ['size', 'A usual drill reads about 1.3 GB', 'A usual drill reads about 13 GB'],
    ['share', '32 times as many bytes as on a drill day', '320 times as many bytes as on a drill day'],
    ['number word', 'Four of the six calls listed in CloudTrail', 'Four of the nine calls listed in CloudTrail'],
    ['number', 'All 5,120 were partial reads', 'All 5,210 were partial reads'],
    ['duration', 'in an hour and three quarters', 'in three hours'],
    ['number', '212 calls on four days', '212 calls on seven days'],
    [
      'absence contradicted',
      'so the flow logs of our own networks show nothing of it [E6]',
      'and no call to IAM was refused [E4]',
    ],
    [
      'absence contradicted',
      'Nothing was deleted or changed: both attempts failed [E4]',
      'No request for an object was refused on that day [E2]',
    ],
    [
      'absence without a query',
      'The only access key made in a month is the one greta.holm created on 19 October [E7]',
      'No user was created in a month [E7]',
    ],
    ['technique name', 'T1530 Data from Cloud Storage', 'T1530 Data from Local System'],
    ['technique name', 'T1562.008 Disable or Modify Cloud Logs', 'T1562.008 Disable or Modify System Firewall'],
    ['time of another event', '20:57:30Z | restore-drill | ListRoles', '22:51:09Z | restore-drill | ListRoles'],
    [
      'order',
      'Afterwards it tried to delete the policy of the bucket',
      'Before that it had tried to delete the policy of the bucket',
    ],
    ['value', 'deactivate AKIARESTOREDRILL0001, treat', 'deactivate AKIARESTOREDRILL0010, treat'],
    [
      'record',
      'asked for one object eleven times and got 403 each time [E2]',
      'asked for one object eleven times and got 403 each time [E5]',
    ],
    ['comparison', '5,120 requests where 160 are usual', '5,120 requests where 1,600 are usual'],
  ],
};
