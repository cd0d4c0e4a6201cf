import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { caseTitle, readCase } from '@/app/read-case';
import { Workspace } from '@/components/editor/workspace';
import { listCoachings } from '@/lib/agent/coachings';
import { describeModel } from '@/lib/agent/model/describe-model';
import { listRuns } from '@/lib/agent/read-run';
import { listProposals } from '@/lib/drafts/proposals';
import { readDraft } from '@/lib/drafts/read-draft';
import { AppError } from '@/lib/errors/app-error';
import { listEvidence } from '@/lib/evidence/list-evidence';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await caseTitle((await params).id, 'Case') };
}

export default async function InvestigationPage({ params }: Props) {
  const { id } = await params;
  const actor = await requireActor();
  const investigation = await readCase(id).catch(orNotFound);
  // Its text is in another case and can't be changed here.
  if (investigation.status === 'merged') redirect(`/library/${id}`);
  const [draft, runs, evidence, proposals, coachings, { offered: models, factChecker }] = await Promise.all([
    readDraft(actor, id),
    listRuns(actor, id),
    listEvidence(actor, id),
    listProposals(actor, id),
    listCoachings(actor),
    describeModel(actor),
  ]);
  return (
    <Workspace
      key={id}
      investigation={investigation}
      draft={draft}
      runs={runs}
      evidence={evidence}
      proposals={proposals}
      coachings={coachings}
      models={models}
      factChecker={factChecker}
    />
  );
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && error.code === 'not_found') notFound();
  throw error;
}
