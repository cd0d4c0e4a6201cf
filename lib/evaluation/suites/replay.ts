import { z } from 'zod';
import { db } from '../../db/client';
import { AppError } from '../../errors/app-error';
import { parseReport, readSection } from '../../report/report';
import { Classification } from '../../report/schema';
import { timelineRows } from '../../report/timeline';
import { drawn, type EvaluationCase, type KnownCase, type PlannedCase, type SuiteInput } from './suite';

const AlertOfCase = z.object({ source: z.string(), document: z.record(z.string(), z.unknown()) });
const Replayed = z.object({
  id: z.string(),
  openedAt: z.string(),
  verdict: Classification,
  alerts: z.array(AlertOfCase),
  markdown: z.string(),
});
const Known = z.object({
  codename: z.string(),
  title: z.string(),
  path: z.string(),
  markdown: z.string(),
  digest: z.string(),
  openedAt: z.string(),
  approvedAt: z.string(),
});
/** The team's approved cases as a file: what was decided, and what the library knew at each time. */
export const ReplayPlan = z.object({ cases: z.array(Replayed), library: z.array(Known) });
export type ReplayPlan = z.infer<typeof ReplayPlan>;

export const nothingToReplay = (): AppError =>
  new AppError('unprocessable', 'There is no approved case with a verdict to replay. Approve some first.');

/** Reads the approved cases that people gave a verdict, oldest first, out of the team's own library. */
export async function readReplayPlan(): Promise<ReplayPlan> {
  const rows = await db().investigation.findMany({
    where: { status: 'approved', assessment: 'set', classification: { not: null } },
    include: {
      revisions: { where: { approvedAt: { not: null } }, orderBy: { number: 'desc' }, take: 1 },
      alerts: { include: { alert: { select: { source: true, raw: true } } } },
    },
    orderBy: { openedAt: 'asc' },
  });
  const approved = rows.flatMap((row) => {
    const [revision] = row.revisions;
    return revision && row.approvedAt ? [{ ...row, markdown: revision.markdown, approvedAt: row.approvedAt }] : [];
  });
  return {
    cases: approved
      .filter(({ alerts }) => alerts.length > 0)
      .map(({ codename, openedAt, classification, alerts, markdown }) => ({
        id: codename,
        openedAt: openedAt.toISOString(),
        verdict: Classification.parse(classification),
        alerts: alerts.map(({ alert }) => AlertOfCase.parse({ source: alert.source, document: alert.raw })),
        markdown,
      })),
    library: approved.map(({ codename, title, path, markdown, digest, openedAt, approvedAt }) => ({
      codename,
      title,
      path,
      markdown,
      digest,
      openedAt: openedAt.toISOString(),
      approvedAt: approvedAt.toISOString(),
    })),
  };
}

/**
 * Each approved case again, blind: its own report is not there, and of the library only what was approved before it was opened.
 * What people decided is the truth; the acts of their timeline are what a report should find.
 */
export function replay({ cases, library }: ReplayPlan, input: SuiteInput): PlannedCase[] {
  return drawn(cases, input).map((item) => ({ id: item.id, load: () => replayedCase(item, library) }));
}

function replayedCase(
  { id, openedAt, verdict, alerts, markdown }: ReplayPlan['cases'][number],
  library: KnownCase[],
): EvaluationCase {
  const { body } = parseReport(markdown);
  const rows = timelineRows(readSection(body, 'Timeline') ?? '');
  return {
    id,
    kind: 'replay',
    truth: verdict,
    accept: [verdict],
    alerts,
    writeLogs: null,
    moments: rows.flatMap(({ at, until, actor, action }) =>
      at === null ? [] : [{ from: at, to: until ?? at, actor, action: namesIn(action) }],
    ),
    keyFacts: [],
    library: library.filter((known) => known.codename !== id && known.approvedAt < openedAt),
  };
}

/** The action's own name in a cell of a timeline: what is set as code, else all of it. */
const namesIn = (cell: string): string => /`([^`]+)`/.exec(cell)?.[1] ?? cell.replace(/^\d+ × /, '');
