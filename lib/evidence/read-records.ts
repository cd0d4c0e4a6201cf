import type { Tx } from '../db/client';
import type { Evidence } from '../db/generated/client';
import type { EvidenceRecord } from './evidence-record';

/** Bytes of results that are read at once: the wanted ones first, then the newest. */
const MAX_BYTES = 32_000_000;

/** All evidence of a case with its results, unmasked; `first`: numbers whose results matter most. No permission check. */
export async function readRecords(tx: Tx, investigationId: string, first: number[]): Promise<EvidenceRecord[]> {
  const heads = await tx.evidence.findMany({
    where: { investigationId },
    omit: { result: true },
    orderBy: { number: 'asc' },
  });
  const cited = new Set(first);
  const byNeed = [...heads].sort(
    (a, b) => Number(cited.has(b.number)) - Number(cited.has(a.number)) || b.number - a.number,
  );
  let room = MAX_BYTES;
  const wanted = byNeed.filter(({ bytes }) => {
    room -= bytes;
    return room >= 0;
  });
  const bodies = await tx.evidence.findMany({
    where: { id: { in: wanted.map(({ id }) => id) } },
    select: { id: true, result: true },
  });
  const results = new Map(bodies.map(({ id, result }) => [id, result]));
  return heads.map((row) => toRecord(row, results));
}

type Stored = { text?: string; structured?: unknown } | null | undefined;

function toRecord(row: Omit<Evidence, 'result'>, results: Map<string, unknown>): EvidenceRecord {
  const result = results.get(row.id) as Stored; // written by record-evidence only
  const { number, server, tool, args, status, rows, durationMs, truncated } = row;
  return {
    number,
    server,
    tool,
    args,
    status,
    rows,
    durationMs,
    truncated,
    timeFrom: row.timeFrom?.toISOString() ?? null,
    timeTo: row.timeTo?.toISOString() ?? null,
    text: result?.text ?? '',
    structured: result?.structured ?? null,
    ...(row.resultRemovedAt ? { cut: 'removed by the retention settings' } : {}),
    ...(results.has(row.id) ? {} : { cut: 'too large to be read here' }),
  };
}
