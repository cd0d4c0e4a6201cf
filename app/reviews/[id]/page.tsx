import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { requireActor } from '@/app/current-actor';
import { readCase, tabTitle } from '@/app/read-case';
import { ReviewPage } from '@/components/review/review-page';
import { AppError } from '@/lib/errors/app-error';
import { listEvidence } from '@/lib/evidence/list-evidence';
import { isProposed } from '@/lib/report/assessment';
import { parseReport } from '@/lib/report/report';
import { getReview } from '@/lib/reviews/get-review';

type Props = { params: Promise<{ id: string }> };

const readReview = cache(async (id: string) => getReview(await requireActor(), id));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const review = await readReview((await params).id).catch(() => null);
  return { title: review ? `Review: ${tabTitle(review.investigation.title)}` : 'Review' };
}

export default async function Review({ params }: Props) {
  const { id } = await params;
  const actor = await requireActor();
  const review = await readReview(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
  const [evidence, { alerts }] = await Promise.all([
    listEvidence(actor, review.investigation.id),
    readCase(review.investigation.id),
  ]);
  const proposed = isProposed(parseReport(review.markdown).frontMatter);
  return <ReviewPage key={id} initial={review} evidence={evidence} alerts={alerts} proposed={proposed} />;
}
