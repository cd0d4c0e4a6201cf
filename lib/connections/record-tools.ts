import { db, type Tx } from '../db/client';
import type { ToolDefinition } from './schema';
import { definitionHash } from './tool-definition';

/**
 * Keeps what a server lists now beside what was confirmed. Nothing is confirmed here: a new tool stays refused, and a tool
 * that changed is switched off by its hash being another one.
 */
export async function recordTools(connectionId: string, tools: Map<string, ToolDefinition>): Promise<void> {
  await db().$transaction(async (tx) => {
    const locked = await tx.$queryRaw<
      unknown[]
    >`SELECT 1 FROM connections WHERE id = ${connectionId}::uuid FOR NO KEY UPDATE`;
    if (locked.length === 0) return; // removed meanwhile
    const before = await tx.connectionTool.findMany({ where: { connectionId } });
    const known = new Map(before.map((row) => [row.name, row]));
    for (const [name, definition] of tools) {
      const hash = definitionHash(definition);
      if (known.get(name)?.seenHash === hash) continue;
      const seen = { seen: definition as object, seenHash: hash, seenAt: new Date() };
      await tx.connectionTool.upsert({
        where: { connectionId_name: { connectionId, name } },
        create: { connectionId, name, ...seen },
        update: seen,
      });
    }
    await forgetMissing(tx, connectionId, [...tools.keys()]);
  });
}

/** A confirmed tool that is gone keeps its row, so that it doesn't come back unseen as another one. */
async function forgetMissing(tx: Tx, connectionId: string, listed: string[]): Promise<void> {
  await tx.connectionTool.deleteMany({ where: { connectionId, name: { notIn: listed }, pinnedHash: null } });
  await tx.$executeRaw`UPDATE connection_tools SET seen = NULL, seen_hash = NULL, seen_at = now()
    WHERE connection_id = ${connectionId}::uuid AND NOT (name = ANY(${listed})) AND seen_hash IS NOT NULL`;
}
