import { readJson, route } from '@/app/api/handler';
import { readPolicy, setPolicy } from '@/lib/reviews/policy';
import { ReviewPolicy } from '@/lib/reviews/schema';

export const GET = route('reviews.read', async ({ actor }) => readPolicy(actor));

export const PUT = route('reviews.configure', async ({ actor, request }) =>
  setPolicy(actor, await readJson(request, ReviewPolicy)),
);
