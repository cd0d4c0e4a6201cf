import { route } from '@/app/api/handler';
import { countWaiting } from '@/lib/reviews/list-reviews';

export const GET = route('reviews.read', async ({ actor }) => ({ count: await countWaiting(actor) }));
