import { z } from 'zod';
import { route } from '@/app/api/handler';
import { countWaiting } from '@/lib/reviews/list-reviews';

export const GET = route(
  {
    verb: 'reviews.read',
    summary: 'How many reviews wait for the caller (counted up to 100).',
    response: z.object({ count: z.number() }),
  },
  async ({ actor }) => ({ count: await countWaiting(actor) }),
);
