import { route } from '@/app/api/handler';
import { readPolicy, setPolicy } from '@/lib/reviews/policy';
import { ReviewPolicy } from '@/lib/reviews/schema';

export const GET = route(
  { verb: 'reviews.read', summary: 'The rules for reviews.', response: ReviewPolicy },
  ({ actor }) => readPolicy(actor),
);

export const PUT = route(
  { verb: 'reviews.configure', summary: 'Set the rules for reviews.', body: ReviewPolicy, response: ReviewPolicy },
  ({ actor, body }) => setPolicy(actor, body),
);
