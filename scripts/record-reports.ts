// The recordings below fixtures/reports: `node --import tsx scripts/record-reports.ts [name …]`. The built-in analyst's reports are written
// again with their evidence; of the others, which were written by hand as a language model writes, only the evidence is asked for again.
import fs from 'node:fs';
import path from 'node:path';
import { withBenchDatabase } from '@/bench/shared/database';
import { runAgent } from '@/lib/agent/run-agent';
import { startRun } from '@/lib/agent/start-run';
import { scriptedModel } from '@/lib/agent/testing/scripted-model';
import { ingestAlerts } from '@/lib/alerts/ingest-alerts';
import { DEPLOYER, deployerLog, TODAY } from '@/lib/analyst/testing/deployer-log';
import { testActor } from '@/lib/auth/testing';
import { closeServers } from '@/lib/connections';
import { db } from '@/lib/db/client';
import { readDraft } from '@/lib/drafts/read-draft';
import { overrideEnv } from '@/lib/env/env';
import { exportEvidence } from '@/lib/evidence/export-evidence';
import { openInvestigation } from '@/lib/investigations/open-investigation';
import { closeQueue } from '@/lib/jobs/queue';

const OUT = path.resolve('fixtures/reports');
type Call = { name: string; args: Record<string, unknown> };
type Recording = { logs: (dataDir: string) => string; alert: object; calls?: Call[] };

/** Lines as a source `cloudtrail` of their own; its folder. */
function written(dataDir: string, lines: string[]): string {
  const folder = path.join(dataDir, 'logs');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'cloudtrail.jsonl'), `${lines.join('\n')}\n`);
  return folder;
}

const stratus =
  (...names: string[]) =>
  (dataDir: string) =>
    written(
      dataDir,
      names.map((name) => fs.readFileSync(`fixtures/cloudtrail-stratus/aws.${name}.jsonl`, 'utf8').trim()),
    );
const sample = (name: string) => () => path.resolve('fixtures/real-logs', name);
const ask = (from: string, to: string) => (sql: string) => ({ name: 'logs__query', args: { sql, from, to } });
const sources = { name: 'logs__list_sources', args: {} };
const alert = (id: string, title: string, time: string, more: object = {}) => ({
  id,
  title,
  severity: 'high',
  time,
  ...more,
});

const steal = ask('2024-08-02T08:00:00Z', '2024-08-02T09:00:00Z');
const invictus = ask('2023-07-10T00:00:00Z', '2023-07-11T00:00:00Z');
const bucket = ask('2020-01-01T00:00:00Z', '2023-01-01T00:00:00Z');
const password = ask('2024-07-30T21:00:00Z', '2024-07-30T22:00:00Z');
const secrets = ask('2024-07-31T00:00:00Z', '2024-08-02T00:00:00Z');
const shell = ask('2024-08-01T12:00:00Z', '2024-08-01T13:00:00Z');
const WHO = '"userIdentity.arn" AS who';

