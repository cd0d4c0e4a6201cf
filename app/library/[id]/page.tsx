import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { caseTitle, readCase } from '@/app/read-case';
import { ReadingPage } from '@/components/library/reading-page';
import { technique } from '@/lib/attack/techniques';
import { readDraft } from '@/lib/drafts/read-draft';
import { AppError } from '@/lib/errors/app-error';
import { listEvidence } from '@/lib/evidence/list-evidence';
import { listHistory, readRevision } from '@/lib/store/history';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${await caseTitle((await params).id, 'Case')} · Library` };
}

export default async function CasePage({ params }: Props) {
  const { id } = await params;
  const actor = await requireActor();
  const investigation = await readCase(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
  const [{ items: history }, evidence] = await Promise.all([listHistory(actor, id), listEvidence(actor, id)]);
  // What was approved is what is read; a case that never was shows its draft.
  const [latest] = history;
  const { markdown } = latest ? await readRevision(actor, id, latest.revision) : await readDraft(actor, id);
  const techniques = investigation.techniques.flatMap((one) => technique(one) ?? []);
  return (
    <ReadingPage
      key={id}
      investigation={investigation}
      techniques={techniques}
      markdown={markdown}
      history={history}
      evidence={evidence}
    />
  );
}
