import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { logFolders } from '../connections/servers';
import { env } from '../env/env';
import { programFile } from '../env/program-file';
import { AppError } from '../errors/app-error';
import { methodOf } from './method';
import { createRun, keepAlive, readResults, readRun, runFolder, writeRun } from './results';
import { type CaseResult, type EvaluationRun, EvaluationSettings } from './schema';
import { planSuite } from './suites';
import { nothingToReplay, type ReplayPlan, readReplayPlan } from './suites/replay';

export type Evaluated = { run: EvaluationRun; results: CaseResult[] };

/**
 * Runs an evaluation to its end in a process of its own, with progress on standard error. A suite of the team's own cases
 * reads them from the database; nothing is written there.
 * @throws AppError for a suite that can't be had; unavailable when the process failed
 */
export async function runEvaluation(input: EvaluationSettings): Promise<Evaluated> {
  const settings = EvaluationSettings.parse(input);
  const own = settings.suite === 'replay' ? await readOwnCases() : null;
  const method = await methodOf(settings.method);
  const total = planSuite(settings.suite, settings, own).length * settings.repeat;
  const { id } = createRun(settings, null, total, { method });
  if (own) keepOwnCases(runFolder(id), own);
  return resumeEvaluation(id);
}

/** @throws AppError unprocessable when there is nothing to replay */
async function readOwnCases(): Promise<ReplayPlan> {
  const own = await readReplayPlan();
  if (own.cases.length === 0) throw nothingToReplay();
  return own;
}

const ownCasesFile = (folder: string): string => path.join(folder, 'replay.json');
const keepOwnCases = (folder: string, own: ReplayPlan): void =>
  fs.writeFileSync(ownCasesFile(folder), JSON.stringify(own), { mode: 0o600 });

type ResumeOptions = Partial<Pick<EvaluationSettings, 'maxCost' | 'maxMinutes'>> & {
  /** Ends the process; its finished cases stay. */
  signal?: AbortSignal;
};

/**
 * Continues with the cases that have not ended.
 * @throws AppError not_found; unavailable when the process failed or was ended
 */
export async function resumeEvaluation(id: string, { signal, ...limits }: ResumeOptions = {}): Promise<Evaluated> {
  const folder = runFolder(id);
  const run = readRun(id);
  writeRun(folder, { ...run, settings: { ...run.settings, ...limits }, stopped: null });
  // One that was started on the page: its cases are those of the moment at which it begins.
  if (run.settings.suite === 'replay' && !fs.existsSync(ownCasesFile(folder)))
    keepOwnCases(folder, await readOwnCases());
  console.error(`Evaluation ${id}${run.total > 0 ? `: ${run.total} investigations` : ''}.`);
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-eval-'));
  fs.chmodSync(dataDir, 0o755); // the embedded database may run under a user of its own
  const stopBeating = keepAlive(folder);
  try {
    const logsDir = run.settings.suite === 'replay' ? await logFolders() : path.join(dataDir, 'case-logs');
    const code = await runProcess(folder, { DATA_DIR: dataDir, LOGS_DIR: logsDir }, signal);
    if (code !== 0)
      throw new AppError('unavailable', `The evaluation stopped. Resume it with: eval run --resume ${id}`);
  } finally {
    stopBeating();
    fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
  }
  return { run: readRun(id), results: readResults(folder) };
}

function runProcess(
  folder: string,
  own: { DATA_DIR: string; LOGS_DIR: string },
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const { DATABASE_URL: _, STORE_REMOTE: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [programFile('lib/evaluation/main.ts'), path.resolve(folder)], {
    env: { ...inherited, LOG_LEVEL: env().LOG_LEVEL === 'info' ? 'warn' : env().LOG_LEVEL, ...own },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // It ends the case that it is at, and its database, before we remove its folder.
  const stop = () => child.kill('SIGTERM');
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  return new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).finally(() => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    signal?.removeEventListener('abort', stop);
  });
}
