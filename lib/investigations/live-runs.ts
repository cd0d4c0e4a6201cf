/** The statuses of a run that may still write to its case. */
export const LIVE = ['queued', 'running', 'waiting'];
