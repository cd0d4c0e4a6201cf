import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { openToolbox } from '../connections';
import { db } from '../db/client';
import { AppError, notFound } from '../errors/app-error';
import { readEvidence } from '../evidence/read-evidence';
import { finishEvidence, openEvidence } from '../evidence/record-evidence';
import type { EvidenceDetail } from '../evidence/schema';
import { requireId } from '../investigations/require-id';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { holdsKnownSecret } from '../secrets/mask-secrets';
import { queryRun } from './client-run';

/** One call of a tool of class read, by the names that runs show: {"server": "logs", "tool": "query", "args": {…}}. */
export const AskSource = z.strictObject({
  server: z.string().trim().min(1).max(100),
  tool: z.string().trim().min(1).max(200),
  args: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Makes one call for a case and records it as evidence, as a run would: E1, E2, …, which the report can cite. A call that fails
 * is recorded too. The same call again is answered from its record.
 * @throws AppError not_found for an unknown case or tool; forbidden for a tool that a person allows call by call.
 */
export async function askSource(
  actor: Actor,
  investigationId: string,
  { server, tool, args }: z.output<typeof AskSource>,
  signal: AbortSignal,
): Promise<EvidenceDetail> {
  authorize(actor, 'evidence.record');
  requireId(investigationId, 'investigation');
  if ((await db().investigation.count({ where: { id: investigationId } })) === 0) throw notFound('investigation');
  await loadKnownSecrets();
  if (holdsKnownSecret(args))
    throw new AppError('bad_request', `The arguments contain a secret. ${tool} was not called.`);
  const toolbox = openToolbox({ investigationId });
  try {
    const info = await toolbox.find(server, tool);
    if (!info || info.class === 'refused')
      throw new AppError(
        'not_found',
        `There is no tool ${server}.${tool} here. An admin allows tools in Settings, Connections.`,
      );
    if (info.class !== 'read')
      throw new AppError(
        'forbidden',
        `${server}.${tool} is of class ${info.class}: a person allows each call. Start a run in Socdown for it.`,
      );
    const run = await queryRun(actor, investigationId);
    const fence = { runId: run.id, leaseOwner: run.leaseOwner };
    const opened = await openEvidence({ ...fence, investigationId, callId: uuid(), server, tool, args, reuse: true });
    if (opened.state === 'fenced')
      throw new AppError('unavailable', 'The run of this client has ended. Send the call again.');
    if (opened.state !== 'open') return readEvidence(actor, investigationId, opened.record.number);
    await finishEvidence(opened, fence, await toolbox.call(server, tool, args, { signal }));
    return readEvidence(actor, investigationId, opened.number);
  } finally {
    await toolbox.close();
  }
}
