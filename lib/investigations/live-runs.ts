/** The statuses of a run that has not ended. */
export const LIVE = ['queued', 'running', 'waiting'];

/** The kind of a run that reads the report against its evidence and changes nothing: no other act waits for it. */
export const FACT_CHECK = 'fact_check' as const;

/** Of runs: those that may still write to their case. */
export const WORKING = { status: { in: LIVE }, kind: { not: FACT_CHECK } };
