import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { toCsv } from '../text/csv';
import { readRows } from './read-audit';
import type { AuditFilter, AuditItem } from './schema';

const BATCH = 1000;

/**
 * Everything a filter matches, newest first, as a stream of text: a CSV file, or a JSON list. The export is in the log itself,
 * and is not part of what it exports.
 */
export async function exportAudit(
  actor: Actor,
  format: 'csv' | 'json',
  filter: AuditFilter,
): Promise<ReadableStream<Uint8Array>> {
  authorize(actor, 'audit.read');
  const [last] = await readRows(filter, null, 1);
  await audit(db(), {
    actorId: actor.id,
    verb: 'audit.export',
    subjectKind: 'audit',
    subjectId: format,
    data: { filter },
  });
  const parts = format === 'csv' ? csv(filter, last) : json(filter, last);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

async function* csv(filter: AuditFilter, newest: AuditItem | undefined): AsyncGenerator<string> {
  yield toCsv([['id', 'time', 'actor_id', 'actor_email', 'actor', 'action', 'object_kind', 'object_id', 'data']]);
  for await (const items of batches(filter, newest))
    yield toCsv(
      items.map(({ id, at, actor, action, object, data }) => [
        id,
        at,
        actor?.id ?? null,
        actor?.email ?? null,
        actor?.name ?? null,
        action,
        object.kind,
        object.id,
        JSON.stringify(data),
      ]),
    );
}

async function* json(filter: AuditFilter, newest: AuditItem | undefined): AsyncGenerator<string> {
  yield '[';
  let separator = '\n';
  for await (const items of batches(filter, newest)) {
    yield separator + items.map((item) => JSON.stringify(item)).join(',\n');
    separator = ',\n';
  }
  yield '\n]\n';
}

async function* batches(filter: AuditFilter, newest: AuditItem | undefined): AsyncGenerator<AuditItem[]> {
  if (!newest) return;
  let items = [newest];
  while (items.length > 0) {
    yield items;
    const end = items.at(-1);
    items = end ? await readRows(filter, [end.at, end.id], BATCH) : [];
  }
}
