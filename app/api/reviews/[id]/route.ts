import { route } from '@/app/api/handler';
import { getReview } from '@/lib/reviews/get-review';

export const GET = route('reviews.read', async ({ actor, params }) => getReview(actor, params.id ?? ''));
