import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { currentText, hashOf, kindOf } from './files';
import { readChange } from './read-method';
import { type MethodChange, ProposeChange } from './schema';

/**
 * Proposes another text for a file of the method, or a new file. Someone else approves it. A text with problems may be proposed: it
 * can't be approved until a change without them is. Line ends become \n.
 * @throws AppError not_found for no path of the method; method_file_changed, with data.text, when the file has another text than `base`;
 *   nothing_changed
 */
export async function proposeChange(actor: Actor, input: z.input<typeof ProposeChange>): Promise<MethodChange> {
  authorize(actor, 'method.propose');
  const authorId = personId(actor);
  const { path, text: sent, base, note, alertRule = null } = ProposeChange.parse(input);
  kindOf(path);
  const text = sent.replace(/\r\n?/g, '\n');
  const before = await currentText(path);
  if (hashOf(before) !== base)
    throw new AppError(
      'method_file_changed',
      before === null
        ? 'This file no longer exists. Propose it as a new one.'
        : 'The file has changed since you read it. Compare your text with the new one, then propose it again.',
      { data: { text: before, hash: hashOf(before) } },
    );
  if (text === before) throw new AppError('nothing_changed', 'The text is the same. Change something first.');
  const id = uuid();
  await db().$transaction([
    db().methodChange.create({
      data: { id, path, text, note, alertRule, authorId, baseText: before ?? '', baseHash: base },
    }),
    audit(db(), {
      actorId: authorId,
      verb: 'method.propose',
      subjectKind: 'method',
      subjectId: id,
      data: { path, base, hash: hashOf(text), ...(alertRule ? { alertRule } : {}) },
    }),
  ]);
  return readChange(actor, id);
}
