import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { ReviewPage } from '@/components/review/review-page';
import { AppError } from '@/lib/errors/app-error';
import { listEvidence } from '@/lib/evidence/list-evidence';
import { getInvestigation } from '@/lib/investigations/get-investigation';
import { isProposed } from '@/lib/report/assessment';
import { parseReport } from '@/lib/report/report';
import { getReview } from '@/lib/reviews/get-review';

export const metadata: Metadata = { title: 'Review' };

type Props = { params: Promise<{ id: string }> };

export default async function Review({ params }: Props) {
  const { id } = await params;
  const actor = await requireActor();
  const review = await getReview(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
  const [evidence, { alerts }] = await Promise.all([
    listEvidence(actor, review.investigation.id),
    getInvestigation(actor, review.investigation.id),
  ]);
  const proposed = isProposed(parseReport(review.markdown).frontMatter);
  return <ReviewPage key={id} initial={review} evidence={evidence} alerts={alerts} proposed={proposed} />;
}
