import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { can } from '../auth/permissions';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, notFound } from '../errors/app-error';
import { PUBLISH_METHOD_CHANGE, type PublishMethodPayload } from '../jobs/outbox';
import { enqueuePublication } from '../jobs/queue';
import { checkFile } from './check-file';
import { currentText, hashOf } from './files';
import { readChange } from './read-method';
import { DecideChange, type MethodChange } from './schema';

/**
 * Approves or rejects a change of the method, or withdraws one's own. Nobody approves their own change. An approval is recorded with
 * the order to commit it, in one transaction; the commit follows.
 * @throws AppError forbidden; method_change_decided; revision_mismatch for another text than was read; method_file_changed when the file
 *   has changed since; method_change_invalid, with data.problems; note_required for a rejection without a word
 */
export async function decideChange(
  actor: Actor,
  id: string,
  input: z.input<typeof DecideChange>,
): Promise<MethodChange> {
  const decision = DecideChange.parse(input);
  // One's own change may be withdrawn without the right to decide.
  authorize(actor, decision.decision === 'withdraw' ? 'method.propose' : 'method.decide');
  const person = personId(actor);
  if (!isUuid(id)) throw notFound('change');
  await db().$transaction((tx) => decide(tx, person, can(actor.role, 'method.decide'), id, decision), {
    timeout: 30_000,
  });
  if (decision.decision === 'approve') await enqueuePublication();
  return readChange(actor, id);
}

async function decide(
  tx: Tx,
  person: string,
  mayDecide: boolean,
  id: string,
  { decision, hash, note }: z.infer<typeof DecideChange>,
): Promise<void> {
  // All decisions in turn: the second of two about one file sees what the first has approved.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('method'))`;
  const change = await tx.methodChange.findUnique({ where: { id } });
  if (!change) throw notFound('change');
  if (change.status !== 'open')
    throw new AppError('method_change_decided', 'This change was decided or withdrawn before.');
  if (hashOf(change.text) !== hash)
    throw new AppError('revision_mismatch', 'This is not the text that you have read. Reload the change.');
  const isAuthor = change.authorId === person;
  if (decision === 'withdraw' && !isAuthor)
    throw new AppError('forbidden', `Only the author can withdraw a change.${mayDecide ? ' Reject it instead.' : ''}`);
  if (decision === 'approve' && isAuthor)
    throw new AppError('own_changes_need_reviewer', 'You proposed this change, so someone else must approve it.');
  if (decision === 'reject' && note === '') throw new AppError('note_required', 'Write why the change is rejected.');
  if (decision === 'approve') await requireUsable(tx, change);
  const status = { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' }[decision];
  await tx.methodChange.update({
    where: { id },
    data: { status, decidedById: person, decidedAt: new Date(), decisionNote: note || null },
  });
  if (decision === 'approve') {
    const payload: PublishMethodPayload = { changeId: id, path: change.path };
    await tx.outbox.create({ data: { kind: PUBLISH_METHOD_CHANGE, payload } });
  }
  await audit(tx, {
    actorId: person,
    verb: `method.${decision}`,
    subjectKind: 'method',
    subjectId: id,
    data: { path: change.path, decision, hash },
  });
}

async function requireUsable(
  tx: Tx,
  { path, text, baseHash }: { path: string; text: string; baseHash: string },
): Promise<void> {
  const now = await currentText(path, tx);
  if (hashOf(now) !== baseHash)
    throw new AppError(
      'method_file_changed',
      'The file has changed since this was proposed. Withdraw or reject it, and propose it again on the new text.',
      { data: { text: now, hash: hashOf(now) } },
    );
  const problems = await checkFile(path, text);
  if (problems.length > 0)
    throw new AppError('method_change_invalid', `The new text can’t be used: ${problems[0]}`, { data: { problems } });
}
