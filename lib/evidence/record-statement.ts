import { v7 as uuid } from 'uuid';
import type { Prisma, Tx } from '../db/client';
import { hashOf, storable } from '../text/canonical-json';

type Statement = {
  investigationId: string;
  runId: string;
  callId: string;
  server: string;
  tool: string;
  args: Record<string, unknown>;
  question: string;
  statement: Record<string, string>;
  text: string;
  durationMs: number;
};

/** Records what a person said as evidence of a case, in the caller's transaction. Returns its number. */
export async function recordStatement(tx: Tx, input: Statement): Promise<number> {
  const { investigationId, runId, callId, server, tool, durationMs } = input;
  // As record-evidence: numbers have no gaps and no doubles.
  await tx.$queryRaw`SELECT 1 FROM investigations WHERE id = ${investigationId}::uuid FOR NO KEY UPDATE`;
  const last = await tx.evidence.aggregate({ where: { investigationId }, _max: { number: true } });
  const number = (last._max.number ?? 0) + 1;
  const args = storable(input.args);
  const result = storable({ text: input.text, structured: input.statement });
  await tx.evidence.create({
    data: {
      id: uuid(),
      investigationId,
      runId,
      number,
      callId,
      server,
      tool,
      args: args as Prisma.InputJsonObject, // texts
      argsHash: hashOf(args),
      question: storable(input.question),
      startedAt: new Date(Date.now() - durationMs),
      // A question may be open for a week: more milliseconds than the column holds are not needed.
      durationMs: Math.min(durationMs, 2_000_000_000),
      status: 'ok',
      bytes: Buffer.byteLength(result.text),
      sha256: hashOf(result),
      result,
    },
  });
  return number;
}
