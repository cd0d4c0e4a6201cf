import { errorMessage } from '../errors/app-error';
import { BudgetExceeded } from './budget';
import { LeaseLost } from './event-log';
import { type ClaimedRun, checkLease, LEASE_SECONDS } from './lease';

/** A person stopped the run. */
export class Cancelled extends Error {}

/** How often the run's row is looked at for a cancellation, and how often its lease is renewed. */
const LOOK_MS = 500;
const RENEW_MS = 10_000;
/** Starts of a run that ended with its worker's death before it is given up, wherever it was each time. */
const MAX_ATTEMPTS = 6;
/** The same at one place: what it does there kills the worker, and other runs with it. */
const MAX_DEATHS_HERE = 2;

/** @throws Cancelled; BudgetExceeded for a run that keeps killing its worker */
export function requireStartable(run: Pick<ClaimedRun, 'cancelRequested' | 'deathsHere' | 'attempt'>): void {
  if (run.cancelRequested) throw new Cancelled();
  if (run.deathsHere >= MAX_DEATHS_HERE)
    throw new BudgetExceeded(`The worker died ${run.deathsHere} times at the same step of this run.`);
  if (run.attempt > MAX_ATTEMPTS) throw new BudgetExceeded(`The worker died ${run.attempt - 1} times during this run.`);
}

/**
 * Renews the lease and looks for a cancellation, also from another process. When the database can't be reached until
 * the lease would have run out, the run is taken for lost: another worker may have it by then.
 */
export function watchLease(run: { id: string }, leaseOwner: string, stop: AbortController): { end(): void } {
  let renewedAt = performance.now();
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    const now = performance.now();
    const renew = now - renewedAt >= RENEW_MS;
    try {
      const { cancelRequested } = await checkLease(run.id, leaseOwner, renew);
      if (renew) renewedAt = now;
      if (cancelRequested) stop.abort(new Cancelled());
    } catch (error) {
      const expired = performance.now() - renewedAt > (LEASE_SECONDS - 5) * 1000;
      if (error instanceof LeaseLost || expired) stop.abort(new LeaseLost(errorMessage(error)));
    }
    looking = false;
  }, LOOK_MS);
  return { end: () => clearInterval(timer) };
}
