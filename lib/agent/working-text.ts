import { db, pool } from '../db/client';
import { createProposal } from '../drafts/proposals';
import { saveModelDraft } from '../drafts/save-model-draft';
import { parseReport } from '../report/report';
import { isEmptyReport } from '../report/template';
import { saveProgress } from './progress';
import type { RunSession } from './session';

/**
 * The working text becomes the draft while no person has touched it. From the moment one has, it is kept
 * aside and offered as hunks when the run ends.
 */
export async function saveWorkingText(session: RunSession): Promise<void> {
  const { run, leaseOwner, progress, log } = session;
  if (progress.target !== 'draft' || progress.markdown === progress.baseMarkdown) return;
  const { investigationId, id: runId } = run;
  const { markdown, baseVersion: expectedVersion } = progress;
  const answer = await saveModelDraft({ investigationId, runId, markdown, expectedVersion });
  if (answer.saved) {
    progress.baseVersion = answer.version;
    progress.baseMarkdown = markdown;
    log.add({ type: 'draft.saved', version: answer.version });
  } else {
    progress.target = 'proposal';
    log.add({
      type: 'stage',
      text: 'Someone is editing the report: further changes are offered as a proposal at the end',
    });
  }
  await saveProgress(runId, leaseOwner, progress);
}

/** At the end of a run, however it ends: what could not become the draft is offered. Once a run. */
export async function offerWorkingText(session: RunSession): Promise<void> {
  const { run, progress, log } = session;
  if (progress.target === 'none') return saveOutcome(session);
  if (progress.target !== 'proposal' || progress.markdown === progress.baseMarkdown) return;
  if (await db().proposal.count({ where: { runId: run.id } })) return;
  const { baseVersion, baseMarkdown, markdown } = progress;
  const { investigationId, id: runId } = run;
  const proposal = await createProposal({ investigationId, runId, baseVersion, baseMarkdown, markdown });
  if (proposal) log.add({ type: 'proposal.created', proposalId: proposal.id, hunks: proposal.hunks });
}

/**
 * What a worker that died left between two writes: a draft that is this run's own and not noted as the base, or
 * a working text that never became the draft.
 */
export async function catchUpWithDraft(session: RunSession): Promise<void> {
  const { run, leaseOwner, progress, log } = session;
  log.add({ type: 'report.text', markdown: progress.markdown }); // its last events may be missing
  if (progress.target !== 'draft') return;
  const draft = await db().draft.findUnique({ where: { investigationId: run.investigationId } });
  if (draft && !draft.humanTouched && draft.version !== progress.baseVersion) {
    const own = await db().draftVersion.count({
      where: { investigationId: run.investigationId, version: draft.version, runId: run.id },
    });
    if (own) {
      progress.baseVersion = draft.version;
      progress.baseMarkdown = draft.markdown;
      await saveProgress(run.id, leaseOwner, progress);
    }
  }
  await saveWorkingText(session);
}

/** Of a run that leaves the report as it is: the verdict that it came to, where it wrote one. */
async function saveOutcome({ run, leaseOwner, progress }: RunSession): Promise<void> {
  const { frontMatter } = parseReport(progress.markdown);
  if (!frontMatter?.classification || isEmptyReport(progress.markdown)) return;
  const { classification, confidence } = frontMatter;
  await pool().query('UPDATE runs SET outcome = $3::jsonb WHERE id = $1 AND lease_owner = $2', [
    run.id,
    leaseOwner,
    JSON.stringify({ classification, confidence }),
  ]);
}
