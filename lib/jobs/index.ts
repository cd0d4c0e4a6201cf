export { enqueuePublication, enqueueRun } from './queue';
export { startWorker, type Worker } from './worker';
