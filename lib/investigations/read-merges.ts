import type { Tx } from '../db/client';
import type { CaseMerge as Row } from '../db/generated/client';
import { WORKING } from './live-runs';
import type { CaseMerge } from './schema';

const NAME = { select: { id: true, codename: true, title: true } };

/** The merges of a case that were not undone: into which it was put, and which were put into it, newest first. No permission check. */
export async function readMerges(tx: Tx, investigationId: string): Promise<CaseMerge[]> {
  const rows = await tx.caseMerge.findMany({
    where: { undoneAt: null, OR: [{ fromId: investigationId }, { intoId: investigationId }] },
    include: { from: NAME, into: NAME, actor: { select: { id: true, name: true } } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: 100,
  });
  const merges: CaseMerge[] = [];
  for (const { from, into, actor, at, ...row } of rows) {
    merges.push({ from, into, by: actor, at: at.toISOString(), undoable: await isUndoable(tx, row) });
  }
  return merges;
}

type Merged = Pick<Row, 'intoId' | 'intoVersion' | 'evidenceOffset' | 'evidenceCount'>;

/** Whether the case that took another is as the merge left it: its text, evidence, runs and reviews, and no part of a third one. */
export async function isUndoable(tx: Tx, merge: Merged): Promise<boolean> {
  const { intoId, intoVersion, evidenceOffset, evidenceCount } = merge;
  const into = await tx.investigation.findUnique({
    where: { id: intoId },
    select: {
      status: true,
      draft: { select: { version: true } },
      evidence: { select: { number: true }, orderBy: { number: 'desc' }, take: 1 },
      revisions: { select: { id: true }, where: { draftVersion: { gte: intoVersion } }, take: 1 },
      runs: { select: { id: true }, where: WORKING, take: 1 },
    },
  });
  return (
    into?.draft?.version === intoVersion &&
    into.status !== 'merged' &&
    (into.evidence[0]?.number ?? 0) === evidenceOffset + evidenceCount &&
    into.revisions.length === 0 &&
    into.runs.length === 0
  );
}
