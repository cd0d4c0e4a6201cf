/** An evidence record with its result: what was asked and what came back. */
export type EvidenceRecord = {
  number: number;
  server: string;
  tool: string;
  args: unknown;
  status: string;
  rows: number | null;
  durationMs: number;
  truncated: boolean;
  timeFrom: string | null;
  timeTo: string | null;
  text: string;
  structured: unknown;
  /** Only the beginning of the result is available. */
  cut?: string | undefined;
};