const RECORDINGS: Record<string, Recording> = {
  'okta-admin-role-assigned': {
    logs: sample('panther-okta-admin-takeover'),
    alert: JSON.parse(fs.readFileSync('fixtures/vendor-alerts/derived/okta-admin-role-assigned.json', 'utf8')),
  },
  'iam-role-created': {
    logs: (dataDir) =>
      written(
        dataDir,
        deployerLog(6).map((record) => JSON.stringify(record)),
      ),
    alert: {
      ...alert('iam-role-created', 'IAM role created', new Date(TODAY + 60_000).toISOString()),
      severity: 'medium',
      user: DEPLOYER.user,
      sourceIp: DEPLOYER.ip,
    },
  },
  'instance-credentials': {
    logs: stratus('credential-access.ec2-steal-instance-credentials'),
    alert: alert('steal', 'Instance credentials used outside the instance', '2024-08-02T08:23:55Z'),
    calls: [
      sources,
      steal(
        `SELECT eventName, ${WHO}, sourceIPAddress, count(*) AS calls, min(_time) AS first, max(_time) AS last FROM cloudtrail GROUP BY ALL ORDER BY first`,
      ),
      steal(
        `SELECT _time, eventName, userAgent, "userIdentity.accessKeyId" AS key, raw->>'$.requestParameters.documentName' AS document FROM cloudtrail WHERE eventName <> 'DescribeInstanceInformation' ORDER BY _time`,
      ),
      steal(
        `SELECT date_trunc('minute', _time) AS minute, count(*) AS calls, count(DISTINCT eventName) AS names FROM cloudtrail GROUP BY ALL ORDER BY minute`,
      ),
      steal(
        `SELECT "userIdentity.type" AS type, count(*) AS calls, count(errorCode) AS errors FROM cloudtrail GROUP BY ALL ORDER BY calls DESC`,
      ),
    ],
  },
  'invictus-day': {
    logs: sample('cloudtrail-invictus-part1'),
    alert: alert('invictus', 'Event selectors of a trail changed', '2023-07-10T12:00:08Z', { user: 'bert-jan' }),
    calls: [
      sources,
      invictus(
        `SELECT "userIdentity.userName" AS user, count(*) AS calls, count(errorCode) AS denied, min(_time) AS first, max(_time) AS last FROM events_masked GROUP BY ALL ORDER BY calls DESC`,
      ),
      invictus(
        `SELECT eventName, count(*) AS calls, count(errorCode) AS errors FROM events_masked WHERE "userIdentity.userName" = 'bert-jan' GROUP BY ALL ORDER BY calls DESC LIMIT 25`,
      ),
      invictus(
        `SELECT sourceIPAddress, count(*) AS calls, count(DISTINCT eventName) AS names, min(_time) AS first, max(_time) AS last FROM events_masked WHERE "userIdentity.userName" = 'bert-jan' GROUP BY ALL ORDER BY calls DESC`,
      ),
      invictus(
        `SELECT _time, eventName, errorCode, sourceIPAddress FROM events_masked WHERE eventName IN ('PutEventSelectors','StopLogging','DeleteTrail','CreateAccessKey','CreateUser','AttachUserPolicy','DeleteFlowLogs','CreateLoginProfile') ORDER BY _time`,
      ),
      invictus(
        `SELECT date_trunc('hour', _time) AS hour, count(*) AS calls, count(errorCode) AS errors FROM events_masked GROUP BY ALL ORDER BY hour`,
      ),
    ],
  },
  'open-bucket': {
    logs: sample('s3-honeybucket-otrf'),
    alert: alert('bucket', 'Anonymous listing of a bucket', '2022-02-18T17:34:57Z', { sourceIp: '177.131.167.145' }),
    calls: [
      sources,
      bucket(
        `SELECT count(*) AS requests, count(DISTINCT "Source IP") AS addresses, min(_time) AS first, max(_time) AS last FROM aws_s3_honeybucketlogs`,
      ),
      bucket(
        `SELECT "Event Name" AS operation, count(*) AS requests, sum("Repeated Attempts") AS attempts FROM aws_s3_honeybucketlogs GROUP BY ALL ORDER BY requests DESC`,
      ),
      bucket(
        `SELECT "Source IP" AS ip, count(*) AS requests, min(_time) AS first, max(_time) AS last FROM aws_s3_honeybucketlogs GROUP BY ALL ORDER BY requests DESC, ip LIMIT 12`,
      ),
      bucket(
        `SELECT year(_time) AS year, count(*) AS requests, count(DISTINCT "Source IP") AS addresses FROM aws_s3_honeybucketlogs GROUP BY ALL ORDER BY year`,
      ),
      bucket(
        `SELECT _time, "Event Name" AS operation, "Request User Agent" AS agent, "Repeated Attempts" AS attempts FROM aws_s3_honeybucketlogs WHERE "Source IP" = '177.131.167.145' ORDER BY _time`,
      ),
    ],
  },
  'password-data': {
    logs: stratus('credential-access.ec2-get-password-data'),
    alert: JSON.parse(fs.readFileSync('fixtures/recorded-case/alert.json', 'utf8')),
    calls: [
      sources,
      password(
        `SELECT eventName, errorCode, ${WHO}, count(*) AS calls, min(_time) AS first, max(_time) AS last FROM cloudtrail GROUP BY ALL ORDER BY first`,
      ),
      password(
        `SELECT count(*) AS calls, count(DISTINCT raw->>'$.requestParameters.instanceId') AS instances, count(*) FILTER (errorCode IS NULL) AS ok FROM cloudtrail WHERE eventName = 'GetPasswordData'`,
      ),
      password(`SELECT _time, errorCode, errorMessage FROM cloudtrail WHERE eventName = 'AssumeRole' ORDER BY _time`),
      password(
        `SELECT date_trunc('second', _time) AS second, count(*) AS calls FROM cloudtrail GROUP BY ALL ORDER BY second`,
      ),
    ],
  },
  'secrets-read': {
    logs: stratus(
      'credential-access.secretsmanager-retrieve-secrets',
      'credential-access.ssm-retrieve-securestring-parameters',
      'defense-evasion.cloudtrail-stop',
    ),
    alert: alert('secrets', 'Many secrets read within seconds', '2024-07-31T12:36:52Z'),
    calls: [
      sources,
      secrets(
        `SELECT eventSource, eventName, ${WHO}, sourceIPAddress, count(*) AS calls, min(_time) AS first, max(_time) AS last FROM cloudtrail GROUP BY ALL ORDER BY first`,
      ),
      secrets(
        `SELECT count(*) AS calls, count(DISTINCT raw->>'$.requestParameters.secretId') AS secrets FROM cloudtrail WHERE eventName = 'GetSecretValue'`,
      ),
      secrets(
        `SELECT _time, eventName, len(json_extract(raw, '$.requestParameters.names')::JSON[]) AS names, raw->>'$.requestParameters.withDecryption' AS decrypted FROM cloudtrail WHERE eventSource = 'ssm.amazonaws.com' ORDER BY _time`,
      ),
      secrets(
        `SELECT _time, eventName, raw->>'$.requestParameters.name' AS trail, userAgent FROM cloudtrail WHERE eventSource = 'cloudtrail.amazonaws.com'`,
      ),
    ],
  },
  'remote-shell': {
    logs: stratus('execution.ssm-start-session', 'execution.ec2-user-data', 'lateral-movement.ec2-instance-connect'),
    alert: alert('shell', 'Session Manager opened to several instances', '2024-08-01T12:19:17Z'),
    calls: [
      sources,
      shell(
        `SELECT eventSource, eventName, ${WHO}, sourceIPAddress, count(*) AS calls, min(_time) AS first, max(_time) AS last FROM cloudtrail GROUP BY ALL ORDER BY first`,
      ),
      shell(
        `SELECT _time, eventName, raw->>'$.requestParameters.target' AS target, raw->>'$.responseElements.sessionId' AS session FROM cloudtrail WHERE eventName IN ('StartSession','TerminateSession') ORDER BY _time`,
      ),
      shell(
        `SELECT _time, eventName, raw->>'$.requestParameters.instanceId' AS instance, userAgent FROM cloudtrail WHERE eventName IN ('StopInstances','ModifyInstanceAttribute','StartInstances') ORDER BY _time`,
      ),
      shell(
        `SELECT eventName, count(*) AS calls FROM cloudtrail WHERE eventName LIKE 'Describe%' GROUP BY ALL ORDER BY calls DESC`,
      ),
    ],
  },
};

