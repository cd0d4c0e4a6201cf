import { type Around, nounsAfter } from './claim-context';
import type { Claim } from './claims';
import type { EvidenceIndex } from './evidence-index';
import { stemOf } from './loose-numbers';

/** Rows and cells of a table that are looked at for one number. */
const MAX_ROWS = 400;
const LONGEST_LIST = 400;

/**
 * `(4 shares)`, in a row from 20:34:57 to 20:37:39: as many rows of a cited record as lie between the two times told. Only keeps a
 * warning from being given.
 */
export function isCountBetween({ number, measure }: Claim, { near }: Around, cited: EvidenceIndex[]): boolean {
  if (number === undefined || measure !== undefined) return false;
  const times = near.flatMap(({ time }) => (time && !time.anyYear ? [time] : []));
  if (times.length < 2) return false;
  const from = Math.min(...times.map((time) => time.from));
  const to = Math.max(...times.map((time) => time.to));
  return cited.some((record) =>
    record
      .tables()
      .some(
        ({ rows }) =>
          rows.slice(0, MAX_ROWS).filter(({ times: own }) => own.some((at) => at >= from && at <= to)).length ===
          number,
      ),
  );
}

/** `three scopes`, of a column `scope` with a cell `Mail.Read Mail.Send offline_access`; `two roles`, of `["admin","owner"]`. */
export function isListed(claim: Claim, { block }: Around, cited: EvidenceIndex[]): boolean {
  const { number, measure } = claim;
  if (number === undefined || number < 2 || number > 30 || measure !== undefined) return false;
  const stems = nounsAfter(block, claim).flatMap((noun) => stemOf(noun) ?? []);
  if (stems.length === 0) return false;
  return cited.some((record) =>
    record.tables().some(({ columns, rows }) =>
      columns.some((name, at) => {
        const isCalled = stems.some((stem) => name.toLowerCase().includes(stem));
        return isCalled && rows.slice(0, MAX_ROWS).some(({ cells }) => itemsIn(cells[at]) === number);
      }),
    ),
  );
}

/** How many items a cell lists: of a list, or between commas, or of names that only spaces part. */
function itemsIn(cell: unknown): number {
  if (Array.isArray(cell)) return cell.length;
  if (typeof cell !== 'string' || cell.length > LONGEST_LIST || cell.startsWith('{')) return 0;
  const bare = cell.replace(/^[\s["]+|[\]\s"]+$/g, '');
  const byMarks = bare.split(/[,;|]\s*/).filter(Boolean);
  if (byMarks.length > 1) return byMarks.length;
  const names = bare.split(/\s+/).filter(Boolean);
  // Words of a sentence are no list.
  return names.filter((name) => /^[\w:/-]+[._:][\w./:-]+$/.test(name)).length > 1 ? names.length : 0;
}
