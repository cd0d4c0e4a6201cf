import type { EvidenceRecord } from '../../evidence/evidence-record';

/** An answered log query of a test's case, with what a test says of it. */
export const evidenceRecord = (number: number, told: Partial<EvidenceRecord> = {}): EvidenceRecord => ({
  number,
  server: 'logs',
  tool: 'query',
  args: {},
  status: 'ok',
  rows: null,
  durationMs: 1,
  truncated: false,
  timeFrom: null,
  timeTo: null,
  text: '',
  structured: null,
  ...told,
});
