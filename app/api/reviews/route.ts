import { readQuery, route } from '@/app/api/handler';
import { listReviews } from '@/lib/reviews/list-reviews';
import { ReviewQuery } from '@/lib/reviews/schema';

export const GET = route('reviews.read', async ({ actor, url }) => listReviews(actor, readQuery(url, ReviewQuery)));
