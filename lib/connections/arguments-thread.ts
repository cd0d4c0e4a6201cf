/**
 * Checks arguments against a tool's JSON Schema, in a thread of its own: a schema is another party's program (a pattern that
 * backtracks, alternatives of alternatives), and one that never ends must cost this thread and not the worker.
 */
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';

export type CheckRequest = { id: number; schema: Record<string, unknown>; args: unknown };
export type CheckReply = { id: number; problem: string | null };

const MAX_ISSUES = 5;

parentPort?.on('message', ({ id, schema, args }: CheckRequest) => {
  parentPort?.postMessage({ id, problem: problemWith(schema, args) } satisfies CheckReply);
});

parentPort?.postMessage({ id: 0, problem: null } satisfies CheckReply); // loaded: a check's time starts now

function problemWith(schema: Record<string, unknown>, args: unknown): string | null {
  const parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(args); // the server's own JSON Schema
  if (parsed.success) return null;
  return parsed.error.issues
    .slice(0, MAX_ISSUES)
    .map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`)
    .join('; ');
}
