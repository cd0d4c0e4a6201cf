import { route } from '@/app/api/handler';
import { readRevisionText } from '@/lib/reviews/read-revision-text';

export const GET = route('reviews.read', async ({ actor, params }) =>
  readRevisionText(actor, params.id ?? '', params.revision ?? ''),
);
