import { route } from '@/app/api/handler';
import { markSeen } from '@/lib/reviews/mark-seen';

export const PUT = route('reviews.read', async ({ actor, params }) => {
  await markSeen(actor, params.id ?? '');
  return new Response(null, { status: 204 });
});
