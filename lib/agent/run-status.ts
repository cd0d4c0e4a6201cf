/** Apart from the schemas of events.ts, so that the browser can use it without Zod. */
export const RUN_STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;

/** Whether a run has not ended. */
export const isLive = (status: (typeof RUN_STATUSES)[number]): boolean =>
  ['queued', 'running', 'waiting'].includes(status);
