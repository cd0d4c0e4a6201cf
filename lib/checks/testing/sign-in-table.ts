import { EvidenceIndex } from '../evidence-index';
import { evidenceRecord } from './evidence-record';

/** A whole answer of a query over sign-ins of the first half of November 2026. */
export const signInTable = (number: number, columns: string[], rows: unknown[][], told = {}): EvidenceIndex =>
  new EvidenceIndex(
    evidenceRecord(number, {
      args: { sql: 'SELECT * FROM "signin"' },
      rows: rows.length,
      timeFrom: '2026-11-01T00:00:00Z',
      timeTo: '2026-11-16T00:00:00Z',
      structured: { columns, rows, rowCount: rows.length, truncated: false },
      ...told,
    }),
  );
