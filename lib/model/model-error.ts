import type { Usage } from './model';

/**
 * How a model fails, neutral like model.ts.
 * unavailable: the service is not to be had now (network, rate limit, overload, 5xx); asking later helps.
 * broken: an answer that had begun broke off or made no sense; nothing of it was executed; asking again helps.
 * The others don't get better by asking again: spend_limit, denied (401, 403), invalid (400, unknown model),
 * too_long (the context window is full).
 */
export type ModelFailure = 'unavailable' | 'broken' | 'spend_limit' | 'denied' | 'invalid' | 'too_long';

/** Thrown by a model's turn. `message` is for people: no keys, no request contents. */
export class ModelError extends Error {
  /** What the service had counted of the answer when it failed. */
  usage?: Usage;

  constructor(
    readonly failure: ModelFailure,
    message: string,
    /** What the service asked to wait, if it did. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = 'ModelError';
  }
}
