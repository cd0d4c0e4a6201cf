import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { notFound } from '../errors/app-error';
import { refuseMerged } from '../investigations/record-edit';
import { requireId } from '../investigations/require-id';
import { DismissFinding } from './finding';
import { countAgain, storedReadings } from './stored-readings';

/**
 * Takes what a model found out of a case's findings, for everybody and as long as the statement stays as it is, or puts it back. The
 * rules' findings can't be dismissed.
 * @throws AppError not_found for a problem that no reading of the case has; wrong_investigation_status for a merged case
 */
export async function dismissFinding(
  actor: Actor,
  investigationId: string,
  input: z.input<typeof DismissFinding>,
): Promise<void> {
  authorize(actor, 'checks.dismiss');
  const userId = personId(actor);
  const { key, problem, dismissed } = DismissFinding.parse(input);
  requireId(investigationId, 'investigation');
  await db().$transaction(async (tx) => {
    await refuseMerged(tx, investigationId);
    const reading = (await storedReadings(tx, investigationId)).find((one) => one.key === key);
    const found = reading?.problems[problem];
    if (!found) throw notFound('finding');
    const where = { investigationId, key, problem };
    const { count } = dismissed
      ? await tx.factDismissal.createMany({ data: [{ ...where, userId }], skipDuplicates: true })
      : await tx.factDismissal.deleteMany({ where });
    if (count === 0) return;
    await countAgain(tx, investigationId);
    await audit(tx, {
      actorId: actor.id,
      verb: dismissed ? 'checks.dismiss' : 'checks.restore',
      subjectKind: 'investigation',
      subjectId: investigationId,
      data: { said: found.quote, because: found.because },
    });
  });
}
