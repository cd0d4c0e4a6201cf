import fs from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '@/lib/errors/app-error';
import { instructionsIn } from '@/lib/evaluation/coaching';
import { compareRuns } from '@/lib/evaluation/compare';
import { listRuns, readResults, readRun, runFolder } from '@/lib/evaluation/results';
import { resumeEvaluation, runEvaluation } from '@/lib/evaluation/run';
import { ARMS, type Arm } from '@/lib/evaluation/schema';
import { SUITES } from '@/lib/evaluation/suites/names';
import { summarize } from '@/lib/evaluation/summarize';
import { comparisonTables, evaluationTables, resultsCsv } from '@/lib/evaluation/tables';
import { shortfalls, type Thresholds } from '@/lib/evaluation/thresholds';

type WithDatabase = (act: () => Promise<void>) => Promise<void>;
type RunOptions = Thresholds & {
  arm: Arm;
  model?: string;
  repeat: number;
  limit?: number;
  seed: string;
  coach?: string;
  maxCost?: number;
  maxMinutes?: number;
  resume?: string;
  method?: string;
  json?: boolean;
};

/** `eval list|run|show|compare`. */
export function addEvaluationCommands(program: Command, withDatabase: WithDatabase): void {
  const evaluation = program.command('eval').description('measure investigations on cases with a known verdict');
  evaluation
    .command('list')
    .description('suites and evaluations')
    .action(() => printList());
  evaluation
    .command('run [suite]')
    .description('investigate the cases of a suite (or folder) and compare the results with the known verdicts')
    .addOption(new Option('--arm <arm>', 'what investigates').choices(ARMS).default('socdown'))
    .option('--model <id>', 'default: the model of this installation')
    .option('--repeat <n>', 'number of runs per case', whole, 1)
    .option('--limit <n>', 'at most this many cases, picked by the seed', whole)
    .option('--seed <text>', 'seed of generated cases and of the pick', '1')
    .option('--coach <file>', 'coaching: one instruction per line')
    .option('--method <which>', 'own, shipped, or the id of a proposed change; default: own for replay, else shipped')
    .option('--max-cost <dollars>', 'start no new case once this is spent', Number)
    .option('--max-minutes <n>', 'start no new case after this time', Number)
    .option('--min-benign <percent>', 'fail below: benign cases called BENIGN', share)
    .option('--min-attacks <percent>', 'fail below: attacks not called BENIGN', share)
    .option('--max-missed <n>', 'fail above: attacks called BENIGN', whole)
    .option('--min-recall <percent>', 'fail below: timeline recall', share)
    .option('--max-unsupported <n>', 'fail above: errors of the checks', whole)
    .option('--resume <id>', 'resume an evaluation that stopped')
    .option('--json', 'print the result as JSON')
    .action((suite: string | undefined, options: RunOptions) => runOne(suite, options, withDatabase));
  evaluation
    .command('show <id>')
    .description('the tables of an evaluation')
    .option('--json', 'as JSON')
    .option('--csv', 'as CSV, one line per case')
    .action((id: string, options: { json?: boolean; csv?: boolean }) => show(id, options));
  evaluation
    .command('compare <a> <b>')
    .description('two evaluations case by case')
    .option('--json', 'as JSON')
    .action((a: string, b: string, { json }: { json?: boolean }) => {
      const comparison = compareRuns(readResults(requireFolder(a)), readResults(requireFolder(b)));
      console.log(json ? JSON.stringify(comparison, null, 2) : comparisonTables(comparison, [a, b]));
    });
}

async function runOne(suite: string | undefined, options: RunOptions, withDatabase: WithDatabase): Promise<void> {
  const { resume, maxCost, maxMinutes } = options;
  const limits = { ...(maxCost ? { maxCost } : {}), ...(maxMinutes ? { maxMinutes } : {}) };
  let id = resume ?? '';
  if (resume) {
    const needsDatabase = readRun(resume).settings.suite === 'replay';
    const go = async () => void (await resumeEvaluation(resume, limits));
    await (needsDatabase ? withDatabase(go) : go());
  } else {
    if (!suite)
      throw new AppError('bad_request', `Name a suite (${SUITES.map(({ name }) => name).join(', ')}) or a folder.`);
    const method = options.method ?? (suite === 'replay' ? 'own' : 'shipped');
    const start = async () => {
      const { run } = await runEvaluation({
        suite,
        arm: options.arm,
        model: options.model ?? null,
        repeat: options.repeat,
        limit: options.limit ?? null,
        seed: options.seed,
        coaching: options.coach ? readCoaching(options.coach) : [],
        maxCost: maxCost ?? null,
        maxMinutes: maxMinutes ?? null,
        method,
      });
      id = run.id;
    };
    await (suite === 'replay' || method !== 'shipped' ? withDatabase(start) : start());
  }
  show(id, options);
  const missing = shortfalls(summarize(readResults(runFolder(id))), options);
  if (missing.length > 0) throw new AppError('unprocessable', missing.join('\n'));
}

function show(id: string, { json, csv }: { json?: boolean; csv?: boolean }): void {
  const results = readResults(requireFolder(id));
  const run = readRun(id);
  const summary = summarize(results);
  if (csv) process.stdout.write(resultsCsv(results));
  else if (json) console.log(JSON.stringify({ run, summary, results }, null, 2));
  else
    console.log(
      `${evaluationTables(run, summary)}\n\nEvaluation ${id}: ${results.length} of ${run.total} done. Reports: ${runFolder(id)}/reports`,
    );
}

function printList(): void {
  for (const { name, about } of SUITES) console.log(`${name.padEnd(16)} ${about}`);
  console.log('FOLDER           a folder with one folder per case: alert.json, truth.json, logs/\n');
  for (const { run, done } of listRuns())
    console.log(`${run.id}  ${run.settings.arm}  ${run.modelLabel ?? '–'}  ${done} of ${run.total}`);
}

function requireFolder(id: string): string {
  readRun(id);
  return runFolder(id);
}

const readCoaching = (file: string): string[] => instructionsIn(fs.readFileSync(file, 'utf8'));

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Enter a whole number.');
  return Number(text);
}

function share(text: string): number {
  const number = /^(\d+(?:\.\d+)?) ?%?$/.exec(text)?.[1];
  if (number === undefined || Number(number) > 100) throw new InvalidArgumentError('Enter a percentage, like 95%.');
  return Number(number) / 100;
}