const asked = process.argv.slice(2);
for (const [name, { logs, alert, calls }] of Object.entries(RECORDINGS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  await withBenchDatabase(
    async (dataDir) => {
      overrideEnv({ LOGS_DIR: logs(dataDir) });
      const actor = await testActor('analyst');
      const { ids } = await ingestAlerts(actor, 'generic', JSON.stringify(alert));
      const { id } = await openInvestigation(actor, { alertIds: ids });
      const run = await startRun(actor, id, {});
      const model =
        calls && scriptedModel([...calls.map((call) => ({ calls: [call] })), ...Array(6).fill({ text: 'Asked.' })]);
      await runAgent(run.id, { signal: new AbortController().signal, ...(model ? { model } : {}) });
      const { status, error } = await db().run.findUniqueOrThrow({ where: { id: run.id } });
      if (status !== 'succeeded') throw new Error(`${name}: ${status}, ${error}`);
      const evidence = await db().$transaction((tx) => exportEvidence(tx, id));
      fs.writeFileSync(path.join(OUT, `${name}.evidence.json`), JSON.stringify(evidence));
      if (!calls) fs.writeFileSync(path.join(OUT, `${name}.md`), (await readDraft(actor, id)).markdown);
      await closeServers();
      await closeQueue();
      console.log(`${name}: written`);
    },
    { own: true },
  );
}
process.exit(0);
