import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { ReviewPage } from '@/components/review/review-page';
import { AppError } from '@/lib/errors/app-error';
import { getReview } from '@/lib/reviews/get-review';

export const metadata: Metadata = { title: 'Review' };

type Props = { params: Promise<{ id: string }> };

export default async function Review({ params }: Props) {
  const { id } = await params;
  const actor = await requireActor(`/reviews/${id}`);
  const review = await getReview(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
  return <ReviewPage key={id} initial={review} />;
}
