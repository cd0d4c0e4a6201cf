import { route } from '@/app/api/handler';
import { blameRevision } from '@/lib/reviews/blame';

export const GET = route('reviews.read', async ({ actor, params }) =>
  blameRevision(actor, params.id ?? '', params.revision ?? ''),
);
