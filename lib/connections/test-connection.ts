import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, errorMessage, notFound } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';
import { callTool } from './call-tool';
import { findSystem, reviewedClass } from './catalogue/catalogue';
import type { System } from './catalogue/schema';
import type { Connection } from './connection';
import { recordFailure, recordHealthy } from './health';
import { listTools } from './list-tools';
import { type ConnectionRow, openConnection } from './open-connection';
import { getConnection } from './read-connections';
import { recordTools } from './record-tools';
import type { TestedConnection, TestStep, ToolDefinition } from './schema';
import { problemOf } from './tool-definition';

const READ_MS = 60_000;

/**
 * Connects, lists the tools and keeps the list; of a system of the catalogue, applies the reviewed classes to tools that nobody
 * decided on, and makes one harmless read. A failed read is a step of the answer; the connection's health has it too.
 * @throws AppError unavailable, saying at which step and what the server said (`data.steps`).
 */
export async function testConnection(actor: Actor, id: string): Promise<TestedConnection> {
  authorize(actor, 'connections.manage');
  const row = isUuid(id) ? await db().connection.findUnique({ where: { id } }) : null;
  if (!row) throw notFound('connection');
  // Before the first byte: a test sends the connection's secrets.
  await audit(db(), { actorId: actor.id, verb: 'connections.test', subjectKind: 'connection', subjectId: id });
  const system = findSystem(row.system);
  const steps: TestStep[] = [];
  const connection = await step(row, steps, 'connect', () => openConnection(row));
  try {
    const tools = await step(row, steps, 'list', () => listTools(connection));
    await recordTools(id, tools);
    if (system) await applyReviewed(actor, row, system, tools);
    const read = system?.test.find(({ tool }) => tools.has(tool));
    if (read) steps.push(await readOnce(connection, read));
  } finally {
    await connection.close().catch(() => {});
  }
  const failed = steps.find(({ ok }) => !ok);
  if (failed) await recordFailure(id, failed.message);
  else await recordHealthy(id);
  return { ...(await getConnection(actor, id)), steps };
}

const DONE = {
  connect: () => 'Connected.',
  list: (result: unknown) => `Listed ${(result as Map<string, unknown>).size} tools.`, // what listTools gives
};

async function step<T>(
  row: ConnectionRow,
  steps: TestStep[],
  name: 'connect' | 'list',
  run: () => Promise<T>,
): Promise<T> {
  try {
    const result = await run();
    steps.push({ name, ok: true, message: DONE[name](result) });
    return result;
  } catch (error) {
    const what = name === 'connect' ? 'did not start' : 'did not list its tools';
    const message =
      error instanceof AppError
        ? error.userMessage
        : `The ${row.name} server ${what}: ${maskSecrets(errorMessage(error)).slice(0, 300)}`;
    await recordFailure(row.id, message);
    throw new AppError(error instanceof AppError ? error.reason : 'server_unreachable', message, {
      cause: error,
      data: { steps: [...steps, { name, ok: false, message }] },
    });
  }
}

/** The call and its arguments are ours, so it needs no approval. */
async function readOnce(
  connection: Connection,
  { tool, args }: { tool: string; args: Record<string, unknown> },
): Promise<TestStep> {
  try {
    const { ok, text } = await callTool(connection, tool, args, { timeoutMs: READ_MS, maxBytes: 200_000 });
    const answer = maskSecrets(text).slice(0, 300);
    return { name: 'read', ok, message: ok ? `${tool} answered.` : `${tool} failed: ${answer}` };
  } catch (error) {
    return { name: 'read', ok: false, message: `${tool} failed: ${maskSecrets(errorMessage(error)).slice(0, 300)}` };
  }
}

/** Only undecided tools; a tool that the table lacks stays refused until an admin decides. */
async function applyReviewed(
  actor: Actor,
  row: ConnectionRow,
  system: System,
  tools: Map<string, ToolDefinition>,
): Promise<void> {
  await db().$transaction(async (tx) => {
    const undecided = await tx.connectionTool.findMany({ where: { connectionId: row.id, pinnedHash: null } });
    const applied = undecided.flatMap(({ name, seen, seenHash }) => {
      const toolClass = reviewedClass(system, name);
      const definition = tools.get(name);
      if (!toolClass || !definition || seen === null || seenHash === null) return [];
      if (problemOf(row.name, name, definition) !== null) return [];
      return [{ name, class: toolClass, hash: seenHash, offered: system.offered.includes(name), seen }];
    });
    for (const { seen, hash, name, ...decision } of applied)
      await tx.connectionTool.updateMany({
        where: { connectionId: row.id, name, seenHash: hash, pinnedHash: null },
        data: { ...decision, pinned: seen, pinnedHash: hash },
      });
    if (applied.length === 0) return;
    await audit(tx, {
      actorId: actor.id,
      verb: 'connections.decide_tools',
      subjectKind: 'connection',
      subjectId: row.id,
      data: { catalogue: system.id, tools: applied.map(({ seen: _, ...decision }) => decision) },
    });
  });
}
