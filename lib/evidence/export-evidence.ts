import type { Tx } from '../db/client';
import { loadKnownSecrets } from '../secrets/known-secrets';
import { maskResult, maskSecretsIn } from '../secrets/mask-secrets';
import { canonicalJson } from './canonical-json';
import { toItem } from './list-evidence';

/** Bytes of a result that goes into the file whole; of a larger one the first rows do. */
const WHOLE_LIMIT = 200_000;
const FIRST_ROWS = 200;

type Stored = { text?: string; structured?: Record<string, unknown> | null } | null;

/**
 * The receipts as the file beside a report (….evidence.json) has them. `sha256` is over the canonical JSON (sorted keys,
 * no spaces) of the whole result {structured, text}, also where the file has only its beginning (`cut`) or marks
 * in the place of secrets (`masked`): what is in git can't be taken back.
 */
export async function exportEvidence(tx: Tx, investigationId: string): Promise<object> {
  await loadKnownSecrets();
  const rows = await tx.evidence.findMany({ where: { investigationId }, orderBy: { number: 'asc' } });
  return {
    version: 1,
    investigation: investigationId,
    evidence: rows.map(({ result, ...row }) => {
      const whole = { ...toItem(row), ...exported(result as Stored) }; // written by record-evidence only
      const masked = { ...whole, args: maskSecretsIn(whole.args), result: whole.result && maskStored(whole.result) };
      return canonicalJson(masked) === canonicalJson(whole) ? whole : { ...masked, masked: true };
    }),
  };
}

function maskStored({ text = '', structured = null }: NonNullable<Stored>): Stored {
  return maskResult({ text, structured });
}

function exported(result: Stored): { result: Stored; cut?: string } {
  const size = result ? JSON.stringify(result).length : 0;
  if (!result || size <= WHOLE_LIMIT) return { result };
  const { text = '', structured } = result;
  const rows = Array.isArray(structured?.rows) ? structured.rows : null;
  const first = rows ? { ...structured, rows: rows.slice(0, FIRST_ROWS) } : null;
  const fits = first !== null && JSON.stringify(first).length <= WHOLE_LIMIT;
  return {
    result: { text: fits ? '' : text.slice(0, WHOLE_LIMIT), structured: fits ? first : null },
    cut: fits ? `the first ${FIRST_ROWS} of ${rows?.length} rows` : `the first ${WHOLE_LIMIT} characters of the text`,
  };
}
