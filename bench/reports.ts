// `npm run bench -- reports`: the built-in analyst over every alert of the demo organization and every fixture, through the whole loop.
// Prints as a table (docs/evaluation.md has it) for each report its verdict beside the truth, words, timeline rows and findings of the checks. REPORTS_DIR keeps the reports
// and the records of the verdicts, REPORTS_ONLY (a regular expression) picks cases by name: `^demo/` is the demo organization.
// REPORTS_CASES is a folder of cases in the form of fixtures/team-cases, measured instead of all others.
import fs from 'node:fs';
import path from 'node:path';
import { runAgent } from '../lib/agent/run-agent';
import { startRun } from '../lib/agent/start-run';
import { ingestAlerts } from '../lib/alerts/ingest-alerts';
import { DEPLOYER, deployerLog, TODAY } from '../lib/analyst/testing/deployer-log';
import { testActor } from '../lib/auth/testing';
import { checkInvestigation } from '../lib/checks/check-investigation';
import { closeServers } from '../lib/connections';
import { sampleLogsDir } from '../lib/connections/servers';
import { db } from '../lib/db/client';
import { readDraft } from '../lib/drafts/read-draft';
import { overrideEnv } from '../lib/env/env';
import { exportEvidence } from '../lib/evidence/export-evidence';
import { openInvestigation } from '../lib/investigations/open-investigation';
import { closeQueue } from '../lib/jobs/queue';
import { parseReport, readSection } from '../lib/report/report';
import { timelineRows } from '../lib/report/timeline';
import { sampleWorld } from '../lib/samples/sample-world';
import { seedSamples } from '../lib/samples/seed-samples';
import { withBenchDatabase } from './shared/database';
import { median } from './shared/median';

type Case = { name: string; source: string; alert: string; truth?: string };
type Group = { logs: (dataDir: string) => string | Promise<string>; cases: Case[] };
/** Some hour: nothing depends on when it is run. */
const DEMO_END = Date.UTC(2026, 10, 27, 12);

const out = process.env.REPORTS_DIR;
const only = new RegExp(process.env.REPORTS_ONLY ?? '');
const read = (file: string): string => fs.readFileSync(file, 'utf8');

