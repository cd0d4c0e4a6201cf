import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db, pool } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError } from '../errors/app-error';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskResult } from '../secrets/mask-secrets';
import { canonicalJson } from '../text/canonical-json';
import { toItem } from './list-evidence';
import type { EvidenceDetail } from './schema';

const PAGE_ROWS = 500;
/** Characters of a result that is no table. */
const TEXT_LIMIT = 200_000;

/**
 * One record with its result: a table's rows from `offset` on, at most 500, cut out by the database; otherwise its text.
 * Secrets in it are masked (`masked` says whether there are any) unless they are asked for, which is audited.
 * @throws AppError forbidden to `reveal` without evidence.reveal; not_found; bad_request for an offset that is no whole number from 0 on.
 */
export async function readEvidence(
  actor: Actor,
  investigationId: string,
  number: number,
  { offset = 0, reveal = false }: { offset?: number; reveal?: boolean } = {},
): Promise<EvidenceDetail> {
  authorize(actor, 'evidence.read');
  if (reveal) authorize(actor, 'evidence.reveal');
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new AppError('bad_request', 'offset: a whole number, 0 or more.');
  const known = isUuid(investigationId) && Number.isInteger(number) && number > 0 && number < 2 ** 31;
  const row = known
    ? await db().evidence.findUnique({
        where: { investigationId_number: { investigationId, number } },
        omit: { result: true },
      })
    : null;
  if (!row) throw new AppError('not_found', `There is no evidence E${number} in this investigation.`);
  const { rows } = await pool().query<{
    total: number | null;
    rows: unknown[][];
    columns: unknown;
    text: string | null;
  }>(
    `SELECT CASE WHEN is_table THEN jsonb_array_length(data->'rows') END AS total,
       CASE WHEN is_table THEN jsonb_path_query_array(data, '$.rows[$from to $to]', jsonb_build_object('from', $2::int, 'to', $3::int)) END AS rows,
       CASE WHEN is_table THEN data->'columns' END AS columns,
       CASE WHEN NOT is_table THEN text END AS text
     FROM (SELECT result->'structured' AS data, result->>'text' AS text,
             coalesce(jsonb_typeof(result->'structured'->'rows') = 'array'
               AND jsonb_typeof(result->'structured'->'columns') = 'array', false) AS is_table
           FROM evidence WHERE id = $1) found`,
    [row.id, Math.min(offset, 2 ** 31 - PAGE_ROWS - 1), Math.min(offset, 2 ** 31 - PAGE_ROWS - 1) + PAGE_ROWS - 1],
  );
  const found = rows[0];
  const table =
    found?.total === null || found?.total === undefined
      ? null
      : { columns: columnNames(found.columns), rows: found.rows, total: found.total, offset };
  const whole = { ...toItem(row), table, text: found?.text ?? null };
  const beginning = (text: string | null) => text?.slice(0, TEXT_LIMIT) ?? null;
  if (reveal) {
    const data = { investigationId, number };
    await audit(db(), { actorId: actor.id, verb: 'evidence.reveal', subjectKind: 'evidence', subjectId: row.id, data });
    return { ...whole, text: beginning(whole.text), masked: false };
  }
  await loadKnownSecrets();
  // Before the cut: half a secret is not known for one.
  const shown = maskResult({ text: whole.text ?? '', structured: table }, row.args);
  const masked = { ...whole, table: shown.structured as typeof table, text: whole.text === null ? null : shown.text }; // a table's shape stays
  const isMasked = canonicalJson([masked.table, masked.text]) !== canonicalJson([table, whole.text]);
  return { ...masked, text: beginning(masked.text), masked: isMasked };
}

/** Columns come as names or as {name, type}. */
function columnNames(columns: unknown): string[] {
  if (!Array.isArray(columns)) return [];
  return columns.map((column) =>
    typeof column === 'object' && column !== null && 'name' in column ? String(column.name) : String(column),
  );
}
