export { cancelRun } from './cancel-run';
export { modelLabel } from './model/choose-model';
export { getRun, listRuns, readEvents } from './read-run';
export { type RunOutcome, runAgent } from './run-agent';
export { startRun } from './start-run';
