import type { Metadata } from 'next';
import Link from 'next/link';
import { requireActor } from '@/app/current-actor';
import { Comparison } from '@/components/evaluation/comparison';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { Problem } from '@/components/ui/problem';
import { can } from '@/lib/auth/permissions';
import { AppError } from '@/lib/errors/app-error';
import { compareEvaluations } from '@/lib/evaluation/manage';
import type { ComparisonView } from '@/lib/evaluation/schema';
import { EvaluationsForLeads } from '../for-leads';
import { orNotFound } from '../or-not-found';

export const metadata: Metadata = { title: 'Compare evaluations' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ComparePage({ searchParams }: Props) {
  const actor = await requireActor();
  if (!can(actor.role, 'evaluations.read')) return <EvaluationsForLeads />;
  const { a, b } = await searchParams;
  const found = orNotFound(() => comparisonOr(() => compareEvaluations(actor, String(a), String(b))));
  return (
    <Page
      title="Compare evaluations"
      actions={
        <Link className={buttonClass()} href="/evaluations">
          All evaluations
        </Link>
      }
    >
      <div className="flex flex-col gap-8 p-3 md:p-4">
        {found instanceof AppError ? (
          <Problem>{`${found.userMessage} Compare two of the same suite and seed.`}</Problem>
        ) : (
          <Comparison comparison={found} />
        )}
      </div>
    </Page>
  );
}

function comparisonOr(read: () => ComparisonView): ComparisonView | AppError {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError && error.code === 'unprocessable') return error;
    throw error;
  }
}