/** Lines as the one source of a folder of their own. */
function written(dataDir: string, name: string, lines: string): string {
  const folder = path.join(dataDir, `logs-${name}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'cloudtrail.jsonl'), lines);
  return folder;
}

/** The demo organization as a new installation has it: all its logs, its whole queue and its past cases. */
function demo(): Group {
  const cases = sampleWorld(DEMO_END).stories.flatMap(({ id, alerts, verdict }) =>
    alerts.map(({ source, document }, index): Case => {
      const name = `demo/${id}${index === 0 ? '' : `-${index + 1}`}`;
      return { name, source, alert: JSON.stringify(document), truth: verdict };
    }),
  );
  const logs = async () => {
    overrideEnv({ LOGS_DIR: undefined });
    await seedSamples(DEMO_END);
    return sampleLogsDir();
  };
  return { logs, cases };
}

/** Cases as teams have them, each with logs of its own. */
function teamCases(folder: string): Group[] {
  const names = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.map(({ name }): Group => {
    const truth = JSON.parse(read(path.join(folder, name, 'truth.json'))) as {
      verdict: string;
      accept?: string[];
      source?: string;
    };
    const alert = read(path.join(folder, name, 'alert.json'));
    const accepted = (truth.accept ?? [truth.verdict]).join(' or ');
    return {
      logs: () => path.join(folder, name, 'logs'),
      cases: [{ name: `team/${name}`, source: truth.source ?? 'generic', alert, truth: accepted }],
    };
  });
}

function groups(): Group[] {
  if (process.env.REPORTS_CASES) return teamCases(path.resolve(process.env.REPORTS_CASES));
  const samples = ['index.json', 'derived/index.json'].flatMap((list) =>
    (JSON.parse(read(path.join('fixtures/vendor-alerts', list))) as { file: string; source: string }[]).map(
      ({ file, source }): Case => ({
        name: file.replace(/\.json$/, ''),
        source,
        alert: read(path.join('fixtures/vendor-alerts', path.dirname(list), file)),
      }),
    ),
  );
  const truth = JSON.parse(read('fixtures/cloudtrail-stratus/truth.json')) as {
    file: string;
    start: string;
    actors: string[];
  }[];
  const generic = (alert: object): Pick<Case, 'source' | 'alert'> => ({
    source: 'generic',
    alert: JSON.stringify({ severity: 'high', ...alert }),
  });
  return [
    demo(),
    ...teamCases(path.resolve('fixtures/team-cases')),
    { logs: () => path.resolve('fixtures/real-logs'), cases: samples },
    ...truth.map(
      ({ file, start, actors }): Group => ({
        logs: (dataDir) => written(dataDir, file, read(path.join('fixtures/cloudtrail-stratus', file))),
        cases: [
          {
            name: `stratus/${file.replace('.jsonl', '')}`,
            ...generic({ id: file, title: 'Unusual activity of an identity', time: start, user: actors[0] }),
          },
        ],
      }),
    ),
    {
      logs: (dataDir) =>
        written(
          dataDir,
          'deployer',
          deployerLog(6)
            .map((record) => JSON.stringify(record))
            .join('\n'),
        ),
      cases: [
        {
          name: 'deployer',
          ...generic({
            id: 'iam-role-created',
            title: 'IAM role created',
            severity: 'medium',
            time: new Date(TODAY + 60_000).toISOString(),
            user: DEPLOYER.user,
            sourceIp: DEPLOYER.ip,
          }),
        },
      ],
    },
  ];
}

const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** One report's numbers, as the table has them. */
type Measured = {
  name: string;
  truth: string | undefined;
  verdict: string;
  confidence: string;
  words: number;
  summary: number;
  rows: number;
  errors: number;
  warnings: number;
};

async function measure({ name, source, alert, truth }: Case): Promise<Measured | null> {
  const actor = await testActor('analyst');
  const { ids } = await ingestAlerts(actor, source, alert);
  if (ids.length === 0) return null;
  const taken = await db().investigationAlert.findFirst({ where: { alertId: { in: ids } } });
  if (taken) return null; // a variant of an alert that was measured
  const { id } = await openInvestigation(actor, { alertIds: ids });
  const { id: runId } = await startRun(actor, id, {});
  await runAgent(runId, { signal: new AbortController().signal });
  const run = await db().run.findUniqueOrThrow({ where: { id: runId } });
  const { markdown } = await readDraft(actor, id);
  const { frontMatter, body } = parseReport(markdown);
  const { items } = await checkInvestigation(actor, id);
  const summary = (readSection(body, 'Executive Summary') ?? '').split('*Key findings*')[0] ?? '';
  if (out) {
    const file = path.join(out, name.replaceAll('/', '__'));
    fs.mkdirSync(out, { recursive: true });
    fs.writeFileSync(`${file}.md`, markdown);
    fs.writeFileSync(`${file}.findings.json`, JSON.stringify(items, null, 1));
    fs.writeFileSync(`${file}.evidence.json`, JSON.stringify(await db().$transaction((tx) => exportEvidence(tx, id))));
  }
  const errors = items.filter(({ severity }) => severity === 'error').length;
  return {
    name,
    truth,
    verdict: run.status === 'succeeded' ? (frontMatter?.classification ?? '–') : `run ${run.status}`,
    confidence: `${frontMatter?.confidence ?? '–'}`,
    words: wordsIn(body),
    summary: wordsIn(summary),
    rows: timelineRows(readSection(body, 'Timeline') ?? '').length,
    errors,
    warnings: items.length - errors,
  };
}

const lineOf = ({ name, truth, verdict, confidence, words, summary, rows, errors, warnings }: Measured): string =>
  `| ${[name, truth ?? '–', verdict, confidence, words, summary, rows, `${errors} + ${warnings}`].join(' | ')} |`;

/** What the table comes to, on the day of the run. */
function totalsOf(all: Measured[]): string {
  const known = all.filter(({ truth }) => truth !== undefined);
  const right = known.filter(({ truth, verdict }) => truth?.split(' or ').includes(verdict)).length;
  const words = all.map((one) => one.words);
  const sum = (of: (one: Measured) => number): number => all.reduce((total, one) => total + of(one), 0);
  return [
    `${new Date().toISOString().slice(0, 10)}: ${all.length} reports`,
    `${right} of ${known.length} verdicts right`,
    `words: median ${median(words)}, most ${Math.max(...words)}`,
    `findings of the checks: ${sum(({ errors }) => errors)} errors, ${sum(({ warnings }) => warnings)} warnings`,
  ].join('; ');
}

await withBenchDatabase(
  async (dataDir) => {
    console.log('| Case | Truth | Verdict | Confidence | Words | Summary words | Timeline rows | Errors + warnings |');
    console.log('|---|---|---|---|---|---|---|---|');
    const all: Measured[] = [];
    for (const { logs, cases } of groups()) {
      const chosen = cases.filter(({ name }) => only.test(name));
      if (chosen.length === 0) continue;
      overrideEnv({ LOGS_DIR: await logs(dataDir) });
      for (const item of chosen) {
        const measured = await measure(item);
        if (measured) console.log(lineOf(measured));
        if (measured) all.push(measured);
      }
      await closeServers();
    }
    if (all.length > 0) console.log(`\n${totalsOf(all)}`);
    await closeQueue();
  },
  { own: true },
);
process.exit(0);
