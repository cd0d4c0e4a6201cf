import { v7 as uuid } from 'uuid';
import type { ToolClass } from '../../connections/schema';
import type { HttpTestServer } from '../../connections/testing/mcp-server';
import { definitionHash, definitionOf } from '../../connections/tool-definition';
import { db } from '../../db/client';

/** A connection to a test's HTTP server, straight in the database, its tools confirmed with these classes. */
export async function connectTestServer(
  name: string,
  server: HttpTestServer,
  classes: Record<string, ToolClass>,
): Promise<{ id: string }> {
  const id = uuid();
  const target = { kind: 'http', url: server.url, allowInternal: true };
  await db().connection.create({ data: { id, name, kind: 'http', config: { target, secrets: [] } } });
  for (const tool of server.tools) {
    const definition = definitionOf({ ...tool, inputSchema: { type: 'object', ...tool.inputSchema } });
    const hash = definitionHash(definition);
    const pin = { pinned: definition as object, pinnedHash: hash, seen: definition as object, seenHash: hash };
    const data = { connectionId: id, name: tool.name, class: classes[tool.name] ?? 'refused', ...pin };
    await db().connectionTool.create({ data });
  }
  return { id };
}
