import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { getInvestigation } from '../investigations/get-investigation';
import { patchFrontMatter } from '../report/report';
import { personLine } from '../store/commit-message';
import { listHistory, readRevision } from '../store/history';
import { timelineOf } from '../timeline/read-timeline';
import { type EvidenceFacts, readDocument } from './document';
import { ExportFormat } from './schema';
import { toHtml } from './to-html';

export type Export = { name: string; type: string; content: Buffer };

const TYPES: Record<ExportFormat, string> = {
  pdf: 'application/pdf',
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
};

/**
 * Exports an approved revision as a file, the last one unless another is named. The export is audited.
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
  if (!known.success) throw new AppError('not_found', 'Unknown format. Choose pdf, html or md.');
  const { codename } = await getInvestigation(actor, investigationId);
  const revisionId = options.revision ?? (await listHistory(actor, investigationId)).items[0]?.revision;
  if (!revisionId) throw new AppError('not_approved_yet', 'This case has no approved report to export yet.');
  const revision = await readRevision(actor, investigationId, revisionId);
  const document = async () =>
    readDocument(
      revision.markdown,
      {
        codename,
        revision: revision.number,
        author: personLine(revision.author),
        reviewer: revision.reviewer && personLine(revision.reviewer),
        approvedAt: revision.approvedAt,
        contentHash: revision.contentHash,
        commit: revision.commit,
      },
      await evidenceOf(investigationId),
      // Whoever gets the file sees the records that the report cites, and no others.
      await timelineOf(investigationId, revision.markdown, { citedOnly: true }),
    );
  const content = {
    // The text was approved as "in review"; the file says what became of it, as the one in the store does.
    md: async () => Buffer.from(patchFrontMatter(revision.markdown.replace(/\r\n?/g, '\n'), { status: 'approved' })),
    html: async () => Buffer.from(toHtml(await document())),
    // Not at the top: a megabyte of library, only for PDF.
    pdf: async () => (await import('./to-pdf')).toPdf(await document()),
  }[known.data];
  const file = {
    name: `${codename}.r${revision.number}.${known.data}`,
    type: TYPES[known.data],
    content: await content(),
  };
  await audit(db(), {
    actorId: actor.id,
    verb: 'reports.export',
    subjectKind: 'investigation',
    subjectId: investigationId,
    data: { revision: revisionId, format: known.data },
  });
  return file;
}

async function evidenceOf(investigationId: string): Promise<EvidenceFacts[]> {
  const rows = await db().evidence.findMany({ where: { investigationId }, omit: { result: true } });
  return rows.map(({ number, server, tool, question, timeFrom, timeTo, rows: count, truncated, sha256 }) => ({
    number,
    server,
    tool,
    question,
    rows: count,
    truncated,
    sha256,
    timeFrom: timeFrom?.toISOString() ?? null,
    timeTo: timeTo?.toISOString() ?? null,
  }));
}
