import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { CheckFinding } from '../checks/finding';
import { env } from '../env/env';
import { AppError } from '../errors/app-error';
import { keepMethod, type MethodFiles } from './method';
import { CaseResult, EvaluationRun, type EvaluationSettings, type EvaluationStatus } from './schema';

/** Below it: a folder for each run with run.json, cases.jsonl and reports/. */
const root = (): string => path.join(env().DATA_DIR, 'evaluations');

/** @throws AppError bad_request for an id that is none, so that no path leads out of the folder */
export function runFolder(id: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,80}$/.test(id)) throw new AppError('bad_request', `${id} is not the id of an evaluation.`);
  return path.join(root(), id);
}

/** A new run's folder and file. `total` 0: not planned yet. `method`: the files that it investigates with; null: those that ship. */
export function createRun(
  settings: EvaluationSettings,
  startedBy: EvaluationRun['startedBy'],
  total: number,
  { method = null, change = null }: { method?: MethodFiles | null; change?: EvaluationRun['change'] } = {},
): EvaluationRun {
  const startedAt = new Date().toISOString();
  const id = `${startedAt.slice(0, 16).replace(/\D/g, '')}-${nameOf(settings.suite)}-${randomBytes(2).toString('hex')}`;
  const run = { id, settings, startedAt, total, startedBy, modelLabel: null, finishedAt: null, stopped: null, change };
  // Before the file that a worker looks for.
  if (method) keepMethod(runFolder(id), method);
  writeRun(runFolder(id), run);
  return run;
}

const nameOf = (suite: string): string =>
  path
    .basename(suite)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30) || 'folder';

export function writeRun(folder: string, run: EvaluationRun): void {
  fs.mkdirSync(path.join(folder, 'reports'), { recursive: true });
  const file = path.join(folder, 'run.json');
  fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(run, null, 2)}\n`);
  fs.renameSync(`${file}.tmp`, file);
}

/** @throws AppError not_found */
export function readRun(id: string): EvaluationRun {
  const file = path.join(runFolder(id), 'run.json');
  if (!fs.existsSync(file)) throw new AppError('not_found', `There is no evaluation ${id}. See eval list.`);
  return EvaluationRun.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
}

/** Newest first. */
export function listRuns(): { run: EvaluationRun; done: number }[] {
  const names = fs.existsSync(root()) ? fs.readdirSync(root()) : [];
  return names
    .filter((name) => fs.existsSync(path.join(root(), name, 'run.json')))
    .map((name) => ({ run: readRun(name), done: readResults(runFolder(name)).length }))
    .sort((a, b) => b.run.startedAt.localeCompare(a.run.startedAt));
}

/** The cases that have ended. A line that was cut off by a kill is none. */
export function readResults(folder: string): CaseResult[] {
  const file = path.join(folder, 'cases.jsonl');
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [CaseResult.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
}

/** Appends a case's result; its report and what the checks say of it are files of their own. */
export function addResult(
  folder: string,
  result: CaseResult,
  markdown: string | null,
  findings: CheckFinding[] = [],
): void {
  if (markdown !== null && result.report) fs.writeFileSync(path.join(folder, result.report), markdown);
  const lines = findings.map(({ line, severity, message }) => `line ${line}, ${severity}: ${message}\n`);
  if (lines.length > 0 && result.report)
    fs.writeFileSync(path.join(folder, result.report.replace(/\.md$/, '.findings.txt')), lines.join(''));
  // A line that a kill cut off ends here, not in this result.
  fs.appendFileSync(path.join(folder, 'cases.jsonl'), `\n${JSON.stringify(result)}`);
}

const ALIVE = 'alive';
const CANCEL = 'cancel';
const BEAT_MS = 5_000;
/** Without a beat for so long, no process is at it. */
const DEAD_MS = 30_000;

/** Says in the run's folder that a process is at it, until the answer is called. */
export function keepAlive(folder: string): () => void {
  const file = path.join(folder, ALIVE);
  const beat = () => fs.writeFileSync(file, '');
  beat();
  const timer = setInterval(beat, BEAT_MS);
  return () => {
    clearInterval(timer);
    fs.rmSync(file, { force: true });
  };
}

function isAlive(folder: string): boolean {
  const beat = fs.statSync(path.join(folder, ALIVE), { throwIfNoEntry: false });
  return beat !== undefined && Date.now() - beat.mtimeMs < DEAD_MS;
}

/** A file of its own: run.json belongs to the process that is at it. */
export const requestCancel = (folder: string): void => fs.writeFileSync(path.join(folder, CANCEL), '');
export const withdrawCancel = (folder: string): void => fs.rmSync(path.join(folder, CANCEL), { force: true });
export const isCancelled = (folder: string): boolean => fs.existsSync(path.join(folder, CANCEL));

/** A run's current state. A run of the command line whose process is gone counts as stopped. */
export function statusOf(run: EvaluationRun): EvaluationStatus {
  const folder = runFolder(run.id);
  if (run.finishedAt) return 'finished';
  if (isCancelled(folder)) return 'cancelled';
  if (isAlive(folder)) return 'running';
  return run.stopped || !run.startedBy ? 'stopped' : 'queued';
}
