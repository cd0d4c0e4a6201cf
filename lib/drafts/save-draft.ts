import { type Actor, authorize, personId } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import { merge3 } from '../text/merge';
import { draftView } from './read-draft';
import { requireStorable } from './require-storable';
import type { DraftView, StaleDraft } from './schema';
import { lockDraft, SLOW_TRANSACTION, writeVersion } from './write-version';

/**
 * Saves a person's text over the version they saw. A text that is the draft already changes nothing (also when the
 * version is old: the answer to the first attempt was lost). Line ends are normalized to \n. A front matter that can't be read is saved too; the row
 * keeps the fields it had.
 * @throws AppError stale_version when the draft has moved, with `data` StaleDraft: both texts merged, nothing lost.
 */
export async function saveDraft(actor: Actor, investigationId: string, save: Save): Promise<DraftView> {
  authorize(actor, 'drafts.save');
  const userId = personId(actor);
  requireId(investigationId, 'investigation');
  return db().$transaction((tx) => saveOver(tx, investigationId, userId, save), SLOW_TRANSACTION);
}

type Save = { markdown: string; version: number };

/** The same inside a transaction of a verb that has checked the permission. */
export async function saveOver(
  tx: Tx,
  investigationId: string,
  userId: string,
  { markdown: sent, version }: Save,
): Promise<DraftView> {
  // One form of line ends, or one changed word would be a diff of every line.
  const markdown = sent.replace(/\r\n?/g, '\n');
  requireStorable(markdown);
  const draft = await lockDraft(tx, investigationId);
  if (draft.markdown !== markdown) {
    if (draft.version !== version) throw await stale(tx, investigationId, version, markdown);
    await writeVersion(tx, investigationId, draft.version, markdown, { kind: 'human', userId });
  }
  return draftView(tx, investigationId);
}

async function stale(tx: Tx, investigationId: string, version: number, markdown: string): Promise<AppError> {
  const base = await tx.draftVersion.findUnique({ where: { investigationId_version: { investigationId, version } } });
  const current = await draftView(tx, investigationId);
  const who = current.updatedBy?.name ?? 'a model';
  const { text, conflicts } = merge3(base?.markdown ?? null, markdown, current.markdown, {
    mine: 'yours, not saved yet',
    theirs: `version ${current.version}, saved meanwhile by ${who.replace(/\s+/g, ' ')}`,
  });
  const data: StaleDraft = { current, merged: text, conflicts };
  return new AppError(
    'draft_changed',
    `${who} saved version ${current.version} while you were editing version ${version}. ${
      conflicts === 0
        ? 'Both changes fit together'
        : `${conflicts} passage${conflicts === 1 ? '' : 's'} need a decision`
    }; look at the merged text and save it.`,
    { data },
  );
}
