import { expect } from 'vitest';
import { getRun } from '../read-run';
import { type RunOptions, runAgent } from '../run-agent';
import { eventsOfRun } from './open-case';
import { toolboxOf } from './scripted-model';

// What the tests of the loop say over and over: calls a scripted model makes, a run and its end.

export const write = (section: string, markdown: string) => ({
  name: 'report__write_section',
  args: { section, markdown },
});
export const assess = {
  name: 'report__set_assessment',
  args: { classification: 'MALICIOUS', confidence: 80, assessed_severity: 'critical', techniques: ['T1078'] },
};
export const query = (sql: string) => ({
  name: 'logs__query',
  args: { sql, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
});
export const table = (rows: unknown[][]) => ({
  structured: { columns: [{ name: 'n', type: 'BIGINT' }], rows, rowCount: rows.length },
});
export const logs = () => toolboxOf({ logs__query: () => table([[14]]) });
export const start = (runId: string, options: Partial<RunOptions>) =>
  runAgent(runId, { signal: new AbortController().signal, toolbox: logs(), ...options });
export const finished = async (actor: Parameters<typeof getRun>[0], runId: string) => {
  const run = await getRun(actor, runId);
  const last = (await eventsOfRun(actor, runId)).at(-1);
  expect(last).toMatchObject({ type: 'run.finished', status: run.status });
  return run;
};

/** Waits until something is so, for 15 s at most. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await check())) {
    if (performance.now() > end) throw new Error('It did not come to that.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Promise.withResolvers, which Node 20 has not. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
