import { type Actor, authorize } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { AppError, notFound } from '../errors/app-error';
import { WORKING } from '../investigations/live-runs';
import { requireId } from '../investigations/require-id';
import type { MergePreview } from '../investigations/schema';
import { nextStatus } from '../investigations/status';
import { patchFrontMatter } from '../report/front-matter';
import { mergeReports } from '../report/merge-reports';
import { parseReport } from '../report/report';
import { Classification, InvestigationStatus } from '../report/schema';
import { entitiesOf } from '../report/template';
import { MAX_ALERTS, withAlerts } from './attach-alerts';
import { requireStorable } from './require-storable';

/** What a merge will do, as it was planned in the transaction that does it. */
export type MergePlan = {
  preview: MergePreview;
  alertIds: string[];
  sharedIds: string[];
  intoSeverity: number;
  intoTouched: boolean;
  reviewId: string | null;
};

/** What putting one case into another will do; changes nothing. @throws AppError as mergeCases */
export async function previewMerge(actor: Actor, intoId: string, fromId: string): Promise<MergePreview> {
  authorize(actor, 'investigations.attach');
  return (await planMerge(db(), intoId, fromId)).preview;
}

/** @throws AppError as mergeCases */
export async function planMerge(tx: Tx, intoId: string, fromId: string): Promise<MergePlan> {
  const into = await readSide(tx, intoId);
  const from = await readSide(tx, fromId);
  refuse(into, from);
  const alertIds = from.alerts.map(({ alertId }) => alertId);
  const sharedIds = alertIds.filter((id) => into.alerts.some(({ alertId }) => alertId === id));
  const moved = alertIds.length - sharedIds.length;
  if (into.alerts.length + moved > MAX_ALERTS) {
    throw new AppError('bad_request', `A case holds at most ${MAX_ALERTS} alerts. These two have more together.`);
  }
  const offset = into.evidence[0]?.number ?? 0;
  const { codename } = from;
  const { markdown, sections } = mergeReports(into.draft.markdown, from.draft.markdown, { codename, offset });
  const assessment = into.classification === null && from.classification !== null ? 'taken' : 'kept';
  const after = withFrontMatter(markdown, from, assessment);
  requireStorable(after);
  return {
    alertIds,
    sharedIds,
    intoSeverity: into.severity,
    intoTouched: into.draft.humanTouched,
    reviewId: from.reviews[0]?.id ?? null,
    preview: {
      into: sideOf(into),
      from: sideOf(from),
      alerts: moved,
      evidence: { count: from.evidence[0]?.number ?? 0, offset },
      sections,
      assessment,
      endsReview: from.reviews.length > 0,
      openProposals: from.proposals.length,
      before: into.draft.markdown,
      after,
    },
  };
}

type Side = Awaited<ReturnType<typeof readSide>>;

async function readSide(tx: Tx, id: string) {
  const found = await tx.investigation.findUnique({
    where: { id: requireId(id, 'investigation') },
    include: {
      draft: true,
      alerts: { include: { alert: { omit: { raw: true } } } },
      evidence: { select: { number: true }, orderBy: { number: 'desc' }, take: 1 },
      revisions: { where: { approvedAt: { not: null } }, select: { id: true }, take: 1 },
      reviews: { where: { status: 'open' }, select: { id: true } },
      proposals: { where: { status: 'open' }, select: { id: true } },
      runs: { where: WORKING, select: { id: true }, take: 1 },
    },
  });
  if (!found?.draft) throw notFound('investigation');
  return { ...found, draft: found.draft };
}

const sideOf = (side: Side): MergePreview['into'] => ({
  id: side.id,
  codename: side.codename,
  title: side.title,
  status: InvestigationStatus.parse(side.status),
  classification: Classification.nullable().catch(null).parse(side.classification),
  version: side.draft.version,
});

function refuse(into: Side, from: Side): void {
  if (into.id === from.id) throw new AppError('bad_request', 'Choose two different cases.');
  for (const side of [into, from]) {
    if (side.status === 'merged') {
      throw new AppError('wrong_investigation_status', `${side.codename} was already merged into another case.`);
    }
    if (side.runs.length > 0) {
      throw new AppError(
        'run_in_progress',
        `A run is still working on ${side.codename}. Wait for it or stop it, then merge.`,
        { data: { runId: side.runs[0]?.id } },
      );
    }
  }
  if (into.sample !== from.sample) {
    throw new AppError(
      'wrong_investigation_status',
      'One of the two cases is a sample and would be removed with the samples. Merge samples only with samples.',
    );
  }
  if (from.revisions.length > 0 || !nextStatus(InvestigationStatus.parse(from.status), 'merge')) {
    throw new AppError(
      'wrong_investigation_status',
      `${from.codename} has an approved report, which stays in the library. Merge the other case into it instead.`,
    );
  }
}

/** The front matter of the one with what the other's names; the assessment of the other, where the one has none. */
function withFrontMatter(markdown: string, from: Side, assessment: MergePreview['assessment']): string {
  const named = withAlerts(
    markdown,
    from.alerts.map(({ alert }) => alert),
  );
  const [mine, theirs] = [parseReport(named).frontMatter, parseReport(from.draft.markdown).frontMatter];
  if (!mine || !theirs) return named;
  return patchFrontMatter(named, {
    alerts: [...new Set([...mine.alerts, ...theirs.alerts])],
    techniques: [...new Set([...mine.techniques, ...theirs.techniques])],
    entities: entitiesOf([mine, theirs]),
    ...(assessment === 'taken'
      ? {
          classification: theirs.classification,
          confidence: theirs.confidence,
          severity: { ...mine.severity, assessed: theirs.severity.assessed },
          ...(theirs.assessment === undefined ? {} : { assessment: theirs.assessment }),
        }
      : {}),
  });
}
