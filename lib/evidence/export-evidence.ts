import { gzipSync } from 'node:zlib';
import type { Tx } from '../db/client';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskResult, maskSecretsIn } from '../secrets/mask-secrets';
import { canonicalJson } from '../text/canonical-json';
import { toItem } from './list-evidence';

/** Bytes of a result that stands in the file as it is; a larger one is compressed. */
const PLAIN_LIMIT = 200_000;
/** Compressed bytes of one file; beyond it the first rows of a large result are kept. A git host takes 100 MB. */
const FILE_LIMIT = 30_000_000;
const FIRST_ROWS = 200;

type Stored = { text?: string; structured?: Record<string, unknown> | null } | null;

/** As the file has a result: whole, whole and compressed (base64 of gzip of its canonical JSON), or its beginning only (`cut`). */
type Exported = { result: Stored; cut?: string } | { resultGzip: string };

/**
 * The records as the file beside a report (….evidence.json) has them. `sha256` is over the canonical JSON (sorted keys,
 * no spaces) of the whole result {structured, text}, also where the file has only its beginning (`cut`) or marks
 * in the place of secrets (`masked`): what is in git can't be taken back.
 */
export async function exportEvidence(tx: Tx, investigationId: string): Promise<object> {
  await loadKnownSecrets();
  const rows = await tx.evidence.findMany({ where: { investigationId }, orderBy: { number: 'asc' } });
  let room = FILE_LIMIT;
  return {
    version: 1,
    investigation: investigationId,
    evidence: rows.map(({ result, ...row }) => {
      const stored = result as Stored; // written by record-evidence only
      const masked = { args: maskSecretsIn(row.args), result: stored && maskStored(stored, row.args) };
      const isMasked = canonicalJson(masked) !== canonicalJson({ args: row.args, result: stored });
      const part = exported(isMasked ? masked.result : stored, room);
      if ('resultGzip' in part) room -= part.resultGzip.length;
      const removed = row.resultRemovedAt ? { cut: 'removed by the retention settings' } : {};
      return { ...toItem(row), ...part, ...removed, ...(isMasked ? { args: masked.args, masked: true } : {}) };
    }),
  };
}

function maskStored({ text = '', structured = null }: NonNullable<Stored>, args: unknown): Stored {
  return maskResult({ text, structured }, args);
}

function exported(result: Stored, room: number): Exported {
  const json = result ? canonicalJson(result) : '';
  if (!result || json.length <= PLAIN_LIMIT) return { result };
  const resultGzip = gzipSync(json, { level: 9 }).toString('base64');
  return resultGzip.length <= room ? { resultGzip } : beginning(result);
}

function beginning({ text = '', structured }: NonNullable<Stored>): Exported {
  const rows = Array.isArray(structured?.rows) ? structured.rows : null;
  const first = rows ? { ...structured, rows: rows.slice(0, FIRST_ROWS) } : null;
  const fits = first !== null && JSON.stringify(first).length <= PLAIN_LIMIT;
  return {
    result: { text: fits ? '' : text.slice(0, PLAIN_LIMIT), structured: fits ? first : null },
    cut: fits ? `the first ${FIRST_ROWS} of ${rows?.length} rows` : `the first ${PLAIN_LIMIT} characters of the text`,
  };
}
