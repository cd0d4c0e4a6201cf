import { type EvidenceIndex, numberOf } from './evidence-index';

/** What a number of a status says in words: `PERMISSION_DENIED` of Google's 7. */
const STATUS_NAMES: Record<string, number> = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  OUT_OF_RANGE: 11,
  UNAUTHENTICATED: 16,
};

/** Whether a record's status column has the number that a name stands for. */
export function hasStatus(record: EvidenceIndex, name: string): boolean {
  const code = STATUS_NAMES[name];
  return (
    code !== undefined &&
    record.tables().some(({ columns, rows }) => {
      const at = columns.findIndex((column) => /^(?:status|status_?code|code)$/i.test(column));
      return at >= 0 && rows.some(({ cells }) => numberOf(cells[at]) === code);
    })
  );
}
