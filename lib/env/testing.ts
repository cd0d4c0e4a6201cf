/**
 * How much of a slow fault test runs: `full` with `NIGHTLY=1 npm test`, `short` otherwise. Both run the same code.
 */
export const nightly = (full: number, short: number): number => (process.env.NIGHTLY === '1' ? full : short);
