import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { carryAuthors, type LineAuthor, readLineAuthors } from '../drafts/line-authors';
import { AppError } from '../errors/app-error';

/** Lines [from, to], 1-based, by one author. A model's words that a person accepted are a model's (`by` says who took them). */
export const BlameRange = z.object({
  from: z.number(),
  to: z.number(),
  kind: z.enum(['human', 'model', 'template']),
  by: z.string().nullable(),
  model: z.string().nullable(),
  at: z.string(),
});
export type BlameRange = z.infer<typeof BlameRange>;

/** Who wrote each line of a revision, from the draft's versions. @throws AppError not_found */
export async function blameRevision(
  actor: Actor,
  investigationId: string,
  revisionId: string,
): Promise<{ items: BlameRange[] }> {
  authorize(actor, 'reviews.read');
  const revision = [investigationId, revisionId].every(isUuid)
    ? await db().revision.findUnique({ where: { id: revisionId, investigationId }, include: { author: true } })
    : null;
  if (!revision) throw new AppError('not_found', 'This investigation has no such revision.');
  const { text, authors } = await readLineAuthors(investigationId, revision.draftVersion);
  const last = { kind: 'human' as const, by: revision.author.name, model: null, at: revision.createdAt.toISOString() };
  return { items: rangesOf(carryAuthors(text, revision.markdown, authors, () => last)) };
}

function rangesOf(authors: LineAuthor[]): BlameRange[] {
  const ranges: BlameRange[] = [];
  for (const [index, author] of authors.entries()) {
    const last = ranges.at(-1);
    if (last && last.kind === author.kind && last.by === author.by && last.model === author.model) last.to = index + 1;
    else ranges.push({ from: index + 1, to: index + 1, ...author });
  }
  return ranges;
}
