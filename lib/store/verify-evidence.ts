import { unpackResult } from '../evidence/read-evidence-file';
import { hashOf } from '../text/canonical-json';

type FileRecord = {
  number: number;
  sha256?: string | null;
  result?: unknown;
  resultGzip?: string;
  /** Only its beginning is in the file. */
  cut?: string;
  /** Secrets in it were replaced before it came into git. */
  masked?: boolean;
};

/**
 * Each record's result has the hash that it says, and each that was there before is still there with the same hash. Of a result that
 * was cut or masked for the file, the whole's hash can't be checked: the file's own is in the commit.
 * @param before the file as it was at the approval before, or null.
 */
export function checkEvidence(text: string, before: string | null, found: (problem: string) => void): void {
  const records = recordsOf(text);
  if (!records) {
    found('can’t be read as evidence');
    return;
  }
  for (const record of records) {
    const { number, sha256, cut, masked } = record;
    if (cut || masked || !sha256) continue;
    if (hashOfResult(record) !== sha256) found(`the result of E${number} is not the one that was recorded`);
  }
  const now = new Map(records.map((record) => [record.number, record]));
  for (const { number, sha256 } of (before === null ? null : recordsOf(before)) ?? []) {
    const there = now.get(number);
    if (!there) found(`E${number} was in the previous approval and is missing`);
    else if (there.sha256 !== sha256) found(`E${number} differs from the previous approval`);
  }
}

function recordsOf(text: string): FileRecord[] | null {
  try {
    const { evidence } = JSON.parse(text) as { evidence: FileRecord[] };
    return Array.isArray(evidence) && evidence.every((one) => typeof one?.number === 'number') ? evidence : null;
  } catch {
    return null;
  }
}

function hashOfResult({ number, result, resultGzip }: FileRecord): string | null {
  if (resultGzip === undefined) return hashOf(result);
  try {
    return hashOf(unpackResult(number, resultGzip));
  } catch {
    return null;
  }
}
