// An evaluation's own process: DATA_DIR is an empty folder, LOGS_DIR one for the logs of each case. Arguments: the run's folder.
import fs from 'node:fs';
import path from 'node:path';
import { errorMessage } from '../errors/app-error';
import { withInstallation } from './installation';
import { placeMethod } from './method';
import { addResult, readResults, writeRun } from './results';
import { runCase } from './run-case';
import { type CaseResult, EvaluationRun, type EvaluationSettings } from './schema';
import { planSuite } from './suites';
import { ReplayPlan } from './suites/replay';
import type { PlannedCase } from './suites/suite';

const [folder = ''] = process.argv.slice(2);
const stop = new AbortController();
process.on('SIGINT', () => stop.abort(new Error('stopped')));
process.on('SIGTERM', () => stop.abort(new Error('stopped')));
process.on('disconnect', () => stop.abort(new Error('the starting process ended')));

try {
  await work(EvaluationRun.parse(JSON.parse(fs.readFileSync(path.join(folder, 'run.json'), 'utf8'))));
  process.exit(0);
} catch (error) {
  console.error(stop.signal.aborted ? 'Stopped. Resume with --resume.' : errorMessage(error));
  process.exit(1);
}

async function work(run: EvaluationRun): Promise<void> {
  const { settings } = run;
  const replayFile = path.join(folder, 'replay.json');
  const own = fs.existsSync(replayFile) ? ReplayPlan.parse(JSON.parse(fs.readFileSync(replayFile, 'utf8'))) : null;
  const cases = planSuite(settings.suite, settings, own);
  const done = readResults(folder);
  const current = { ...run, total: cases.length * settings.repeat };
  writeRun(folder, current);
  let finished = true;
  await withInstallation(async (actor) => {
    await placeMethod(folder);
    const began = performance.now();
    for (const { planned, repeat } of rest(cases, settings, done)) {
      const limit = limitReached(settings, done, (performance.now() - began) / 60_000);
      if (limit) {
        console.error(`${limit} Raise it and resume to go on.`);
        writeRun(folder, { ...current, stopped: limit });
        finished = false;
        return;
      }
      const { result, markdown, findings, modelLabel } = await runCase(planned.load(), repeat, {
        settings,
        actor,
        signal: stop.signal,
      });
      addResult(folder, result, markdown, findings);
      done.push(result);
      if (modelLabel && current.modelLabel === null) {
        current.modelLabel = modelLabel;
        writeRun(folder, current);
      }
      report(result, done.length, current.total);
    }
  });
  if (finished) writeRun(folder, { ...current, finishedAt: new Date().toISOString() });
}

/** All repeats of a case one after another: a replay's library only grows that way. */
function rest(
  cases: PlannedCase[],
  { repeat }: EvaluationSettings,
  done: CaseResult[],
): { planned: PlannedCase; repeat: number }[] {
  const ended = new Set(done.map((item) => `${item.id}\n${item.repeat}`));
  return cases
    .flatMap((planned) => Array.from({ length: repeat }, (_, index) => ({ planned, repeat: index + 1 })))
    .filter((item) => !ended.has(`${item.planned.id}\n${item.repeat}`));
}

function limitReached({ maxCost, maxMinutes }: EvaluationSettings, done: CaseResult[], minutes: number): string | null {
  const cost = done.reduce((sum, item) => sum + (item.cost ?? 0), 0);
  if (maxCost !== null && cost >= maxCost) return `It has cost ${cost.toFixed(2)} US dollars, the limit is ${maxCost}.`;
  if (maxMinutes !== null && minutes >= maxMinutes)
    return `It has taken ${Math.round(minutes)} minutes, the limit is ${maxMinutes}.`;
  return null;
}

function report(result: CaseResult, count: number, total: number): void {
  const { id, repeat, verdict, truth, accept, seconds, error } = result;
  const mark = verdict !== null && accept.includes(verdict) ? 'right' : 'WRONG';
  console.error(
    `${count}/${total} ${id}#${repeat} ${verdict ?? 'failed'} (truth ${truth}) ${mark} ${seconds} s${error ? `: ${error}` : ''}`,
  );
}
