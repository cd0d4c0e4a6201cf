import { unpackResult } from '../evidence/read-evidence-file';
import { hashOf } from '../text/canonical-json';

type Receipt = {
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
 * Each receipt's result has the hash that it says, and each that was there before is still there with the same hash. Of a result that
 * was cut or masked for the file, the whole's hash can't be checked: the file's own is in the commit.
 * @param before the file as it was at the approval before, or null.
 */
export function checkEvidence(text: string, before: string | null, found: (problem: string) => void): void {
  const receipts = receiptsOf(text);
  if (!receipts) {
    found('can’t be read as evidence');
    return;
  }
  for (const receipt of receipts) {
    const { number, sha256, cut, masked } = receipt;
    if (cut || masked || !sha256) continue;
    if (hashOfResult(receipt) !== sha256) found(`the result of E${number} is not the one that was recorded`);
  }
  const now = new Map(receipts.map((receipt) => [receipt.number, receipt]));
  for (const { number, sha256 } of (before === null ? null : receiptsOf(before)) ?? []) {
    const there = now.get(number);
    if (!there) found(`E${number} was there at the approval before and is gone`);
    else if (there.sha256 !== sha256) found(`E${number} is another one than at the approval before`);
  }
}

function receiptsOf(text: string): Receipt[] | null {
  try {
    const { evidence } = JSON.parse(text) as { evidence: Receipt[] };
    return Array.isArray(evidence) && evidence.every((one) => typeof one?.number === 'number') ? evidence : null;
  } catch {
    return null;
  }
}

function hashOfResult({ number, result, resultGzip }: Receipt): string | null {
  if (resultGzip === undefined) return hashOf(result);
  try {
    return hashOf(unpackResult(number, resultGzip));
  } catch {
    return null;
  }
}
