import type { Metadata } from 'next';
import Link from 'next/link';
import { requireActor } from '@/app/current-actor';
import { ClassificationTag } from '@/components/labels/case-labels';
import { LazyMarkdown } from '@/components/markdown/lazy-markdown';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { can } from '@/lib/auth/permissions';
import { readEvaluationReport } from '@/lib/evaluation/manage';
import { EvaluationsForLeads } from '../../for-leads';
import { orNotFound } from '../../or-not-found';

export const metadata: Metadata = { title: 'Report of an evaluation' };

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function EvaluationReportPage({ params, searchParams }: Props) {
  const actor = await requireActor();
  if (!can(actor.role, 'evaluations.read')) return <EvaluationsForLeads />;
  const [{ id }, { case: name, repeat }] = [await params, await searchParams];
  const { markdown, result } = orNotFound(() => readEvaluationReport(actor, id, String(name), Number(repeat ?? 1)));
  return (
    <Page
      title={result.id}
      layout="text"
      detail={<ClassificationTag value={result.verdict} />}
      actions={
        <Link className={buttonClass()} href={`/evaluations/${id}`}>
          Back to the evaluation
        </Link>
      }
    >
      <LazyMarkdown source={markdown} report />
    </Page>
  );
}
