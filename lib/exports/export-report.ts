import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { getInvestigation } from '../investigations/get-investigation';
import { personLine } from '../store/commit-message';
import { listHistory, readRevision } from '../store/history';
import { readDocument } from './document';
import { ExportFormat } from './schema';
import { toHtml } from './to-html';

export type Export = { name: string; type: string; content: Buffer };

const TYPES: Record<ExportFormat, string> = {
  pdf: 'application/pdf',
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
};

/**
 * An approved revision as a file, the last one unless another is named. Who took it out is recorded.
 * @throws AppError not_found; conflict when nothing of the case is approved.
 */
export async function exportReport(
  actor: Actor,
  investigationId: string,
  format: string,
  options: { revision?: string | undefined } = {},
): Promise<Export> {
  authorize(actor, 'reports.export');
  const known = ExportFormat.safeParse(format);
  if (!known.success) throw new AppError('not_found', 'A report can be had as pdf, html or md.');
  const { codename } = await getInvestigation(actor, investigationId);
  const revisionId = options.revision ?? (await listHistory(actor, investigationId)).items[0]?.revision;
  if (!revisionId)
    throw new AppError('not_approved_yet', 'Nothing of this case is approved yet: there is no report to export.');
  const revision = await readRevision(actor, investigationId, revisionId);
  const document = readDocument(revision.markdown, {
    codename,
    revision: revision.number,
    author: personLine(revision.author),
    reviewer: revision.reviewer && personLine(revision.reviewer),
    approvedAt: revision.approvedAt,
    contentHash: revision.contentHash,
    commit: revision.commit,
  });
  const content = {
    md: async () => Buffer.from(revision.markdown),
    html: async () => Buffer.from(toHtml(document)),
    // Not at the top: a megabyte of library, for who asks for a PDF.
    pdf: async () => (await import('./to-pdf')).toPdf(document),
  }[known.data];
  const file = {
    name: `${codename}.r${revision.number}.${known.data}`,
    type: TYPES[known.data],
    content: await content(),
  };
  await db().auditEntry.create({
    data: {
      actorId: actor.id,
      verb: 'reports.export',
      subjectKind: 'investigation',
      subjectId: investigationId,
      data: { revision: revisionId, format: known.data },
    },
  });
  return file;
}
