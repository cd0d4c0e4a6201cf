import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { createProposal } from '../drafts/proposals';
import { DraftVersion } from '../drafts/schema';
import { AppError, notFound } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { holdsKnownSecret } from '../secrets/mask-secrets';
import { clientLabel, createClientRun } from './client-run';
import { applyReportTool, ReportEdit } from './report-tools';

export const ProposeChanges = z.strictObject({
  /** The draft's version that the edits are made against. */
  version: DraftVersion,
  /** What changes, and why; shown beside the proposal. */
  note: z.string().trim().min(1, 'Enter what changes and why.').max(4000),
  edits: z.array(ReportEdit).min(1).max(50),
});

export const Proposed = z.object({
  id: z.string(),
  hunks: z.number(),
  /** What each edit did, in order. */
  done: z.array(z.string()),
});

/**
 * Offers edits of a report by a person's own client as a proposal: people accept or reject each hunk in the editor. The draft
 * itself is not changed, and what a model may not touch (title, alerts, status, times) can't be proposed.
 * @throws AppError not_found; bad_request, naming the first edit that can't be made; nothing is kept then.
 */
export async function proposeChanges(
  actor: Actor,
  investigationId: string,
  input: z.output<typeof ProposeChanges>,
): Promise<z.infer<typeof Proposed>> {
  authorize(actor, 'proposals.create');
  requireId(investigationId, 'investigation');
  const { version, note, edits } = input;
  const base = await db().draftVersion.findUnique({ where: { investigationId_version: { investigationId, version } } });
  if (!base) throw await unknownVersion(investigationId, version);
  await loadKnownSecrets();
  if (holdsKnownSecret(edits) || holdsKnownSecret(note))
    throw new AppError(
      'bad_request',
      'The text contains a secret of this installation. Say where it was seen instead.',
    );
  const label = await clientLabel(actor);
  const { markdown, done } = applied(base.markdown, edits, label);
  return db().$transaction(async (tx) => {
    const run = await createClientRun(tx, actor, investigationId, { label, note });
    const texts = { baseVersion: version, baseMarkdown: base.markdown, markdown };
    const proposal = await createProposal({ investigationId, runId: run.id, ...texts }, tx);
    if (!proposal) throw new AppError('nothing_changed', 'The edits leave the text as it is.');
    const data = { proposalId: proposal.id, hunks: proposal.hunks, version, client: label };
    await audit(tx, {
      actorId: actor.id,
      verb: 'proposals.create',
      subjectKind: 'investigation',
      subjectId: investigationId,
      data,
    });
    return { ...proposal, done };
  });
}

function applied(base: string, edits: z.infer<typeof ReportEdit>[], label: string) {
  let markdown = base;
  const done: string[] = [];
  for (const [index, { edit, ...args }] of edits.entries()) {
    const result = applyReportTool(markdown, edit, args, label);
    if (!result.ok)
      throw new AppError(
        'bad_request',
        `Edit ${index + 1} (${edit}) can't be made, so nothing was proposed: ${result.message}`,
      );
    markdown = result.markdown;
    done.push(result.message);
  }
  return { markdown, done };
}

async function unknownVersion(investigationId: string, version: number): Promise<AppError> {
  const draft = await db().draft.findUnique({ where: { investigationId }, select: { version: true } });
  if (!draft) return notFound('investigation');
  return new AppError('bad_request', `The draft has no version ${version}; it is at ${draft.version}. Read it again.`);
}
