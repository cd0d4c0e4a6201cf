import { errorMessage } from '../errors/app-error';
import { LeaseLost } from './event-log';
import { checkLease, LEASE_SECONDS } from './lease';

/** A person stopped the run. */
export class Cancelled extends Error {}

/** How often the run's row is looked at for a cancellation, and how often its lease is renewed. */
const LOOK_MS = 500;
const RENEW_MS = 10_000;

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
