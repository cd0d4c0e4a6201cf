/** The item that tells of a run's end. Apart from the schemas, so that the browser can use it without Zod. */
export const runItemId = (runId: string): string => `r${runId}`;
