import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { AppError, notFound } from '../errors/app-error';
import { WORKING } from '../investigations/live-runs';
import { refuseMerged } from '../investigations/record-edit';
import { enqueueRun } from '../jobs/queue';
import { storable } from '../text/canonical-json';
import { coachingInstruction, saysFresh } from './coachings';
import { type RunKind, StartRun } from './events';
import { type OfferedModel, offeredModels } from './model/choose-model';

/**
 * Starts a run on an investigation: without an instruction it investigates, with one (or a one-click coaching) it coaches, or
 * answers in words. The run, its audit row
 * and its job are one transaction; a worker does the rest.
 * @throws AppError not_found; conflict while another run is live; bad_request for an instruction that is none or a
 *   model that is not offered.
 */
export async function startRun(
  actor: Actor,
  investigationId: string,
  input: z.input<typeof StartRun> = {},
): Promise<{ id: string }> {
  authorize(actor, 'runs.start');
  const requestedById = personId(actor);
  const data = await newRun(input);
  if (!isUuid(investigationId)) throw notFound('investigation');
  const id = uuid();
  const { kind, withoutPrecedents, parallel } = data;
  await db().$transaction(async (tx) => {
    await refuseSecondRun(tx, investigationId);
    await tx.run.create({ data: { id, investigationId, requestedById, ...data } });
    await audit(tx, {
      actorId: actor.id,
      verb: 'runs.start',
      subjectKind: 'run',
      subjectId: id,
      data: {
        investigationId,
        kind,
        ...(withoutPrecedents ? { withoutPrecedents } : {}),
        ...(parallel ? { parallel } : {}),
      },
    });
    await enqueueRun(tx, id);
  });
  return { id };
}

/** What was asked for, as a run is stored. @throws AppError for what can't be asked for */
async function newRun(input: z.input<typeof StartRun>) {
  const parsed = StartRun.safeParse(input);
  if (!parsed.success) throw new AppError('bad_request', wordsFor(parsed.error));
  const { coaching = null, answer, fresh, withoutPrecedents, parallel, quote = null } = parsed.data;
  const said = parsed.data.instruction?.replaceAll('\0', '').trim() ?? null;
  if (said === '')
    throw new AppError('instruction_required', 'instruction: it has no readable characters. Enter what to do.');
  const instruction = coaching === null ? said : await coachingInstruction(coaching, said);
  if (instruction === null && (quote !== null || answer === 'note'))
    throw new AppError('instruction_required', 'instruction: enter what you want to know about it.');
  if (withoutPrecedents && instruction !== null)
    throw new AppError('bad_request', 'withoutPrecedents: leave out instruction, coaching and quote.');
  const chosen = await chosenModel(parsed.data.model);
  if (parallel && !chosen.isLanguageModel)
    throw new AppError(
      'bad_request',
      'parallel: the built-in analyst opens no sub-investigations. Choose a language model.',
    );
  const kind: RunKind = instruction === null ? 'investigate' : answer === 'note' ? 'ask' : 'coach';
  return {
    kind,
    instruction,
    coaching,
    model: chosen.id,
    modelLabel: chosen.label,
    modelChosen: parsed.data.model !== undefined,
    fresh: fresh || saysFresh(said),
    withoutPrecedents,
    parallel,
    ...(quote ? { quote: storable(quote) } : {}),
  };
}

/** @param wanted undefined: the default. @throws AppError unknown_model */
async function chosenModel(wanted: string | undefined): Promise<OfferedModel> {
  const offered = await offeredModels();
  const chosen = wanted === undefined ? offered[0] : offered.find(({ id }) => id === wanted);
  if (!chosen) throw new AppError('unknown_model', `model: choose one of ${offered.map(({ id }) => id).join(', ')}.`);
  return chosen;
}

/**
 * Holds the investigation until the transaction's end (two starts at the same moment must see each other).
 * @throws AppError not_found; conflict while a run is live, or when the case was merged into another
 */
export async function refuseSecondRun(tx: Tx, investigationId: string): Promise<void> {
  await refuseMerged(tx, investigationId);
  const newest = await tx.run.findFirst({
    where: { investigationId, ...WORKING },
    orderBy: { createdAt: 'desc' },
  });
  if (!newest) return;
  throw new AppError(
    'run_in_progress',
    'A run is already working on this investigation. Wait for it, or stop it first.',
    {
      data: { runId: newest.id },
    },
  );
}

function wordsFor(error: z.ZodError): string {
  const field = String(error.issues[0]?.path[0] ?? '');
  if (field === 'quote') return 'quote: {text, section}, the text of 1 to 8,000 characters.';
  if (field === 'coaching') return 'coaching: the id of one, as GET /api/coachings lists them.';
  if (['fresh', 'withoutPrecedents', 'parallel'].includes(field)) return `${field}: true or false.`;
  return 'instruction: a text of 1 to 4,000 characters, or none at all; model: one that is offered, or none.';
}
